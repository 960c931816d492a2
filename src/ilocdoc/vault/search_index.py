"""Full-text search inside an officer's volume. The index is a view and can be made anew.

A draft is kept many times a minute, so keeping one only notes that its words changed; they
are read into the index when somebody searches, and in quiet moments. The note is written in
the transaction of the draft, so a crash forgets no change, and nothing typed is missed.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import Draft, draft_from_json, version_from_json
from ilocdoc.record.searching import UNKNOWN, Found, Piece, Search, SearchText
from ilocdoc.record.summary import ReportRow
from ilocdoc.vault.database import Database
from ilocdoc.vault.report_rows import rows_of

PARTS = ("heading", "people", "places", "marks", "narrative", "also", "private")
_SHOWN = ("narrative", "places", "people", "marks", "heading")
"""Where a hit is shown, the most telling part first; the other two are only told of."""
_COLUMNS = ", ".join(PARTS)
SCHEMA = """
    CREATE TABLE search_text (
        number INTEGER PRIMARY KEY, report_id TEXT NOT NULL UNIQUE, unit TEXT NOT NULL,
        heading TEXT NOT NULL, people TEXT NOT NULL, places TEXT NOT NULL,
        marks TEXT NOT NULL, narrative TEXT NOT NULL, also TEXT NOT NULL,
        private TEXT NOT NULL) STRICT;;
    CREATE TABLE search_pattern (
        size INTEGER NOT NULL, text TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (size, text, number)) STRICT, WITHOUT ROWID;;
    CREATE INDEX search_pattern_of ON search_pattern (number);;
    CREATE TABLE search_waiting (report_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;;
    CREATE VIRTUAL TABLE search USING fts5(
        heading, people, places, marks, narrative, also, private,
        content='search_text', content_rowid='number', prefix='2 3',
        tokenize="unicode61 remove_diacritics 2");;
    INSERT INTO search (search, rank) VALUES ('rank', 'bm25(8, 5, 4, 6, 1, 0.5, 3)');;
    CREATE TRIGGER search_text_comes AFTER INSERT ON search_text BEGIN
        INSERT INTO search (rowid, heading, people, places, marks, narrative, also, private)
        VALUES (new.number, new.heading, new.people, new.places, new.marks, new.narrative,
            new.also, new.private); END;;
    CREATE TRIGGER search_text_goes AFTER DELETE ON search_text BEGIN
        INSERT INTO search (search, rowid, heading, people, places, marks, narrative, also,
            private)
        VALUES ('delete', old.number, old.heading, old.people, old.places, old.marks,
            old.narrative, old.also, old.private);
        DELETE FROM search_pattern WHERE number = old.number; END;;
    INSERT INTO search_waiting SELECT report_id FROM report
"""
_TABLES = ("search", "search_text", "search_pattern", "search_waiting")
_OPEN, _CLOSE = "\x02", "\x03"
"""Around a hit; texts hold no control characters."""
_SNIPPET_WORDS = 14
_SHORTEST_PREFIX = 2
_SNIPPETS = ", ".join(
    f"snippet(search, {PARTS.index(part)}, '{_OPEN}', '{_CLOSE}', '…', {_SNIPPET_WORDS})"
    for part in _SHOWN
)


_FOUND_BY_ROWID, _FOUND_BY_NUMBER = (
    "rowid IN (SELECT number FROM search_pattern WHERE size = ? AND text GLOB ?)",
    "number IN (SELECT number FROM search_pattern WHERE size = ? AND text GLOB ?)",
)
_AMONG = "rowid IN (SELECT number FROM search_text JOIN report USING (report_id) WHERE {})"


class _Asked(NamedTuple):
    """A condition and what stands for its question marks."""

    condition: str
    values: tuple[object, ...]


_Hits = dict[int, tuple[str, tuple[Piece, ...]]]


def note_change(database: Database, report_id: ReportId) -> None:
    """Note in the open transaction that a report has other words now."""
    # Noted already in almost every case: then nothing is written.
    database.run("INSERT OR IGNORE INTO search_waiting VALUES (?)", (report_id,))


def put_text(database: Database, report_id: ReportId, text: SearchText | None) -> None:
    """Read a report's words into the index, in the open transaction.

    Args:
        database: Of the officer.
        report_id: Of the report.
        text: None when the report has no words any more.
    """
    database.run("DELETE FROM search_text WHERE report_id = ?", (report_id,))
    if text is not None:
        holes = ", ".join("?" for _ in PARTS)
        database.run(
            f"INSERT INTO search_text (report_id, unit, {_COLUMNS}) VALUES (?, ?, {holes})",  # noqa: S608 - constants
            (report_id, text.unit, *(getattr(text, part) for part in PARTS)),
        )
        (number,) = database.one("SELECT last_insert_rowid()")
        for pattern in text.patterns:
            database.run(
                "INSERT INTO search_pattern VALUES (?, ?, ?)", (len(pattern), pattern, number)
            )
    database.run("DELETE FROM search_waiting WHERE report_id = ?", (report_id,))


def make_anew(database: Database) -> None:
    """Make the index anew, in the open transaction; every report waits to be read into it."""
    for table in _TABLES:
        database.run(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";;"):
        database.run(statement)


class SearchIndex:
    """Fits `casework.ports.Finder`; a view of one volume."""

    def __init__(self, database: Database, *, me: OfficerId, confirmed: Callable[[], int]) -> None:
        """Begin; an index that is missing is made anew.

        Args:
            database: Of the officer.
            me: Whose volume it is.
            confirmed: Last ledger entry that headquarters signed for.
        """
        self._database, self._me, self._confirmed = database, me, confirmed
        if not self._is_there():
            with database.transaction():
                make_anew(database)

    def _is_there(self) -> bool:
        found = self._database.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {(table,) for table in _TABLES} <= set(found)

    def waiting(self, *, most: int) -> Sequence[tuple[ReportId, Draft | None]]:
        """Return reports whose words are not in the index, with their newest text."""
        rows = self._database.all("SELECT report_id FROM search_waiting LIMIT ?", (most,))
        return [(ReportId(each), self._newest(each)) for (each,) in rows]

    def _newest(self, report_id: str) -> Draft | None:
        draft = self._database.all("SELECT body FROM draft WHERE report_id = ?", (report_id,))
        if draft:
            return draft_from_json(json.loads(draft[0][0]))
        version = self._database.all(
            "SELECT body FROM version WHERE report_id = ? ORDER BY version DESC LIMIT 1",
            (report_id,),
        )
        return version_from_json(json.loads(version[0][0])).draft if version else None

    def find(self, search: Search, *, most: int) -> Sequence[Found]:
        """Return reports that hold what is looked for, the best first.

        Args:
            search: Not empty.
            most: How many at most.
        """
        found = self._by_words(search, most) if search.words else self._by_marks(search, most)
        if search.reading:
            in_part = replace(search, words=(), patterns=(search.reading,))
            found = {**self._by_marks(in_part, most), **found}
        numbers = list(found)[:most]
        return [
            Found(row=row, pieces=found[number][1], place=found[number][0])
            for number, row in self._rows(numbers)
        ]

    def _by_words(self, search: Search, most: int) -> _Hits:
        """Return (part, text around the hit) by number, the best first."""
        asked = [
            _Asked("search MATCH ?", (_match(search.words),)),
            *_of_patterns(search, _FOUND_BY_ROWID),
        ]
        filters = _filters(search)
        if filters:
            inner, values = _joined(filters)
            asked.append(_Asked(_AMONG.format(inner), tuple(values)))
        conditions, values = _joined(asked)
        rows = self._database.all(
            f"SELECT rowid, {_SNIPPETS} FROM search WHERE {conditions} ORDER BY rank LIMIT ?",  # noqa: S608 - constants
            (*values, most),
        )
        return {number: _first_hit(snippets) for number, *snippets in rows}

    def _by_marks(self, search: Search, most: int) -> _Hits:
        conditions, values = _joined([*_of_patterns(search, _FOUND_BY_NUMBER), *_filters(search)])
        rows = self._database.all(
            "SELECT number, marks FROM search_text JOIN report USING (report_id) "  # noqa: S608 - constants
            f"WHERE {conditions} ORDER BY started_at DESC LIMIT ?",
            (*values, most),
        )
        return {
            number: ("marks", (Piece(text=" · ".join(marks.splitlines()), is_hit=True),))
            for number, marks in rows
        }

    def _rows(self, numbers: Sequence[int]) -> list[tuple[int, ReportRow]]:
        holes = ", ".join("?" for _ in numbers)
        named: dict[int, str] = dict(
            self._database.all(
                f"SELECT number, report_id FROM search_text WHERE number IN ({holes})",  # noqa: S608 - constants
                numbers,
            )
        )
        reports = [ReportId(each) for each in named.values()]
        rows = {
            each.report_id: each
            for each in rows_of(self._database, reports, me=self._me, confirmed=self._confirmed())
        }
        return [(number, rows[ReportId(named[number])]) for number in numbers]


def _of_patterns(search: Search, condition: str) -> list[_Asked]:
    return [_Asked(condition, (len(each), _glob(each))) for each in search.patterns]


def _joined(asked: Sequence[_Asked]) -> tuple[str, list[object]]:
    """Return one condition and its values."""
    conditions = " AND ".join(each.condition for each in asked)
    return conditions, [value for each in asked for value in each.values]


def _filters(search: Search) -> list[_Asked]:
    asked = (
        ("started_at >= ?", search.from_utc),
        ("started_at < ?", search.until_utc),
        ("author = ?", search.author),
        ("unit = ?", search.unit),
        ("instr(?, ' ' || state || ' ')", _spaced(search.states)),
    )
    return [_Asked(condition, (value,)) for condition, value in asked if value]


def _spaced(states: frozenset[str]) -> str:
    return f" {' '.join(sorted(states))} " if states else ""


def _match(words: Sequence[str]) -> str:
    """Return an FTS5 query: every word a quoted string, so that none is an operator."""
    return " AND ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    quoted = '"' + word.replace('"', '""') + '"'
    letters = sum(each.isalnum() for each in word)
    return quoted + "*" if letters >= _SHORTEST_PREFIX else quoted


def _glob(pattern: str) -> str:
    """Return the GLOB that fits a pattern: unread places fit anything, on both sides."""
    return "".join("?" if each == UNKNOWN else f"[{each}{UNKNOWN}]" for each in pattern)


def _first_hit(snippets: Sequence[str]) -> tuple[str, tuple[Piece, ...]]:
    for part, snippet in zip(_SHOWN, snippets, strict=True):
        if _OPEN in snippet:
            return part, _pieces(snippet)
    return "private", ()


def _pieces(snippet: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    text = " ".join(snippet.split())
    for number, run in enumerate(text.split(_OPEN)):
        hit, closed, rest = run.partition(_CLOSE) if number else ("", "", run)
        if closed:
            pieces.append(Piece(text=hit, is_hit=True))
        if rest:
            pieces.append(Piece(text=rest, is_hit=False))
    return tuple(pieces)
