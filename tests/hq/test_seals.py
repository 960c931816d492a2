"""Headquarters finds what was written anew with every key of a laptop."""

import msgspec
import pytest

from ilocdoc.headquarters import main
from ilocdoc.hq.interpreting import Interpreter
from ilocdoc.hq.seals import seal_check
from ilocdoc.record.forward_seal import next_seal_key, seal_of
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.sealing import SUITE_ID, Parcel, SealingKey, seal_purpose
from tests.hq.desk import Desk, Laptop, Writer

FIRST = bytes(range(32))


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    return desk.laptop("99001")


@pytest.fixture
def quill(laptop: Laptop) -> Writer:
    return laptop.streams["99001"]


def begin(desk: Desk, writer: Writer, *, purpose: str = "") -> None:
    stanza = SealingKey(encoded=desk.keys.ingest.public.encoded).seal(
        FIRST, purpose=purpose or seal_purpose(writer.id)
    )
    writer.write(EntryKind.STREAM_OPENED, seal={"suite": SUITE_ID, "stanza": stanza})


def sealed(writer: Writer, *, wrong: int = 0, missing: int = 0) -> list[Parcel]:
    """The parcels of a stream with their seals."""
    parcels, key = [], FIRST
    for forged in writer.entries:
        seal = seal_of(b"x" * 32 if forged.entry.seq == wrong else key, forged.entry.hash)
        seal = "" if forged.entry.seq == missing else seal
        parcels.append(msgspec.structs.replace(forged.parcel, seal=seal))
        key = next_seal_key(key)
    return parcels


def send(laptop: Laptop, writer: Writer, parcels: list[Parcel]) -> None:
    laptop.hello()
    assert laptop.send_parcels(writer, parcels).is_success
    Interpreter(laptop.desk.database, laptop.desk.keys, clock=laptop.desk.clock.now).drain()


def check(desk: Desk, writer: Writer) -> str:
    return desk.database.change(lambda c: seal_check(c, writer.id, ingest=desk.keys.ingest))


def test_a_sealed_stream_raises_nothing(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    begin(desk, quill)
    for _ in range(5):
        quill.write()
    send(laptop, quill, sealed(quill))
    assert desk.attention() == []
    assert check(desk, quill) == ""


@pytest.mark.parametrize(
    ("altered", "words"),
    [({"wrong": 4}, "entry 4 does not fit its seal"), ({"missing": 4}, "entry 4 has no seal")],
)
def test_the_first_bad_entry_is_named_and_put_before_people(
    desk: Desk, laptop: Laptop, quill: Writer, altered: dict[str, int], words: str
) -> None:
    begin(desk, quill)
    for _ in range(5):
        quill.write()
    send(laptop, quill, sealed(quill, **altered))
    assert desk.attention() == ["The entry does not fit its seal: it was not written when it says."]
    assert check(desk, quill) == words


def test_what_a_badly_sealed_entry_says_is_taken_in_all_the_same(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    begin(desk, quill)
    quill.write()
    send(laptop, quill, sealed(quill, wrong=2))
    assert len(desk.database.rows("SELECT 1 FROM act")) == 2


def test_a_seal_that_is_no_seal_is_kept_as_none(desk: Desk, laptop: Laptop, quill: Writer) -> None:
    begin(desk, quill)
    parcels = [msgspec.structs.replace(each, seal="\0" * 9) for each in sealed(quill)]
    send(laptop, quill, parcels)
    assert check(desk, quill) == "entry 1 has no seal"


def test_a_stream_of_an_earlier_version_is_sealed_from_its_opening_entry_on(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    quill.write()
    quill.write()
    begin(desk, quill)
    quill.write()
    bare = [each.parcel for each in quill.entries[:2]]
    tail, key = [], FIRST
    for forged in quill.entries[2:]:
        tail.append(msgspec.structs.replace(forged.parcel, seal=seal_of(key, forged.entry.hash)))
        key = next_seal_key(key)
    send(laptop, quill, [*bare, *tail])
    assert desk.attention() == []
    assert check(desk, quill) == ""


def test_a_second_opening_does_not_begin_the_seal_anew(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    """Otherwise a thief would open the stream again and seal whatever follows."""
    begin(desk, quill)
    quill.write()
    first = sealed(quill)
    begin(desk, quill)
    quill.write()
    key, again = FIRST, []
    for forged in quill.entries[2:]:
        again.append(msgspec.structs.replace(forged.parcel, seal=seal_of(key, forged.entry.hash)))
        key = next_seal_key(key)
    send(laptop, quill, [*first, *again])
    assert check(desk, quill) == "entry 3 does not fit its seal"


def test_a_first_key_that_does_not_open_is_told_and_blocks_nothing(
    desk: Desk, laptop: Laptop, quill: Writer
) -> None:
    begin(desk, quill, purpose="ilocdoc/seal/of-another-stream")
    quill.write()
    send(laptop, quill, sealed(quill))
    assert check(desk, quill) != ""
    assert len(desk.database.rows("SELECT 1 FROM act")) == 2


def test_the_check_command_tells_it(
    desk: Desk, laptop: Laptop, quill: Writer, data, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(desk, quill)
    for _ in range(3):
        quill.write()
    send(laptop, quill, sealed(quill, wrong=2))
    assert main(["check", "--data", str(data), "--database", desk.database.conninfo]) == 8
    told = capsys.readouterr().out
    assert f"Stream {quill.id[:8]}… was rewritten or cut: entry 2 does not fit its seal." in told
