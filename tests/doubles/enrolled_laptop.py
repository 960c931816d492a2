"""A real laptop folder, enrolled by a small PKI instead of a headquarters."""

import copy
import shutil
from pathlib import Path
from typing import Any

import msgspec

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lockout import Challenge
from ilocdoc.record.people import Officer
from ilocdoc.vault.device_volume import DeviceVolume, Enrolment
from ilocdoc.vault.keys import private_from_bytes
from ilocdoc.vault.officer_volume import folder_of, make_officer_volume
from ilocdoc.vault.release_keys import sealed_release_key
from ilocdoc.vault.slots import KdfCost
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.envelope import Envelope, seal_envelope
from ilocdoc.wire.members import member_from_officer
from ilocdoc.wire.messages import ROSTER_TYPE, EnrolAnswer, Roster
from ilocdoc.wire.release import release_code, release_purpose
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.authority import PASSPHRASE, Authority, officers, pem_of
from tests.doubles.clocks import StoppedClock

CHEAP = KdfCost(pbkdf2_rounds=1000, argon2_rounds=1, argon2_kib=64)


class EnrolledLaptop:
    """Makes the folder; `station()` opens it as the program does."""

    def __init__(self, folder: Path, *, authority: Authority | None = None) -> None:
        self.folder = folder
        self.authority = authority or Authority()
        self.hq = self.authority.signer("Training Headquarters", star="HQ")
        self.ingest, self.evidence = OpeningKey.generate(), OpeningKey.generate()
        self.clock = StoppedClock()
        self.release_keys: dict[str, bytes] = {}
        self.members = {star: member_from_officer(officer) for star, officer in officers().items()}
        self._enrol_device()

    def _roster(self) -> Envelope:
        roster = Roster(version=1, members=tuple(self.members.values()))
        return seal_envelope(ROSTER_TYPE, msgspec.json.encode(roster), signer=self.hq)

    def _enrol_device(self) -> None:
        volume = DeviceVolume(self.folder)
        key = private_from_bytes(volume.private_scalar())
        certificate = self.authority.certificate_for(key.public_key(), "Device 0A1B", serial="0A1B")
        answer = EnrolAnswer(
            device="0A1B",
            certificate_pem=pem_of(certificate),
            chain_pem=pem_of(*self.authority.chain_der),
            hq_certificate_pem=pem_of(self.hq.certificate_der),
            ingest_key=self.ingest.public.encoded,
            evidence_key=self.evidence.public.encoded,
            roster=self._roster(),
            training=1,
            epoch="epoch-1",
        )
        root = pem_of(self.authority.root_der)
        volume.keep_enrolment(Enrolment(answer=answer, url="https://127.0.0.1:1", root_pem=root))
        volume.close()

    def enrol(self, *stars: str, cost: KdfCost = CHEAP) -> "EnrolledLaptop":
        """Give members a volume here, with certificates of the small PKI."""
        device = DeviceVolume(self.folder)
        for star in stars:
            member = self.members[star]
            volume = make_officer_volume(
                folder_of(self.folder, star), officer=star, passphrase=PASSPHRASE, cost=cost
            )
            key = private_from_bytes(volume.secret("signing"))
            common = f"{member.rank} {member.name}"
            pem = pem_of(self.authority.certificate_for(key.public_key(), common, serial=star))
            with volume.database.transaction():
                volume.keep_setting("certificate", pem)
                volume.keep_setting("chain", pem_of(*self.authority.chain_der))
            opening = OpeningKey.from_bytes(volume.secret("opening"))
            self.members[star] = msgspec.structs.replace(
                member, certificate=pem, encryption_key=opening.public.encoded
            )
            volume.close()
            stanza = sealed_release_key(device, star)
            purpose = release_purpose(device.device, star)
            self.release_keys[star] = self.ingest.open(stanza, purpose=purpose)
        device.keep_roster(msgspec.json.encode(self._roster()))
        device.close()
        return self

    def copied_to(self, folder: Path) -> "EnrolledLaptop":
        """The same laptop again, with a clock and a folder of its own."""
        shutil.copytree(self.folder, folder)
        again = copy.copy(self)
        again.folder, again.clock = folder, StoppedClock()
        again.members, again.release_keys = dict(self.members), dict(self.release_keys)
        return again

    def change_member(self, star: str, **changes: object) -> None:
        """Headquarters signs another roster, and this laptop has it."""
        self.members[star] = msgspec.structs.replace(self.members[star], **changes)
        device = DeviceVolume(self.folder)
        device.keep_roster(msgspec.json.encode(self._roster()))
        device.close()

    def station(self, **parts: Any) -> LaptopStation:
        return LaptopStation(self.folder, clock=self.clock, **parts)

    def release_code(self, challenge: Challenge) -> str:
        """What headquarters would read out."""
        return release_code(
            self.release_keys[challenge.officer],
            challenge.text,
            device=challenge.device,
            officer=challenge.officer,
        )

    def officer(self, star: str) -> Officer:
        member = self.members[star]
        return Officer(id=OfficerId(star), name=member.name, rank=member.rank, unit=member.unit)
