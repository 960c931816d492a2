"""The referral packet's middle: facts by possible offence, force and injury (parts 6 and 7).

The prosecutor finds for each possible offence what speaks for it and what against it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ilocdoc.packet.packet_pages import PacketPages, provision_of
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.styles import NOTE, QUESTION, SMALL
from ilocdoc.packet.tables import add_facts, add_listing, strong
from ilocdoc.packet.time_line import time_line
from ilocdoc.packet.wording import texts
from ilocdoc.record.answers import NO_RESPONSE
from ilocdoc.record.catalogue import Approval
from ilocdoc.record.form import Field


def write_facts_by_offence(packet: PacketPages) -> None:
    """Write part 6."""
    story = packet.story
    story.part("6. Facts by possible offence, for and against")
    story.text(texts().text("notice"), style=NOTE)
    found = list(packet.rows("apparent_violations"))
    if not found:
        story.text("Unclassified: for detective review. No entry is recorded.")
    elif _are_drafts(packet, [row for _n, row, _r in found]):
        story.text(
            f"Provisions and elements are worded by catalogue "
            f"{packet.version.draft.catalogue.version}, which counsel has not yet approved.",
            style=NOTE,
        )
    for number, (_name, row, repeat) in enumerate(found, start=1):
        _write_entry(packet, number, row, repeat)
    packet.printed.update(("apparent_violations", "element_facts"))
    story.section("Facts against, for the whole report")
    add_facts(story, [("Facts that speak for another account", esc(packet.one("exculpatory")))])
    packet.printed.add("exculpatory_facts")
    if "against" in packet.citations.texts:
        packet.write_numbered("against")


def _are_drafts(packet: PacketPages, entries: Sequence[Mapping[str, Any]]) -> bool:
    named = [provision_of(packet.version, entry) for entry in entries]
    return any(row is not None and row.approval is not Approval.APPROVED for row in named)


def _write_entry(packet: PacketPages, number: int, row: dict[str, Any], repeat: Field) -> None:
    story, key = packet.story, f"entry.{row.get('id')}"
    provision = packet.reader.value(row, repeat, "offence")
    story.section(f"Entry {number}. Facts that may be relevant to: {provision}")
    # A reviewer's value is printed where a reviewer gave one; nobody left it open otherwise.
    reviewed = [name for name in _REVIEWED if name in row]
    packet.pages.write_lines(_answers(packet, row, repeat, (*_ABOUT_ENTRY, *reviewed)))
    for name, end in (("facts", "facts"), ("facts_against", "against")):
        story.text(packet.reader.label(repeat.field(name)), style=QUESTION)
        packet.write_numbered(f"{key}.{end}")
    _write_elements(packet, row)
    story.text("Authority and immunity", style=QUESTION)
    packet.pages.write_lines(
        [
            *_answers(packet, row, repeat, _AUTHORITY),
            ("Authorised by federal law", "left blank for counsel"),
            ("Necessary and proper", "left blank for counsel"),
        ]
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
) -> list[tuple[str, str]]:
    """Return questions and answers of a row; questions this form version has, in order."""
    fields = {each.name: each for each in repeat.fields}
    return [
        (packet.reader.label(fields[name]), packet.reader.value(row, repeat, name))
        for name in names
        if name in fields
    ]


def _write_elements(packet: PacketPages, entry: Mapping[str, Any]) -> None:
    """Write element by element what was seen, not seen, not known, with its source.

    Every element of the provision has a row: one that nobody answered says so.
    """
    provision = provision_of(packet.version, entry)
    worded = dict(enumerate(provision.elements if provision else (), start=1))
    repeat = packet.repeat("element_facts")
    given: dict[Any, list[dict[str, Any]]] = {number: [] for number in worded}
    for _name, row, _repeat in packet.rows("element_facts"):
        if row.get("entry") == entry.get("id"):
            given.setdefault(row.get("element"), []).append(row)
    if not given or repeat is None:
        packet.story.text("This entry has no elements: a detective classifies.", style=NOTE)
        return
    rows = []
    for number in sorted(given, key=lambda each: (each not in worded, str(each).zfill(6))):
        words = f"{number}. {worded.get(number, 'Worded by a catalogue that is not here.')}"
        for place, row in enumerate(given[number] or [{}]):
            rows.append((esc("" if place else words), *_fact(packet, repeat, row)))
    heads = ("Element, as the catalogue words it", "Stands", "Fact", "Source")
    add_listing(packet.story, heads, rows, widths=(168, 58, 140))


def _fact(
    packet: PacketPages, repeat: Field, row: Mapping[str, Any]
) -> tuple[SafeMarkup, SafeMarkup, SafeMarkup]:
    if not row:
        return esc(NO_RESPONSE), esc(NO_RESPONSE), esc(NO_RESPONSE)
    names = ("source_kind", "source_of", "source_time", "source_note")
    source = [packet.reader.value(row, repeat, name) for name in names if name in row]
    source.append(packet.citations.behind(str(row.get("source_of") or "")))
    told = "; ".join(dict.fromkeys(each for each in source if each))
    state, fact = (packet.cell(row, repeat, name) for name in ("element_state", "fact"))
    return state, fact, esc(told or NO_RESPONSE)


def write_force_and_injury(packet: PacketPages) -> None:
    """Write part 7."""
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
        "injury_reported",
        "ems_needed",
        "no_ems_reason",
        "medical_release_given",
    )
    _write_table(packet, "force_events", "Force at a glance", _FORCE)
    packet.write("force_events")
    _write_table(packet, "injuries", "Injuries at a glance", _INJURY)
    packet.write("injuries")
    packet.write("medical")
    story.section("Medical time line")
    rows = [
        (esc(when), esc(what), esc(source))
        for when, what, source in time_line(packet, repeats=("medical",), stamps=MEDICAL_STAMPS)
    ]
    if not rows:
        story.text("No time of medical care is recorded.")
    add_listing(story, ("When", "What", "Where it stands"), rows, widths=(132, 236))


_FORCE = (("at", 96), ("actor", 62), ("target", 62), ("force_type", 96), ("warning_given", 60))
_INJURY = (("person", 96), ("severity", 120), ("basis", 96), ("before_force", 80))
MEDICAL_STAMPS = frozenset(["ems_called", "ems_here"])


def _write_table(
    packet: PacketPages, name: str, title: str, columns: Sequence[tuple[str, float]]
) -> None:
    """Write some questions of a repeat's rows as a table; one row needs none."""
    found = list(packet.rows(name))
    repeat = packet.repeat(name)
    if repeat is None or len(found) <= 1:
        return
    known = {each.name for each in repeat.fields}
    shown = [(column, width) for column, width in columns if column in known]
    rows = [
        (strong(called), *(packet.cell(row, repeat, column) for column, _w in shown))
        for called, row, _repeat in found
    ]
    heads = ["Which", *(packet.reader.label(repeat.field(column)) for column, _w in shown)]
    packet.story.section(title)
    add_listing(packet.story, heads, rows, widths=(72, *(width for _c, width in shown[:-1])))
    packet.story.text("Each in full follows.", style=SMALL)
