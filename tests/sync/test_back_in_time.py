"""Headquarters restored, disks restored, disks cloned: nothing is lost, people are told."""

import copy

import pytest

from ilocdoc.record.exchange import Exchange, Line
from ilocdoc.sync import text
from ilocdoc.sync.exchange import exchange
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import Fault

QUILL, PELL = "99001", "99010"


def sync(laptop: PatrolLaptop, **choices: bool) -> Exchange:
    return exchange(laptop.line(), laptop.side(), **choices)


def everything(laptop: PatrolLaptop) -> tuple[list[str], list[str], list[str]]:
    return (
        sorted(laptop.spool.unconfirmed_hashes()),
        sorted(laptop.mailbox.out),
        sorted(laptop.blobs.blobs),
    )


def kept(laptop: PatrolLaptop) -> tuple[list[str], list[str], list[str]]:
    found = laptop.road.hq.kept
    return sorted(found.hashes()), sorted(found.letters()), sorted(found.complete_blobs())


def send_all_sorts(laptop: PatrolLaptop) -> None:
    laptop.submit(QUILL)
    laptop.submit(PELL)
    laptop.write(QUILL, PELL)
    laptop.attach(9)
    assert sync(laptop).waiting.is_nothing


@pytest.mark.parametrize("says_so", [True, False])
def test_headquarters_from_a_backup_gets_everything_again(laptop, hq, says_so):
    send_all_sorts(laptop)
    backup = hq.backup()
    send_all_sorts(laptop)
    hq.restore(backup, says_so=says_so)
    assert sync(laptop).line is Line.FINE
    assert kept(laptop) == everything(laptop)


def test_what_headquarters_lost_is_not_shown_as_confirmed_any_more(laptop, hq, road):
    backup = hq.backup()
    send_all_sorts(laptop)
    hq.restore(backup)
    road.once(Fault.CUT, path="/entries")
    outcome = sync(laptop)
    assert (outcome.waiting.entries, outcome.waiting.letters, outcome.waiting.files) == (2, 1, 1)


def test_mail_that_comes_after_a_restore_is_not_skipped(laptop, hq):
    for _ in range(4):
        laptop.write(PELL, QUILL)
    sync(laptop)
    hq.restore(hq.backup())
    hq.kept.feeds.clear()
    laptop.mailbox.out.clear()
    late = laptop.write(PELL, QUILL)
    sync(laptop)
    assert late in laptop.mailbox.incoming


def test_a_receipt_from_before_the_restore_proves_nothing(laptop, hq, road):
    laptop.submit(QUILL)
    backup = hq.backup()
    sync(laptop)
    hq.restore(backup)
    road.once(Fault.REPLAY, path="/entries")
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.entries) == (Line.PORTAL, 1)
    assert sync(laptop).waiting.is_nothing


def test_a_restore_in_the_middle_of_an_exchange_is_noticed(laptop, hq):
    laptop.submit(QUILL)
    backup = hq.backup()
    sync(laptop)
    laptop.attach(9)
    hq.on_part = lambda number: hq.restore(backup)
    sync(laptop)
    hq.on_part = lambda number: None
    assert sync(laptop).waiting.is_nothing
    assert kept(laptop) == everything(laptop)


def test_an_old_copy_of_the_disk_is_told_and_nothing_is_lost(laptop, hq):
    laptop.submit(QUILL)
    image = copy.deepcopy(laptop.spool)
    newer = laptop.submit(QUILL)
    sync(laptop)
    laptop.spool = image
    other = laptop.submit(PELL)
    outcome = sync(laptop)
    assert outcome.line is Line.REFUSED
    assert "newer entries" in outcome.headline
    assert {newer, other} <= set(hq.kept.hashes()), "the other member's ledger goes on"


def test_two_copies_of_a_laptop_are_told_and_nothing_is_lost(laptop, hq):
    laptop.submit(QUILL)
    image = copy.deepcopy(laptop.spool)
    first = laptop.submit(QUILL)
    sync(laptop)
    laptop.spool = image
    second = laptop.submit(QUILL)
    outcome = sync(laptop)
    assert outcome.line is Line.REFUSED
    assert "other entries" in outcome.headline
    assert first in hq.kept.hashes()
    assert second in laptop.spool.unconfirmed_hashes()
    assert outcome.waiting.entries == 2


def test_a_copy_that_speaks_meanwhile_is_noticed_at_the_push(laptop, hq, monkeypatch):
    """The clone's entry arrives between our hello and our push."""
    sync(laptop)
    twin = copy.copy(laptop)
    twin.spool = copy.deepcopy(laptop.spool)
    twin.submit(QUILL)
    laptop.submit(QUILL)
    answer = type(hq).answer

    def with_twin(asked):
        if asked.path.endswith("/entries"):
            monkeypatch.setattr(hq, "answer", lambda asked: answer(hq, asked))
            sync(twin)
        return answer(hq, asked)

    monkeypatch.setattr(hq, "answer", with_twin)
    outcome = sync(laptop)
    assert outcome.line is Line.REFUSED
    assert "other entries" in outcome.headline


def test_a_gap_is_cleared_by_a_new_hello(laptop, hq, monkeypatch):
    """Headquarters loses entries between our hello and our push."""
    backup = hq.backup()
    laptop.submit(QUILL)
    sync(laptop)
    laptop.submit(QUILL)
    answer = type(hq).answer

    def forgetful(asked):
        if asked.path.endswith("/entries"):
            monkeypatch.setattr(hq, "answer", lambda asked: answer(hq, asked))
            hq.kept.streams = copy.deepcopy(backup.streams)
        return answer(hq, asked)

    monkeypatch.setattr(hq, "answer", forgetful)
    assert sync(laptop).waiting.is_nothing
    assert kept(laptop) == everything(laptop)


# --- audit ----------------------------------------------------------------------------


def test_an_audit_finds_what_headquarters_lost_below_its_head(laptop, hq, monkeypatch):
    monkeypatch.setattr(text, "HAVE_HASHES", 2)
    for _ in range(3):
        laptop.submit(QUILL)
    assert sync(laptop, audit=True).headline == ""
    stream = laptop.opened(QUILL).stream
    entries = hq.kept.streams[stream].entries
    entries[0] = ("0" * 64, entries[0][1])
    assert sync(laptop).headline == "", "the head alone does not show it"
    outcome = sync(laptop, audit=True)
    assert (outcome.line, outcome.headline[:20]) == (Line.REFUSED, "Headquarters lacks e")


def test_an_entry_written_during_an_audit_is_sent_and_not_reported(laptop, hq, monkeypatch):
    laptop.submit(QUILL)
    hashes = laptop.spool.unconfirmed_hashes

    def and_write_one():
        monkeypatch.setattr(laptop.spool, "unconfirmed_hashes", hashes)
        laptop.submit(PELL)
        return hashes()

    monkeypatch.setattr(laptop.spool, "unconfirmed_hashes", and_write_one)
    outcome = sync(laptop, audit=True)
    assert (outcome.line, outcome.headline, outcome.sent_entries) == (Line.FINE, "", 2)
