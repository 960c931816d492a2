"""Ledger entries and acts in words, for the custody and history parts of a packet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ilocdoc.record.ledger import EntryKind

WORDS: Mapping[str, str] = {
    EntryKind.STREAM_OPENED.value: "Ledger opened",
    EntryKind.DEVICE_ENROLLED.value: "Laptop enrolled",
    EntryKind.OFFICER_ENROLLED.value: "Member enrolled",
    EntryKind.SESSION_UNLOCKED.value: "Unlocked",
    EntryKind.SESSION_LOCKED.value: "Locked",
    EntryKind.SESSION_FAILED.value: "Unlocking failed",
    EntryKind.DRAFT_ABANDONED.value: "Draft given up",
    EntryKind.REPORT_SUBMITTED.value: "Report submitted",
    EntryKind.REPORT_SUPPLEMENTED.value: "Supplement submitted",
    EntryKind.REPORT_OPENED.value: "Opened for review",
    EntryKind.REPORT_RETURNED.value: "Returned with questions",
    EntryKind.REPORT_APPROVED.value: "Approved",
    EntryKind.REPORT_CLOSED.value: "Closed without a referral",
    EntryKind.EVIDENCE_IMPORTED.value: "File taken in and sealed",
    EntryKind.EVIDENCE_REFUSED.value: "File not taken in",
    EntryKind.EVIDENCE_VERIFIED.value: "Sealed file read back and compared",
    EntryKind.CUSTODY_STEP.value: "Custody step",
    EntryKind.DOCUMENT_CERTIFIED.value: "Document signed by its author",
    EntryKind.DOCUMENT_APPROVED.value: "Document signed by its reviewer",
    EntryKind.PACKET_PREPARED.value: "Packet prepared",
    EntryKind.PACKET_ACCEPTED.value: "Packet accepted",
    EntryKind.PACKET_PRINTED.value: "Packet printed",
    EntryKind.OFFICER_REKEYED.value: "Passphrase changed",
    EntryKind.OFFICER_FACTOR_CHANGED.value: "Second factor changed",
    EntryKind.OFFICER_REVOKED.value: "Access revoked",
    EntryKind.SESSION_LOCKED_OUT.value: "Locked out after wrong tries",
    EntryKind.SESSION_RELEASED.value: "Lock-out released",
    EntryKind.SHIFT_ENDED.value: "Shift ended",
    EntryKind.DRAFT_CREATED.value: "Draft begun",
    EntryKind.DRAFT_CARRIED.value: "Draft carried to another laptop",
    EntryKind.NOTE_CLAIMED.value: "Note from the lock screen claimed",
    EntryKind.EVIDENCE_VIEWED.value: "File viewed",
    EntryKind.EVIDENCE_EXPORTED.value: "File exported",
    EntryKind.CONTENT_DESTROYED.value: "Content destroyed by order",
    EntryKind.PACKET_EXPORTED.value: "Packet exported",
    EntryKind.SYNC_REFUSED.value: "Headquarters refused an entry",
    EntryKind.LEDGER_EXPORTED.value: "Ledger exported",
    EntryKind.ROLLBACK_SUSPECTED.value: "Older state than recorded elsewhere",
    EntryKind.CLOCK_JUMPED.value: "Clock changed",
    EntryKind.POLICY_CHANGED.value: "Policy changed",
    EntryKind.VOLUME_REKEYED.value: "Store sealed under a new key",
    EntryKind.VOLUME_MIGRATED.value: "Store brought to a newer format",
    EntryKind.VOLUME_RESTORED.value: "Store restored from a backup",
    EntryKind.VOLUME_SALVAGED.value: "Store salvaged",
    EntryKind.WIPE_ORDERED.value: "Wipe order carried out",
    EntryKind.SYNC_RECEIPT.value: "Receipt of headquarters kept",
}


def entry_words(kind: str) -> str:
    """Return what an entry says, in words."""
    return WORDS.get(kind, kind)


def by_words(act: Mapping[str, Any]) -> str:
    """Return who acted: rank, name, star."""
    by = act.get("by", {})
    name = f"{by.get('rank', '')} {by.get('name', '')}".strip()
    return f"{name}, star {by.get('star') or by.get('id', '')}"


def said_words(act: Mapping[str, Any], clean: Callable[[str], str]) -> str:
    """Return what a decision says beyond its kind: questions, checks, reason, added values."""
    parts = []
    for name, start in (("questions", "Questions: "), ("checks", "Confirmed: ")):
        given = act.get(name)
        if isinstance(given, list) and given:
            parts.append(start.strip())
            parts += [f"\u2013 {clean(str(each))}" for each in given]
    parts += [clean(str(act[name])) for name in ("reason", "attestation") if act.get(name)]
    if isinstance(act.get("added"), dict):
        parts += [f"{name}: {clean(str(value))}" for name, value in sorted(act["added"].items())]
    return "\n".join(parts) or "nothing further"


def find_act(acts: Sequence[Mapping[str, Any]], kind: EntryKind) -> Mapping[str, Any] | None:
    """Return the newest act of a kind, or None."""
    return next((act for act in reversed(acts) if act.get("kind") == kind.value), None)
