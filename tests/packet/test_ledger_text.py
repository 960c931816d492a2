"""What the ledger says is printed in words, whatever it is."""

from ilocdoc.packet.ledger_text import WORDS, entry_words
from ilocdoc.record.ledger import EntryKind


def test_every_kind_of_entry_has_words() -> None:
    assert WORDS.keys() == {kind.value for kind in EntryKind}


def test_a_kind_of_a_newer_program_is_printed_as_it_is() -> None:
    assert entry_words("report.sealed_twice") == "report.sealed_twice"
