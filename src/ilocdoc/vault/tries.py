"""Wrong tries: five within fifteen minutes lock an officer out until released.

CJIS Security Policy v6.0, AC-7. What is counted lies in the device volume, in a MACed file
beside the officer's volume, and in further folders where they are named: the newest counts,
so copying one of them back gains nothing and is noticed. Copying *all* back gains five more
tries; no software alone prevents that (`docs/keys.md`). What keeps a thief out is the cost of
a slot and the second factor, not this count.
"""

import hmac
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from ilocdoc.record.errors import VaultError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.files import make_folder, replace_file
from ilocdoc.wire.release import NONCE_LETTERS, nonce_from

MOST_TRIES = 5
TRIES_WITHIN_MS = 15 * 60 * 1000
CLOCK_SLACK = timedelta(minutes=2)
"""How far back a clock may be set without a word: time services do that."""
_MAC_BYTES = 32


class TellsTime(Protocol):
    """The laptop's clocks, as far as they are needed here."""

    def now(self) -> datetime:
        """Return the system clock: aware, UTC."""

    def mono_ms(self) -> int:
        """Return milliseconds of the clock that nobody can set."""

    @property
    def boot(self) -> str:
        """Name of this boot: readings of two boots never compare."""


class WrongTry(msgspec.Struct, frozen=True, kw_only=True):
    """When, by all clocks."""

    at_ms: int
    """The highest system time that was seen until then, milliseconds since 1970."""
    boot: str
    mono_ms: int


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one officer's tries on this laptop."""

    officer: str
    serial: int = 0
    """Grows with every change: the highest of all copies counts."""
    wrong: tuple[WrongTry, ...] = ()
    """Since the last right one, oldest first, at most `MOST_TRIES`."""
    lock_outs: int = 0
    """Ever, on this laptop."""
    nonce: str = ""
    """Of the challenge while locked out; empty otherwise."""
    seen_ms: int = 0
    """The highest system time of all tries."""
    jump_told: str = ""
    """The boot in which a clock that was set back was written down."""

    @property
    def is_locked_out(self) -> bool:
        """True until a release."""
        return bool(self.nonce)


class Tries:
    """The counts of a laptop. Used on the thread that owns the device volume."""

    def __init__(
        self, volume: DeviceVolume, *, clock: TellsTime, elsewhere: Sequence[Path] = ()
    ) -> None:
        """Name where the counts lie.

        Args:
            volume: Of the device.
            clock: Of the laptop.
            elsewhere: Folders outside of the laptop's folder that hold a copy each.
        """
        self._volume, self._clock, self._elsewhere = volume, clock, tuple(elsewhere)
        self._key = volume.derived("tries-mac")

    def count(self, officer: str) -> tuple[Count, bool]:
        """Return the newest count, and whether a copy was older, altered or missing."""
        kept = self._in_volume(officer)
        copies = [self._in_file(path, officer) for path in self._files(officer)]
        newest = max((kept, *copies), key=lambda each: each.serial)
        return newest, any(each.serial != newest.serial for each in (kept, *copies))

    def note_wrong(self, officer: str) -> Count:
        """Add a wrong try; the fifth recent one locks out."""
        count, _ = self.count(officer)
        now = WrongTry(
            at_ms=max(self._now_ms(), count.seen_ms),
            boot=self._clock.boot,
            mono_ms=self._clock.mono_ms(),
        )
        wrong = (*(each for each in count.wrong if _is_recent(each, now)), now)[-MOST_TRIES:]
        locks = len(wrong) >= MOST_TRIES and not count.is_locked_out
        return self._keep(
            msgspec.structs.replace(
                count,
                wrong=wrong,
                seen_ms=now.at_ms,
                lock_outs=count.lock_outs + locks,
                nonce=nonce_from(os.urandom(NONCE_LETTERS)) if locks else count.nonce,
            )
        )

    def forget(self, officer: str) -> Count:
        """Start counting anew: after a right passphrase, or a release."""
        count, _ = self.count(officer)
        if not count.wrong and not count.is_locked_out:
            return count
        seen_ms = max(self._now_ms(), count.seen_ms)
        return self._keep(msgspec.structs.replace(count, wrong=(), nonce="", seen_ms=seen_ms))

    def mend(self, officer: str) -> Count:
        """Write the newest count to every place; the older copies are gone then."""
        return self._keep(self.count(officer)[0])

    def has_jumped(self, officer: str) -> datetime | None:
        """Return the highest time seen when the clock was set back since; once a boot."""
        count, _ = self.count(officer)
        behind_ms = count.seen_ms - self._now_ms()
        if timedelta(milliseconds=behind_ms) <= CLOCK_SLACK or count.jump_told == self._clock.boot:
            return None
        self._keep(msgspec.structs.replace(count, jump_told=self._clock.boot))
        now = self._clock.now()
        return now + timedelta(milliseconds=behind_ms)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    # --- where it lies ----------------------------------------------------------------

    def _files(self, officer: str) -> list[Path]:
        beside = self._volume.folder / "officers" / officer / "tries.json"
        name = f"{self._volume.device}-{officer}.tries.json"
        return [beside, *(folder / name for folder in self._elsewhere)]

    def _in_volume(self, officer: str) -> Count:
        rows = self._volume.database.all("SELECT record FROM tries WHERE officer = ?", (officer,))
        return msgspec.json.decode(rows[0][0], type=Count) if rows else Count(officer=officer)

    def _in_file(self, path: Path, officer: str) -> Count:
        none = Count(officer=officer)
        try:
            data = path.read_bytes()
        except OSError:
            return none
        mac, record = data[:_MAC_BYTES], data[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(record)):
            return none
        count = msgspec.json.decode(record, type=Count)
        return count if count.officer == officer else none

    def _mac(self, record: bytes) -> bytes:
        return hmac.digest(self._key, record, "sha256")

    def _keep(self, count: Count) -> Count:
        count = msgspec.structs.replace(count, serial=count.serial + 1)
        record = msgspec.json.encode(count)
        self._volume.database.run(
            "INSERT OR REPLACE INTO tries VALUES (?, ?)", (count.officer, record)
        )
        beside, *elsewhere = self._files(count.officer)
        replace_file(beside, self._mac(record) + record)
        for path in elsewhere:
            self._keep_elsewhere(path, self._mac(record) + record)
        return count

    def _keep_elsewhere(self, path: Path, data: bytes) -> None:
        try:
            make_folder(path.parent)
            replace_file(path, data)
        except VaultError:
            # A home folder that nobody can write to must not keep an officer out.
            return


def _is_recent(one: WrongTry, now: WrongTry) -> bool:
    """Tell whether a try counts together with one now.

    Within a boot the clock that nobody can set decides; otherwise the highest time that was
    ever seen, so that setting the clock back makes no try older.
    """
    if one.boot == now.boot:
        return now.mono_ms - one.mono_ms <= TRIES_WITHIN_MS
    return now.at_ms - one.at_ms <= TRIES_WITHIN_MS
