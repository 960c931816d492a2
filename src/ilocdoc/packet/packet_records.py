"""The referral packet, second half: records, history, signatures, manifest (parts 10 to 18)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from ilocdoc.packet.archive import Attachment
from ilocdoc.packet.figures import add_signatures
from ilocdoc.packet.ledger_text import by_words, entry_words, said_words
from ilocdoc.packet.packet_pages import (
    CHANGED,
    CUSTODY_HEADS,
    CUSTODY_WIDTHS,
    FileNote,
    PacketPages,
    custody_rows,
)
from ilocdoc.packet.report_layout import write_prompts
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.styles import NOTE, QUESTION
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
from ilocdoc.record.form import Field

PREPARER = ("PreparingSupervisor", "Preparing supervisor")
ACCEPTER = ("AcceptingMember", "Accepting detective or watch lieutenant")


def write_back(packet: PacketPages, attachments: Sequence[Attachment], annex: FileNote) -> None:
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
    packet.printed.add("victim_notices")  # Part 16 prints it, after the rest of part 14.
    _write_history(packet)
    _write_disclosure(packet)
    _write_victim_rights(packet)
    _write_certifications(packet)
    _write_manifest(packet, attachments, annex)
    _write_limits(packet)


def _write_camera_list(packet: PacketPages) -> None:
    story = packet.story
    story.part("10. Body-worn camera recordings")
    story.text(texts().text("camera_retention"), style=NOTE)
    packet.write("no_bwc_reason", "hospital_bwc_approved_by", "bwc_viewed", "bwc_viewed_at")
    _write_cards(packet, "bwc_recordings", none="No recording is listed.")
    packet.write("bwc_moments")


def _write_cards(packet: PacketPages, name: str, *, none: str) -> None:
    """Write the rows of a repeat under the heading of the part, which names them already."""
    packet.printed.add(name)
    repeat, found = packet.repeat(name), list(packet.rows(name))
    if repeat is None or not found:
        packet.story.text(none)
        return
    for place in range(len(found)):
        packet.pages.write_row(repeat, place)


def _write_witnesses(packet: PacketPages) -> None:
    packet.story.part("11. Witness list")
    rows: list[tuple[SafeMarkup, ...]] = []
    for name, row, repeat in packet.rows("people"):
        said = packet.citations.behind(str(row.get("id")))
        rows.append(
            (
                lines([strong(name), packet.cell(row, repeat, "description")]),
                packet.cell(row, repeat, "person_roles"),
                esc(f"yes: {said}" if said else "none recorded"),
                packet.cell(row, repeat, "language"),
                packet.cell(row, repeat, "interpreter_needed"),
                packet.cell(row, repeat, "consent_prosecutor"),
            )
        )
    for name, row, repeat in packet.rows("members"):
        member = lines([strong(name.partition(": ")[2] or name), esc("CPD member")])
        words = ("this report", "not asked", "not asked", "not asked")
        part = packet.cell(row, repeat, "member_role")
        rows.append((member, part, *(esc(each) for each in words)))
    heads = ("Who, as described", "Part in it", "Statement", "Language", "Interpreter", "May call")
    add_listing(packet.story, heads, rows, widths=(126, 110, 72, 60, 60))
    if not rows:
        packet.story.text("No person is recorded.")


def _write_statements(packet: PacketPages) -> None:
    packet.story.part("12. Statements")
    packet.printed.add("statements")
    repeat = packet.repeat("statements")
    for place, (_name, row, _repeat) in enumerate(packet.rows("statements")):
        assert repeat is not None, "its rows were just read"
        packet.pages.write_row(repeat, place, without=("words", "translation"))
        for name in ("words", "translation"):
            key = f"statement.{row.get('id')}.{name}"
            if key in packet.citations.texts:
                packet.story.text(packet.reader.label(repeat.field(name)), style=QUESTION)
                packet.write_numbered(key)
    for name, row, _repeat in packet.rows("agents"):
        if f"agent.{row.get('id')}" in packet.citations.texts:
            packet.story.section(f"{name}: word for word")
            packet.write_numbered(f"agent.{row.get('id')}")
    if not any(key.startswith(("statement.", "agent.")) for key in packet.citations.texts):
        packet.story.text("No statement is recorded word for word.")


def _write_notifications(packet: PacketPages) -> None:
    packet.story.part("13. Notifications")
    packet.write("supervisor_told", "supervisor_told_at", "detective_notified")
    names = ("member_notified", "star", "at", "via", "content_class", "by")
    rows = [
        (_unit(packet, row, repeat), *(packet.cell(row, repeat, name) for name in names))
        for _name, row, repeat in packet.rows("notifications")
    ]
    packet.printed.add("notifications")
    heads = ("Unit", "Member", "Star", "When", "How", "What was passed on", "By, star")
    if not rows:
        packet.story.text("No notification is recorded.")
    add_listing(packet.story, heads, rows, widths=(92, 84, 40, 98, 58, 66))


def _unit(packet: PacketPages, row: Mapping[str, Any], repeat: Field) -> SafeMarkup:
    kind = packet.cell(row, repeat, "unit_kind")
    return lines([kind, packet.cell(row, repeat, "unit")]) if has_value(row.get("unit")) else kind


def _write_history(packet: PacketPages) -> None:
    story, contents = packet.story, packet.contents
    story.part("14. Report history")
    story.text("Every submitted version is kept and embedded in the annex. Nothing was removed.")
    rows = []
    signed_as = {(each.number, each.version): each.sha256 for each in packet.documents}
    changed: Sequence[str] | None = None
    for report in (*contents.earlier, contents.report):
        digest = signed_as.get((report["local_number"], report["version"]))
        signed = digest_markup(digest) if digest else esc("no signed document in this packet")
        words = f"{report['kind']}, version {report['version']}".capitalize()
        what = lines([esc(words), esc(packet.time(str(report["submitted_at"])))])
        rows.append((what, esc(_changes(packet, changed)), signed))
        changed = report.get(CHANGED)
    heads = ("Version, submitted", "Answers that differ", "SHA-256 of the signed document")
    add_listing(story, heads, rows, widths=(132, 186))
    _write_decisions(packet)
    story.section("Ledger entries of this report")
    entries = custody_rows(packet, contents.custody)
    add_listing(story, CUSTODY_HEADS, entries, widths=CUSTODY_WIDTHS)
    story.section("Answers of the report not printed above")
    packet.write_rest()


def _changes(packet: PacketPages, changed: Sequence[str] | None) -> str:
    """Name the questions whose answers differ; the answers may be confidential."""
    if changed is None:
        return "first version"
    labels = {field.name: packet.reader.label(field) for _s, field in packet.form.placed_fields()}
    labels["evidence"] = "Files taken in as evidence"
    return "; ".join(label for name, label in labels.items() if name in changed) or "none"


def _write_decisions(packet: PacketPages) -> None:
    story = packet.story
    story.section("Decisions")
    decisions = [
        (
            esc(packet.time(str(act.get("at", "")))),
            esc(entry_words(str(act.get("kind", "")))),
            esc(by_words(act)),
            esc(said_words(act, packet.redacted.clean)),
        )
        for act in packet.contents.decisions
    ]
    if decisions:
        add_listing(story, ("When", "What", "Who", "Words"), decisions, widths=(104, 88, 96))
    else:
        story.text("No decision is recorded.")


def _write_disclosure(packet: PacketPages) -> None:
    story = packet.story
    story.part("15. Disclosure index")
    story.text(
        "Everything that this program holds on the report, attached or not. What speaks against "
        "an allegation is listed first.",
        style=NOTE,
    )
    rows = [
        (esc(what), esc(where), esc(why))
        for what, where, why in (*_against(packet), *_related(packet))
    ]
    heads = ("Item", "Where", "Attached, or why not")
    add_listing(story, heads, rows, widths=(176, 134))
    write_prompts(story, packet.version.draft.prompts, heading=story.section)


def _against(packet: PacketPages) -> list[tuple[str, str, str]]:
    rows = []
    if "against" in packet.citations.texts:
        mark = packet.citations.marks(["against"])
        rows.append(("Facts against, for the whole report", f"part 6, {mark}", "attached"))
    for number, (_name, row, _repeat) in enumerate(packet.rows("apparent_violations"), start=1):
        if has_value(row.get("facts_against")):
            mark = packet.citations.marks([f"entry.{row.get('id')}.against"])
            rows.append((f"Facts against, entry {number}", f"part 6, {mark}", "attached"))
    unproved = [row for _n, row, _r in packet.rows("element_facts") if _is_open(row)]
    if unproved:
        what = f"{len(unproved)} elements answered with not seen or not known"
        rows.append((what, "part 6", "attached"))
    rows.append(
        (
            "Impeachment material about members",
            "not held by this program",
            "kept and disclosed by the department\u2019s own procedure",
        )
    )
    return rows


def _is_open(row: Mapping[str, Any]) -> bool:
    return row.get("element_state") in {"not_seen", "unknown"}


def _related(packet: PacketPages) -> list[tuple[str, str, str]]:
    withheld = len(packet.redacted.withheld)
    rows = [
        ("Signed report documents, all versions", "annex", "they hold contact and medical detail"),
        ("Full records (report.json), all versions", "annex", "the same"),
        (f"{withheld} confidential answers and texts", "annex", "the same"),
    ]
    shown = {each.evidence_id for each in packet.contents.exhibits if each.jpeg}
    for number, item in enumerate(packet.version.draft.evidence, start=1):
        why = "reduced picture attached; original kept by digest"
        if item.id not in shown:
            why = "no picture; the original is kept by digest and handed over as a file"
        rows.append((f"F-{number} {item.name}", "evidence store, part 8", why))
    for name, row, repeat in packet.rows("items"):
        kept = packet.reader.value(row, repeat, "kept_at")
        rows.append((name, kept, "a thing; part 8 describes it"))
    for name, row, repeat in packet.rows("bwc_recordings"):
        recording = packet.reader.value(row, repeat, "recording_id")
        rows.append((f"{name}: {recording}", "evidence system", "kept there; part 10 lists it"))
    for name, row, repeat in packet.rows("external_video"):
        source = packet.reader.value(row, repeat, "video_source")
        why = "a copy was received; its file is named in part 8"
        if not has_value(row.get("obtained_at")):
            why = "not received"
        rows.append((f"{name}: {source}", "holder, see annex", why))
    rows.append(
        ("Drafts after the first submission", "ledger of the laptop", "not attached; on request")
    )
    return rows


def _write_victim_rights(packet: PacketPages) -> None:
    packet.story.part("16. Statements of rights given")
    packet.story.text(
        "The Attorney General\u2019s written statement of the rights of crime victims "
        "(725 ILCS 120). Giving it decides nothing about the report.",
        style=NOTE,
    )
    none = "No statement of rights is recorded as given."
    _write_cards(packet, "victim_notices", none=none)


def _write_certifications(packet: PacketPages) -> None:
    story = packet.story
    story.keep_free(440)
    story.part("17. Certifications and signatures")
    story.text(f"Wording of all texts below: version {texts().printed_version}.", style=NOTE)
    for title, name in (("Preparing supervisor", "prepared"), ("Accepting member", "accepted")):
        story.text(title, style=QUESTION)
        story.text(texts().text(name))
    story.text(f"Both: \u201c{NO_DIRECTION}\u201d")
    story.text("Certificates that others supply", style=QUESTION)
    story.bullets(texts().paragraphs("custodian"))
    story.space(4)
    add_signatures(story, [(*PREPARER, False), (*ACCEPTER, True)])


def _write_manifest(
    packet: PacketPages, attachments: Sequence[Attachment], annex: FileNote
) -> None:
    story = packet.story
    story.part("18. Manifest")
    rows = [
        (
            lines([strong(each.name), esc(each.words)]),
            esc(f"{len(each.content):,}"),
            digest_markup(hashlib.sha256(each.content).hexdigest()),
        )
        for each in attachments
    ]
    for number, document in enumerate(packet.documents, start=1):
        rows.append(
            (
                lines([strong(f"report-document-{number}.pdf"), esc("In the annex")]),
                esc(f"{document.size:,}"),
                digest_markup(document.sha256),
            )
        )
    rows.append(
        (
            lines([strong("Confidential annex"), esc("Before it was signed; it begins so")]),
            esc(f"{annex.size:,}"),
            digest_markup(annex.sha256),
        )
    )
    add_listing(story, ("File", "Bytes", "SHA-256"), rows, widths=(196, 58))
    report = packet.version.draft
    add_facts(
        story,
        [
            (
                "Report written with",
                esc(f"ilocdoc {packet.version.app}, device {packet.version.device}"),
            ),
            ("Form", esc(f"{report.form.name} {report.form.version}")),
            ("Form SHA-256", digest_markup(report.form.sha256)),
            ("Catalogue", esc(f"{report.catalogue.name} {report.catalogue.version}")),
            ("Catalogue SHA-256", digest_markup(report.catalogue.sha256)),
            ("Texts", esc(texts().printed_version)),
            ("Texts SHA-256", digest_markup(texts().sha256)),
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
