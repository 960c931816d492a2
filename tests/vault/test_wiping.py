"""Wipe orders: forged, replayed, expired ones are refused; the genuine one wipes."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.following import follow_headquarters
from ilocdoc.vault.orders import DeviceOrders
from ilocdoc.vault.recovery import give_new_way_in, open_for_holders
from ilocdoc.vault.slots import read_slots
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.wiping import ORDER_FILE, carry_out, has_unarchived_work
from ilocdoc.wire.envelope import Envelope, envelope_bytes, seal_envelope, with_signature
from ilocdoc.wire.messages import Receipt
from tests.contracts.test_vault import AT
from tests.doubles.authority import PASSPHRASE
from tests.doubles.breaking_disk import breaking, die
from tests.doubles.enrolled_laptop import CHEAP
from tests.doubles.keys import software_key
from tests.vault.rekeyed import FILE_CONTENT, QUILL, VANE, LaptopWithWork

DANE, PELL = "99030", "99010"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> LaptopWithWork:
    """All of it is with headquarters already."""
    laptop = LaptopWithWork.make(tmp_path_factory.mktemp("made"))
    archive(laptop)
    return laptop


@pytest.fixture
def laptop(made: LaptopWithWork, tmp_path: Path) -> LaptopWithWork:
    return made.copy(tmp_path)


def archive(laptop: LaptopWithWork) -> None:
    """Let headquarters sign for everything."""
    device = DeviceVolume(laptop.folder)
    spool = DeviceSpool(device)
    for each in device.streams():
        head = spool.head(each.stream)
        receipt = Receipt(
            stream=each.stream, seq=head.seq, hash=head.hash, epoch="e", at=AT, kind="accepted"
        )
        spool.keep_receipt(receipt, laptop.office.order())
    device.database.run("UPDATE blob SET receipt = x'00'")
    device.close()


def obey(laptop: LaptopWithWork, envelope: Envelope, *, later: timedelta = timedelta()) -> None:
    device = DeviceVolume(laptop.folder)
    try:
        carry_out(device, envelope, now=laptop.laptop.clock.now() + later)
    finally:
        device.close()


def kinds(laptop: LaptopWithWork) -> list[str]:
    """What the laptop's own ledger says of wipe orders: outcomes, oldest first."""
    device = DeviceVolume(laptop.folder)
    try:
        (stream,) = [each.stream for each in device.streams() if each.owner == "0A1B"]
        parcels, _ = DeviceSpool(device).parcels(stream, after=0, limit=1000)
        return [
            EntryKind.WIPE_ORDERED.value
            for each in parcels
            if EntryKind.WIPE_ORDERED.value in _payload(each.envelope)
        ]
    finally:
        device.close()


def _payload(envelope: dict[str, object]) -> str:
    return msgspec.convert(envelope, type=Envelope).payload_bytes().decode()


def test_a_genuine_order_takes_personal_slots_away_and_keeps_everything_else(laptop):
    before = {each: each.read_bytes() for each in laptop.containers()}
    database = (laptop.volume_folder / "vault-1.db").read_bytes()
    order = laptop.office.order()
    obey(laptop, order)
    slots = read_slots(laptop.slots_path)
    assert slots.passphrase_slot(QUILL) is None
    assert slots.supervisor_slots() == ()
    assert len(slots.escrow_slots()) == 1
    assert (laptop.volume_folder / "vault-1.db").read_bytes() == database
    assert {each: each.read_bytes() for each in laptop.containers()} == before
    assert (laptop.volume_folder / ORDER_FILE).read_bytes() == envelope_bytes(order)
    assert len(kinds(laptop)) == 1


def test_after_a_wipe_no_file_holds_a_personal_slot(laptop):
    own = read_slots(laptop.slots_path).passphrase_slot(QUILL)
    wrapped = msgspec.to_builtins(own)["wrapped"].encode()
    assert any(wrapped in each.read_bytes() for each in files(laptop)), "the scan finds it before"
    obey(laptop, laptop.office.order())
    assert not any(wrapped in each.read_bytes() for each in files(laptop))


def files(laptop: LaptopWithWork) -> list[Path]:
    return [each for each in laptop.folder.rglob("*") if each.is_file()]


def test_the_old_slot_file_is_overwritten_where_it_lay(laptop):
    with laptop.slots_path.open("rb") as before:
        assert before.read().strip(b"\0")
        obey(laptop, laptop.office.order())
        before.seek(0)
        assert not before.read().strip(b"\0")


def test_after_a_wipe_the_member_is_told_and_others_work_on(laptop):
    obey(laptop, laptop.office.order())
    station = laptop.laptop.station()
    with pytest.raises(RefusedError, match="signed order"):
        station.unlock(QUILL, PASSPHRASE)
    station.unlock(VANE, PASSPHRASE).close()
    station.close()


def test_after_a_wipe_escrow_still_recovers_everything(laptop):
    before = laptop.holdings()
    archive(laptop)
    obey(laptop, laptop.office.order())
    device = DeviceVolume(laptop.folder)
    volume = open_for_holders(device, QUILL, [each.key for each in laptop.office.holders[1:]])
    words = "lantern copper orchard ninety"
    give_new_way_in(volume, words, device=device, at=AT, cost=CHEAP).close()
    device.close()
    after = laptop.holdings(words)
    assert after.case == before.case
    assert after.file == FILE_CONTENT


@pytest.mark.parametrize("changed", [{}, {"officer": VANE}])
def test_a_forged_order_is_refused_and_written_down(laptop, changed):
    before = laptop.slots_path.read_bytes()
    with pytest.raises(WireError):
        obey(laptop, laptop.office.order(signer=software_key(), **changed))
    assert laptop.slots_path.read_bytes() == before
    assert len(kinds(laptop)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": "ZZZZ"},
        {"officer": "99077"},
        {"generation": 2},
        {"until": "2026-10-20T16:59:59.000000Z"},
    ],
)
def test_a_misdirected_or_expired_order_is_refused_and_written_down(laptop, wrong):
    before = laptop.slots_path.read_bytes()
    with pytest.raises(RefusedError):
        obey(laptop, laptop.office.order(**wrong))
    assert laptop.slots_path.read_bytes() == before
    assert len(kinds(laptop)) == 1


def test_an_order_expires(laptop):
    with pytest.raises(RefusedError, match="expired"):
        obey(laptop, laptop.office.order(), later=timedelta(days=2))
    obey(laptop, laptop.office.order(), later=timedelta(days=1))


def test_an_order_for_the_generation_before_is_void_after_a_new_key(laptop):
    laptop.rekey()
    archive(laptop)
    with pytest.raises(RefusedError, match="earlier or later"):
        obey(laptop, laptop.office.order())
    obey(laptop, laptop.office.order(generation=2, nonce="cd" * 16))


def test_a_replayed_order_is_refused_also_after_the_member_was_let_in_again(laptop):
    order = laptop.office.order()
    obey(laptop, order)
    with pytest.raises(RefusedError, match="already"):
        obey(laptop, order)
    device = DeviceVolume(laptop.folder)
    volume = open_for_holders(device, QUILL, [each.key for each in laptop.office.holders])
    words = "lantern copper orchard ninety"
    give_new_way_in(volume, words, device=device, at=AT, cost=CHEAP).close()
    device.close()
    with pytest.raises(RefusedError, match="already"):
        obey(laptop, order)
    assert laptop.holdings(words).file == FILE_CONTENT


def test_a_volume_without_escrow_is_never_wiped(tmp_path):
    laptop = LaptopWithWork.make(tmp_path, escrow=False)
    archive(laptop)
    with pytest.raises(RefusedError, match="would destroy"):
        obey(laptop, laptop.office.order())
    assert laptop.holdings().file == FILE_CONTENT


# --- two people ---------------------------------------------------------------------------


def with_unsent_work(laptop: LaptopWithWork) -> LaptopWithWork:
    laptop.holdings()
    return laptop


def test_unarchived_work_needs_two_people(laptop):
    with_unsent_work(laptop)
    before = laptop.slots_path.read_bytes()
    with pytest.raises(RefusedError, match="needs two people"):
        obey(laptop, laptop.office.order())
    signer = laptop.name_in_roster(DANE)
    order = laptop.office.order(by="99031", second=DANE, nonce="cd" * 16)
    with pytest.raises(RefusedError, match="did not sign"):
        obey(laptop, order)
    with pytest.raises(RefusedError, match="did not sign"):
        obey(laptop, with_signature(order, software_key()))
    assert laptop.slots_path.read_bytes() == before
    obey(laptop, with_signature(order, signer))
    assert read_slots(laptop.slots_path).passphrase_slot(QUILL) is None


@pytest.mark.parametrize("who", [PELL, VANE])
def test_not_everybody_counts_as_the_second_person(laptop, who):
    with_unsent_work(laptop)
    signer = laptop.name_in_roster(who)
    order = with_signature(laptop.office.order(second=who), signer)
    with pytest.raises(RefusedError, match="may not approve"):
        obey(laptop, order)


@pytest.mark.parametrize("what", ["entries", "letters", "files"])
def test_what_counts_as_unarchived_work(laptop, what):
    def found() -> bool:
        device = DeviceVolume(laptop.folder)
        try:
            return has_unarchived_work(device, QUILL)
        finally:
            device.close()

    assert not found()
    device = DeviceVolume(laptop.folder)
    if what == "entries":
        device.database.run("UPDATE confirmed SET seq = seq - 1")
    elif what == "letters":
        laptop.write_letter(device, QUILL)
    else:
        device.database.run("UPDATE blob SET receipt = NULL")
    device.close()
    assert found()


def test_a_draft_that_was_begun_counts_as_unarchived_until_it_is_sealed_or_given_up(laptop):
    def note(kind: EntryKind) -> bool:
        station = laptop.laptop.station()
        vault = station.unlock(QUILL, PASSPHRASE)
        act = seal_envelope(ACT_TYPE, b"{}", signer=vault.signer)
        with vault.transaction() as opened:
            opened.append(new_entry(kind, act, at=AT, report="r1"))
        vault.close()
        station.close()
        archive(laptop)
        device = DeviceVolume(laptop.folder)
        try:
            return has_unarchived_work(device, QUILL)
        finally:
            device.close()

    assert note(EntryKind.DRAFT_CREATED)
    assert not note(EntryKind.DRAFT_ABANDONED)
    assert note(EntryKind.DRAFT_CREATED)
    assert not note(EntryKind.REPORT_SUBMITTED)


# --- orders that come with an exchange -------------------------------------------------------


def follow(laptop: LaptopWithWork, *orders: Envelope) -> None:
    device = DeviceVolume(laptop.folder)
    try:
        for each in orders:
            DeviceOrders(device).keep(each)
        follow_headquarters(device, now=laptop.laptop.clock.now())
    finally:
        device.close()


def test_an_order_from_an_exchange_is_carried_out_once_however_often_it_comes(laptop):
    order = laptop.office.order()
    follow(laptop, order)
    assert read_slots(laptop.slots_path).passphrase_slot(QUILL) is None
    written = len(kinds(laptop))
    follow(laptop, order)
    follow(laptop)
    assert len(kinds(laptop)) == written


def test_a_refused_order_is_tried_again_only_when_it_comes_with_an_approval(laptop):
    with_unsent_work(laptop)
    signer = laptop.name_in_roster(DANE)
    order = laptop.office.order(by="99031", second=DANE)
    follow(laptop, order)
    follow(laptop, order)
    assert len(kinds(laptop)) == 1
    assert read_slots(laptop.slots_path).passphrase_slot(QUILL) is not None
    follow(laptop, with_signature(order, signer))
    assert read_slots(laptop.slots_path).passphrase_slot(QUILL) is None


def test_a_forged_order_is_not_even_kept(laptop):
    with pytest.raises(WireError):
        follow(laptop, laptop.office.order(signer=software_key()))


def test_a_kill_at_any_step_of_a_wipe_is_finished_at_the_next_start(made, tmp_path):
    counted = made.copy(tmp_path / "count")
    with breaking(counted.volume_folder, at=0) as watch:
        follow(counted, made.office.order())
    assert watch.seen > 5
    for step in range(1, watch.seen + 1):
        laptop = made.copy(tmp_path / str(step))

        def work(laptop: LaptopWithWork = laptop, step: int = step) -> None:
            with breaking(laptop.volume_folder, at=step, act=die):
                follow(laptop, made.office.order())

        assert not laptop.in_a_process(work)
        follow(laptop)
        assert read_slots(laptop.slots_path).escrow_slots()
        assert read_slots(laptop.slots_path).passphrase_slot(QUILL) is None
        assert len(kinds(laptop)) == 1
