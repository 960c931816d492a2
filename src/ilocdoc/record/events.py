"""What every verb, command and key of the laptop leaves in a ledger, or why nothing.

A test walks all of them: one that is missing here fails it, and each is performed and its
events found in a real ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ilocdoc.record.ledger import EntryKind as E


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What something leaves in a ledger."""

    kinds: tuple[E, ...] = ()
    """All of these, each time it does anything."""
    why_none: str = ""
    """Why it leaves nothing; empty when it does."""

    def __post_init__(self) -> None:
        assert bool(self.kinds) != bool(self.why_none), "either kinds or a reason"


def _leaves(*kinds: E) -> Declared:
    return Declared(kinds=kinds)


def _nothing(why: str) -> Declared:
    return Declared(why_none=why)


_READS = "It reads what this member may see anyway and changes nothing."
_SAVES = "A draft is the one thing that changes; sealing freezes it, and that is an entry."
_FILE = "It works on the file of a packet that left the store before, which is an entry."
_PART = "A part of a verb; nothing is kept before the verb is done."

VERBS: Mapping[str, Declared] = {
    "claiming.claim_note": _leaves(E.NOTE_CLAIMED),
    "claiming.unclaimed_notes": _nothing(_READS),
    "custody.export_file": _leaves(E.EVIDENCE_EXPORTED),
    "custody.note_step": _leaves(E.CUSTODY_STEP),
    "disclosing.cases_of": _nothing(_READS),
    "disclosing.copy_case": _leaves(E.PACKET_EXPORTED),
    "disclosing.find_case": _nothing(_READS),
    "destroying.apply_order": _leaves(E.CONTENT_DESTROYED),
    "destroying.apply_orders": _leaves(E.CONTENT_DESTROYED),
    "destroying.carry_out": _leaves(E.CONTENT_DESTROYED),
    "destroying.order_destruction": _nothing(_PART),
    "destroying.tombstone_of": _nothing(_READS),
    "drafting.abandon_draft": _leaves(E.DRAFT_ABANDONED),
    "drafting.form_of": _nothing(_READS),
    "drafting.keep_answers": _nothing(_SAVES),
    "drafting.keep_draft": _nothing(_SAVES),
    "drafting.keep_evidence": _nothing(_SAVES),
    "drafting.keep_stamp": _nothing(_SAVES),
    "drafting.open_draft": _nothing(_READS),
    "drafting.override_prompt": _nothing(_SAVES),
    "drafting.stamp": _nothing(_SAVES),
    "drafting.start_report": _leaves(E.DRAFT_CREATED),
    "drafting.strike_stamp": _nothing(_SAVES),
    "drafting.take_time": _nothing(_PART),
    "evidence.attach": _leaves(E.EVIDENCE_IMPORTED, E.EVIDENCE_VERIFIED),
    "evidence.begin_file": _nothing(_PART),
    "evidence.forget_file": _nothing("Nothing was taken in: the original lies where it lay."),
    "evidence.keep_file": _leaves(E.EVIDENCE_IMPORTED, E.EVIDENCE_VERIFIED),
    "evidence.refuse_file": _leaves(E.EVIDENCE_REFUSED),
    "evidence.seal_file": _nothing(_PART),
    "evidence.unfinished_files": _nothing(_READS),
    "finding.find_reports": _nothing(_READS),
    "finding.refresh_index": _nothing("The index is made from reports that are kept already."),
    "giving_out.export_document": _leaves(E.PACKET_EXPORTED),
    "giving_out.export_ledger": _leaves(E.LEDGER_EXPORTED),
    "giving_out.print_document": _leaves(E.PACKET_PRINTED),
    "receiving.apply_letter": _nothing("What others signed is kept with their own entries."),
    "receiving.open_deliveries": _nothing("What others signed is kept with their own entries."),
    "rescuing.save_copy": _nothing("The store cannot take it; the copy is sealed to few."),
    "referring.accept_packet": _leaves(E.PACKET_ACCEPTED),
    "referring.prepare_packet": _leaves(E.PACKET_PREPARED),
    "releasing.doubts": _nothing(_READS),
    "releasing.release_store": _leaves(E.VOLUME_RESTORED),
    "reviewing.approve_report": _leaves(E.REPORT_APPROVED, E.DOCUMENT_APPROVED),
    "reviewing.close_without_referral": _leaves(E.REPORT_CLOSED),
    "reviewing.open_for_review": _leaves(E.REPORT_OPENED),
    "reviewing.return_report": _leaves(E.REPORT_RETURNED),
    "sessions.come_back": _nothing("A lock that was kept beside the volume brings its own entry."),
    "sessions.end_shift": _leaves(E.SHIFT_ENDED),
    "sessions.is_read_only": _nothing(_READS),
    "sessions.leave": _leaves(E.SESSION_LOCKED),
    "sessions.tour_of": _nothing(_READS),
    "soundness.altered_versions": _nothing(_READS),
    "soundness.require_unaltered": _nothing("What it finds, the laptop says: rollback.suspected."),
    "submitting.compose": _nothing(_PART),
    "submitting.preview": _nothing("It shows the member's own draft, marked DRAFT."),
    "submitting.readiness": _nothing(_READS),
    "submitting.seal_report": _leaves(E.REPORT_SUBMITTED, E.DOCUMENT_CERTIFIED),
    "submitting.submit_report": _leaves(E.REPORT_SUBMITTED, E.DOCUMENT_CERTIFIED),
    "viewing.check_shelf": _nothing(_READS),
    "viewing.note_viewed": _leaves(E.EVIDENCE_VIEWED),
    "viewing.open_file": _nothing("Small pictures in a list are no looking; showing one is."),
}
"""Everything a signed-in member can do: `module.function` of casework."""

COMMANDS: Mapping[str, Declared] = {
    "": _leaves(E.SESSION_UNLOCKED),
    "enrol": _leaves(E.STREAM_OPENED, E.DEVICE_ENROLLED),
    "enrol --officer": _leaves(E.OFFICER_ENROLLED),
    "export answers": _nothing(_FILE),
    "export case": _leaves(
        E.SESSION_UNLOCKED, E.EVIDENCE_EXPORTED, E.PACKET_EXPORTED, E.LEDGER_EXPORTED
    ),
    "export filing": _nothing(_FILE),
    "export ledger": _leaves(E.SESSION_UNLOCKED, E.LEDGER_EXPORTED),
    "export redacted": _nothing(_FILE),
    "approve-wipe": _nothing("It signs an order of headquarters; carrying it out is an entry."),
    "passphrase": _leaves(E.OFFICER_REKEYED),
    "destroy": _leaves(E.CONTENT_DESTROYED),
    "release": _leaves(E.VOLUME_RESTORED),
    "recover": _nothing("Headquarters opens a copy of a volume; the laptop's own is not touched."),
    "rekey": _leaves(E.VOLUME_REKEYED),
    "salvage": _leaves(E.VOLUME_SALVAGED),
    "wipe": _leaves(E.WIPE_ORDERED),
    "replay": _leaves(E.SESSION_UNLOCKED),
    "status": _nothing("It counts what waits; nobody signs in and nothing is opened."),
    "verify": _nothing("It judges a file that somebody has; no laptop's folder is touched."),
}
"""Every command of `ilocdoc`; the empty one is the window, when somebody signs in."""

_LOOKS = "It changes what is seen, nothing that is kept."

KEYS: Mapping[str, tuple[str, ...] | str] = {
    "NEW": ("drafting.start_report",),
    "STAMP_EMS_CALLED": ("drafting.stamp",),
    "STAMP_EMS_HERE": ("drafting.stamp",),
    "STAMP_SUPERVISOR": ("drafting.stamp",),
    "SUBMIT": ("submitting.seal_report",),
    "SAVE": ("drafting.keep_draft",),
    "ADD_AGENT": ("drafting.keep_draft",),
    "ADD_FILES": ("evidence.keep_file",),
    "UNDO": ("drafting.keep_draft",),
    "REDO": ("drafting.keep_draft",),
    "PREVIEW": ("submitting.preview",),
    "LOCK": ("sessions.leave",),
    "NEXT_SECTION": _LOOKS,
    "PREVIOUS_SECTION": _LOOKS,
    "SECTION": _LOOKS,
    "SEARCH": _LOOKS,
    "HELP": _LOOKS,
    "NEXT_PANE": _LOOKS,
    "PREVIOUS_PANE": _LOOKS,
    "CLOSE": _LOOKS,
    "THEME": _LOOKS,
    "LARGER": _LOOKS,
    "SMALLER": _LOOKS,
    "USUAL_SIZE": _LOOKS,
}
"""Every key of the window: which verb it leads to, or why to none."""

BY_ITSELF: tuple[E, ...] = (
    E.STREAM_OPENED,
    E.SESSION_FAILED,
    E.SYNC_RECEIPT,
    E.SYNC_REFUSED,
    E.CLOCK_JUMPED,
    E.ROLLBACK_SUSPECTED,
)
"""What the laptop notes without being told to."""
