"""What has to be true of a laptop's folder after any crash, found by opening it for real."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ilocdoc.record.errors import IlocdocError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.backups import backups_in
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import folder_of, make_officer_volume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.entries import Case
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import CHEAP, PASSPHRASE
from tests.vault.crash.workload import AUTHOR, CANARY

Told = Sequence[tuple[str, ...]]


def told_in(text: str) -> Told:
    """Return the acknowledgements in a text of whole lines."""
    return [tuple(line.split("\t")) for line in text.splitlines()]


def violations(folder: Path, told: Told) -> list[str]:
    """Return, in words, every promise that this folder breaks."""
    leaks = [
        f"plain text in {path.name}"
        for path in folder.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    try:
        return leaks + _of_laptop(folder, told)
    except IlocdocError as error:
        return [*leaks, f"{type(error).__name__}: {error.headline}"]
    except (AssertionError, LookupError, OSError, ValueError) as error:
        return [*leaks, f"a fault of ours: {error!r}"]


def _of_laptop(folder: Path, told: Told) -> list[str]:
    station = LaptopStation(folder, clock=StoppedClock())
    try:
        if station.volume.is_enrolled != (("device",) in told) and ("device",) in told:
            return ["an acknowledged enrolment of the laptop is lost"]
        if ("officer", AUTHOR) not in told:
            return _unfinished_enrolment(folder) if station.volume.is_enrolled else []
        tried = sum(each[0] == "tried" for each in told)
        faults = []
        if _tries_since_unlock(told) > len(station.tries.count(AUTHOR)[0].wrong):
            faults.append(f"a wrong try of {tried} is forgotten")
        vault = station.unlock(AUTHOR, PASSPHRASE)
        try:
            return faults + _of_vault(vault, station, told)
        finally:
            vault.close()
    finally:
        station.close()


def _tries_since_unlock(told: Told) -> int:
    names = [each[0] for each in told]
    since = len(names) - names[::-1].index("unlocking") if "unlocking" in names else 0
    return names[since:].count("tried")


def _unfinished_enrolment(folder: Path) -> list[str]:
    try:
        make_officer_volume(
            folder_of(folder, AUTHOR), officer=AUTHOR, passphrase=PASSPHRASE, cost=CHEAP
        ).close()
    except RefusedError:
        return []
    return []


def _of_vault(vault: OpenVault, station: LaptopStation, told: Told) -> list[str]:
    vault.require_sound()
    faults: list[str] = []
    for what, *more in told:
        if what == "backed up" and ("rotating",) in told:
            continue
        faults += _PROMISES.get(what, _nothing)(vault, station, more)
    for row in vault.rows():
        faults += _whole(vault, row.report_id)
    entries = vault.entries()
    unlocked = sum(each.kind is EntryKind.SESSION_UNLOCKED for each in entries)
    if unlocked <= sum(each[0] == "unlocked" for each in told):
        faults.append("an unlock left no entry")
    if DeviceSpool(station.volume).head(entries[-1].stream).seq != len(entries):
        faults.append("the spool lacks entries")
    for copy in (*backups_in(vault.volume.folder), *backups_in(station.volume.folder)):
        owner = vault.volume if copy.parent == vault.volume.folder else station.volume
        opened = owner.database.another(copy)
        opened.check()
        opened.close()
    faults += _evidence(vault)
    return faults


def _nothing(_vault: OpenVault, _station: LaptopStation, _more: Sequence[str]) -> list[str]:
    return []


def _number(_vault: OpenVault, station: LaptopStation, more: Sequence[str]) -> list[str]:
    (last,) = station.volume.database.one("SELECT last FROM number WHERE day = '261020'")
    return [] if last >= int(more[0]) else ["a number is given twice"]


def _typed(vault: OpenVault, _station: LaptopStation, more: Sequence[str]) -> list[str]:
    revision = _revision(vault.case(ReportId(more[0])))
    return [] if revision >= int(more[1]) else [f"revision {more[1]} is lost"]


def _revision(case: Case) -> int:
    """Return which revision a report's text is of; sealed versions keep no number of it."""
    newest = case.draft or case.versions[-1].draft
    canary, _, number, *_rest = newest.answers["place"].split(" ")
    assert canary == CANARY, canary
    assert case.draft is None or case.draft.revision == int(number), case.draft.revision
    return int(number)


def _attached(vault: OpenVault, _station: LaptopStation, more: Sequence[str]) -> list[str]:
    if not vault.evidence.holds(more[0]):
        return ["acknowledged evidence is lost"]
    plain = _plain(vault, more[0])
    return [] if hashlib.sha256(plain).hexdigest() == more[1] else ["evidence has another hash"]


def _submitted(vault: OpenVault, station: LaptopStation, more: Sequence[str]) -> list[str]:
    case = vault.case(ReportId(more[0]))
    is_kept = len(case.versions) == 1 and [each.sha256 for each in case.documents] == [more[1]]
    posted = [each.id for each in DeviceMailbox(station.volume).outgoing()]
    return [] if is_kept and more[0] in posted else ["a submitted report is lost"]


def _backed_up(vault: OpenVault, _station: LaptopStation, _more: Sequence[str]) -> list[str]:
    return [] if backups_in(vault.volume.folder) else ["the copies are gone"]


def _rotated(vault: OpenVault, _station: LaptopStation, more: Sequence[str]) -> list[str]:
    is_kept = vault.volume.slots.generation >= int(more[0])
    rekeyed = [each for each in vault.entries() if each.kind is EntryKind.VOLUME_REKEYED]
    return [] if is_kept and rekeyed else ["a volume is back under its old key"]


_PROMISES: dict[str, Callable[[OpenVault, LaptopStation, Sequence[str]], list[str]]] = {
    "number": _number,
    "typed": _typed,
    "attached": _attached,
    "submitted": _submitted,
    "backed up": _backed_up,
    "rotated": _rotated,
}


def _whole(vault: OpenVault, report_id: ReportId) -> list[str]:
    """A report is wholly before or wholly after each transaction."""
    case, entries = vault.case(report_id), vault.entries(report_id)
    revision = _revision(case)
    steps = [int(each.ids["n"]) for each in entries if each.kind is EntryKind.CUSTODY_STEP]
    submissions = sum(each.kind is EntryKind.REPORT_SUBMITTED for each in entries)
    faults = []
    if steps != list(range(1, revision + 1)):
        faults.append(f"revision {revision} stands beside the events {steps}")
    if not (submissions == len(case.versions) == len(case.documents) == int(case.draft is None)):
        faults.append("a submission is half done")
    imported = [each.ids["evidence"] for each in entries if "evidence" in each.ids]
    if not all(vault.evidence.holds(each) for each in imported):
        faults.append("an imported file is missing")
    return faults


def _evidence(vault: OpenVault) -> list[str]:
    imported = [
        each.ids["evidence"] for each in vault.entries() if each.kind is EntryKind.EVIDENCE_IMPORTED
    ]
    return [
        f"evidence {each} does not open"
        for each in imported
        if not _plain(vault, each).startswith(CANARY.encode())
    ]


def _plain(vault: OpenVault, evidence_id: str) -> bytes:
    return vault.evidence.read(evidence_id, offset=0, size=1 << 20)
