"""The referral packet's substance: agents, evidence, custody (parts 5, 8 and 9)."""

from collections.abc import Mapping
from typing import Any

from ilocdoc.packet.figures import add_picture
from ilocdoc.packet.packet_facts import write_facts_by_offence, write_force_and_injury
from ilocdoc.packet.packet_pages import (
    CUSTODY_HEADS,
    CUSTODY_NOTE,
    CUSTODY_WIDTHS,
    PacketPages,
    custody_rows,
    has_minor,
)
from ilocdoc.packet.report_layout import write_evidence
from ilocdoc.packet.safe_markup import esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import CAPTION, NOTE, SMALL
from ilocdoc.packet.tables import add_listing, digest_markup, strong
from ilocdoc.record.documents import PacketContents
from ilocdoc.record.report import ReportVersion


def write_substance(packet: PacketPages) -> None:
    """Write parts 5 to 9."""
    _write_federal(packet)
    write_facts_by_offence(packet)
    write_force_and_injury(packet)
    _write_evidence(packet)
    _write_custody(packet)


def _write_federal(packet: PacketPages) -> None:
    story = packet.story
    story.part("5. Federal personnel and tries to identify")
    story.text(
        "As given or seen. A covered face or a missing name plate is an observation and nothing "
        "more.",
        style=NOTE,
    )
    packet.write(
        "agents_present",
        "supervisor_identified",
        "no_attempt_reason",
        "crowd_control_carried",
        "court_order_stated",
        "court_order_words",
        "agents",
        "identification_attempts",
        "warrants",
    )
    packet.write("vehicles")


def _write_evidence(packet: PacketPages) -> None:
    story = packet.story
    story.part("8. Evidence inventory")
    packet.write("video_exists")
    write_evidence(story, packet.version.draft.evidence, heading=story.section, time=packet.time)
    story.text(
        "Originals lie sealed in the evidence store; each handover is an entry of part 9.",
        style=SMALL,
    )
    packet.write("items")
    packet.write("external_video")
    packet.write("property_damage")
    shown = exhibits_in_main(packet.contents, packet.answers)
    if shown:
        story.section("Exhibits")
        write_exhibits(story, packet.version, packet.contents)
    elif packet.contents.exhibits:
        story.text(
            "A person under 18 is recorded: pictures are shown in the confidential annex.",
            style=NOTE,
        )
    _write_index(packet, in_annex=not shown)


def _write_index(packet: PacketPages, *, in_annex: bool) -> None:
    """Write which piece of evidence is cited in which paragraph."""
    citations = packet.citations
    if not citations.sources:
        return
    drawn = {each.evidence_id for each in packet.contents.exhibits if each.jpeg}
    rows = []
    for source in citations.sources:
        where = source.part
        if source.ids & drawn:
            where += ", picture in the annex" if in_annex else ", with picture"
        cited = citations.cited_in(source) or "not cited"
        rows.append((strong(source.label), esc(source.what), esc(cited), esc(where)))
    packet.story.section("Index of evidence by paragraph")
    heads = ("Evidence", "What", "Cited in", "Listed in")
    add_listing(packet.story, heads, rows, widths=(64, 190, 118))


def exhibits_in_main(contents: PacketContents, answers: Mapping[str, Any]) -> bool:
    """Tell whether pictures stand in the main document.

    No program can tell whether a picture shows a child, so with a person under 18 in the
    report all pictures go to the annex.
    """
    return any(each.jpeg for each in contents.exhibits) and not has_minor(answers)


def write_exhibits(story: Story, version: ReportVersion, contents: PacketContents) -> None:
    """Write the prepared pictures, each with its caption and the original's digest."""
    items = {item.id: (n, item) for n, item in enumerate(version.draft.evidence, start=1)}
    for exhibit in contents.exhibits:
        if not exhibit.jpeg or exhibit.evidence_id not in items:
            continue
        number, item = items[exhibit.evidence_id]
        caption = item.caption or f"File {item.name}, no caption was written"
        add_picture(
            story,
            exhibit.jpeg,
            (exhibit.width, exhibit.height),
            alt=caption,
            under=[
                (esc(f"Exhibit F-{number}. {caption}", base=CAPTION.fontName), CAPTION),
                (esc("Reduced for print. SHA-256 of the original:"), SMALL),
                (digest_markup(item.sha256), SMALL),
            ],
        )


def _write_custody(packet: PacketPages) -> None:
    story = packet.story
    story.part("9. Chain of custody")
    story.text(CUSTODY_NOTE, style=NOTE)
    for number, item in enumerate(packet.version.draft.evidence, start=1):
        story.section(f"F-{number}: {item.name}")
        steps = [e for e in packet.contents.custody if e.get("ids", {}).get("evidence") == item.id]
        if not steps:
            story.text("No entry of the ledger names this file.")
            continue
        add_listing(story, CUSTODY_HEADS, custody_rows(packet, steps), widths=CUSTODY_WIDTHS)
    if not packet.version.draft.evidence:
        story.text("No file was taken in.")
    _write_physical_custody(packet)


def _write_physical_custody(packet: PacketPages) -> None:
    names = ("collected_at", "collected_by", "found_at", "inventory", "kept_at")
    rows = [
        (strong(called), *(packet.cell(row, repeat, name) for name in names))
        for called, row, repeat in packet.rows("items")
    ]
    if not rows:
        return
    packet.story.section("Physical items")
    packet.story.text(
        "As the report says; the department\u2019s inventory holds the chain from there on.",
        style=NOTE,
    )
    heads = ("Item", "Collected", "By, star", "Found", "Inventory number", "Where it is now")
    add_listing(packet.story, heads, rows, widths=(48, 104, 50, 110, 66))
