"""The seal of a real volume: begun once, one living key, erased with each entry."""

import base64
import hashlib
from pathlib import Path

import msgspec
import pytest

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.errors import DamagedError, DiskFullError
from ilocdoc.record.forward_seal import SealedLink, first_bad_seal, seal_of
from ilocdoc.record.ids import OfficerId, Sha256
from ilocdoc.record.ledger import EntryKind, entry_hash
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import Envelope, envelope_from_bytes
from ilocdoc.wire.sealing import open_body, seal_purpose, session_key
from tests.contracts.test_vault import AT, act
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

QUILL = OfficerId("99001")


@pytest.fixture
def laptop(tmp_path: Path) -> EnrolledLaptop:
    return EnrolledLaptop(tmp_path / "laptop").enrol(QUILL)


@pytest.fixture
def vault(laptop):
    station = laptop.station()
    vault = station.unlock(QUILL, PASSPHRASE)
    yield vault
    vault.close()
    station.close()


def first_key(laptop, opened: Envelope) -> bytes:
    said = from_canonical(opened.payload_bytes())
    purpose = seal_purpose(said_stream(opened))
    return laptop.ingest.open(said["seal"]["stanza"], purpose=purpose)


def said_stream(opened: Envelope) -> str:
    spki = base64.b64decode(from_canonical(opened.payload_bytes())["public_key"])
    return hashlib.sha256(spki).hexdigest()[:32]


def links_of(vault) -> list[SealedLink]:
    parcels = vault._ledger.parcels_after(0)
    return [
        SealedLink(seq=entry.seq, hash=entry.hash, seal=parcel.seal)
        for entry, parcel, _session in parcels
    ]


def opened_act(vault) -> Envelope:
    ((body,),) = vault.volume.database.all(
        "SELECT act FROM entry WHERE kind = ?", (EntryKind.STREAM_OPENED.value,)
    )
    return envelope_from_bytes(body)


def add(vault, count: int = 1) -> None:
    for _ in range(count):
        with vault.transaction() as opened:
            opened.append(
                new_entry(EntryKind.SESSION_LOCKED, act(vault), at=AT, report="r", actor=QUILL)
            )


def test_headquarters_opens_the_first_key_and_every_seal_fits(laptop, vault):
    add(vault, 5)
    first = first_key(laptop, opened_act(vault))
    assert first_bad_seal(first, links_of(vault)) == ""
    head = links_of(vault)[-1].hash
    closing = vault._ledger.seals.closing(head)
    assert first_bad_seal(first, links_of(vault), closing=closing) == ""


def test_a_stream_is_opened_once(laptop, vault):
    add(vault)
    for _ in range(3):
        vault.own.begin(AT)
    kinds = [each.kind for each in vault.entries()]
    assert kinds.count(EntryKind.STREAM_OPENED) == 1
    assert kinds[0] is EntryKind.STREAM_OPENED


def test_one_key_is_kept_and_it_is_of_the_entry_that_comes_next(laptop, vault):
    add(vault, 3)
    ((seq, key),) = vault.volume.database.all("SELECT seq, key FROM seal_key")
    links = links_of(vault)
    assert seq == len(links) + 1
    assert all(seal_of(key, each.hash) != each.seal for each in links)


def test_an_undone_change_keeps_its_key(laptop, vault):
    add(vault)
    before = vault.volume.database.all("SELECT seq, key FROM seal_key")
    with pytest.raises(DiskFullError), vault.transaction() as opened:
        opened.append(
            new_entry(EntryKind.SESSION_LOCKED, act(vault), at=AT, report="r", actor=QUILL)
        )
        raise DiskFullError
    assert vault.volume.database.all("SELECT seq, key FROM seal_key") == before
    add(vault)
    assert first_bad_seal(first_key(laptop, opened_act(vault)), links_of(vault)) == ""


def test_entries_that_were_cut_off_stop_the_ledger(vault):
    add(vault, 3)
    database = vault.volume.database
    database.run("DROP TRIGGER entry_is_not_deleted")
    database.run("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
    with pytest.raises(DamagedError, match="does not fit its seal"):
        add(vault)


def test_the_laptops_own_stream_is_opened_and_sealed(laptop):
    station = laptop.station()
    for _ in range(3):
        station.write(EntryKind.SESSION_FAILED, officer="unknown")
    device = next(each for each in station.volume.streams() if each.owner == "0A1B")
    parcels, sessions = DeviceSpool(station.volume).parcels(device.stream, after=0, limit=10)
    keys = {each.id: session_key(each, ingest=laptop.ingest) for each in sessions}
    _salt, body = open_body(parcels[0].box, key=keys[parcels[0].box.session])
    links = [
        SealedLink(
            seq=place,
            hash=Sha256(entry_hash(msgspec.convert(each.envelope, type=Envelope).payload_bytes())),
            seal=each.seal,
        )
        for place, each in enumerate(parcels, start=1)
    ]
    assert len(links) == 4
    assert first_bad_seal(first_key(laptop, envelope_from_bytes(body)), links) == ""
    station.close()
