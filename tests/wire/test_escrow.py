"""Escrow boxes: every allowed combination opens, nobody else, and nothing altered passes."""

from itertools import combinations

import msgspec
import pytest

from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.escrow import (
    EscrowHolder,
    EscrowPlan,
    check_plan,
    open_boxes,
    plan_in,
    seal_in_boxes,
)
from ilocdoc.wire.messages import ESCROW_TYPE, ROSTER_TYPE
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.keys import software_key

SECRET = bytes(range(32))
KEYS = tuple(OpeningKey.generate() for _ in range(5))
STRANGER = OpeningKey.generate()
HOLDERS = tuple(
    EscrowHolder(name=f"Vault {number}", key=each.public.encoded)
    for number, each in enumerate(KEYS, start=1)
)


def plan(threshold: int, count: int) -> EscrowPlan:
    return EscrowPlan(version=1, threshold=threshold, holders=HOLDERS[:count])


@pytest.mark.parametrize(
    ("threshold", "count", "boxes"), [(1, 1, 1), (1, 2, 2), (2, 2, 1), (2, 3, 3), (3, 5, 10)]
)
def test_every_allowed_combination_opens_and_no_smaller_one_does(threshold, count, boxes):
    sealed = seal_in_boxes(SECRET, plan(threshold, count), purpose="v/1")
    assert len(sealed) == boxes
    for size in range(count + 1):
        for together in combinations(KEYS[:count], size):
            # In any order: holders arrive as they arrive.
            if size < threshold:
                with pytest.raises(RefusedError):
                    open_boxes(sealed, reversed(together), purpose="v/1")
            else:
                assert open_boxes(sealed, reversed(together), purpose="v/1") == SECRET


def test_a_single_holder_of_two_of_three_cannot_peel_even_one_box_to_its_end():
    sealed = seal_in_boxes(SECRET, plan(2, 3), purpose="v/1")
    for box in sealed:
        for key in (*KEYS[:3], STRANGER):
            alone = msgspec.structs.replace(box, holders=(HOLDERS[0].id,))
            with pytest.raises((WireError, RefusedError)):
                open_boxes([alone], [key], purpose="v/1")


def test_holders_of_another_plan_open_nothing():
    sealed = seal_in_boxes(SECRET, plan(2, 3), purpose="v/1")
    with pytest.raises(RefusedError, match="2 of its holders"):
        open_boxes(sealed, [KEYS[0], KEYS[4], STRANGER], purpose="v/1")


@pytest.mark.parametrize("purpose", ["v/2", "w/1", ""])
def test_a_box_of_another_volume_or_generation_does_not_open(purpose):
    sealed = seal_in_boxes(SECRET, plan(2, 2), purpose="v/1")
    with pytest.raises(WireError):
        open_boxes(sealed, KEYS[:2], purpose=purpose)


def test_an_altered_box_or_an_unknown_suite_is_refused():
    (box,) = seal_in_boxes(SECRET, plan(2, 2), purpose="v/1")
    letter = "B" if box.stanza[100] == "A" else "A"
    for changed in (
        {"stanza": box.stanza[:100] + letter + box.stanza[101:]},
        {"holders": box.holders[::-1]},
        {"suite": "rot13"},
    ):
        with pytest.raises(WireError):
            open_boxes([msgspec.structs.replace(box, **changed)], KEYS[:2], purpose="v/1")


@pytest.mark.parametrize(
    "wrong",
    [
        plan(0, 3),
        plan(4, 3),
        plan(1, 0),
        EscrowPlan(version=1, threshold=1, holders=(HOLDERS[0], HOLDERS[0])),
        EscrowPlan(
            version=1,
            threshold=1,
            holders=(HOLDERS[0], EscrowHolder(name="Other name", key=HOLDERS[0].key)),
        ),
        EscrowPlan(version=1, threshold=1, holders=(EscrowHolder(name="", key=HOLDERS[0].key),)),
        EscrowPlan(
            version=1,
            threshold=1,
            holders=tuple(
                EscrowHolder(name=str(n), key=KEYS[n % 5].public.encoded) for n in range(8)
            ),
        ),
    ],
)
def test_a_plan_that_is_not_sound_is_refused(wrong):
    with pytest.raises(InputError):
        check_plan(wrong)


def test_a_plan_with_a_key_that_cannot_be_read_is_refused():
    holder = EscrowHolder(name="Vault", key="AAAA")
    with pytest.raises(WireError):
        check_plan(EscrowPlan(version=1, threshold=1, holders=(holder,)))


def test_only_a_plan_that_the_root_signed_counts():
    root, running = software_key(), software_key()
    payload = msgspec.json.encode(plan(2, 3))
    good = seal_envelope(ESCROW_TYPE, payload, signer=root)
    assert plan_in(good, root=root.public) == plan(2, 3)
    for wrong in (
        seal_envelope(ESCROW_TYPE, payload, signer=running),
        seal_envelope(ROSTER_TYPE, payload, signer=root),
        seal_envelope(ESCROW_TYPE, b"[]", signer=root),
        seal_envelope(ESCROW_TYPE, msgspec.json.encode(plan(9, 3)), signer=root),
    ):
        with pytest.raises(WireError):
            plan_in(wrong, root=root.public)


def test_a_box_is_small_enough_to_stand_in_the_slot_file():
    sealed = seal_in_boxes(SECRET, plan(3, 5), purpose="v/1")
    assert len(msgspec.json.encode(sealed)) < 100_000
