"""Ledgers arrive: hello, append, have."""

import base64
from datetime import UTC, datetime

import msgspec
import pytest

from ilocdoc.record.ids import ZERO_HASH
from ilocdoc.record.ledger import ENTRY_TYPE
from ilocdoc.wire.envelope import (
    Envelope,
    envelope_bytes,
    open_envelope,
    public_key_from_pem,
    seal_envelope,
)
from ilocdoc.wire.messages import ROSTER_TYPE, Have, HaveAnswer, HelloAnswer, Receipt, Roster
from ilocdoc.wire.sealing import Parcel
from tests.doubles.keys import software_key
from tests.hq.desk import Desk, Laptop, Writer, named, problem


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    laptop = desk.laptop("99001")
    laptop.hello()
    return laptop


@pytest.fixture
def quill(laptop: Laptop) -> Writer:
    """The stream of P.O. Quill with three entries that nobody else has."""
    writer = laptop.streams["99001"]
    for _ in range(3):
        writer.write()
    return writer


def test_what_was_sent_is_kept_byte_for_byte(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    receipt = desk.read(laptop.send(quill, quill.entries), Receipt)
    last = quill.entries[-1].entry
    assert (receipt.stream, receipt.seq, receipt.hash) == (quill.id, 3, last.hash)
    assert receipt.kind == "accepted"
    rows = desk.database.rows("SELECT envelope, box, fault FROM entry ORDER BY seq")
    kept = [msgspec.json.decode(row[0], type=Envelope) for row in rows]
    assert [envelope_bytes(each) for each in kept] == [each.header for each in quill.entries]
    assert [row[2] for row in rows] == ["", "", ""]


def test_a_batch_that_comes_twice_is_kept_once(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    first = desk.read(laptop.send(quill, quill.entries), Receipt)
    second = desk.read(laptop.send(quill, quill.entries), Receipt)
    assert (first.seq, first.hash) == (second.seq, second.hash)
    assert desk.database.rows("SELECT count(*) FROM entry") == [(3,)]


def test_a_batch_that_overlaps_adds_only_what_is_new(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries[:2])
    receipt = desk.read(laptop.send(quill, quill.entries[1:]), Receipt)
    assert receipt.seq == 3


def test_an_empty_batch_is_answered_with_the_head(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    assert desk.read(laptop.send(quill, []), Receipt).seq == 0


def test_a_gap_is_refused_with_the_head_that_headquarters_has(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries[:1])
    response = laptop.send(quill, quill.entries[2:])
    assert named(response) == "gap"
    assert (problem(response).head_seq, problem(response).head_hash) == (
        1,
        quill.entries[0].entry.hash,
    )
    assert desk.database.rows("SELECT count(*) FROM entry") == [(1,)]


def test_a_cloned_disk_that_wrote_something_else_is_a_fork(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries)
    clone = Writer(owner="99001", signer=quill.signer, key=quill.key, stream=quill.stream)
    clone.write()
    response = laptop.send(clone, clone.entries)
    assert named(response) == "fork"
    assert problem(response).head_seq == 3


def test_an_entry_that_does_not_follow_from_the_head_is_a_fork(
    laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries[:1])
    other = Writer(owner="99001", signer=quill.signer, key=quill.key, stream=quill.stream)
    other.write()
    other.write()
    assert named(laptop.send(other, other.entries[1:])) == "fork"


def test_hello_says_where_every_stream_stands(laptop: Laptop, quill: Writer) -> None:
    laptop.send(quill, quill.entries)
    heads = {each.stream: each for each in laptop.hello().heads}
    assert heads[quill.id].seq == 3
    assert heads[quill.id].hash == quill.entries[-1].entry.hash
    assert heads[laptop.streams[laptop.device].id].seq == 0


def test_hello_brings_the_roster_only_when_it_is_newer(desk: Desk, laptop: Laptop) -> None:
    envelope = laptop.hello(roster_version=0).roster
    assert envelope is not None
    payload = open_envelope(envelope, ROSTER_TYPE, key=public_key_from_pem(desk.keys.signer_pem))
    roster = msgspec.json.decode(payload, type=Roster)
    by_star = {each.id: each for each in roster.members}
    assert by_star["99001"].certificate == laptop.certificates["99001"]
    assert by_star["99002"].certificate == ""
    assert laptop.hello(roster_version=roster.version).roster is None


def test_a_hello_signed_by_another_key_is_refused(laptop: Laptop) -> None:
    content = laptop.signed(laptop.hello_message(), by=software_key())
    response = laptop.desk.http.post("/v1/hello", content=content)
    assert (response.status_code, named(response)) == (403, "signature")


def test_a_recorded_hello_cannot_be_said_again(desk: Desk, laptop: Laptop) -> None:
    content = laptop.signed(laptop.hello_message())
    desk.read(desk.http.post("/v1/hello", content=content), HelloAnswer)
    again = desk.http.post("/v1/hello", content=content)
    assert (again.status_code, named(again)) == (409, "replayed")


def test_a_nonce_is_forgotten_after_two_days(desk: Desk, laptop: Laptop) -> None:
    desk.clock.move_on(days=3)
    laptop.hello()
    assert desk.database.rows("SELECT count(*) FROM hello_nonce") == [(1,)]


@pytest.mark.parametrize("nonce", ["short", "X" * 32, "0" * 33])
def test_a_nonce_of_another_shape_is_refused(laptop: Laptop, nonce: str) -> None:
    content = laptop.signed(laptop.hello_message(nonce=nonce))
    assert named(laptop.desk.http.post("/v1/hello", content=content)) == "request"


def test_an_unknown_laptop_is_told_to_enrol(desk: Desk, laptop: Laptop) -> None:
    laptop.device = "ZZZZ"
    response = desk.http.post("/v1/hello", content=laptop.signed(laptop.hello_message()))
    assert (response.status_code, named(response)) == (404, "unknown")


def test_a_stream_of_somebody_who_is_not_enrolled_here_is_refused(
    desk: Desk, laptop: Laptop
) -> None:
    laptop.streams["99001"].owner = "99002"
    response = desk.http.post("/v1/hello", content=laptop.signed(laptop.hello_message()))
    assert (response.status_code, named(response)) == (403, "forbidden")


def test_a_stream_under_a_name_that_is_not_its_keys_is_refused(desk: Desk, laptop: Laptop) -> None:
    message = laptop.hello_message()
    wrong = msgspec.structs.replace(message.streams[0], stream="0" * 32)
    content = laptop.signed(msgspec.structs.replace(message, streams=(wrong,)))
    assert named(desk.http.post("/v1/hello", content=content)) == "request"


def test_a_laptop_cannot_write_into_the_stream_of_another(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    other = desk.laptop()
    other.hello()
    response = other.send(quill, quill.entries)
    assert (response.status_code, named(response)) == (403, "forbidden")


def test_an_unknown_stream_is_told_to_say_hello(desk: Desk, laptop: Laptop) -> None:
    other = desk.laptop("99002")
    response = laptop.send(other.streams["99002"], [])
    assert (response.status_code, named(response)) == (404, "unknown")


# --- poison ---------------------------------------------------------------------------


def test_a_bad_stream_signature_is_kept_flagged_and_blocks_nothing(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    middle = quill.entries[1]
    payload = msgspec.convert(middle.parcel.envelope, type=Envelope).payload_bytes()
    forged = seal_envelope(ENTRY_TYPE, payload, signer=software_key())
    parcels = [each.parcel for each in quill.entries]
    parcels[1] = Parcel(envelope=msgspec.to_builtins(forged), box=middle.parcel.box)
    receipt = desk.read(laptop.send_parcels(quill, parcels), Receipt)
    assert receipt.seq == 3
    assert desk.attention() == ["The stream's signature does not verify."]
    assert desk.database.rows("SELECT seq FROM outbox ORDER BY seq") == [(1,), (3,)]


def _with_payload(writer: Writer, payload: bytes) -> Parcel:
    envelope = seal_envelope(ENTRY_TYPE, payload, signer=writer.key)
    return Parcel(envelope=msgspec.to_builtins(envelope), box=writer.entries[0].parcel.box)


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"[1]", b"{}", b'{"seq":"one"}'])
def test_a_header_that_cannot_be_read_takes_its_place_once(
    desk: Desk, laptop: Laptop, quill: Writer, payload: bytes
) -> None:
    laptop.send(quill, quill.entries)
    poison = _with_payload(quill, payload)
    for _ in range(2):
        receipt = desk.read(laptop.send_parcels(quill, [poison]), Receipt)
        assert receipt.seq == 4
    assert desk.attention() == ["The header cannot be read."]


def test_a_kind_of_a_newer_program_is_kept_flagged(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    header = {
        "v": 2,
        "stream": quill.id,
        "seq": 1,
        "prev": ZERO_HASH,
        "kind": "drone.launched",
        "news": "",
    }
    parcel = _with_payload(quill, msgspec.json.encode(header))
    assert desk.read(laptop.send_parcels(quill, [parcel]), Receipt).seq == 1
    assert desk.attention() == ["The header is of a kind this version does not know."]


def test_a_header_that_names_another_stream_is_kept_flagged(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    header = {"stream": "0" * 32, "seq": 1, "prev": ZERO_HASH}
    parcel = _with_payload(quill, msgspec.json.encode(header))
    assert desk.read(laptop.send_parcels(quill, [parcel]), Receipt).seq == 1
    assert desk.attention() == ["The header cannot be read."]


def test_an_entry_without_bytes_is_refused(laptop: Laptop, quill: Writer) -> None:
    parcel = Parcel(envelope={"payload": "!"}, box=quill.entries[0].parcel.box)
    assert named(laptop.send_parcels(quill, [parcel])) == "request"


def test_text_that_the_database_cannot_hold_is_refused_not_an_error(
    laptop: Laptop, quill: Writer
) -> None:
    first = quill.entries[0].parcel
    box = msgspec.structs.replace(first.box, session="\x00")
    response = laptop.send_parcels(quill, [Parcel(envelope=first.envelope, box=box)])
    assert (response.status_code, named(response)) == (400, "request")


# --- limits and sessions --------------------------------------------------------------


def test_more_entries_than_a_batch_holds_are_refused(laptop: Laptop, quill: Writer) -> None:
    response = laptop.send_parcels(quill, [quill.entries[0].parcel] * 201)
    assert (response.status_code, named(response)) == (413, "size")


def test_a_body_over_the_limit_is_refused(laptop: Laptop, quill: Writer) -> None:
    response = laptop.desk.http.post(
        f"/v1/streams/{quill.id}/entries",
        content=b" " * (8 * 1024 * 1024 + 1),
        headers=laptop.headers,
    )
    assert (response.status_code, named(response)) == (413, "size")


def test_a_session_ends_after_fifteen_minutes(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    desk.clock.move_on(minutes=14, seconds=59)
    assert laptop.send(quill, quill.entries).status_code == 201
    desk.clock.move_on(seconds=1)
    response = laptop.send(quill, quill.entries)
    assert (response.status_code, named(response)) == (401, "session")


def _token(laptop: Laptop, change: str) -> str:
    device, ends, seal = laptop.token.split(".")
    return {
        "none": "",
        "another scheme": f"Basic {laptop.token}",
        "another device": f"Bearer ZZZZ.{ends}.{seal}",
        "later": f"Bearer {device}.{int(ends) + 1}.{seal}",
        "cut": f"Bearer {device}.{ends}",
        "odd": f"Bearer {device}.²³.{seal}",
    }[change]


@pytest.mark.parametrize(
    "change", ["none", "another scheme", "another device", "later", "cut", "odd"]
)
def test_a_token_that_is_not_ours_lets_nobody_in(laptop: Laptop, change: str) -> None:
    header = _token(laptop, change).encode()
    response = laptop.desk.http.post(
        "/v1/have", content=b'{"hashes":[]}', headers={"authorization": header}
    )
    assert (response.status_code, named(response)) == (401, "session")


# --- have -----------------------------------------------------------------------------


def test_have_names_what_is_missing_in_the_order_asked(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries[:2])
    asked = ("f" * 64, quill.entries[0].entry.hash, quill.entries[2].entry.hash)
    answer = desk.read(laptop.post("/v1/have", Have(hashes=asked)), HaveAnswer)
    assert answer.missing == ("f" * 64, quill.entries[2].entry.hash)


def test_have_takes_so_many_at_once(laptop: Laptop) -> None:
    response = laptop.post("/v1/have", Have(hashes=("f" * 64,) * 5001))
    assert (response.status_code, named(response)) == (413, "size")


def test_unknown_members_of_a_message_are_refused(laptop: Laptop) -> None:
    response = laptop.desk.http.post(
        "/v1/have", content=b'{"hashes":[],"more":1}', headers=laptop.headers
    )
    assert (response.status_code, named(response)) == (400, "request")


def test_the_clock_of_an_answer_is_headquarters(desk: Desk, laptop: Laptop) -> None:
    desk.clock.at = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert laptop.hello().now == "2026-12-01T08:00:00.000000Z"


def test_appending_wakes_the_job_that_opens_bodies(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    laptop.send(quill, quill.entries)
    assert desk.woken == 1


def test_base64_is_all_that_is_asked_of_a_payload(laptop: Laptop, quill: Writer) -> None:
    envelope = dict(quill.entries[0].parcel.envelope)
    envelope["payload"] = base64.b64encode(b"").decode()
    parcel = Parcel(envelope=envelope, box=quill.entries[0].parcel.box)
    assert laptop.send_parcels(quill, [parcel]).status_code == 201
