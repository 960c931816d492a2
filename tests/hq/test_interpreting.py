"""Bodies are opened after they are kept; whatever is wrong waits for people."""

from dataclasses import asdict, replace
from typing import Any

import msgspec
import pytest

from ilocdoc.hq.interpreting import Interpreter, Worker
from ilocdoc.hq.projection import approved_reports
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.people import Role
from ilocdoc.record.report import (
    Author,
)
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Envelope, seal_envelope
from ilocdoc.wire.sealing import Parcel
from tests.doubles.keys import software_key
from tests.hq.desk import AT, Desk, Laptop, Writer
from tests.hq.reports import APPROVED, DRAFT, PHOTO, REPORT, SUBMITTED, decide, snapshot, submit


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    return desk.laptop("99001", "99010")


@pytest.fixture
def quill(laptop: Laptop) -> Writer:
    return laptop.streams["99001"]


@pytest.fixture
def pell(laptop: Laptop) -> Writer:
    return laptop.streams["99010"]


def interpret(laptop: Laptop) -> int:
    laptop.sync()
    return interpreter(laptop.desk).drain()


def interpreter(desk: Desk) -> Interpreter:
    return Interpreter(desk.database, desk.keys, clock=desk.clock.now)


def state(desk: Desk) -> tuple[object, ...]:
    (row,) = desk.database.rows("SELECT state, divided, newest, approved FROM report")
    return row


def test_a_submitted_report_is_kept_as_it_was_signed(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    submit(quill)
    assert interpret(laptop) == 1
    assert state(desk) == ("submitted", False, 1, 0)
    ((kept,),) = desk.database.rows("SELECT snapshot FROM report_version")
    assert bytes(kept) == canonical_bytes(snapshot())
    assert desk.database.rows("SELECT evidence_id, container_sha256 FROM evidence_reference") == [
        ("e1", "3" * 64)
    ]


def test_an_approval_makes_a_report_public_material(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    submit(quill)
    assert desk.database.change(approved_reports) == []
    decide(pell)
    interpret(laptop)
    assert state(desk) == ("approved", False, 1, 1)
    assert desk.database.change(approved_reports) == [
        snapshot() | {"approved_at": AT, "earlier_versions": []}
    ]


def test_a_decision_may_arrive_before_its_report(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    decide(pell)
    interpret(laptop)
    assert desk.database.change(approved_reports) == []
    submit(quill)
    interpret(laptop)
    assert state(desk) == ("approved", False, 1, 1)
    assert desk.attention() == []


def test_a_returned_report_comes_back_as_its_next_version(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    submit(quill)
    decide(pell, EntryKind.REPORT_RETURNED, read="", document="d1")
    submit(quill, document="d2", version=2)
    decide(pell, version=2, read="d2", document="d2+")
    interpret(laptop)
    assert state(desk) == ("approved", False, 2, 2)
    (report,) = desk.database.change(approved_reports)
    assert report["version"] == 2
    assert report["earlier_versions"] == [snapshot()]


def test_interpreting_again_changes_nothing(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    submit(quill)
    decide(pell)
    interpret(laptop)
    tables = ("act", "report_version", "report", "evidence_reference", "attention")
    before = [desk.database.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables]
    desk.database.change(
        lambda c: c.execute(
            "INSERT INTO outbox (stream_id, seq, due_at) "
            "SELECT stream_id, seq, received_at FROM entry"
        )
    )
    assert interpreter(desk).drain() == 2
    assert before == [desk.database.rows(f"SELECT * FROM {n} ORDER BY 1, 2") for n in tables]


def test_everything_made_of_ledgers_can_be_made_again(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    submit(quill)
    decide(pell)
    interpret(laptop)
    before = desk.database.rows("SELECT * FROM report")
    for table in ("act", "report_version", "report", "evidence_reference"):
        desk.database.change(lambda c, name=table: c.execute(f"DELETE FROM {name}"))
    desk.database.change(
        lambda c: c.execute(
            "INSERT INTO outbox (stream_id, seq, due_at) "
            "SELECT stream_id, seq, received_at FROM entry"
        )
    )
    interpreter(desk).drain()
    assert desk.database.rows("SELECT * FROM report") == before


def test_the_laptops_own_stream_is_checked_with_the_laptops_key(desk: Desk, laptop: Laptop) -> None:
    laptop.streams[laptop.device].write(EntryKind.SESSION_FAILED, officer="99001")
    assert interpret(laptop) == 1
    assert desk.attention() == []
    assert desk.database.rows("SELECT kind, actor FROM act") == [("session.failed", laptop.device)]


def test_an_officer_enrolled_again_is_still_believed_for_older_acts(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    submit(quill)
    laptop.sync()
    desk.laptop("99001")
    interpreter(desk).drain()
    assert desk.attention() == []
    assert state(desk)[0] == "submitted"


# --- needs attention ------------------------------------------------------------------


def test_a_forged_act_is_flagged_and_counts_for_nothing(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    submit(quill)
    words = {"version": 1, "read": "d1", "document": "d1+", "author": "99001", "report": REPORT}
    pell.write(APPROVED, ids={"report": REPORT}, signer=software_key(), **words)
    interpret(laptop)
    assert state(desk)[0] == "submitted"
    assert desk.attention() == ["The act is not signed by a key of this member."]


def test_an_act_under_anothers_key_id_is_flagged(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    stranger = software_key()
    stranger.key_id = quill.signer.key_id
    quill.write(signer=stranger)
    interpret(laptop)
    assert desk.attention() == ["The body cannot be read."]


def test_nobody_acts_in_another_members_stream(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer
) -> None:
    act = {"kind": APPROVED.value, "at": AT, "by": {"id": "99010"}, "report": REPORT}
    envelope = seal_envelope(ACT_TYPE, canonical_bytes(act), signer=pell.signer)
    ids = {"actor": "99010", "report": REPORT}
    quill.add(NewEntry(kind=APPROVED, at=AT, ids=ids, act=envelope))
    interpret(laptop)
    assert desk.attention() == ["The act is by another member than the stream's owner."]


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "report.returned"},
        {"at": "2026-10-20T17:00:01.000000Z"},
        {"by": {"id": "99002"}},
        {"report": "another"},
        {"by": "99001"},
        {"version": "one"},
        {"kind": 1},
    ],
)
def test_header_and_act_say_the_same(
    desk: Desk, laptop: Laptop, quill: Writer, changed: dict[str, Any]
) -> None:
    act = {"kind": APPROVED.value, "at": AT, "by": {"id": "99001"}, "report": REPORT, **changed}
    envelope = seal_envelope(ACT_TYPE, canonical_bytes(act), signer=quill.signer)
    ids = {"actor": "99001", "report": REPORT}
    quill.add(NewEntry(kind=APPROVED, at=AT, ids=ids, act=envelope))
    interpret(laptop)
    assert len(desk.attention()) == 1
    assert desk.database.rows("SELECT 1 FROM act") == []


def test_an_approval_without_the_role_is_flagged(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    submit(quill)
    decide(quill)
    interpret(laptop)
    assert desk.attention() == ["This member's role does not allow this act."]
    assert desk.database.change(approved_reports) == []


def test_a_report_by_a_member_who_writes_none_is_flagged(desk: Desk) -> None:
    laptop = desk.laptop("99050")
    author = Author(id=OfficerId("99050"), name="", rank="", star="99050", unit="")
    submit(laptop.streams["99050"], author=author)
    interpret(laptop)
    assert desk.attention() == ["This member's role does not allow reports."]


def test_the_same_version_with_other_content_is_flagged_and_the_first_stays(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    submit(quill)
    submit(quill, answers={"place": "elsewhere"})
    interpret(laptop)
    assert desk.attention() == ["This version of the report was sealed before with other content."]
    ((kept,),) = desk.database.rows("SELECT snapshot FROM report_version")
    assert bytes(kept) == canonical_bytes(snapshot())


def test_nobody_continues_anothers_report(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    submit(quill)
    interpret(laptop)
    other = desk.laptop("99002")
    author = replace(DRAFT.author, id=OfficerId("99002"))
    submit(other.streams["99002"], author=author, version=2)
    interpret(other)
    assert desk.attention() == ["This report was begun by another author."]
    assert state(desk) == ("submitted", False, 1, 0)


@pytest.mark.parametrize(
    "changes",
    [{"author": replace(DRAFT.author, id=OfficerId("99002"))}, {"report_id": ReportId("other")}],
)
def test_a_snapshot_is_of_the_report_and_author_that_the_act_names(
    desk: Desk, laptop: Laptop, quill: Writer, changes: dict[str, Any]
) -> None:
    submit(quill, **changes)
    interpret(laptop)
    assert desk.attention() == ["The report inside is another one, or by another author."]


@pytest.mark.parametrize("broken", [{}, {"format": "ilocdoc.report/99"}, {"version": "1"}])
def test_a_snapshot_that_cannot_be_read_is_flagged(
    desk: Desk, laptop: Laptop, quill: Writer, broken: dict[str, Any]
) -> None:
    whole = {**snapshot(), **broken} if broken else {}
    quill.write(SUBMITTED, ids={"report": REPORT}, report=REPORT, document="d1", snapshot=whole)
    interpret(laptop)
    assert len(desk.attention()) == 1


def test_text_that_the_database_cannot_hold_is_flagged_and_blocks_nothing(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    submit(quill, local_number="\x00")
    quill.write()
    assert interpret(laptop) == 2
    assert desk.attention() == ["The body holds what cannot be kept."]


def test_a_body_that_is_not_the_headers_is_flagged(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    first, second = quill.write(), quill.write()
    laptop.hello()
    swapped = [
        Parcel(envelope=first.parcel.envelope, box=second.parcel.box),
        Parcel(envelope=second.parcel.envelope, box=first.parcel.box),
    ]
    laptop.send_parcels(quill, swapped)
    interpreter(desk).drain()
    assert desk.attention() == ["The body is not the one that the header names."] * 2


def test_a_body_whose_key_was_not_sent_is_flagged(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    parcel = quill.write().parcel
    box = msgspec.structs.replace(parcel.box, session="f" * 32)
    laptop.hello()
    laptop.send_parcels(quill, [Parcel(envelope=parcel.envelope, box=box)])
    interpreter(desk).drain()
    assert desk.attention() == ["The key of this body was not sent."]


@pytest.mark.parametrize("name", ["key", "nonce", "sealed"])
def test_a_damaged_body_is_flagged(desk: Desk, laptop: Laptop, quill: Writer, name: str) -> None:
    parcel = quill.write().parcel
    box = msgspec.structs.replace(parcel.box, **{name: "AAAA"})
    laptop.hello()
    laptop.send_parcels(quill, [Parcel(envelope=parcel.envelope, box=box)])
    interpreter(desk).drain()
    assert desk.attention() == ["The body cannot be read."]


def test_a_body_that_is_no_act_is_flagged(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    envelope = Envelope(payload_type="text/plain", payload="e30=", signatures=())
    quill.add(NewEntry(kind=APPROVED, at=AT, ids={"actor": "99001"}, act=envelope))
    interpret(laptop)
    assert desk.attention() == ["The body cannot be read."]


def test_the_worker_interprets_when_it_is_woken(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    submit(quill)
    laptop.sync()
    with Worker(interpreter(desk)) as worker:
        worker.wake()
        while desk.database.rows("SELECT 1 FROM outbox"):
            pass
    assert state(desk)[0] == "submitted"


def test_roles_are_those_of_the_roster_not_of_the_act(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    submit(quill)
    decide(quill, roles=[Role.SUPERVISOR.value])
    interpret(laptop)
    assert state(desk) == ("submitted", False, 1, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"answers": []},
        {"answers": "none"},
        {"version": "1"},
        {"version": 0},
        {"version": 2**53 - 1},
        {"local_number": {}},
        {"evidence": [{**asdict(PHOTO), "size_bytes": {}}]},
        {"evidence": [{}]},
        {"evidence": 7},
        {"author": []},
        {"created_at": "yesterday"},
        {"submitted_at": ""},
        {"answers": {"people": [{"id": []}]}},
        {"answers": {"people": [{"id": "p1", "parts": [{"id": {}}]}]}},
        {"form": {"name": [], "version": "1", "sha256": ""}},
    ],
)
def test_a_report_of_impossible_shape_waits_for_people_and_stops_nobody(
    desk: Desk, laptop: Laptop, quill: Writer, pell: Writer, changed: dict[str, Any]
) -> None:
    said = {**snapshot(), **changed}
    quill.write(SUBMITTED, ids={"report": REPORT}, report=REPORT, document="d", snapshot=said)
    submit(quill)
    decide(pell)
    assert interpret(laptop) == 3
    assert desk.attention() == ["The body cannot be read."]
    assert state(desk) == ("approved", False, 1, 1)
