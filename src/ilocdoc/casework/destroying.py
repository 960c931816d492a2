"""A court orders that an item is destroyed: two people sign, its key goes, a tombstone stays.

The order is one act with two signatures. It travels as mail to everybody who may have the
key, and lies in the laptop's store, so that it is carried out again after a restore. What
stays says nothing of the content: the report, the item's id and digest, the order, both stars.
"""

from collections.abc import Mapping
from typing import Any

from ilocdoc.casework.custody import evidence_of
from ilocdoc.casework.mail import act_from_json, act_to_json, post_to
from ilocdoc.casework.shift import Shift, act_of, member_of, new_entry, sign_act
from ilocdoc.record.destruction import MAY_ORDER, MAY_SECOND, Tombstone
from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.people import Officer
from ilocdoc.wire.envelope import (
    Envelope,
    open_envelope,
    public_keys_from_pem,
    with_signature,
)


def order_destruction(
    shift: Shift, report_id: ReportId, evidence_id: str, *, order: str
) -> Envelope:
    """Return the signed order to destroy one item of evidence; nothing is destroyed yet.

    Args:
        shift: Of whoever has the court's order in hand.
        report_id: Of the item's report.
        evidence_id: Of the item.
        order: Reference of the order.

    Raises:
        InputError: If no order is named.
        RefusedError: If this member may not, or the item is not of this report.
    """
    if not order.strip():
        raise InputError("Evidence is destroyed only on an order.", "Write its reference.")
    if not shift.officer.roles & MAY_ORDER:
        raise RefusedError("This member's role does not allow this.", "Ask the records office.")
    item = evidence_of(shift.vault.case(report_id), evidence_id)
    return sign_act(
        shift,
        EntryKind.CONTENT_DESTROYED,
        at=shift.now_text(),
        report=report_id,
        evidence=item.id,
        sha256=item.sha256,
        order=order.strip(),
    )


def carry_out(shift: Shift, order: Envelope) -> Tombstone:
    """Sign an order as the second person and destroy the item; tells everybody who may have it.

    Args:
        shift: Of another person than the one who ordered.
        order: From `order_destruction`.

    Raises:
        RefusedError: If this member may not, or ordered it.
        WireError: If the order does not verify.
    """
    first = _signers(shift, order)[0]
    if first.id == shift.officer.id or not shift.officer.roles & MAY_SECOND:
        raise RefusedError(
            "Another person than the one who ordered it carries it out.",
            "Ask a supervisor, a watch lieutenant or the records office.",
        )
    whole = with_signature(order, shift.vault.signer)
    tombstone = tombstone_of(shift, whole)
    _apply(shift, whole, tombstone, tells=True)
    return tombstone


def apply_order(shift: Shift, order: Envelope) -> bool:
    """Carry an order out in this member's volume; True when there was something to destroy.

    Raises:
        WireError: If it is not signed by two members who may.
    """
    tombstone = tombstone_of(shift, order)
    if shift.vault.evidence.destroyed(tombstone.evidence_id):
        return False
    _apply(shift, order, tombstone, tells=False)
    return True


def apply_orders(shift: Shift) -> int:
    """Carry out what this laptop knows of and this volume does not, as after a restore."""
    orders = (act_from_json(text) for text in shift.vault.laptop.orders())
    return sum(apply_order(shift, each) for each in orders)


def _apply(shift: Shift, order: Envelope, tombstone: Tombstone, *, tells: bool) -> None:
    kind, at, text = EntryKind.CONTENT_DESTROYED, shift.now_text(), act_to_json(order)
    act = sign_act(
        shift,
        kind,
        at=at,
        report=tombstone.report_id,
        evidence=tombstone.evidence_id,
        sha256=tombstone.sha256,
        order=tombstone.order,
        first=tombstone.first,
        second=tombstone.second,
        signed_order=text,
    )
    entry = new_entry(
        kind,
        act,
        at=at,
        report=tombstone.report_id,
        evidence=tombstone.evidence_id,
        actor=shift.officer.id,
    )
    with shift.vault.transaction() as opened:
        shift.vault.evidence.destroy(tombstone.evidence_id, order=tombstone.order)
        opened.append(entry)
        if tells:
            post_to(opened, _others(shift), shift=shift, kind="order", content={"orders": [text]})
    shift.vault.laptop.keep_order(tombstone.evidence_id, text)
    shift.vault.evidence.erase(tombstone.evidence_id)


def _others(shift: Shift) -> list[Officer]:
    return [
        each for each in shift.vault.roster if each.encryption_key and each.id != shift.officer.id
    ]


def tombstone_of(shift: Shift, order: Envelope) -> Tombstone:
    """Return what stays after an order that two members signed.

    Raises:
        WireError: If it is not signed by two different members who may.
    """
    said, signers = _read(order), _signers(shift, order)
    seconds = [each for each in signers[1:] if each.id != signers[0].id]
    if not any(each.roles & MAY_SECOND for each in seconds):
        raise WireError("An order to destroy is signed by two people.")
    return Tombstone(
        report_id=ReportId(said["report"]),
        evidence_id=said["evidence"],
        sha256=said["sha256"],
        order=said["order"],
        first=signers[0].id,
        second=seconds[0].id,
    )


def _read(order: Envelope) -> Mapping[str, Any]:
    said = act_of(order)
    texts = [said.get(name) for name in ("report", "evidence", "sha256", "order")]
    is_order = said.get("kind") == EntryKind.CONTENT_DESTROYED.value
    if not is_order or not all(isinstance(each, str) and each for each in texts):
        raise WireError("An order to destroy does not say what.")
    return said


def _signers(shift: Shift, order: Envelope) -> list[Officer]:
    """Return whoever signed an order, the one who is named in it first.

    Raises:
        WireError: If the one who is named did not sign, or may not order.
    """
    named = _read(order).get("by", {}).get("id", "")
    first = member_of(shift, OfficerId(str(named)))
    signed = [each for each in shift.vault.roster if _signed(order, each)]
    if first is None or first not in signed or not first.roles & MAY_ORDER:
        raise WireError("An order to destroy is not signed by who gives it.")
    return [first, *(each for each in signed if each.id != first.id)]


def _signed(order: Envelope, member: Officer) -> bool:
    if not member.certificate:
        return False
    keys = public_keys_from_pem(member.certificate)
    for each in order.signatures:
        if each.keyid in keys:
            try:
                open_envelope(order, ACT_TYPE, key=keys[each.keyid])
            except WireError:
                return False
            return True
    return False
