"""The laptop's hallway: builds the parts and hands them over; decides nothing."""

import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from ilocdoc.casework.ports import Clock
from ilocdoc.casework.shift import Shift
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import FormError, InputError
from ilocdoc.record.exchange import Exchange, Waiting
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer
from ilocdoc.shelf import form_file
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.device_volume import DeviceVolume, Enrolment
from ilocdoc.vault.keys import private_from_bytes, request_for
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import folder_of, make_officer_volume
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import DeviceLedger, LaptopStation

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UUID_RANDOM_BITS = 80

T = TypeVar("T")
Lane = Callable[[Callable[[], Any]], Any]
"""Runs a job on the one thread that owns the volumes, waits, and returns what it gave."""


def at_once(job: Callable[[], T]) -> T:
    """Run a job here: the lane of programs with a single thread."""
    return job()


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else os.urandom(16).hex()

    def now(self) -> datetime:
        """Return the system clock in UTC."""
        return datetime.now(UTC)

    def mono_ms(self) -> int:
        """Return milliseconds of the monotonic clock."""
        return time.monotonic_ns() // 1_000_000

    @property
    def boot(self) -> str:
        """Name of this boot."""
        return self._boot


class RandomIds:
    """UUIDs of version 7 (RFC 9562): they sort by the time they were made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new_id(self) -> str:
        """Return a new id in lower case."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        chance = int.from_bytes(os.urandom(_UUID_RANDOM_BITS // 8))
        value = (milliseconds << _UUID_RANDOM_BITS) | chance
        value = (value & ~(0xF << 76)) | (0x7 << 76)
        value = (value & ~(0x3 << 62)) | (0x2 << 62)
        text = f"{value:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class ShippedForms:
    """Fits `casework.ports.FormShelf` with the files under `forms/`."""

    def newest(self) -> bytes:
        """Return the newest form version."""
        return _newest("incident")

    def form(self, version: str) -> bytes:
        """Return a form version.

        Raises:
            FormError: If this laptop does not have it.
        """
        try:
            return form_file("incident", f"{Path(version).name}.toml").read_bytes()
        except OSError as error:
            raise FormError(f"Form version {version} is not on this laptop.") from error

    def alerts(self) -> bytes:
        """Return the newest alert rules."""
        return _newest("alerts")

    def words(self) -> bytes:
        """Return the newest word lists."""
        return _newest("words")

    def catalogue(self) -> bytes:
        """Return the newest offence catalogue."""
        return _newest("catalogue")


def _newest(folder: str) -> bytes:
    versions = sorted(form_file(folder).glob("*.toml"))
    if not versions:
        raise FormError(f"No {folder} file came with this program.", "Install it again.")
    return versions[-1].read_bytes()


class _OnLane:
    """A store whose every call runs on the lane that owns the volumes."""

    def __init__(self, store: object, lane: Lane) -> None:
        self._store, self._lane = store, lane

    def __getattr__(self, name: str) -> Any:
        member = self._lane(lambda: getattr(self._store, name))
        if not callable(member):
            return member
        return lambda *given, **named: self._lane(lambda: member(*given, **named))


class OpenLaptop:
    """The open folder of a laptop; fits `desktop.ports.Laptop`.

    Everything but `exchange` runs on the lane that made it.
    """

    def __init__(self, data: Path, *, clock: Clock, lane: Lane = at_once) -> None:
        """Open the device volume.

        Raises:
            InUseError: If another ilocdoc has this folder open.
            RefusedError: If this laptop is not enrolled.
        """
        self._clock, self._lane = clock, lane
        self._station = LaptopStation(data, clock=clock)
        self._opened: list[Shift] = []
        try:
            self._answer = self._station.volume.enrolment().answer
        except BaseException:
            self._station.close()
            raise

    @property
    def device(self) -> str:
        """This laptop's id."""
        return self._answer.device

    @property
    def is_training(self) -> bool:
        """True when this laptop belongs to a training headquarters."""
        return bool(self._answer.training)

    def officers(self) -> Sequence[Officer]:
        """Return who has a volume here, by star."""
        return self._station.officers()

    def unlock(self, officer: OfficerId, passphrase: str) -> Shift:
        """Sign a member in; see `casework.ports.Station.unlock`."""
        shift = Shift(
            vault=self._station.unlock(officer, passphrase),
            press=PdfPress(),
            forms=ShippedForms(),
            clock=self._clock,
            ids=RandomIds(self._clock),
        )
        self._opened.append(shift)
        return shift

    def waiting(self) -> Waiting:
        """Return what is still only on this laptop."""
        return DeviceSpool(self._station.volume).waiting()

    def close(self) -> None:
        """Close all volumes; the keys die with the process."""
        for shift in self._opened:
            shift.vault.close()
        self._station.close()
