"""Where a session leaves its last words when the volume cannot take them in time.

Sealed to the officer's own key, so that the program can write here from any thread, with a
full disk, while the volume is busy, and nobody reads it before that officer signs in. The
file's room is taken while there is room: writing in place needs none.
"""

import hashlib
import os
import struct
from contextlib import suppress
from pathlib import Path

import msgspec

from ilocdoc.disk import sync_folder
from ilocdoc.record.errors import DiskFullError, InputError, VaultError, WireError
from ilocdoc.vault.files import disk_errors
from ilocdoc.vault.officer_volume import folder_of
from ilocdoc.wire.sealing import (
    Delivery,
    OpeningKey,
    open_delivery,
    seal_delivery,
)

RESERVED_BYTES = 512 * 1024
"""Room for the answers of a very long report; a longer one needs room on the disk."""
_HEAD = struct.Struct(">8sQ32s")
_MAGIC, _KIND = b"ilocpark", "parting"


class Parking:
    """One officer's place; fits `casework.ports.Parking`."""

    def __init__(self, folder: Path, *, officer: str, key: OpeningKey) -> None:
        """Take the room, if it is not there already.

        Args:
            folder: Of this officer.
            officer: Star.
            key: This officer's opening key; sealing uses its public half.
        """
        self._path, self._officer, self._key = folder / "parting", officer, key
        self.carried = b""
        """Sealed words that no disk took, handed from process to process."""
        with suppress(DiskFullError):
            self._reserve()

    def _reserve(self) -> None:
        with disk_errors():
            size = self._path.stat().st_size if self._path.exists() else 0
            if size >= RESERVED_BYTES:
                return
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                # Written, not only announced: not every file system keeps such a promise.
                os.pwrite(handle, bytes(RESERVED_BYTES - size), size)
                os.fsync(handle)
            finally:
                os.close(handle)
            sync_folder(self._path.parent)

    def seal(self, content: bytes) -> bytes:
        """Return what only this officer can open."""
        delivery = seal_delivery(
            content,
            delivery_id="parting",
            to=self._officer,
            sender=self._officer,
            kind=_KIND,
            at="",
            key=self._key.public,
        )
        return msgspec.json.encode(delivery)

    def put(self, sealed: bytes) -> None:
        """Keep sealed words in place of earlier ones; durable when this returns.

        Raises:
            DiskFullError: If the room was not there and cannot be made.
            VaultError: If the disk refuses.
        """
        _put(self._path, sealed)

    def take(self) -> bytes | None:
        """Return the words that lie here, opened, or None; they stay until `clear`.

        What was torn by a power cut, or does not open, counts as nothing.

        Raises:
            VaultError: If the disk refuses.
        """
        # What was carried is newer: it is carried because nothing could be put here.
        carried = self._opened(self.carried) if self.carried else None
        return carried if carried is not None else self._opened(self._lying())

    def _lying(self) -> bytes:
        with disk_errors():
            data = self._path.read_bytes() if self._path.exists() else b""
        if len(data) < _HEAD.size:
            return b""
        magic, size, digest = _HEAD.unpack_from(data)
        sealed = data[_HEAD.size : _HEAD.size + size]
        is_whole = magic == _MAGIC and hashlib.sha256(sealed).digest() == digest
        return sealed if is_whole else b""

    def _opened(self, sealed: bytes) -> bytes | None:
        try:
            delivery = msgspec.json.decode(sealed, type=Delivery)
            is_mine = (delivery.to, delivery.kind) == (self._officer, _KIND)
            return open_delivery(delivery, key=self._key) if is_mine else None
        except (msgspec.MsgspecError, WireError):
            return None

    def clear(self) -> None:
        """Forget the words; the room stays taken.

        Raises:
            VaultError: If the disk refuses.
        """
        self.carried = b""
        with disk_errors():
            if not self._path.exists():
                return
            handle = os.open(self._path, os.O_RDWR)
            try:
                os.pwrite(handle, bytes(_HEAD.size), 0)
                os.fsync(handle)
            finally:
                os.close(handle)


def park_carried(data: Path, sealed: bytes) -> None:
    """Put carried words where their officer finds them, if the disk takes them now.

    Args:
        data: The laptop's folder.
        sealed: From `Parking.seal`.
    """
    with suppress(msgspec.MsgspecError, InputError, VaultError):
        officer = msgspec.json.decode(sealed, type=Delivery).to
        _put(folder_of(data, officer) / "parting", sealed)


def _put(path: Path, sealed: bytes) -> None:
    head = _HEAD.pack(_MAGIC, len(sealed), hashlib.sha256(sealed).digest())
    with disk_errors():
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _write_all(handle, head + sealed)
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(handle, data[done:], done)
