"""A laptop with the real vault that enrols over the network, as the program does."""

import hashlib
import os
from pathlib import Path

from ilocdoc.enrolment import certify
from ilocdoc.record.exchange import Exchange
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.sync.enrolling import enrol_device
from ilocdoc.sync.exchange import exchange
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.ports import Laptop
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import Enrolment
from ilocdoc.vault.keys import private_from_bytes, request_for
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import OfficerVolume, folder_of, make_officer_volume, officers_in
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.sealing import SealingKey, seal_delivery
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import CHEAP, PASSPHRASE


class FieldLaptop:
    """Opens its folder at once; `restart` closes and opens it again."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.clock = folder, url, StoppedClock()
        self.station = LaptopStation(folder, clock=self.clock)

    def restart(self) -> None:
        self.close()
        self.station = LaptopStation(self.folder, clock=self.clock)

    def close(self) -> None:
        self.station.close()

    @property
    def volume(self):
        return self.station.volume

    def enrol(self, code: str) -> None:
        key = private_from_bytes(self.volume.private_scalar())
        csr = request_for(key, common_name="Car 1012")
        answer, root = enrol_device(self.url, code=code, name="Car 1012", csr_pem=csr)
        self.volume.keep_enrolment(Enrolment(answer=answer, url=self.url, root_pem=root))

    def enrol_officer(self, star: str, code: str) -> None:
        volume = make_officer_volume(
            folder_of(self.folder, star), officer=star, passphrase=PASSPHRASE, cost=CHEAP
        )
        self.certify(volume, code)
        volume.close()

    def certify(self, volume: OfficerVolume, code: str) -> None:
        line = self.line()
        try:
            certify(self.volume, volume, code=code, line=line, lane=lambda job: job())
        finally:
            line.close()

    def line(self) -> PinnedLine:
        enrolment = self.volume.enrolment()
        return PinnedLine(
            self.url,
            root_pem=enrolment.root_pem,
            hq_certificate_pem=enrolment.answer.hq_certificate_pem,
        )

    def side(self) -> Laptop:
        volume = self.volume
        return Laptop(
            device=volume.device,
            signer=volume.private_key(),
            officers=lambda: officers_in(self.folder),
            spool=DeviceSpool(volume),
            blobs=DeviceBlobs(volume),
            mailbox=DeviceMailbox(volume),
            clock=self.clock,
            new_nonce=lambda: os.urandom(16).hex(),
        )

    def sync(self, **choices: bool) -> Exchange:
        line = self.line()
        try:
            return exchange(line, self.side(), **choices)
        finally:
            line.close()

    # --- what people do ---------------------------------------------------------------

    def unlock(self, star: str) -> OpenVault:
        """Adds an entry to the officer's ledger, like the real thing."""
        return self.station.unlock(OfficerId(star), PASSPHRASE)

    def note(self) -> None:
        """Add an entry to the laptop's own ledger."""
        DeviceLedger(self.volume).append(EntryKind.SESSION_FAILED, self.clock.now(), officer="x")

    def attach(self, content: bytes, *, priority: int = 0) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.volume.evidence_folder.mkdir(exist_ok=True)
        path = self.volume.evidence_folder / f"{digest[:8]}.sealed"
        path.write_bytes(content)
        DeviceBlobs(self.volume).add_blob(
            path, sha256=digest, size_bytes=len(content), priority=priority
        )
        return digest

    def write(self, sender: str, to: str, content: bytes) -> str:
        key = next(each.encryption_key for each in self.volume.roster() if each.id == to)
        name = os.urandom(8).hex()
        DeviceMailbox(self.volume).add_outgoing(
            seal_delivery(
                content,
                delivery_id=name,
                to=to,
                sender=sender,
                kind="report",
                at="2026-10-20T17:00:00.000000Z",
                key=SealingKey(encoded=key),
            )
        )
        return name

    def hashes(self) -> list[str]:
        return sorted(DeviceSpool(self.volume).unconfirmed_hashes())
