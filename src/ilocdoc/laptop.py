"""The laptop's hallway: builds the parts and hands them over; decides nothing."""

import logging
import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from ilocdoc.casework.giving_out import export_ledger as copy_ledger
from ilocdoc.casework.ports import Clock
from ilocdoc.casework.shift import Shift
from ilocdoc.enrolment import certify
from ilocdoc.judging import judge_apart
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import FormError, IlocdocError, InputError, VaultError
from ilocdoc.record.exchange import Exchange, Waiting
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.times import utc_text
from ilocdoc.shelf import form_file, newest_form_file
from ilocdoc.sync.exchange import exchange
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.pace import Exchanges, Pace
from ilocdoc.sync.ports import Blobs, Mailbox, Spool
from ilocdoc.sync.ports import Laptop as Sender
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.factors import Factor
from ilocdoc.vault.following import follow_headquarters
from ilocdoc.vault.front_door import FrontDoor
from ilocdoc.vault.glance import Glance, glance
from ilocdoc.vault.ledger_export import require_new, write_export
from ilocdoc.vault.lock_side import LockSide
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import officers_in
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.own_keys import OwnKeys
from ilocdoc.vault.pkcs11_card import KIND as CARD
from ilocdoc.vault.pkcs11_card import Pkcs11Card, find_module
from ilocdoc.vault.receipts import NotingSpool
from ilocdoc.vault.salvage_report import Salvaged
from ilocdoc.vault.salvaging import salvage_officer
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation

CARD_DRIVER = "ILOCDOC_PKCS11"
"""Environment variable that names the driver of card readers, where it is not OpenSC's."""

logger = logging.getLogger(__name__)

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
        """Return milliseconds since boot, those asleep counted where the system counts them."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
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
    newest = newest_form_file(folder)
    if newest is None:
        raise FormError(f"No {folder} file came with this program.", "Install it again.")
    return newest.read_bytes()


class _OnLane:
    """A store whose every call runs on the lane that owns the volumes."""

    def __init__(self, store: object, lane: Lane) -> None:
        self._store, self._lane = store, lane

    def __getattr__(self, name: str) -> Any:
        member = self._lane(lambda: getattr(self._store, name))
        if not callable(member):
            return member
        return lambda *given, **named: self._lane(lambda: member(*given, **named))


def factors_here() -> dict[str, Factor]:
    """Return the kinds of second factors that this machine can ask."""
    module = find_module(os.environ.get(CARD_DRIVER, ""))
    return {CARD: Pkcs11Card(module)} if module else {}


class OpenLaptop:
    """The open folder of a laptop; fits `desktop.ports.Laptop`.

    Everything but `exchange` runs on the lane that made it.
    """

    def __init__(
        self,
        data: Path,
        *,
        clock: Clock,
        lane: Lane = at_once,
        carried: bytes = b"",
        elsewhere: Sequence[Path] = (),
    ) -> None:
        """Open the device volume.

        Args:
            data: The laptop's folder.
            clock: Of the laptop.
            lane: How `exchange` reaches the thread that this runs on.
            carried: Sealed last words of the session before, when no disk took them.
            elsewhere: Folders that keep a copy of the counts of wrong tries.

        Raises:
            InUseError: If another ilocdoc has this folder open.
            RefusedError: If this laptop is not enrolled.
        """
        self._clock, self._lane, self._ids = clock, lane, RandomIds(clock)
        self._station = LaptopStation(
            data, clock=clock, factors=factors_here(), elsewhere=elsewhere, carried=carried
        )
        self._lock_side = LockSide(self._station)
        self.door = FrontDoor(self._station)
        self._opened: list[Shift] = []
        volume = self._station.volume
        try:
            enrolment = volume.enrolment()
            self._answer, self._root_pem = enrolment.answer, enrolment.root_pem
            self._line = PinnedLine(
                enrolment.url,
                root_pem=enrolment.root_pem,
                hq_certificate_pem=self._answer.hq_certificate_pem,
            )
        except BaseException:
            self._station.close()
            raise
        self._sender = Sender(
            device=self._answer.device,
            signer=volume.private_key(),
            officers=lambda: lane(lambda: officers_in(data)),
            spool=cast("Spool", _OnLane(NotingSpool(volume, now=clock.now), lane)),
            blobs=cast("Blobs", _OnLane(DeviceBlobs(volume), lane)),
            mailbox=cast("Mailbox", _OnLane(DeviceMailbox(volume), lane)),
            # Scenarios have clocks of their own; the road to headquarters is of today.
            clock=SystemClock(),
            new_nonce=lambda: os.urandom(16).hex(),
        )
        self._follow()
        self._exchanges = Exchanges(
            lambda *, audit: exchange(self._line, self._sender, audit=audit),
            pace=Pace(self._sender.clock, chance=random.SystemRandom().random),
        )

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

    def unlock(self, officer: OfficerId, passphrase: str, *, pin: str = "") -> Shift:
        """Sign a member in; see `vault.station.LaptopStation.unlock`."""
        shift = Shift(
            vault=self._station.unlock(officer, passphrase, pin=pin),
            press=PdfPress(),
            forms=ShippedForms(),
            clock=self._clock,
            ids=self._ids,
        )
        self._opened.append(shift)
        return shift

    def upkeep(self, shift: Shift) -> Callable[[], Sequence[VaultError]]:
        """Return the job that looks after the volumes; see `vault.upkeep`."""
        return self._station.upkeep(cast("OpenVault", shift.vault))

    def policy(self) -> Policy:
        """Return what headquarters decided about sessions."""
        return self._lock_side.policy()

    def acknowledge(self, banner: str) -> None:
        """Remember that the use banner was acknowledged."""
        self._lock_side.acknowledge(banner)

    @property
    def takes_notes(self) -> bool:
        """True when somebody could read a note from the lock screen."""
        return bool(self._lock_side.notes.readers())

    def write_note(self, kind: str, text: str) -> str:
        """Keep a note without signing in; returns its time. Nothing here reads it again."""
        note = LockNote(
            id=self._ids.new_id(),
            kind=kind,
            text=text,
            wall=utc_text(self._clock.now()),
            mono_ms=self._clock.mono_ms(),
            boot=self._clock.boot,
        )
        self._lock_side.notes.write(note)
        return note.wall

    def own_keys(self, shift: Shift) -> OwnKeys:
        """Return the way in of whoever is signed in."""
        return OwnKeys(self._station, cast("OpenVault", shift.vault))

    def certify(self, shift: Shift, code: str) -> None:
        """Have a new signing key certified; see `enrolment.certify`. Open lane."""
        vault = cast("OpenVault", shift.vault)
        certify(self._station.volume, vault.volume, code=code, line=self._line, lane=self._lane)
        self._lane(vault.take_keys)

    def judge(self, path: Path, *, say: Callable[[str], None]) -> Verdict:
        """Have a file judged by a process of its own, from any thread; see `judging`."""
        return judge_apart(path, root_pem=self._root_pem, say=say)

    def waiting(self) -> Waiting:
        """Return what is still only on this laptop."""
        return DeviceSpool(self._station.volume).waiting()

    def exchange(self) -> Exchange:
        """Talk with headquarters once, from any thread; never raises."""
        done = self._exchanges.run_once()
        self._lane(self._follow)
        return done

    def _follow(self) -> None:
        try:
            follow_headquarters(self._station.volume, now=self._clock.now())
        except IlocdocError as error:
            # What headquarters ordered waits for the next exchange or start.
            logger.warning("an order could not be followed: %s", type(error).__name__)

    def close(self) -> None:
        """Close all volumes; the keys die with the process."""
        self._line.close()
        for shift in self._opened:
            shift.vault.close()
        self._station.close()


def change_passphrase(data: Path, *, officer: str, old: str, new: str, pin: str = "") -> None:
    """Choose another passphrase without the window.

    Raises:
        InputError: If the new one does not meet the policy.
        UnlockError: If the old one is wrong; it counts as a wrong try.
    """
    laptop = OpenLaptop(data, clock=SystemClock())
    try:
        shift = laptop.unlock(OfficerId(officer), old, pin=pin)
        laptop.own_keys(shift).change(old, new, pin=pin)
    finally:
        laptop.close()


def state_folder() -> Path:
    """Return where programs keep state of their own (XDG base directories)."""
    state = os.environ.get("XDG_STATE_HOME", "")
    return Path(state or "~/.local/state").expanduser() / "ilocdoc"


def unsent(data: Path) -> Glance:
    """Return what is still only in a laptop's folder; needs no unlock, nor a closed window.

    Raises:
        InputError: If there is no laptop's folder.
        DamagedError: If the store is missing or damaged: nobody knows what is unsent.
    """
    if not (data / "device.db").exists() and not officers_in(data):
        raise InputError("There is no ilocdoc folder here.", "Name it with --data DIR.")
    return glance(data)


def salvage(data: Path, *, officer: str, passphrase: str) -> Salvaged:
    """Make a new volume of what is left of a member's damaged one; the damaged one stays.

    Raises:
        InUseError: If another ilocdoc has this folder open.
        UnlockError: If the star or the passphrase is wrong.
        DiskFullError: If there is no room for the new volume.
    """
    station = LaptopStation(data, clock=SystemClock())
    try:
        return salvage_officer(station, OfficerId(officer), passphrase)
    finally:
        station.close()


def export_ledger(
    data: Path, *, officer: str, passphrase: str, out: Path, with_bodies: bool = True
) -> int:
    """Write a member's ledger to a new folder that checks itself; returns its entries.

    Raises:
        InUseError: If another ilocdoc has this folder open.
        RefusedError: If `out` exists.
        UnlockError: If the star or the passphrase is wrong.
        OSError: If the disk refuses.
    """
    require_new(out)
    clock = SystemClock()
    laptop = OpenLaptop(data, clock=clock)
    try:
        shift = laptop.unlock(OfficerId(officer), passphrase)
        copy = copy_ledger(shift, with_bodies=with_bodies)
        write_export(copy, out, at=shift.now_text(), with_bodies=with_bodies)
        return len(copy.entries)
    finally:
        laptop.close()
