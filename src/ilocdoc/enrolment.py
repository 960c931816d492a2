"""Enrolling a laptop and its officers. Part of the hallway: builds the parts, hands them over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ilocdoc.casework.ports import Clock
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.times import utc_text
from ilocdoc.sync.enrolling import enrol_device as ask_for_device
from ilocdoc.sync.enrolling import enrol_officer as ask_for_officer
from ilocdoc.sync.line import PinnedLine
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume, Enrolment, known_members
from ilocdoc.vault.keys import private_from_bytes, request_for
from ilocdoc.vault.officer_volume import (
    SIGNING,
    OfficerVolume,
    folder_of,
    make_officer_volume,
)
from ilocdoc.vault.passphrase_slots import calibrated_cost, pay
from ilocdoc.vault.release_keys import sealed_release_key
from ilocdoc.wire.envelope import Signer, envelope_bytes
from ilocdoc.wire.messages import EnrolOfficer, EnrolOfficerAnswer
from ilocdoc.wire.sealing import OpeningKey
from ilocdoc.wire.stretching import KdfCost

Lane = Callable[[Callable[[], Any]], Any]


def enrol_device(data: Path, *, url: str, code: str, name: str, clock: Clock) -> str:
    """Make a laptop known to headquarters; returns its id. May be repeated when cut off.

    Raises:
        RefusedError: If this folder is enrolled already.
        HeadquartersError: If headquarters was not reached, not proven, or said no.
    """
    volume = DeviceVolume(data)
    try:
        if volume.is_enrolled:
            raise RefusedError("This laptop is enrolled already.", "Enrol its officers.")
        csr = request_for(private_from_bytes(volume.private_scalar()), common_name=name)
        answer, root_pem = ask_for_device(url, code=code, name=name, csr_pem=csr)
        volume.keep_enrolment(Enrolment(answer=answer, url=url, root_pem=root_pem))
        DeviceLedger(volume).append(EntryKind.DEVICE_ENROLLED, clock.now())
        return answer.device
    finally:
        volume.close()


def enrol_officer(data: Path, *, code: str, star: str, passphrase: str, clock: Clock) -> None:
    """Give an officer a volume on this laptop, with keys that headquarters certifies.

    An officer who was enrolled again by a supervisor gets a certificate for the new key.

    Raises:
        InputError: If the passphrase does not meet the policy.
        RefusedError: If this officer finished enrolment here, or the laptop is not enrolled.
        HeadquartersError: If headquarters was not reached, not proven, or said no.
    """
    device = DeviceVolume(data)
    try:
        enrolment = device.enrolment()
        volume = make_officer_volume(
            folder_of(data, star),
            officer=star,
            passphrase=passphrase,
            made_at=utc_text(clock.now()),
            cost=calibrated_cost(lambda cost: _time_s(cost, clock)),
            is_known=star in known_members(device),
        )
        line = PinnedLine(
            enrolment.url,
            root_pem=enrolment.root_pem,
            hq_certificate_pem=enrolment.answer.hq_certificate_pem,
        )
        try:
            certify(device, volume, code=code, line=line, lane=lambda job: job())
            DeviceLedger(device).append(EntryKind.OFFICER_ENROLLED, clock.now(), officer=star)
        finally:
            line.close()
            volume.close()
    finally:
        device.close()


def _time_s(cost: KdfCost, clock: Clock) -> float:
    begun_ms = clock.mono_ms()
    pay(cost)
    return (clock.mono_ms() - begun_ms) / 1000


def certify(
    device: DeviceVolume, volume: OfficerVolume, *, code: str, line: PinnedLine, lane: Lane
) -> None:
    """Have an officer's signing key certified, and keep certificate and roster.

    Args:
        device: Of the laptop.
        volume: Of the officer, open.
        code: One-time code that headquarters gave the officer, in person.
        line: To headquarters.
        lane: Runs a job on the thread that owns the volumes; the network is asked here.

    Raises:
        InputError: If the code is not one.
        HeadquartersError: If headquarters was not reached, not proven, or said no.
    """
    root_pem, signer, ask = lane(lambda: _asking(device, volume))
    answer = ask_for_officer(line, code=code, root_pem=root_pem, device_signer=signer, ask=ask)
    lane(lambda: _keep(device, volume, answer))


def _asking(device: DeviceVolume, volume: OfficerVolume) -> tuple[str, Signer, EnrolOfficer]:
    star = volume.slots.volume
    ask = EnrolOfficer(
        code="",
        star=star,
        device=device.device,
        csr_pem=request_for(private_from_bytes(volume.secret(SIGNING)), common_name=star),
        encryption_key=OpeningKey.from_bytes(volume.secret("opening")).public.encoded,
        release_key=sealed_release_key(device, star),
    )
    return device.enrolment().root_pem, device.private_key(), ask


def _keep(device: DeviceVolume, volume: OfficerVolume, answer: EnrolOfficerAnswer) -> None:
    with volume.database.transaction():
        volume.keep_setting("certificate", answer.certificate_pem)
        volume.keep_setting("chain", answer.chain_pem)
    device.keep_roster(envelope_bytes(answer.roster))
