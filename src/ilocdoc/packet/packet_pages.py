"""What all parts of a referral packet share: the record without confidential answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from ilocdoc.packet.answer_text import Reader, machine_time
from ilocdoc.packet.citing import Citations
from ilocdoc.packet.form_layout import FormPages
from ilocdoc.packet.ledger_text import entry_words
from ilocdoc.packet.redaction import Redacted
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.tables import fixed
from ilocdoc.record.answers import rows_of
from ilocdoc.record.catalogue import CatalogueRow, read_catalogue
from ilocdoc.record.documents import PacketContents
from ilocdoc.record.form import Field, Form
from ilocdoc.record.report import ReportVersion
from ilocdoc.record.times import outside_stamp
from ilocdoc.shelf import form_file

CHANGED = "changed_afterwards"
"""Key of an earlier version: questions whose answers differ in the version after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNote:
    """A file that the packet names and does not hold."""

    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNote(FileNote):
    """A signed report document, which only the annex holds."""

    number: str
    """Local number of its report."""
    version: int


@dataclass(kw_only=True)
class PacketPages:
    """What all parts of one packet share."""

    story: Story
    contents: PacketContents
    version: ReportVersion
    """The newest approved version, without confidential answers."""
    form: Form
    redacted: Redacted
    digest: str
    """SHA-256 of the embedded record."""
    documents: tuple[DocumentNote, ...] = ()
    """The signed report documents, oldest first."""
    reader: Reader = field(init=False)
    pages: FormPages = field(init=False)
    citations: Citations = field(init=False)
    printed: set[str] = field(init=False, default_factory=set)
    """Names of questions that a part has printed; the rest follows in part 14."""

    def __post_init__(self) -> None:
        """Prepare to read the answers in the words of outside documents."""
        self.reader = Reader(self.form, self.version.draft.answers, stamp=outside_stamp)
        self.pages = FormPages(self.story, self.reader)
        self.citations = Citations(self.reader, self.version.draft)

    @property
    def answers(self) -> Mapping[str, Any]:
        """Answers without confidential ones."""
        return self.version.draft.answers

    def time(self, text: str) -> str:
        """Return a machine time in the words of outside documents."""
        return machine_time(text, stamp=outside_stamp)

    def one(self, name: str) -> str:
        """Return one answer of the form in words."""
        self.printed.add(name)
        if name not in {f.name for _s, f in self.form.placed_fields()}:
            return "not asked by this form version"
        return self.reader.value(self.answers, None, name)

    def write_numbered(self, key: str) -> None:
        """Write the numbered paragraph of a key; a packet writes all of them in order."""
        number = self.story.numbered(self.citations.texts[key])
        assert number == self.citations.numbers[key], f"paragraph {key} is out of order"

    def repeat(self, name: str) -> Field | None:
        """Return a repeat of the form, or None if this version has none of that name."""
        return next((each for each in self.form.repeats() if each.name == name), None)

    def write(self, *names: str) -> None:
        """Write some questions of the form as the report prints them."""
        self.printed.update(names)
        self.pages.write_fields(names)

    def write_rest(self) -> None:
        """Write every question that was asked and that no part has printed."""
        left = [f.name for _s, f in self.form.placed_fields() if f.name not in self.printed]
        self.pages.write_fields(left)

    def rows(self, name: str) -> Iterator[tuple[str, dict[str, Any], Field]]:
        """Yield (name, row, repeat) for each row of a repeat."""
        repeat = self.repeat(name)
        for number, row in enumerate(rows_of(self.answers, name), start=1):
            if repeat is not None:
                yield self.reader.row_name(repeat, row, number), row, repeat

    def cell(self, row: Mapping[str, Any], repeat: Field, name: str) -> SafeMarkup:
        """Return one answer of a row; a question that this version has not is a dash."""
        if name not in {each.name for each in repeat.fields}:
            return esc("\u2013")
        return esc(self.reader.value(row, repeat, name))


CUSTODY_HEADS = ("When", "The same in UTC", "What", "Star", "No. in that ledger, hash begins")
CUSTODY_WIDTHS = (112, 92, 130, 36)
CUSTODY_NOTE = (
    "From the signed ledgers: each member and each laptop has one, and numbers its own entries "
    "from 1. Each entry holds the hash of the one before it. Whole hashes are embedded as "
    "custody.jsonl."
)


def custody_rows(
    packet: PacketPages, entries: Sequence[Mapping[str, Any]]
) -> list[tuple[SafeMarkup, ...]]:
    """Return rows for ledger entries: when, when in UTC, what, who, which."""
    return [
        (
            esc(packet.time(str(entry["at"]))),
            fixed(str(entry["at"])[:19].replace("T", " ")),
            esc(entry_words(str(entry["kind"]))),
            esc(str(entry.get("ids", {}).get("actor", "device"))),
            esc(f"{entry['seq']}, ") + fixed(str(entry["hash"])[:16]),
        )
        for entry in entries
    ]


def provision_of(version: ReportVersion, entry: Mapping[str, Any]) -> CatalogueRow | None:
    """Return the provision that an entry names, in the catalogue that the report names.

    None when that very catalogue is not shipped with this program.
    """
    named = version.draft.catalogue
    path = form_file("catalogue", f"{PurePath(named.version).name}.toml")
    if not path.is_file():
        return None
    catalogue = read_catalogue(path.read_bytes())
    return catalogue.row(str(entry.get("offence"))) if catalogue.sha256 == named.sha256 else None


def has_minor(answers: Mapping[str, Any]) -> bool:
    """Tell whether a person under 18 is recorded."""
    return any(row.get("minor") == "yes" for row in rows_of(answers, "people"))
