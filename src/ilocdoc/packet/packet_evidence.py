"""The referral packet's substance: agents, facts, force, evidence, custody (parts 5 to 9).

The prosecutor finds for each possible offence what speaks for it and what against it.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ilocdoc.packet.figures import add_picture
from ilocdoc.packet.packet_pages import CUSTODY_HEADS, PacketPages, custody_rows, has_minor
from ilocdoc.packet.report_layout import write_evidence
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import CAPTION, NOTE, QUESTION, SMALL
from ilocdoc.packet.tables import add_facts, add_listing, digest_markup
from ilocdoc.packet.time_line import time_line
from ilocdoc.packet.wording import texts
from ilocdoc.record.answers import NO_RESPONSE
from ilocdoc.record.catalogue import read_catalogue
from ilocdoc.record.documents import PacketContents
from ilocdoc.record.form import Field
from ilocdoc.record.report import ReportVersion
from ilocdoc.shelf import form_file


def write_substance(packet: PacketPages) -> None:
    """Write parts 5 to 9."""
    _write_federal(packet)
    _write_facts_by_offence(packet)
    _write_force_and_injury(packet)
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


def _write_facts_by_offence(packet: PacketPages) -> None:
    story = packet.story
    story.keep_free(360)
    story.part("6. Facts by possible offence, for and against")
    story.text(texts().text("notice"), style=NOTE)
    found = list(packet.rows("apparent_violations"))
    if not found:
        story.text("Unclassified: for detective review. No entry is recorded.")
    for number, (_name, row, repeat) in enumerate(found, start=1):
        _write_entry(packet, number, row, repeat)
    packet.printed.add("apparent_violations")
    story.section("Facts against, for the whole report")
    add_facts(
        story,
        [
            ("Facts that speak against an allegation", esc(packet.one("exculpatory"))),
            ("Which", esc(packet.one("exculpatory_facts"))),
        ],
    )


def _write_entry(packet: PacketPages, number: int, row: dict[str, Any], repeat: Field) -> None:
    story = packet.story
    provision = packet.reader.value(row, repeat, "offence")
    story.section(f"Entry {number}. Facts that may be relevant to: {provision}")
    # A reviewer's value is printed where a reviewer gave one; nobody left it open otherwise.
    reviewed = [name for name in _REVIEWED if name in row]
    add_facts(story, _answers(packet, row, repeat, (*_ABOUT_ENTRY, *reviewed)))
    for name in ("facts", "facts_against"):
        story.text(packet.reader.label(repeat.field(name)), style=QUESTION)
        story.numbered(packet.reader.value(row, repeat, name))
    _write_elements(packet, row)
    story.text("Authority and immunity", style=QUESTION)
    left_blank = esc("left blank for counsel")
    add_facts(
        story,
        [
            *_answers(packet, row, repeat, _AUTHORITY),
            ("Authorised by federal law", left_blank),
            ("Necessary and proper", left_blank),
        ],
    )


_ABOUT_ENTRY = (
    "actor_kind",
    "actor",
    "alleged_victim",
    "iucr",
    "nibrs",
    "proposed_by",
)
_REVIEWED = ("review_decision", "decision_reason")
_AUTHORITY = ("authority_stated", "warrant_seen", "on_duty", "task_stated")


def _answers(
    packet: PacketPages, row: Mapping[str, Any], repeat: Field, names: Sequence[str]
) -> list[tuple[str, SafeMarkup]]:
    """Return questions and answers of a row; questions this form version has, in order."""
    fields = {each.name: each for each in repeat.fields}
    return [
        (packet.reader.label(fields[name]), packet.cell(row, repeat, name))
        for name in names
        if name in fields
    ]


def _write_elements(packet: PacketPages, entry: Mapping[str, Any]) -> None:
    """Write element by element what was seen, not seen, not known, with its source."""
    packet.printed.add("element_facts")
    elements = elements_of(packet.version, str(entry.get("offence", "")))
    rows = []
    for _name, row, repeat in packet.rows("element_facts"):
        if row.get("entry") != entry.get("id"):
            continue
        number = row.get("element")
        words = f"Element {number}"
        if isinstance(number, int) and 0 < number <= len(elements):
            words = f"{number}. {elements[number - 1]}"
        sources = ("source_kind", "source_of", "source_time", "source_note")
        source = [packet.reader.value(row, repeat, n) for n in sources if n in row]
        rows.append(
            (
                esc(words),
                packet.cell(row, repeat, "element_state"),
                packet.cell(row, repeat, "fact"),
                esc("; ".join(source) or NO_RESPONSE),
            )
        )
    if rows:
        heads = ("Element, as the catalogue words it", "Stands", "Fact", "Source")
        add_listing(packet.story, heads, rows, widths=(176, 56, 140))


def elements_of(version: ReportVersion, offence: str) -> tuple[str, ...]:
    """Return the elements of a catalogue row in the very version that the report names.

    Empty when that version is not shipped with this program.
    """
    named = version.draft.catalogue
    path = form_file("catalogue", f"{PurePath(named.version).name}.toml")
    if not path.is_file():
        return ()
    catalogue = read_catalogue(path.read_bytes())
    row = catalogue.row(offence)
    return row.elements if row is not None and catalogue.sha256 == named.sha256 else ()


def _write_force_and_injury(packet: PacketPages) -> None:
    story = packet.story
    story.part("7. Force, injury, medical care")
    story.text("Force by anyone, injury of anyone. Medical detail stands in the annex.", style=NOTE)
    packet.write(
        "force_reported",
        "chemical_exposed",
        "chemical_air",
        "chemical_minors",
        "chemical_decontamination",
        "chemical_recovered",
        "force_events",
    )
    packet.write("injury_reported", "ems_needed", "no_ems_reason", "injuries")
    packet.write("medical_release_given", "medical")
    story.section("Medical time line")
    rows = [
        (esc(when), esc(what), esc(source))
        for when, what, source in time_line(packet, repeats=("medical",), stamps=MEDICAL_STAMPS)
    ]
    if not rows:
        story.text("No time of medical care is recorded.")
    add_listing(story, ("When", "What", "Source"), rows, widths=(132, 236))


MEDICAL_STAMPS = frozenset(["ems_called", "ems_here"])


def _write_evidence(packet: PacketPages) -> None:
    story = packet.story
    story.part("8. Evidence inventory")
    packet.write("video_exists", "items", "external_video", "vehicles", "property_damage")
    write_evidence(story, packet.version.draft.evidence, heading=story.section, time=packet.time)
    shown = exhibits_in_main(packet.contents, packet.answers)
    if shown:
        story.section("Exhibits")
        write_exhibits(story, packet.version, packet.contents)
    elif packet.contents.exhibits:
        story.text(
            "A person under 18 is recorded: pictures are shown in the confidential annex.",
            style=NOTE,
        )


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
    story.text(
        "From the signed ledger. Each entry holds the hash of the one before it; the full list "
        "is embedded as custody.jsonl.",
        style=NOTE,
    )
    for number, item in enumerate(packet.version.draft.evidence, start=1):
        story.section(f"F-{number}: {item.name}")
        steps = [e for e in packet.contents.custody if e.get("ids", {}).get("evidence") == item.id]
        if not steps:
            story.text("No entry of the ledger names this file.")
            continue
        add_listing(story, CUSTODY_HEADS, custody_rows(packet, steps), widths=(132, 150, 60))
    if not packet.version.draft.evidence:
        story.text("No file was taken in.")
