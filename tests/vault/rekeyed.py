"""A laptop on which Quill has a draft, a file of evidence and a ledger; copied, broken, read."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.intake import Wish
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import OfficerKeys, folder_of, open_officer_volume
from ilocdoc.vault.renewal import renewed
from ilocdoc.vault.slots import SLOTS_FILE
from ilocdoc.wire.entries import Case, Entry, Intake
from ilocdoc.wire.envelope import SoftwareKey
from ilocdoc.wire.sealing import OpeningKey, seal_delivery
from tests.contracts.test_vault import AT, draft
from tests.doubles.authority import PASSPHRASE, pem_of
from tests.doubles.clocks import NOON
from tests.doubles.enrolled_laptop import EnrolledLaptop
from tests.doubles.escrow_office import EscrowOffice

QUILL, VANE = OfficerId("99001"), OfficerId("99002")
FILE_CONTENT = bytes(range(256)) * 300


@dataclass(frozen=True)
class Holdings:
    """What must never be lost."""

    case: Case
    file: bytes
    entries: Sequence[Entry]
    begun: Sequence[Intake]
    """Files that are half taken in, with their keys."""


class LaptopWithWork:
    """Opens and closes the folder at each call, as one program after the other would."""

    def __init__(self, laptop: EnrolledLaptop, office: EscrowOffice) -> None:
        self.laptop, self.office = laptop, office

    @classmethod
    def make(
        cls, folder: Path, *, holders: int = 3, threshold: int = 2, escrow: bool = True
    ) -> Self:
        folder.mkdir(exist_ok=True)
        laptop = EnrolledLaptop(folder / "laptop").enrol(QUILL, VANE)
        office = EscrowOffice(laptop, holders=holders, threshold=threshold)
        if not escrow:
            office.escrow = None
        office.publish()
        made = cls(laptop, office)
        (folder / "photo").write_bytes(FILE_CONTENT)
        station = laptop.station()
        vault = station.unlock(QUILL, PASSPHRASE)
        report = draft().report_id
        intakes = [
            vault.evidence.begin(folder / "photo", evidence_id=name, report_id=report, at=AT)
            for name in ("e1", "e2")
        ]
        sealed = vault.evidence.seal_file(intakes[0], at=AT, watch=lambda _progress: Wish.GO_ON)
        with vault.transaction() as opened:
            opened.put_draft(draft(), title="x", state="draft")
            opened.put_intake(intakes[1])
            opened.put_evidence(sealed.item, sealed.file_key, mine=True)
        Backups(vault.volume.database).make()
        vault.close()
        station.close()
        return made

    def copy(self, folder: Path) -> Self:
        """The same laptop in another folder, to be broken."""
        shutil.copytree(self.folder, folder / "laptop")
        other = object.__new__(EnrolledLaptop)
        members = dict(self.laptop.members)
        other.__dict__ = self.laptop.__dict__ | {"folder": folder / "laptop", "members": members}
        office = object.__new__(EscrowOffice)
        office.__dict__ = self.office.__dict__ | {"laptop": other}
        return type(self)(other, office)

    @property
    def folder(self) -> Path:
        return self.laptop.folder

    @property
    def volume_folder(self) -> Path:
        return folder_of(self.folder, QUILL)

    @property
    def slots_path(self) -> Path:
        return self.volume_folder / SLOTS_FILE

    def containers(self) -> list[Path]:
        return sorted((self.folder / "evidence").iterdir())

    def holdings(self, passphrase: str = PASSPHRASE) -> Holdings:
        """Unlock as the officer and read everything back, checked."""
        station = self.laptop.station()
        try:
            vault = station.unlock(QUILL, passphrase)
            try:
                vault.require_sound()
                return Holdings(
                    case=vault.case(draft().report_id),
                    file=vault.evidence.read("e1", offset=0, size=len(FILE_CONTENT)),
                    entries=vault.entries(),
                    begun=vault.evidence.begun(),
                )
            finally:
                vault.close()
        finally:
            station.close()

    def keys(self, passphrase: str = PASSPHRASE) -> OfficerKeys:
        volume = open_officer_volume(self.volume_folder, officer=QUILL, passphrase=passphrase)
        try:
            return volume.keys()
        finally:
            volume.close()

    def rekey(self) -> None:
        """As `ilocdoc rekey` does after the unlock."""
        station = self.laptop.station()
        try:
            volume = open_officer_volume(self.volume_folder, officer=QUILL, passphrase=PASSPHRASE)
            renewed(volume, device=station.volume, now=NOON, reason="asked_for").close()
        finally:
            station.close()

    def open_every_copy(self) -> int:
        """Open each backup with the key in force, which must fit; returns how many."""
        volume = open_officer_volume(self.volume_folder, officer=QUILL, passphrase=PASSPHRASE)
        try:
            for each in Backups(volume.database).paths():
                volume.database.another(each).close()
            return len(Backups(volume.database).paths())
        finally:
            volume.close()

    def name_in_roster(self, star: str) -> SoftwareKey:
        """Give a member a certificate from another laptop; returns the key."""
        member = self.laptop.members[star]
        signer = self.laptop.authority.signer(f"{member.rank} {member.name}", star=star)
        self.laptop.members[star] = msgspec.structs.replace(
            member, certificate=pem_of(signer.certificate_der)
        )
        self.office.publish()
        return signer

    def write_letter(self, device: DeviceVolume, sender: str) -> None:
        """Queue sealed mail that headquarters does not have."""
        letter = seal_delivery(
            b"x",
            delivery_id="d1",
            to=VANE,
            sender=sender,
            kind="report",
            at=AT,
            key=OpeningKey.generate().public,
        )
        DeviceMailbox(device).add_outgoing(letter)

    def in_a_process(self, work: Callable[[], None], *, kill_after_s: float | None = None) -> bool:
        """Run in a process of its own, perhaps killed; True when it came to its end."""
        child = os.fork()
        if not child:
            try:
                work()
            finally:
                os._exit(0)
        if kill_after_s is not None:
            _wait(child, kill_after_s)
        _, status = os.waitpid(child, 0)
        return not os.WIFSIGNALED(status)


def _wait(child: int, seconds: float) -> None:
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
