"""The laptop's hallway: builds the parts and hands them over; decides nothing."""

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

from ilocdoc.casework.ports import Clock
from ilocdoc.record.errors import FormError
from ilocdoc.shelf import form_file

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else secrets.token_hex(16)

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
        value = (milliseconds << 80) | secrets.randbits(80)
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
