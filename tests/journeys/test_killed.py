"""SIGKILL at any moment of a journey: nothing that was acknowledged is lost."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from ilocdoc.casework.ports import Vault
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.spool import DeviceSpool
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

KILLS = int(os.environ.get("ILOCDOC_KILLS", "5"))


def kill_an_officer(folder: Path, photo: Path, *, after_s: float) -> list[list[str]]:
    """Let an officer work, kill the program, and return every act it told."""
    line = [sys.executable, "-m", "tests.journeys.killed_officer", str(folder), str(photo)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as officer:
        assert officer.stdout is not None
        first = officer.stdout.readline()
        assert first, "the officer's program died before its first word"
        time.sleep(after_s)
        officer.kill()
        # The last line may have been cut off: it was not told.
        told = (first + officer.stdout.read()).split("\n")[:-1]
    return [each.split("\t") for each in told]


def require_kept(vault: Vault, what: str, report_id: str, detail: str) -> None:
    case = vault.case(ReportId(report_id))
    newest = case.draft or case.versions[-1].draft
    if what == "started":
        assert newest.local_number == detail
    elif what == "stamped":
        assert [each.kind for each in newest.stamps].count(detail) == 1
    elif what == "attached":
        assert detail in [each.id for each in newest.evidence]
        assert vault.evidence.read(detail, offset=0, size=3) == b"\xff\xd8\xff"
        links = [each for each in vault.entries(case.report_id) if "evidence" in each.ids]
        assert [each.kind for each in links] == [
            EntryKind.EVIDENCE_IMPORTED,
            EntryKind.EVIDENCE_VERIFIED,
        ]
    elif what == "submitted":
        assert (case.draft, len(case.versions), len(case.documents)) == (None, 1, 1)


def test_nothing_acknowledged_is_lost_and_the_spool_has_it_all(tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + os.urandom(300_000))
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol("99001")
    chance = random.Random(11)
    told: list[list[str]] = []
    for _ in range(KILLS):
        told += kill_an_officer(laptop.folder, photo, after_s=chance.uniform(0, 1.5))
        station = laptop.station()
        vault = station.unlock(OfficerId("99001"), PASSPHRASE)
        typed = {report_id: text for what, report_id, text in told if what == "typed"}
        for what, report_id, detail in told:
            require_kept(vault, what, report_id, detail)
        for report_id, text in typed.items():
            case = vault.case(ReportId(report_id))
            place = (case.draft or case.versions[-1].draft).answers["place"]
            assert place >= text, "an older text came back"
        vault.require_sound()
        entries, spool = vault.entries(), DeviceSpool(station.volume)
        assert spool.head(entries[-1].stream).seq == len(entries)
        imported = [each for each in entries if each.kind is EntryKind.EVIDENCE_IMPORTED]
        assert len(list(DeviceBlobs(station.volume).waiting_blobs())) == len(imported)
        vault.close()
        station.close()
    assert any(each[0] == "submitted" for each in told), "no report was ever finished"
