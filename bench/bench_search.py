"""Search in an officer's volume beside plain SQLite with the same index, and its target time."""

import atexit
import itertools
import os
import random
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

from bench.bench_vault import AT, ME
from bench.harness import Bench
from ilocdoc.record.ids import ReportId
from ilocdoc.record.searching import Search, SearchText, read_search
from ilocdoc.vault import officer_volume
from ilocdoc.vault.database import Database
from ilocdoc.vault.officer_volume import APPLICATION_ID
from ilocdoc.vault.search_index import SCHEMA, SearchIndex, put_text

REPORTS = int(os.environ.get("ILOCDOC_BENCH_REPORTS", "100000"))
WORDS_IN_A_REPORT = 350
MOST_MS = 50
SYLLABLES = ("ba", "cor", "den", "fi", "gra", "hul", "jo", "ken", "lim", "mor", "nes", "pol")


class Volume:
    """The same reports twice: in a volume, and in a plain file."""

    def __init__(self, folder: Path) -> None:
        self._chance = random.Random(7)
        words = ["".join(parts) for parts in itertools.product(SYLLABLES, repeat=4)]
        self._chance.shuffle(words)
        self._words = words
        # As in any language: few words are everywhere, most are rare.
        self._weights = list(itertools.accumulate(1 / (n + 1) for n in range(len(words))))
        self.database = Database(folder / "volume.db", os.urandom(32))
        self.plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
        self.plain.execute("PRAGMA journal_mode=WAL")
        self._fill()
        self.index = SearchIndex(self.database, me=ME, confirmed=lambda: 0)

    def _fill(self) -> None:
        self.database.migrate(
            officer_volume._SCHEMA, application_id=APPLICATION_ID, before=lambda: None
        )
        # The plain peer has the same table and index, and nothing around them.
        for statement in SCHEMA.split(";;"):
            if "FROM report" not in statement:
                self.plain.execute(statement)
        self.plain.execute("BEGIN")
        with self.database.transaction():
            for number in range(REPORTS):
                self._add(number)
        self.plain.execute("COMMIT")

    def _add(self, number: int) -> None:
        report_id = ReportId(f"{number:012d}")
        text = self._text(number)
        self.database.run(
            "INSERT INTO report VALUES (?, ?, 'submitted', 1, 'x', ?, ?, 'A')",
            (report_id, f"LOC-{number}", AT, ME),
        )
        put_text(self.database, report_id, text)
        self.plain.execute(
            "INSERT INTO search_text VALUES (?, ?, '010', ?, '', '', '', ?, '', '')",
            (number + 1, report_id, text.heading, text.narrative),
        )

    def _text(self, number: int) -> SearchText:
        words = self._chance.choices(self._words, cum_weights=self._weights, k=WORDS_IN_A_REPORT)
        if number % 5_000 == 0:
            words[100] = "seldomly"
        return SearchText(
            heading=f"LOC-{number}",
            people="",
            places="",
            marks="",
            narrative=" ".join(words),
            also="",
            private="",
            patterns=(),
            unit="010",
        )

    def prefix(self) -> str:
        """Return the beginning of a dozen words, none of them frequent."""
        return self._words[-1][:8]

    def find(self, search: Search) -> float:
        started = time.perf_counter()
        assert self.index.find(search, most=50)
        return (time.perf_counter() - started) * 1000

    def find_plain(self, query: str) -> float:
        started = time.perf_counter()
        found = self.plain.execute(
            "SELECT rowid, snippet(search, 4, '', '', '…', 14) FROM search WHERE search MATCH ? "
            "ORDER BY rank LIMIT 50",
            (query,),
        ).fetchall()
        assert found
        return (time.perf_counter() - started) * 1000


def benches() -> list[Bench]:
    """Return the benches of search; their folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="ilocdoc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    volume = Volume(folder)
    prefix = volume.prefix()
    asked = (("a rare word", "seldomly"), ("a prefix", prefix))
    beside = [
        Bench(
            name=f"search {REPORTS:,} reports: {what}",
            run=lambda typed=typed: volume.find(read_search(typed)),
            against="plain SQLite FTS5, ranked, snippets",
            peer=lambda typed=typed: volume.find_plain(f'"{typed}"*'),
            target=2,
        )
        for what, typed in asked
    ]
    fixed = [
        Bench(
            name=f"search {REPORTS:,} reports: {what}",
            run=lambda typed=typed: volume.find(read_search(typed)),
            against=f"{MOST_MS} ms",
            peer=lambda: float(MOST_MS),
            target=1,
        )
        for what, typed in asked
    ]
    return [*beside, *fixed]
