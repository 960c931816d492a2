"""A report is shown as confirmed only when headquarters signed for its newest entry."""

import pytest

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.messages import ANSWER_TYPE, Receipt
from tests.contracts.test_vault import AT, act, draft, sealed
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

QUILL = OfficerId("99001")


@pytest.fixture
def laptop(tmp_path):
    return EnrolledLaptop(tmp_path / "laptop").enrol(QUILL)


@pytest.fixture
def station(laptop):
    station = laptop.station()
    yield station
    station.close()


@pytest.fixture
def vault(station):
    vault = station.unlock(QUILL, PASSPHRASE)
    made = draft()
    with vault.transaction() as opened:
        opened.put_version(sealed(made), title="x", state="submitted")
        opened.append(
            new_entry(
                EntryKind.REPORT_SUBMITTED, act(vault), at=AT, report=made.report_id, actor=QUILL
            )
        )
    yield vault
    vault.close()


def signed_for(laptop, station, entry, *, epoch="epoch-1"):
    receipt = Receipt(
        stream=entry.stream, seq=entry.seq, hash=entry.hash, epoch=epoch, at=AT, kind="accepted"
    )
    envelope = seal_envelope(ANSWER_TYPE, canonical_bytes({"seq": entry.seq}), signer=laptop.hq)
    DeviceSpool(station.volume).keep_receipt(receipt, envelope)


def is_confirmed(vault):
    (row,) = vault.rows()
    return row.confirmed


def test_nothing_is_confirmed_before_a_receipt(vault):
    assert not is_confirmed(vault)


def test_a_receipt_for_an_earlier_entry_confirms_nothing(laptop, station, vault):
    _opened, unlocked, _submitted = vault.entries()
    signed_for(laptop, station, unlocked)
    assert not is_confirmed(vault)


def test_a_receipt_for_the_newest_entry_confirms(laptop, station, vault):
    signed_for(laptop, station, vault.entries()[-1])
    assert is_confirmed(vault)


def test_a_new_entry_of_the_report_waits_for_its_own_receipt(laptop, station, vault):
    signed_for(laptop, station, vault.entries()[-1])
    with vault.transaction() as opened:
        opened.append(
            new_entry(
                EntryKind.REPORT_RETURNED,
                act(vault, b'{"kind":"report.returned"}'),
                at=AT,
                report=draft().report_id,
                actor=QUILL,
            )
        )
    assert not is_confirmed(vault)


def test_headquarters_that_went_back_in_time_takes_the_confirmation_back(laptop, station, vault):
    _opened, unlocked, submitted = vault.entries()
    signed_for(laptop, station, submitted)
    signed_for(laptop, station, unlocked, epoch="epoch-2")
    assert not is_confirmed(vault)
