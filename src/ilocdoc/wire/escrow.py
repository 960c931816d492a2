"""Escrow: a volume's key sealed so that holders at headquarters open it, together only.

Headquarters names holders and how many must come together. For every allowed combination
the secret is sealed to the first holder, the result to the next, and so on (nested HPKE):
all combinations open, and whoever lacks one key of each gets nothing. No arithmetic of
our own is involved, only the library's sealing.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from itertools import combinations

import msgspec

from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.wire.envelope import Envelope, PublicKey, decode_base64, open_envelope
from ilocdoc.wire.messages import ESCROW_TYPE, Answer
from ilocdoc.wire.sealing import SUITE_ID, OpeningKey, SealingKey

MOST_HOLDERS = 7
"""Beyond it there are so many combinations that another scheme is due."""
_ID_DIGITS = 32
_MOST_NAME_LETTERS = 60


class EscrowHolder(Answer, frozen=True, kw_only=True):
    """Who keeps an escrow key, and its public half."""

    name: str
    """A place or an office, for example "Vault, Bureau of Support"."""
    key: str
    """`SealingKey.encoded`."""

    @property
    def id(self) -> str:
        """32 hex digits of SHA-256 over the public key."""
        return hashlib.sha256(decode_base64(self.key)).hexdigest()[:_ID_DIGITS]


class EscrowPlan(Answer, frozen=True, kw_only=True):
    """Who can open volumes at headquarters; signed by the agency's root key, offline.

    The root signs it and not the key that runs: whoever takes over a running headquarters
    cannot name himself a holder.
    """

    version: int
    """A higher one replaces a lower one, never the reverse."""
    threshold: int
    """How many holders must come together."""
    holders: tuple[EscrowHolder, ...]


class EscrowBox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A secret that these holders open together."""

    holders: tuple[str, ...]
    """Ids, in the order in which the layers come off."""
    suite: str
    stanza: str


def check_plan(plan: EscrowPlan) -> EscrowPlan:
    """Return the plan.

    Raises:
        InputError: If holders are missing, too many, or named twice, or the threshold
            cannot be met.
        WireError: If a key cannot be read.
    """
    if not 0 < len(plan.holders) <= MOST_HOLDERS:
        raise InputError(f"Escrow has between 1 and {MOST_HOLDERS} holders.")
    if not 0 < plan.threshold <= len(plan.holders):
        raise InputError("The threshold is between 1 and the number of holders.")
    for each in plan.holders:
        check_name(each.name)
        SealingKey(encoded=each.key).seal(b"can it be read?", purpose="ilocdoc/escrow")
    for known in ({each.id for each in plan.holders}, {each.name for each in plan.holders}):
        if len(known) != len(plan.holders):
            raise InputError("A holder, or a holder's key, is named twice.")
    return plan


def check_name(name: str) -> str:
    """Return a holder's name.

    Raises:
        InputError: If it is empty, too long or cannot be printed.
    """
    if not name.isprintable() or not 0 < len(name.strip()) <= _MOST_NAME_LETTERS:
        raise InputError(f"A holder's name has between 1 and {_MOST_NAME_LETTERS} letters.")
    return name


def plan_in(envelope: Envelope, *, root: PublicKey) -> EscrowPlan:
    """Return the plan that the agency's root signed.

    Raises:
        WireError: If it is not signed by the root, or cannot be read.
    """
    payload = open_envelope(envelope, ESCROW_TYPE, key=root)
    try:
        return check_plan(msgspec.json.decode(payload, type=EscrowPlan))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError) as error:
        raise WireError("Headquarters' plan of escrow cannot be read.") from error


def seal_in_boxes(secret: bytes, plan: EscrowPlan, *, purpose: str) -> tuple[EscrowBox, ...]:
    """Return one box for each combination of holders that the plan allows.

    Args:
        secret: Usually a volume's key, 32 bytes.
        plan: Checked.
        purpose: Bound into every layer: which volume, which generation.
    """
    return tuple(
        _sealed(secret, together, purpose=purpose)
        for together in combinations(plan.holders, plan.threshold)
    )


def _sealed(secret: bytes, together: Sequence[EscrowHolder], *, purpose: str) -> EscrowBox:
    ids = tuple(each.id for each in together)
    inner = secret
    for depth, holder in reversed(list(enumerate(together))):
        key = SealingKey(encoded=holder.key)
        inner = decode_base64(key.seal(inner, purpose=_layer(purpose, ids, depth)))
    return EscrowBox(holders=ids, suite=SUITE_ID, stanza=base64.b64encode(inner).decode())


def open_boxes(boxes: Iterable[EscrowBox], keys: Iterable[OpeningKey], *, purpose: str) -> bytes:
    """Return the secret, opened by holders who came together.

    Raises:
        RefusedError: If no box is meant for these holders alone or among themselves.
        WireError: If the box is of an unknown suite, altered, or of another volume.
    """
    present = {EscrowHolder(name="", key=each.public.encoded).id: each for each in keys}
    every = tuple(boxes)
    for box in every:
        if present.keys() >= set(box.holders):
            return _opened(box, present, purpose=purpose)
    needed = len(every[0].holders) if every else 0
    raise RefusedError(
        f"These {len(present)} escrow keys do not open this volume; {needed} of its holders must "
        "come together.",
        "Check that the keys are those of headquarters' plan at that time. Nothing was changed.",
    )


def _opened(box: EscrowBox, present: dict[str, OpeningKey], *, purpose: str) -> bytes:
    if box.suite != SUITE_ID:
        raise WireError("An escrow box was sealed with a suite this version does not know.")
    inner = box.stanza
    for depth, holder in enumerate(box.holders):
        opened = present[holder].open(inner, purpose=_layer(purpose, box.holders, depth))
        inner = base64.b64encode(opened).decode()
    return decode_base64(inner)


def _layer(purpose: str, holders: Sequence[str], depth: int) -> str:
    return f"ilocdoc/escrow/{purpose}/{'+'.join(holders)}/{depth}"
