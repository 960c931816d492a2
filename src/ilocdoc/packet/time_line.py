"""Every time that a report holds, in order, with what it belongs to."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from ilocdoc.packet.packet_pages import PacketPages
from ilocdoc.packet.report_layout import STAMP_WORDS
from ilocdoc.record.form import Field, FieldType
from ilocdoc.record.times import read_time, read_utc

Event = tuple[datetime, str, str, str]
"""Instant, printed time, what, source."""


def time_line(
    packet: PacketPages,
    *,
    repeats: Collection[str] | None = None,
    stamps: Collection[str] | None = None,
) -> list[tuple[str, str, str]]:
    """Return (printed time, what, source) in order of time.

    Args:
        packet: Whose report.
        repeats: Only rows of these repeats and no other answers; all when None.
        stamps: Only one-tap times of these kinds; all when None.
    """
    events = [*_answers(packet, repeats), *_stamps(packet, stamps)]
    # Equal times stay in the order of the report.
    events.sort(key=itemgetter(0))
    return [(when, what, source) for _at, when, what, source in events]


def _answers(packet: PacketPages, repeats: Collection[str] | None) -> Iterator[Event]:
    for _section, asked in packet.form.placed_fields():
        if asked.type is FieldType.REPEAT and (repeats is None or asked.name in repeats):
            for name, row, repeat in packet.rows(asked.name):
                for inner in repeat.fields:
                    where = PARTS.get(asked.name, "part 14")
                    yield from _event(packet, inner, row, about=f"{name}: ", where=where)
        elif repeats is None:
            yield from _event(packet, asked, packet.answers, about="", where="answer in the report")


PARTS = {
    "people": "part 4",
    "identification_attempts": "part 5",
    "force_events": "part 7",
    "injuries": "part 7",
    "medical": "part 7",
    "items": "part 8",
    "external_video": "part 8",
    "bwc_recordings": "part 10",
    "statements": "part 12",
    "notifications": "part 13",
    "victim_notices": "part 16",
}
"""Where the rows of a repeat are printed."""


def _event(
    packet: PacketPages, asked: Field, row: Mapping[str, Any], *, about: str, where: str
) -> Iterator[Event]:
    moment = read_time(row.get(asked.name))
    if asked.type is FieldType.DATETIME and moment is not None:
        when = packet.reader.print(asked, row[asked.name])
        label = packet.reader.label(asked)
        # "Statement 1: When" says no more than "Statement 1".
        what = about.removesuffix(": ") if about and asked.name == "at" else f"{about}{label}"
        yield moment, when, f"{what}{_kind_of_force(packet, row)}", where


def _kind_of_force(packet: PacketPages, row: Mapping[str, Any]) -> str:
    repeat = packet.repeat("force_events")
    if repeat is None or "force_type" not in row:
        return ""
    return f" ({packet.reader.value(row, repeat, 'force_type')})"


def _stamps(packet: PacketPages, kinds: Collection[str] | None) -> Iterator[Event]:
    for stamp in packet.version.draft.stamps:
        if stamp.struck or (kinds is not None and stamp.kind not in kinds):
            continue
        note = f" ({stamp.note})" if stamp.note else ""
        words = STAMP_WORDS.get(stamp.kind, stamp.kind) + note
        yield read_utc(stamp.wall), packet.time(stamp.wall), words, "one tap, laptop clock"
