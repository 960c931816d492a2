"""Evidence: a file is hashed and encrypted in one pass, read back, and gets its first link."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ilocdoc.casework.drafting import open_draft, state_of
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.errors import IlocdocError, VaultError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Progress, Wish
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import Draft
from ilocdoc.record.summary import title_of
from ilocdoc.wire.entries import Intake, SealedFile


def _go_on(_progress: Progress) -> Wish:
    return Wish.GO_ON


def begin_file(shift: Shift, report_id: ReportId, path: Path) -> Intake:
    """Begin to take a file in; what was begun is offered again after a crash or a lock.

    Args:
        shift: The collecting member's.
        report_id: Of a draft.
        path: A regular file. It is never written to.

    Raises:
        EvidenceError: If it is no file that can be opened.
        RefusedError: If the report is sealed.
    """
    open_draft(shift, report_id)
    intake = shift.vault.evidence.begin(
        path, evidence_id=shift.new_id(), report_id=report_id, at=shift.now_text()
    )
    with shift.vault.transaction() as opened:
        opened.put_intake(intake)
    return intake


def seal_file(
    shift: Shift, intake: Intake, *, watch: Callable[[Progress], Wish] = _go_on
) -> SealedFile:
    """Encrypt a file into a container and read it back; long, and needs no vault lane.

    The original is never altered. Nothing is kept before `keep_file`. When it was paused,
    calling it again goes on.

    Args:
        shift: The collecting member's.
        intake: From `begin_file` or `unfinished_files`.
        watch: Asked after every mebibyte what is wanted.

    Raises:
        EvidenceError: If it cannot be read, or was paused or cancelled.
        DiskFullError: If there is no room.
        DamagedError: If it was not read back as it was written: keep the card.
    """
    return shift.vault.evidence.seal_file(intake, at=shift.now_text(), watch=watch)


def unfinished_files(shift: Shift) -> Sequence[Intake]:
    """Return files that were begun and are neither kept nor given up, oldest first."""
    return shift.vault.evidence.begun()


def forget_file(shift: Shift, evidence_id: str) -> None:
    """Give up a file that was begun; what was sealed of it is deleted. Idempotent."""
    with shift.vault.transaction() as opened:
        opened.drop_intake(evidence_id)
    shift.vault.evidence.forget(evidence_id)


def refuse_file(shift: Shift, intake: Intake, error: VaultError) -> None:
    """Give up a file that the store could not take, and write that down.

    Args:
        shift: The collecting member's.
        intake: From `begin_file`.
        error: Why.

    Raises:
        VaultError: If the event cannot be kept either.
    """
    kind, at = EntryKind.EVIDENCE_REFUSED, shift.now_text()
    names = {"report": intake.report_id, "evidence": intake.evidence_id}
    act = sign_act(shift, kind, at=at, **names, why=error.headline, size_bytes=intake.size_bytes)
    with shift.vault.transaction() as opened:
        opened.drop_intake(intake.evidence_id)
        opened.append(new_entry(kind, act, at=at, **names, actor=shift.officer.id))
    shift.vault.evidence.forget(intake.evidence_id)


def keep_file(shift: Shift, report_id: ReportId, sealed: SealedFile, *, caption: str = "") -> Draft:
    """Keep a sealed file in a draft: key, first custody links and list, all or nothing.

    Args:
        shift: The author's.
        report_id: Of a draft.
        sealed: From `seal_file`.
        caption: The author's words; becomes the picture's alternative text.

    Raises:
        RefusedError: If the report was sealed meanwhile.
    """
    draft, at = open_draft(shift, report_id), shift.now_text()
    item = replace(sealed.item, caption=caption)
    kept = replace(draft, evidence=(*draft.evidence, item), revision=draft.revision + 1)
    with shift.vault.transaction() as opened:
        opened.put_evidence(sealed.item, sealed.file_key, mine=True)
        opened.drop_intake(item.id)
        opened.put_draft(kept, title=title_of(kept), state=state_of(kept).value)
        for kind in (EntryKind.EVIDENCE_IMPORTED, EntryKind.EVIDENCE_VERIFIED):
            act = sign_act(
                shift,
                kind,
                at=at,
                report=report_id,
                evidence=item.id,
                media_type=item.media_type,
                size_bytes=item.size_bytes,
                sha256=item.sha256,
                container_sha256=item.container_sha256,
            )
            opened.append(
                new_entry(
                    kind, act, at=at, report=report_id, evidence=item.id, actor=shift.officer.id
                )
            )
    return kept


def attach(
    shift: Shift,
    report_id: ReportId,
    path: Path,
    *,
    caption: str = "",
    watch: Callable[[Progress], Wish] = _go_on,
) -> Draft:
    """Take a file in as evidence of a draft: begin, seal, keep."""
    intake = begin_file(shift, report_id, path)
    try:
        sealed = seal_file(shift, intake, watch=watch)
    except VaultError as error:
        refuse_file(shift, intake, error)
        raise
    except IlocdocError:
        forget_file(shift, intake.evidence_id)
        raise
    return keep_file(shift, report_id, sealed, caption=caption)
