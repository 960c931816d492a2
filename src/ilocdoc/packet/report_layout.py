"""The report document: what the reporting officer signs and the supervisor approves."""

from collections.abc import Callable, Sequence
from functools import partial

from ilocdoc.packet.answer_text import Reader, machine_time
from ilocdoc.packet.figures import add_signatures
from ilocdoc.packet.form_layout import FormPages
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import BODY, NOTE, SMALL
from ilocdoc.packet.tables import add_key_facts, add_listing, digest_markup, lines, strong
from ilocdoc.packet.wording import DEVICE_CLOCK, media_words, texts, zone_words
from ilocdoc.record.form import Form, Stage, in_language
from ilocdoc.record.report import EvidenceItem, PromptRecord, ReportKind, ReportVersion, Stamp
from ilocdoc.record.times import read_utc

STAMP_WORDS = {
    "started": "Report started",
    "ems_called": "I have called EMS",
    "ems_here": "EMS is here",
    "supervisor_told": "Supervisor told",
    "video_starts": "Video starts",
    "agents_left": "Federal agents left",
    "other": "Other",
}
CERTIFIER = ("ReportingOfficer", "Reporting officer")
APPROVER = ("ApprovingSupervisor", "Approving supervisor")


def report_story(version: ReportVersion, form: Form, *, digest: str, draft: bool) -> Story:
    """Return the story of a report document.

    Args:
        version: What is drawn.
        form: The report's own form version.
        digest: SHA-256 of `report.json`.
        draft: True leaves out certification and signature fields.
    """
    story = Story()
    reader = Reader(form, version.draft.answers)
    _write_head(story, version, form, digest=digest, draft=draft)
    FormPages(story, reader, stage=Stage.DRAFT if draft else Stage.SUBMIT).write()
    write_stamps(story, version.draft.stamps)
    part = partial(story.part, listed=False)
    write_evidence(story, version.draft.evidence, heading=part)
    write_prompts(story, version.draft.prompts, heading=part)
    if not draft:
        _write_certification(story, version)
    return story


def code_text(version: ReportVersion, digest: str) -> str:
    """Return what the QR code says: number, version, digest of the record."""
    draft = version.draft
    return f"ILOCDOC1 {draft.local_number} v{draft.version} sha256={digest}"


def _write_head(
    story: Story, version: ReportVersion, form: Form, *, digest: str, draft: bool
) -> None:
    report = version.draft
    story.title(in_language(form.title, "en"), f"{report.local_number}, version {report.version}")
    author = report.author
    zone = zone_words(read_utc(version.submitted_at or report.created_at))
    submitted = "not submitted" if draft else machine_time(version.submitted_at)
    rows: list[tuple[str, SafeMarkup]] = [
        ("Reporting officer", strong(f"{author.rank} {author.name}".strip())),
        ("Star, unit", esc(f"{author.star}, unit {author.unit}")),
        ("Kind of report", esc(_kind_words(version))),
        ("Started", esc(f"{machine_time(report.created_at)} ({DEVICE_CLOCK})")),
        ("Submitted", esc(submitted if draft else f"{submitted} ({DEVICE_CLOCK})")),
        ("Times", esc(f"Chicago time, {zone}; UTC in the embedded record")),
        ("Form, catalogue", esc(f"{report.form.version}, {report.catalogue.version}")),
        ("Device, program", esc(f"{version.device or 'none'}, ilocdoc {version.app or 'none'}")),
        ("report.json SHA-256", digest_markup(digest)),
    ]
    add_key_facts(
        story,
        rows,
        code=code_text(version, digest),
        alt=f"QR code with the number of this report and the digest {digest}",
    )
    story.text(f"{texts().text('notice')} {texts().text('about_the_words')}", style=SMALL)


def _kind_words(version: ReportVersion) -> str:
    report = version.draft
    if report.kind is ReportKind.ORIGINAL:
        return "Original"
    return f"{report.kind.value.capitalize()} to report {report.parent}"


def write_stamps(story: Story, stamps: Sequence[Stamp]) -> None:
    """Write the one-tap times, struck ones too."""
    if not stamps:
        return
    story.part("Times recorded with one tap", listed=False)
    rows = []
    for stamp in stamps:
        note = stamp.note or "none"
        if stamp.struck:
            note = f"Struck through by the author: {stamp.struck}. Note: {note}"
        rows.append(
            (
                esc(machine_time(stamp.wall)),
                esc(STAMP_WORDS.get(stamp.kind, stamp.kind)),
                esc(note),
            )
        )
    add_listing(story, (f"When ({DEVICE_CLOCK})", "What", "Note"), rows, widths=(120, 130))


def write_evidence(
    story: Story,
    items: Sequence[EvidenceItem],
    *,
    heading: Callable[[str], None],
    time: Callable[[str], str] = machine_time,
) -> None:
    """Write the imported files with their digests.

    Args:
        story: Grows.
        items: In order of import.
        heading: Begins the part or section.
        time: Prints a machine time.
    """
    heading("Files taken in as evidence")
    if not items:
        story.text("No file was taken in with this version.", style=BODY)
        return
    rows = []
    for number, item in enumerate(items, start=1):
        captured = time(item.captured_at) if item.captured_at else "not known"
        rows.append(
            (
                esc(f"F-{number}"),
                lines(
                    [
                        strong(item.name),
                        esc(item.caption or "no caption"),
                        esc(f"SHA-256 of the original ({item.size_bytes:,} bytes):"),
                        digest_markup(item.sha256),
                    ]
                ),
                esc(media_words(item.media_type)),
                lines(
                    [
                        esc(f"Recorded: {captured}"),
                        esc(f"Taken in: {time(item.imported_at)}"),
                        esc(f"By star {item.collected_by}"),
                    ]
                ),
            )
        )
    add_listing(story, ("No.", "File", "Kind", "When, by whom"), rows, widths=(28, 240, 70))


def write_prompts(
    story: Story, prompts: Sequence[PromptRecord], *, heading: Callable[[str], None]
) -> None:
    """Write what the program asked and what the author did; disclosed as it was."""
    if not prompts:
        return
    heading("What the program asked")
    story.text(
        "Prompts of the program, kept and disclosed with the author\u2019s answer. A prompt "
        "is a reminder, not a finding.",
        style=NOTE,
    )
    rows = []
    for prompt in prompts:
        said = [esc(prompt.state)]
        if prompt.reason:
            said.append(esc(f"Reason: {prompt.reason}"))
        if prompt.before or prompt.after:
            said.append(esc(f"Before: {prompt.before}"))
            said.append(esc(f"After: {prompt.after}"))
        rows.append((esc(f"{prompt.rule} ({prompt.version})"), esc(prompt.text), lines(said)))
    add_listing(story, ("Rule", "Shown to the author", "Answer"), rows, widths=(92, 206))


def _write_certification(story: Story, version: ReportVersion) -> None:
    story.keep_free(330)
    story.part("Certification", listed=False)
    author = version.draft.author
    name = f"{author.rank} {author.name}, star {author.star}".strip()
    story.text("Reporting officer", style=NOTE)
    story.text(texts().text("truth"))
    story.text("Approving supervisor", style=NOTE)
    story.text(texts().text("reviewed"))
    story.text(
        f"Text version {texts().printed_version}. The reporting officer is {name}. Each "
        "signature covers every page and the embedded record. Signing times are the laptop\u2019s "
        "clock.",
        style=SMALL,
    )
    story.space(6)
    add_signatures(story, [(*CERTIFIER, False), (*APPROVER, True)])
