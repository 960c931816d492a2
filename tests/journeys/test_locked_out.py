"""Locked out, and the passphrase forgotten: real vault, real headquarters, no shortcuts."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.shift import Shift
from ilocdoc.casework.submitting import submit_report
from ilocdoc.hq.looking_again import NOT_THEIR_KEY
from ilocdoc.record.errors import (
    LockedOutError,
    RefusedByHeadquartersError,
    RefusedError,
    UnlockError,
)
from ilocdoc.record.ids import OfficerId
from ilocdoc.vault.front_door import FrontDoor
from tests.doubles.clocks import CountingIds
from tests.doubles.enrolled_laptop import PASSPHRASE
from tests.doubles.field_laptop import FieldLaptop
from tests.doubles.headquarters import RealHeadquarters
from tests.doubles.plain_press import PlainPress
from tests.doubles.small_forms import SmallForms

QUILL, PELL = OfficerId("99001"), OfficerId("99010")
NEW = "eleven lanterns beside a frozen canal"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHeadquarters]:
    with RealHeadquarters(tmp_path_factory.mktemp("hq") / "data") as headquarters:
        yield headquarters


@pytest.fixture
def laptop(real: RealHeadquarters, tmp_path: Path) -> Iterator[FieldLaptop]:
    made = FieldLaptop(tmp_path / "laptop", real.url)
    made.clock.at = datetime.now(UTC)
    made.enrol(real.code_for_device())
    for star in (PELL, QUILL):
        made.enrol_officer(star, real.code_for_officer(star))
        made.unlock(star).close()
    yield made
    made.close()


def shift_of(laptop: FieldLaptop, vault) -> Shift:
    return Shift(
        vault=vault, press=PlainPress(), forms=SmallForms(), clock=laptop.clock, ids=CountingIds()
    )


def eventually(is_so: Callable[[], object]) -> None:
    """Headquarters interprets in its own time."""
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_a_code_read_over_the_radio_releases_one_lock_out(real, laptop):
    for _ in range(5):
        with pytest.raises(UnlockError):
            laptop.station.unlock(QUILL, "not the passphrase")
    door = FrontDoor(laptop.station)
    shown = door.challenge(QUILL)
    words = ("--device", shown.device, "--officer", shown.officer, "--challenge", shown.text)
    code = real.command("release-code", *words).strip()
    with pytest.raises(UnlockError):
        door.release_by_code(QUILL, code[:-1] + ("A" if code[-1] != "A" else "B"))
    with pytest.raises(LockedOutError):
        laptop.unlock(QUILL)
    door.release_by_code(QUILL, code)
    laptop.unlock(QUILL).close()
    assert laptop.sync().waiting.is_nothing
    eventually(lambda: real.sql("SELECT 1 FROM act WHERE kind = 'session.released'"))
    kinds = [row[0] for row in real.sql("SELECT kind FROM act WHERE kind <> ''")]
    for kind in ("session.failed", "session.locked_out", "session.released", "session.unlocked"):
        assert kind in kinds
    assert real.sql("SELECT reason FROM attention") == []


def test_who_forgot_the_passphrase_writes_at_once_and_signs_after_the_next_contact(real, laptop):
    FrontDoor(laptop.station).enrol_again(
        QUILL, supervisor=PELL, passphrase=PASSPHRASE, new_passphrase=NEW
    )
    vault = laptop.station.unlock(QUILL, NEW)
    shift = shift_of(laptop, vault)
    draft = start_report(shift, answers={"place": "here"})
    with pytest.raises(RefusedError, match="new signing key"):
        submit_report(shift, draft.report_id)
    laptop.sync()
    waiting = "SELECT reason FROM attention WHERE reason = %s"
    eventually(lambda: real.sql(waiting, NOT_THEIR_KEY))

    with pytest.raises(RefusedByHeadquartersError):
        laptop.certify(vault.volume, real.code_for_officer(PELL))
    laptop.certify(vault.volume, real.code_for_officer(QUILL))
    vault.take_keys()
    submit_report(shift, draft.report_id)
    assert laptop.sync().waiting.is_nothing
    eventually(lambda: not real.sql("SELECT 1 FROM attention"))
    eventually(lambda: real.sql("SELECT 1 FROM act WHERE kind = 'report.submitted'"))
    rekeyed = real.sql("SELECT actor FROM act WHERE kind = 'officer.rekeyed' ORDER BY at")
    assert (PELL,) in [tuple(row) for row in rekeyed]
    vault.close()
