"""One item goes by order of a court: its key everywhere on the laptop, and nothing else."""

import shutil

import pytest

from ilocdoc.__main__ import main
from ilocdoc.casework.destroying import apply_order, apply_orders, carry_out, order_destruction
from ilocdoc.casework.drafting import keep_answers, start_report
from ilocdoc.casework.evidence import attach
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.sessions import come_back
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.destruction import MAY_ORDER, MAY_SECOND
from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Role
from ilocdoc.vault.backups import Backups
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import envelope_from_bytes
from tests.doubles.authority import PASSPHRASE
from tests.doubles.working_laptop import WorkingLaptop

QUILL, PELL, DANE, VANE = "99001", "99010", "99030", "99002"
ORDER = "2026 CR 0099001"


@pytest.fixture
def laptop(tmp_path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL, PELL, DANE, VANE)
    yield laptop
    laptop.close()


@pytest.fixture
def case(laptop, tmp_path):
    """Quill's report with two files, read by the supervisors: (report, first, second)."""
    shift = laptop[QUILL]
    draft = start_report(shift, answers={"place": "3300 W Testbed Rd"})
    for name in ("one.jpg", "two.jpg"):
        path = tmp_path / name
        path.write_bytes(b"\xff\xd8\xff" + name.encode() * 2000)
        draft = attach(shift, draft.report_id, path)
    submit_report(shift, draft.report_id)
    for star in (PELL, DANE):
        open_deliveries(laptop[star])
    return draft.report_id, *(each.id for each in draft.evidence)


def destroy(laptop, case):
    order = order_destruction(laptop[DANE], case[0], case[1], order=ORDER)
    return order, carry_out(laptop[PELL], order)


def kinds(laptop, star):
    return [each.kind for each in laptop[star].vault.entries()]


def test_the_key_is_gone_with_everybody_and_the_other_file_stays(laptop, case):
    _report, gone, kept = case
    destroy(laptop, case)
    for star in (QUILL, DANE):
        open_deliveries(laptop[star])
    for star in (QUILL, PELL, DANE):
        evidence = laptop[star].vault.evidence
        assert evidence.destroyed(gone) == ORDER
        assert not evidence.holds(gone)
        assert evidence.holds(kept)
        with pytest.raises(RefusedError, match=f"destroyed by order {ORDER}"):
            evidence.delivery_key(gone)
        rows = laptop[star].vault.volume.database.all(
            "SELECT wrapped FROM evidence WHERE id = ?", (gone,)
        )
        assert rows == [(b"",)]
        assert EntryKind.CONTENT_DESTROYED in kinds(laptop, star)
    assert not list(laptop.folder.glob(f"evidence/{gone}*"))
    queued = laptop.station.volume.database.all("SELECT path FROM blob")
    assert [name for (name,) in queued if gone in name] == []


def test_nothing_is_told_missing_and_the_ledgers_stay_sound(laptop, case):
    destroy(laptop, case)
    for star in (QUILL, DANE):
        open_deliveries(laptop[star])
    for star in (QUILL, PELL, DANE):
        vault = laptop[star].vault
        assert vault.evidence.shelf().missing == ()
        vault.require_sound()


def test_the_tombstone_says_who_and_why_and_nothing_of_the_content(laptop, case):
    _order, tombstone = destroy(laptop, case)
    assert (tombstone.first, tombstone.second, tombstone.order) == (DANE, PELL, ORDER)
    (act,) = laptop[PELL].vault.volume.database.one(
        "SELECT act FROM entry WHERE kind = 'content.destroyed'"
    )
    said = from_canonical(envelope_from_bytes(act).payload_bytes())
    assert set(said) == {
        *("kind", "at", "by", "report", "evidence", "sha256", "order", "first", "second"),
        "signed_order",
    }
    assert b"one.jpg" not in act


def test_one_person_is_not_enough(laptop, case):
    order = order_destruction(laptop[DANE], case[0], case[1], order=ORDER)
    with pytest.raises(RefusedError, match="Another person"):
        carry_out(laptop[DANE], order)
    laptop[PELL].vault.laptop.keep_order(case[1], "")
    assert laptop[PELL].vault.evidence.holds(case[1])


@pytest.mark.parametrize("star", [QUILL, PELL, VANE])
def test_who_may_not_order_does_not(laptop, case, star):
    with pytest.raises(RefusedError):
        order_destruction(laptop[star], case[0], case[1], order=ORDER)


def test_an_order_needs_a_reference_and_an_item_of_the_report(laptop, case):
    with pytest.raises(InputError):
        order_destruction(laptop[DANE], case[0], case[1], order="  ")
    with pytest.raises(RefusedError, match="does not belong"):
        order_destruction(laptop[DANE], case[0], "another", order=ORDER)


def test_an_officer_does_not_carry_out(laptop, case):
    order = order_destruction(laptop[DANE], case[0], case[1], order=ORDER)
    with pytest.raises(RefusedError):
        carry_out(laptop[QUILL], order)
    assert laptop[QUILL].vault.evidence.holds(case[1])


def test_a_letter_with_an_order_of_one_signature_destroys_nothing(laptop, case):
    order = order_destruction(laptop[DANE], case[0], case[1], order=ORDER)
    with pytest.raises(WireError, match="two people"):
        apply_order(laptop[QUILL], order)
    assert laptop[QUILL].vault.evidence.holds(case[1])


def test_it_is_carried_out_again_after_an_older_volume_was_restored(laptop, case, tmp_path):
    folder = laptop.folder / "officers" / QUILL
    laptop.close()
    shutil.copytree(folder, tmp_path / "older")
    destroy(laptop, case)
    come_back(laptop[QUILL])
    assert laptop[QUILL].vault.evidence.destroyed(case[1])
    # As a salvage or a restore gives it back: the volume with the key in it.
    laptop.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "older", folder)
    volume = laptop.enrolled.station().volume
    for statement in (
        "DELETE FROM spool WHERE seq > 9 AND stream <> ''",
        "DELETE FROM anchor",
    ):
        volume.database.run(statement)
    volume.close()
    shift = laptop[QUILL]
    if shift.vault.doubt is None or not shift.vault.doubt.is_read_only:
        come_back(shift)
        assert shift.vault.evidence.destroyed(case[1]) == ORDER


def test_a_key_that_comes_later_is_not_kept(laptop, case):
    destroy(laptop, case)
    vault = laptop[PELL].vault
    (item,) = [
        each for each in vault.case(case[0]).versions[0].draft.evidence if each.id == case[1]
    ]
    with vault.transaction() as opened:
        opened.put_evidence(item, b"k" * 32, mine=False)
    assert not vault.evidence.holds(case[1])


def test_copies_of_the_store_hold_the_key_no_more(laptop, case):
    vault = laptop[PELL].vault
    Backups(vault.volume.database).make()
    destroy(laptop, case)
    for path in Backups(vault.volume.database).paths():
        copy = vault.volume.database.another(path)
        rows = copy.all("SELECT wrapped FROM evidence WHERE id = ?", (case[1],))
        copy.close()
        assert rows == [(b"",)]


def test_doing_it_twice_changes_nothing(laptop, case):
    destroy(laptop, case)
    before = kinds(laptop, PELL)
    assert apply_orders(laptop[PELL]) == 0
    assert kinds(laptop, PELL) == before


def test_the_author_can_go_on_writing(laptop, case, tmp_path):
    destroy(laptop, case)
    come_back(laptop[QUILL])
    draft = start_report(laptop[QUILL], answers={"place": "here"})
    keep_answers(laptop[QUILL], draft.report_id, {"place": "there"})
    submit_report(laptop[QUILL], draft.report_id)


def test_only_these_roles_hold_it_in_hand():
    assert Role.OFFICER not in MAY_SECOND
    assert Role.DETECTIVE not in MAY_SECOND
    assert MAY_ORDER < MAY_SECOND


def test_two_people_destroy_it_from_the_command_line(laptop, case, tmp_path, capsys):
    number = laptop[QUILL].vault.case(case[0]).versions[0].draft.local_number
    laptop.close()
    words = tmp_path / "words"
    words.write_text(PASSPHRASE + "\n")
    command = [
        *("destroy", "--data", str(laptop.folder), "--report", number, "--evidence", case[1]),
        *("--order", ORDER, "--passphrase-file", str(words)),
        *("--second-passphrase-file", str(words)),
    ]
    assert main([*command, "--by", DANE, "--second", DANE]) == 3
    assert laptop[PELL].vault.evidence.holds(case[1])
    laptop.close()
    assert main([*command, "--by", DANE, "--second", PELL]) == 0
    assert f"Destroyed by order {ORDER}" in capsys.readouterr().out
    assert laptop[PELL].vault.evidence.destroyed(case[1]) == ORDER
