"""The referral packet, second half: records, history, signatures, manifest (parts 10 to 18)."""

import hashlib
from collections.abc import Sequence

from ilocdoc.packet.archive import Attachment
from ilocdoc.packet.attachments import read_contents
from ilocdoc.packet.figures import add_signatures
from ilocdoc.packet.ledger_text import by_words, entry_words, said_words
from ilocdoc.packet.packet_pages import CUSTODY_HEADS, PacketPages, custody_rows
from ilocdoc.packet.report_layout import write_prompts
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.styles import NOTE, QUESTION, SMALL
from ilocdoc.packet.tables import (
    add_facts,
    add_listing,
    digest_markup,
    lines,
    strong,
)
from ilocdoc.packet.wording import texts, verify_text
from ilocdoc.record.answers import has_value
from ilocdoc.record.documents import NO_DIRECTION

PREPARER = ("PreparingSupervisor", "Preparing supervisor")
ACCEPTER = ("AcceptingMember", "Accepting detective or watch lieutenant")


def write_back(packet: PacketPages, attachments: Sequence[Attachment], annex: bytes) -> None:
    """Write parts 10 to 18.

    Args:
        packet: Grows.
        attachments: Of the main document, without the manifest.
        annex: The unsigned annex.
    """
    _write_camera_list(packet)
    _write_witnesses(packet)
    _write_statements(packet)
    _write_notifications(packet)
    packet.printed.add("victim_notices")
    _write_history(packet)
    _write_disclosure(packet)
    _write_victim_rights(packet)
    _write_certifications(packet)
    _write_manifest(packet, attachments, annex)
    _write_limits(packet)


def _write_camera_list(packet: PacketPages) -> None:
    packet.story.part("10. Body-worn camera recordings")
    packet.story.text(texts().text("camera_retention"), style=NOTE)
    packet.write(
        "no_bwc_reason",
        "hospital_bwc_approved_by",
        "bwc_viewed",
        "bwc_viewed_at",
        "bwc_recordings",
        "bwc_moments",
    )


def _write_witnesses(packet: PacketPages) -> None:
    packet.story.part("11. Witness list")
    said = {row.get("person") for _n, row, _r in packet.rows("statements")}
    rows: list[tuple[SafeMarkup, ...]] = []
    for name, row, repeat in packet.rows("people"):
        rows.append(
            (
                strong(name),
                packet.cell(row, repeat, "person_roles"),
                esc("yes, part 12" if row.get("id") in said else "none recorded"),
                packet.cell(row, repeat, "language"),
                packet.cell(row, repeat, "interpreter_needed"),
                packet.cell(row, repeat, "consent_prosecutor"),
            )
        )
    for name, _row, _repeat in packet.rows("members"):
        words = ("CPD member", "this report", "\u2013", "\u2013", "\u2013")
        rows.append((strong(name.partition(": ")[2] or name), *(esc(each) for each in words)))
    heads = ("Who", "Part in it", "Statement", "Language", "Interpreter", "May be called")
    add_listing(packet.story, heads, rows, widths=(100, 130, 76, 60, 56))


def _write_statements(packet: PacketPages) -> None:
    packet.story.part("12. Statements")
    packet.write("statements")
    for name, row, repeat in packet.rows("agents"):
        if has_value(row.get("statement")):
            packet.story.section(f"{name}: word for word")
            packet.story.numbered(packet.reader.value(row, repeat, "statement"))


def _write_notifications(packet: PacketPages) -> None:
    packet.story.part("13. Notifications")
    names = ("unit_kind", "unit", "member_notified", "star", "at", "via", "by")
    rows = [
        tuple(packet.cell(row, repeat, name) for name in names)
        for _name, row, repeat in packet.rows("notifications")
    ]
    packet.printed.add("notifications")
    heads = ("Unit", "In words", "Member", "Star", "When", "How", "By, star")
    if not rows:
        packet.story.text("No notification is recorded.")
    add_listing(packet.story, heads, rows, widths=(80, 84, 74, 42, 92, 60))
    packet.write("supervisor_told", "supervisor_told_at", "detective_notified")


def _write_history(packet: PacketPages) -> None:
    story, contents = packet.story, packet.contents
    story.part("14. Report history")
    story.text("Every submitted version is kept and embedded in the annex. Nothing was removed.")
    versions = [*contents.earlier, contents.report]
    rows = []
    signed_as = _digests_by_version(contents.documents)
    for report in versions:
        digest = signed_as.get((report["local_number"], report["version"]))
        signed = digest_markup(digest) if digest else esc("no signed document in this packet")
        words = f"{report['kind']}, version {report['version']}"
        rows.append((esc(words), esc(packet.time(str(report["submitted_at"]))), signed))
    add_listing(
        story, ("Version", "Submitted", "SHA-256 of the signed document"), rows, widths=(110, 130)
    )
    story.section("Decisions")
    decisions = [
        (
            esc(packet.time(str(act.get("at", "")))),
            esc(entry_words(str(act.get("kind", "")))),
            esc(by_words(act)),
            esc(said_words(act, packet.redacted.clean)),
        )
        for act in contents.decisions
    ]
    if decisions:
        add_listing(story, ("When", "What", "Who", "Words"), decisions, widths=(108, 96, 116))
    else:
        story.text("No decision is recorded.")
    story.section("Ledger entries of this report")
    add_listing(story, CUSTODY_HEADS, custody_rows(packet, contents.custody), widths=(132, 150, 60))
    story.section("Answers of the report not printed above")
    packet.write_rest()


def _digests_by_version(documents: Sequence[bytes]) -> dict[tuple[str, int], str]:
    """Return which signed document belongs to which report number and version."""
    found = {}
    for document in documents:
        said = read_contents(document).manifest
        found[said["number"], said["version"]] = hashlib.sha256(document).hexdigest()
    return found


def _write_disclosure(packet: PacketPages) -> None:
    story = packet.story
    story.part("15. Disclosure index")
    story.text("What speaks against an allegation is listed first.", style=NOTE)
    rows = [
        (esc(what), esc(where), esc(why))
        for what, where, why in (*_against(packet), *_related(packet))
    ]
    heads = ("Item", "Where", "Not attached because")
    add_listing(story, heads, rows, widths=(190, 146))
    write_prompts(story, packet.version.draft.prompts, heading=story.section)


def _against(packet: PacketPages) -> list[tuple[str, str, str]]:
    rows = []
    if has_value(packet.answers.get("exculpatory_facts")):
        rows.append(("Facts against, for the whole report", "part 6", "attached"))
    for number, (_name, row, _repeat) in enumerate(packet.rows("apparent_violations"), start=1):
        if has_value(row.get("facts_against")):
            rows.append((f"Facts against, entry {number}", f"part 6, entry {number}", "attached"))
    return rows


def _related(packet: PacketPages) -> list[tuple[str, str, str]]:
    shown = {each.evidence_id for each in packet.contents.exhibits if each.jpeg}
    rows = [
        ("Signed report documents, all versions", "annex", "they hold contact and medical detail"),
        ("Full records (report.json), all versions", "annex", "the same"),
    ]
    for number, item in enumerate(packet.version.draft.evidence, start=1):
        why = "reduced picture attached; original kept by digest"
        if item.id not in shown:
            why = "no picture; the original is kept by digest and handed over as a file"
        rows.append((f"F-{number} {item.name}", "evidence container, part 8", why))
    for _name, row, repeat in packet.rows("bwc_recordings"):
        recording = packet.reader.value(row, repeat, "recording_id")
        rows.append((f"Body-worn camera {recording}", "evidence system", "kept there"))
    for name, row, repeat in packet.rows("external_video"):
        source = packet.reader.value(row, repeat, "video_source")
        rows.append((f"{name}: {source}", "holder, see annex", "not in our hands, if not received"))
    rows.append(("Drafts after the first submission", "ledger of the laptop", "on request"))
    return rows


def _write_victim_rights(packet: PacketPages) -> None:
    packet.story.part("16. Victim rights")
    packet.write("victim_notices")


def _write_certifications(packet: PacketPages) -> None:
    story = packet.story
    story.keep_free(440)
    story.part("17. Certifications and signatures")
    for title, name in (("Preparing supervisor", "prepared"), ("Accepting member", "accepted")):
        story.text(title, style=QUESTION)
        story.text(texts().text(name))
    story.text(f"Both: \u201c{NO_DIRECTION}\u201d")
    story.bullets(texts().paragraphs("custodian"))
    story.text(f"Text version {texts().printed_version}.", style=SMALL)
    story.space(4)
    add_signatures(story, [(*PREPARER, False), (*ACCEPTER, True)])


def _write_manifest(packet: PacketPages, attachments: Sequence[Attachment], annex: bytes) -> None:
    story, contents = packet.story, packet.contents
    story.part("18. Manifest")
    rows = [
        (
            lines([strong(each.name), esc(each.words)]),
            esc(f"{len(each.content):,}"),
            digest_markup(hashlib.sha256(each.content).hexdigest()),
        )
        for each in attachments
    ]
    for number, document in enumerate(contents.documents, start=1):
        rows.append(
            (
                lines([strong(f"report-document-{number}.pdf"), esc("In the annex")]),
                esc(f"{len(document):,}"),
                digest_markup(hashlib.sha256(document).hexdigest()),
            )
        )
    rows.append(
        (
            lines([strong("Confidential annex"), esc("Before it was signed; it begins so")]),
            esc(f"{len(annex):,}"),
            digest_markup(hashlib.sha256(annex).hexdigest()),
        )
    )
    add_listing(story, ("File", "Bytes", "SHA-256"), rows, widths=(196, 58))
    report = packet.version.draft
    add_facts(
        story,
        [
            ("Program", esc(f"ilocdoc {packet.version.app}, device {packet.version.device}")),
            ("Form", esc(f"{report.form.name} {report.form.version}")),
            ("Form SHA-256", digest_markup(report.form.sha256)),
            ("Catalogue", esc(f"{report.catalogue.name} {report.catalogue.version}")),
        ],
    )


def _write_limits(packet: PacketPages) -> None:
    story = packet.story
    story.keep_free(190)
    story.part("What this does not prove")
    story.bullets(texts().paragraphs("not_proved"))


def write_how_to_verify(packet: PacketPages, *, record: str) -> None:
    """Write the one-page sheet that stands last."""
    story = packet.story
    story.new_page()
    story.part("How to verify")
    text = verify_text(kind="packet", number=packet.contents.packet_id, record=record)
    story.instructions(text.split("\n")[2:])
