"""Wipe orders: what is refused before anything is touched."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.record.people import Role
from ilocdoc.record.times import utc_text
from ilocdoc.wire.envelope import Envelope, seal_envelope, with_signature
from ilocdoc.wire.messages import ROSTER_TYPE, WIPE_TYPE
from ilocdoc.wire.orders import (
    WipeOrder,
    check_order,
    read_order,
    require_current,
    second_signature_fault,
)
from tests.doubles.authority import Authority, cast
from tests.doubles.clocks import NOON
from tests.doubles.keys import software_key

HQ = software_key()
MEMBERS = cast(Authority())
ROSTER = [each.officer for each in MEMBERS.values()]
ORDER = WipeOrder(
    device="0A1B",
    officer="99001",
    generation=2,
    nonce="ab" * 16,
    made_at=utc_text(NOON),
    until=utc_text(NOON + timedelta(days=1)),
    by="99030",
    second="99031",
)
LIEUTENANT = replace(MEMBERS["99030"].officer, id="99031")
SIGNER = MEMBERS["99030"].signer


def signed(order: WipeOrder = ORDER) -> Envelope:
    return seal_envelope(WIPE_TYPE, msgspec.json.encode(order), signer=HQ)


def changed(**values: object) -> WipeOrder:
    return msgspec.structs.replace(ORDER, **values)


def test_an_order_that_headquarters_signed_is_read():
    assert read_order(signed(), hq=HQ.public) == ORDER


@pytest.mark.parametrize(
    "forged",
    [
        seal_envelope(WIPE_TYPE, msgspec.json.encode(ORDER), signer=software_key()),
        seal_envelope(ROSTER_TYPE, msgspec.json.encode(ORDER), signer=HQ),
        seal_envelope(WIPE_TYPE, b"{}", signer=HQ),
        seal_envelope(WIPE_TYPE, b"[" * 100_000, signer=HQ),
        msgspec.structs.replace(signed(), payload=signed(changed(officer="99002")).payload),
    ],
)
def test_a_forged_order_is_refused(forged):
    with pytest.raises(WireError):
        read_order(forged, hq=HQ.public)


@pytest.mark.parametrize(
    ("device", "generation", "now"),
    [
        ("0A1C", 2, NOON),
        ("0A1B", 1, NOON),
        ("0A1B", 3, NOON),
        ("0A1B", 2, NOON + timedelta(days=1)),
        ("0A1B", 2, NOON + timedelta(days=400)),
    ],
)
def test_an_order_for_another_laptop_volume_or_time_is_refused(device, generation, now):
    require_current(ORDER, device="0A1B", generation=2, now=NOON)
    with pytest.raises(RefusedError):
        require_current(ORDER, device=device, generation=generation, now=now)


@pytest.mark.parametrize(
    "wrong",
    [{"generation": 0}, {"until": ORDER.made_at}, {"second": "99030"}, {"second": "99001"}],
)
def test_an_order_that_makes_no_sense_is_not_signed(wrong):
    assert check_order(ORDER) == ORDER
    with pytest.raises(InputError):
        check_order(changed(**wrong))


def test_a_second_person_of_the_roster_who_signed_counts():
    both = with_signature(signed(), SIGNER)
    assert second_signature_fault(both, ORDER, roster=[*ROSTER, LIEUTENANT], revoked=()) == ""
    assert read_order(both, hq=HQ.public) == ORDER


@pytest.mark.parametrize(
    ("envelope", "order", "member", "revoked", "fault"),
    [
        (signed(), ORDER, LIEUTENANT, (), "did not sign"),
        (with_signature(signed(), MEMBERS["99002"].signer), ORDER, LIEUTENANT, (), "did not sign"),
        (with_signature(signed(), SIGNER), ORDER, LIEUTENANT, ("99031",), "does not know"),
        (
            with_signature(signed(), SIGNER),
            ORDER,
            replace(LIEUTENANT, certificate=""),
            (),
            "not know",
        ),
        (
            with_signature(signed(), SIGNER),
            changed(second="99077"),
            LIEUTENANT,
            (),
            "does not know",
        ),
        (with_signature(signed(), SIGNER), changed(second=""), LIEUTENANT, (), "no second"),
        (with_signature(signed(), SIGNER), changed(second="99030"), LIEUTENANT, (), "no second"),
        (
            with_signature(signed(), SIGNER),
            ORDER,
            replace(LIEUTENANT, roles=frozenset({Role.OFFICER})),
            (),
            "may not approve",
        ),
    ],
)
def test_whoever_is_not_the_named_second_person_does_not_count(
    envelope, order, member, revoked, fault
):
    found = second_signature_fault(envelope, order, roster=[*ROSTER, member], revoked=revoked)
    assert fault in found


def test_a_signature_over_another_order_does_not_count():
    other = with_signature(signed(changed(nonce="cd" * 16)), SIGNER)
    moved = msgspec.structs.replace(signed(), signatures=other.signatures)
    assert second_signature_fault(moved, ORDER, roster=[LIEUTENANT], revoked=())
