"""A disk that refuses at any operation: never half-done, always an error of ours."""

import errno
import os

import pytest

from tests.vault.crash.fault_runs import Fault, faults, run

RUNS = int(os.environ.get("ILOCDOC_FAULTS", "15"))
HONEST = {"DiskFullError", "DiskFaultError", "VaultError", "InUseError"}


@pytest.mark.parametrize("fault", faults(RUNS, seed=20), ids=str)
def test_a_disk_that_refuses_leaves_nothing_half_done(fault: Fault) -> None:
    wrong, told = run(fault, seed=fault.at)
    assert wrong == []
    assert {each[1] for each in told if each[0] == "refused"} <= HONEST


def test_a_draft_is_kept_on_a_disk_that_was_full_once_and_nobody_hears_of_it() -> None:
    # The 700th write falls into the log of a volume, with the reserve in place.
    wrong, told = run(Fault(kind="W", at=700, code=errno.ENOSPC, for_ever=False), seed=3)
    assert wrong == []
    assert [each for each in told if each[0] == "refused"] == []
    assert any(each[0] == "submitted" for each in told)


def test_after_a_failed_sync_nothing_is_told_as_kept_and_trying_again_works() -> None:
    refused = []
    for at in range(100, 104):
        wrong, told = run(Fault(kind="S", at=at, code=errno.EIO, for_ever=False), seed=3)
        assert wrong == []
        assert any(each[0] == "submitted" for each in told)
        refused += [each[1] for each in told if each[0] == "refused"]
    assert set(refused) == {"DiskFaultError"}
