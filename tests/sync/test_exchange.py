"""Exchanges: headquarters' signed head alone decides what was sent."""

import msgspec
import pytest

from ilocdoc.record.exchange import Exchange, Line
from ilocdoc.sync import text
from ilocdoc.sync.exchange import exchange
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.messages import PART_BYTES, ROSTER_TYPE, WIPE_TYPE, Roster
from tests.doubles.headquarters_records import Asked, Said
from tests.doubles.keys import software_key
from tests.doubles.memory_stores import MemoryBlob
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import LOSSES, RETRY_AFTER_S, Fault

QUILL, PELL = "99001", "99010"
ENTRIES, MAIL, FEED = "/entries", "/deliveries", "/feed"


def sync(laptop: PatrolLaptop, **choices: bool) -> Exchange:
    return exchange(laptop.line(), laptop.side(), **choices)


def paths(laptop: PatrolLaptop) -> list[str]:
    return [asked.path.partition("?")[0].rpartition("/")[2] for asked in laptop.road.hq.log]


# --- all goes well --------------------------------------------------------------------


def test_everything_arrives_and_is_signed_for(laptop, hq):
    hashes = [laptop.submit(QUILL), laptop.submit(QUILL), laptop.submit(PELL)]
    letter, blob = laptop.write(QUILL, PELL), laptop.attach(2 * PART_BYTES + 5)
    outcome = sync(laptop)
    assert sorted(hq.kept.hashes()) == sorted(hashes)
    assert (hq.kept.letters(), hq.kept.complete_blobs()) == ([letter], [blob])
    assert list(laptop.mailbox.incoming) == [letter], "Pell works on this laptop too"
    assert outcome == Exchange(
        line=Line.FINE,
        sent_entries=3,
        sent_files=1,
        sent_bytes=2 * PART_BYTES + 5,
        sent_letters=1,
        received_letters=1,
        waiting=outcome.waiting,
        next_in_s=60,
    )
    assert outcome.waiting.is_nothing


def test_a_second_exchange_sends_nothing_again(laptop, hq):
    laptop.submit(QUILL)
    laptop.attach(10)
    sync(laptop)
    hq.log.clear()
    assert sync(laptop).sent_entries == 0
    assert paths(laptop) == ["hello", "feed", "feed"]


def test_a_long_ledger_goes_in_batches(laptop, hq, monkeypatch):
    monkeypatch.setattr(text, "BATCH_BYTES", 3000)
    hashes = [laptop.submit(QUILL) for _ in range(12)]
    assert sync(laptop).sent_entries == 12
    assert hq.kept.hashes() == hashes
    assert paths(laptop).count("entries") > 2


def test_one_entry_larger_than_a_batch_still_travels(laptop, hq, monkeypatch):
    monkeypatch.setattr(text, "BATCH_BYTES", 3000)
    hashes = [laptop.submit(QUILL, text="long" * 2000), laptop.submit(QUILL)]
    assert sync(laptop).waiting.is_nothing
    assert hq.kept.hashes() == hashes


def test_headquarters_sets_how_many_entries_come_at_once(laptop, hq):
    hq.max_batch = 1
    for _ in range(3):
        laptop.submit(QUILL)
    sync(laptop)
    assert paths(laptop).count("entries") == 3


def test_a_newer_roster_is_kept_and_an_older_one_is_not(laptop, hq):
    hq.kept.roster_version = 2
    sync(laptop)
    assert len(laptop.spool.rosters) == 1
    laptop.spool.roster_version = 3
    sync(laptop)
    assert len(laptop.spool.rosters) == 1


def test_a_roster_that_a_stranger_signed_is_not_kept(laptop, hq, monkeypatch):
    hq.kept.roster_version = 2
    forged = msgspec.json.encode(Roster(version=9, members=()))
    monkeypatch.setattr(
        hq, "roster", lambda: seal_envelope(ROSTER_TYPE, forged, signer=software_key())
    )
    assert sync(laptop).line is Line.PORTAL
    assert laptop.spool.rosters == []


def test_an_order_of_headquarters_is_kept_once_and_one_of_a_stranger_is_not(laptop, hq):
    hq.orders = (seal_envelope(WIPE_TYPE, b"{}", signer=hq.signer),)
    sync(laptop)
    sync(laptop)
    assert laptop.spool.orders == list(hq.orders)
    hq.orders = (seal_envelope(WIPE_TYPE, b"{}", signer=software_key()),)
    assert sync(laptop).line is Line.PORTAL
    assert len(laptop.spool.orders) == 1


def test_text_can_go_alone(laptop, hq):
    laptop.submit(QUILL)
    laptop.attach(10)
    outcome = sync(laptop, text_only=True)
    assert (outcome.sent_entries, outcome.waiting.files) == (1, 1)
    assert hq.kept.blobs == {}


def test_an_exchange_stops_in_good_order_when_asked(laptop):
    laptop.submit(QUILL)
    outcome = exchange(laptop.line(), laptop.side(), is_stopping=lambda: True)
    assert (outcome.line, outcome.waiting.entries) == (Line.FINE, 1)


# --- what is most urgent --------------------------------------------------------------


def test_text_goes_before_photos_and_photos_before_video(laptop, hq):
    video = laptop.attach(10, priority=2)
    photo = laptop.attach(20, priority=0)
    laptop.submit(QUILL)
    sync(laptop)
    asked = [each.path for each in hq.log]
    first_photo = next(i for i, path in enumerate(asked) if photo in path)
    first_video = next(i for i, path in enumerate(asked) if video in path)
    first_entry = next(i for i, path in enumerate(asked) if path.endswith(ENTRIES))
    assert first_entry < first_photo < first_video


def test_an_alert_that_arrives_during_a_video_does_not_wait_for_its_end(laptop, hq):
    video = laptop.attach(4 * PART_BYTES, priority=2)
    hq.on_part = lambda number: laptop.submit(QUILL) if number == 1 else None
    sync(laptop)
    asked = [each.path for each in hq.log]
    entry = next(i for i, path in enumerate(asked) if path.endswith(ENTRIES))
    assert asked[entry - 1].endswith(f"{video}/parts/1")
    assert asked[entry + 1 :], "the video went on afterwards"
    assert hq.kept.complete_blobs() == [video]


def test_a_photo_that_arrives_during_a_video_overtakes_it(laptop, hq):
    laptop.attach(3 * PART_BYTES, priority=2)
    photos: list[str] = []
    hq.on_part = lambda number: None if photos else photos.append(laptop.attach(9, priority=0))
    sync(laptop)
    order = [each.path.split("/")[3] for each in hq.log if each.path.endswith("/complete")]
    assert order[0] == photos[0]


def test_mail_is_looked_for_while_a_long_upload_goes_on(laptop, hq):
    laptop.attach(4 * PART_BYTES, priority=2)
    hq.on_part = lambda number: laptop.clock.move_on(minutes=2)
    sync(laptop)
    assert paths(laptop).count("feed") > 4


def test_a_new_officer_is_announced_while_an_exchange_goes_on(laptop, hq):
    newcomer = PatrolLaptop(laptop.road, device=laptop.device, officers=("99002",))
    laptop.enrol()
    hq.kept.enrolled.add((laptop.device, "99002"))
    laptop.attach(2 * PART_BYTES)

    def sign_on(number: int) -> None:
        if number == 0:
            laptop.stream_keys |= newcomer.stream_keys
            laptop.spool.add_stream(newcomer.opened("99002"))
            laptop.submit("99002")

    hq.on_part = sign_on
    outcome = sync(laptop)
    assert (outcome.sent_entries, outcome.waiting.is_nothing) == (1, True)


# --- the road fails -------------------------------------------------------------------


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("path", ["/hello", ENTRIES, MAIL, FEED, "/blobs", "/parts/", "/complete"])
def test_any_fault_anywhere_loses_nothing_and_doubles_nothing(laptop, hq, road, fault, path):
    hashes = [laptop.submit(QUILL), laptop.submit(PELL)]
    letter, blob = laptop.write(QUILL, PELL), laptop.attach(PART_BYTES + 1)
    sync(laptop)
    hashes += [laptop.submit(QUILL)]
    letters, blobs = [letter, laptop.write(PELL, QUILL)], [blob, laptop.attach(PART_BYTES + 1)]
    road.once(fault, path=path)
    broken = sync(laptop)
    assert broken.line is not Line.REFUSED
    assert not (broken.line is Line.FINE and broken.waiting.entries)
    sync(laptop)
    assert sorted(hq.kept.hashes()) == sorted(hashes)
    assert sorted(hq.kept.letters()) == sorted(letters)
    assert sorted(hq.kept.complete_blobs()) == sorted(blobs)
    assert sorted(laptop.mailbox.arrivals) == sorted(letters)
    assert laptop.spool.waiting().is_nothing


@pytest.mark.parametrize("fault", LOSSES)
def test_a_lost_answer_is_confirmed_by_the_next_hello(laptop, hq, road, fault):
    laptop.submit(QUILL)
    road.once(fault, path=ENTRIES)
    assert sync(laptop).line is Line.OFFLINE
    assert laptop.spool.waiting().entries == 1, "nothing is shown as confirmed before its proof"
    assert sync(laptop).waiting.entries == 0
    assert len(hq.kept.hashes()) == 1


def test_a_portal_that_says_ok_confirms_nothing(laptop, hq, road):
    laptop.submit(QUILL)
    road.once(Fault.OK_JSON, path=ENTRIES)
    outcome = sync(laptop)
    assert (outcome.line, outcome.sent_entries, outcome.waiting.entries) == (Line.PORTAL, 0, 1)
    assert outcome.advice


def test_busy_headquarters_says_when_to_come_back(laptop, road):
    road.once(Fault.BUSY)
    outcome = sync(laptop)
    assert (outcome.line, outcome.next_in_s) == (Line.HQ_DOWN, RETRY_AFTER_S)


def test_a_session_that_ended_is_renewed_and_the_upload_goes_on(laptop, hq):
    blob = laptop.attach(5 * PART_BYTES)
    hq.on_part = lambda number: hq.kill() if number == 2 else None
    outcome = sync(laptop)
    assert (outcome.line, hq.kept.complete_blobs()) == (Line.FINE, [blob])
    assert paths(laptop).count("hello") == 2


def test_sessions_that_never_hold_end_the_exchange(laptop, hq, monkeypatch):
    laptop.submit(QUILL)

    def no_session(asked: object) -> str:
        hq.sessions.clear()
        return type(hq)._device(hq, asked)

    monkeypatch.setattr(hq, "_device", no_session)
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.entries) == (Line.REFUSED, 1)


def test_a_part_that_was_altered_on_its_way_is_sent_again(laptop, hq, road):
    blob = laptop.attach(2 * PART_BYTES)
    road.once(Fault.CORRUPT, path="/parts/1")
    assert sync(laptop).line is Line.FINE
    assert hq.kept.complete_blobs() == [blob]


def test_a_broken_upload_goes_on_where_it_stopped(laptop, hq, road):
    laptop.attach(4 * PART_BYTES)
    road.once(Fault.CUT, path="/parts/2")
    assert sync(laptop).sent_bytes == 2 * PART_BYTES
    assert sync(laptop).sent_bytes == 2 * PART_BYTES


# --- one bad thing does not stop the others -------------------------------------------


def test_a_damaged_file_does_not_stop_the_others(laptop, hq):
    good = laptop.attach(10, priority=2)
    bad = laptop.attach(20, priority=0)

    class Damaged(MemoryBlob):
        @property
        def sha256(self) -> str:
            return bad

    laptop.blobs.blobs[bad] = Damaged(b"rotten bytes of 20..")
    laptop.submit(QUILL)
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.files) == (Line.FINE, 1)
    assert "damaged" in outcome.headline
    assert hq.kept.complete_blobs() == [good]
    assert bad not in hq.kept.blobs, "nothing of it was sent"


def test_a_line_that_alters_every_part_stops_that_file_only(laptop, hq, road):
    laptop.attach(10, priority=0)
    road.next_fault = lambda asked: Fault.CORRUPT
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.files) == (Line.REFUSED, 1)
    assert paths(laptop).count("0") == 4


def test_storage_at_headquarters_that_forgets_does_not_hold_an_exchange_for_ever(laptop, hq):
    blob = laptop.attach(10)
    hq.on_part = lambda number: hq.kept.blobs[blob].stored.clear()
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.files) == (Line.REFUSED, 1)


def test_mail_of_a_member_who_is_not_enrolled_does_not_stop_the_others(laptop, hq):
    stranger, good = laptop.write("99002", PELL), laptop.write(QUILL, PELL)
    outcome = sync(laptop)
    assert hq.kept.letters() == [good]
    assert (outcome.line, outcome.waiting.letters) == (Line.REFUSED, 1)
    assert [each.id for each in laptop.mailbox.outgoing()] == [stranger]


def test_a_member_whom_headquarters_forgot_does_not_stop_the_others(laptop, hq):
    hq.kept.enrolled.remove((laptop.device, PELL))
    laptop.submit(PELL)
    mine = laptop.submit(QUILL)
    outcome = sync(laptop)
    assert hq.kept.hashes() == [mine]
    assert (outcome.line, outcome.waiting.entries) == (Line.REFUSED, 1)
    hq.kept.enrolled.add((laptop.device, PELL))
    assert sync(laptop).waiting.is_nothing


def test_a_laptop_that_headquarters_does_not_know_keeps_everything(laptop, hq):
    laptop.submit(QUILL)
    hq.kept.devices.clear()
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.entries) == (Line.REFUSED, 1)
    assert "device desk" in outcome.advice


def test_a_gap_in_the_mail_is_told_and_not_skipped(laptop, hq, monkeypatch):
    for _ in range(2):
        laptop.write(PELL, QUILL)
    sync(laptop)
    laptop.mailbox.start_over()
    laptop.mailbox.incoming.clear()
    feed = hq.kept.feeds[QUILL]
    monkeypatch.setattr("tests.doubles.headquarters_desks.first_cursor", 2, raising=True)
    outcome = sync(laptop)
    assert (outcome.line, laptop.mailbox.incoming) == (Line.REFUSED, {})
    assert len(feed) == 2


def test_entries_that_headquarters_refuses_do_not_stop_the_others(laptop, hq, monkeypatch):
    laptop.submit(QUILL)
    taken = laptop.submit(PELL)
    answer = hq.answer

    def too_large(asked: Asked) -> Said:
        if laptop.opened(QUILL).stream in asked.path:
            body = b'{"type":"urn:ilocdoc:problem:size","title":"","status":413}'
            return Said(413, body)
        return answer(asked)

    monkeypatch.setattr(hq, "answer", too_large)
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.entries) == (Line.REFUSED, 1)
    assert '"size", 413' in outcome.advice
    assert hq.kept.hashes() == [taken]


def test_a_file_known_to_be_damaged_is_not_read_again(laptop):
    blob = laptop.attach(10)
    side = laptop.side()
    side.part_digests[blob] = ()
    outcome = exchange(laptop.line(), side)
    assert "damaged" in outcome.headline


def test_a_file_that_changed_on_the_disk_meanwhile_is_not_sent(laptop, hq):
    blob = laptop.attach(2 * PART_BYTES)

    def rot(number: int) -> None:
        laptop.blobs.blobs[blob] = Rotten(b"x" * 2 * PART_BYTES)

    class Rotten(MemoryBlob):
        sha256 = blob

    hq.on_part = rot
    outcome = sync(laptop)
    assert "damaged" in outcome.headline
    assert list(hq.kept.blobs[blob].stored) == [0]


# --- clocks ---------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "said"), [({"days": 400}, "400 days"), ({"hours": 1}, "60 min")])
def test_a_wrong_clock_is_told_and_never_refused(laptop, off, said):
    laptop.submit(QUILL)
    laptop.clock.move_on(**off)
    outcome = sync(laptop)
    assert (outcome.line, outcome.waiting.is_nothing) == (Line.FINE, True)
    assert said in outcome.headline


def test_a_few_seconds_of_difference_are_not_worth_a_word(laptop):
    laptop.clock.move_on(seconds=40)
    assert sync(laptop).headline == ""
