"""Evidence containers arrive in content-addressed parts and stay sealed.

Parts come in any order, twice or again after a year; each is checked against its digest
when it comes, and the whole once more from storage before a receipt is signed.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from ilocdoc.disk import make_folder, sync_file, sync_folder
from ilocdoc.hq.problems import bad_digest, bad_request, unknown
from ilocdoc.hq.settings import epoch
from ilocdoc.hq.store import Connection, Database
from ilocdoc.record.errors import InputError
from ilocdoc.record.times import utc_text
from ilocdoc.wire.messages import BlobReceipt, OfferAnswer, OfferBlob, part_count

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIGEST_HEADER = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")


class Objects:
    """The store of parts: a local folder, or any bucket that obstore knows."""

    def __init__(self, store: ObjectStore, *, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def in_folder(cls, folder: Path) -> "Objects":
        """Return the store in a local folder, made if it is not there."""
        make_folder(folder)
        return cls(LocalStore(folder), folder=folder)

    @classmethod
    def at(cls, url: str) -> "Objects":
        """Return the store at a URL, for example s3://bucket/prefix.

        Credentials and endpoint come from the environment (AWS_… and the like).

        Raises:
            InputError: If this is no address of a store.
        """
        if url.startswith("file://"):
            return cls.in_folder(Path(url.removeprefix("file://")))
        try:
            return cls(from_url(url), folder=None)
        except (ValueError, BaseError) as error:
            raise InputError("The address of the bucket is not one that can be used.") from error

    def keep(self, blob: str, number: int, part: bytes) -> None:
        """Keep a part; keeping it again replaces it by the same bytes."""
        obstore.put(self._store, _path(blob, number), part, use_multipart=False)

    def part(self, blob: str, number: int) -> bytes:
        """Return a part; empty when it is not there."""
        try:
            return bytes(obstore.get(self._store, _path(blob, number)).bytes())
        except FileNotFoundError:
            return b""

    def make_durable(self, blob: str, parts: int) -> None:
        """Return only when the parts outlive a power cut. A bucket promises that itself."""
        if self._folder is None:
            return
        for number in range(parts):
            sync_file(self._folder / _path(blob, number))
        folder = (self._folder / _path(blob, 0)).parent
        for each in (folder, folder.parent, self._folder):
            sync_folder(each)

    def forget(self, blob: str, parts: int) -> None:
        """Take the parts of a blob away that never got a receipt."""
        for number in range(parts):
            with suppress(FileNotFoundError):
                obstore.delete(self._store, _path(blob, number))


def _path(blob: str, number: int) -> str:
    return f"{blob[:2]}/{blob}/{number:07d}"


# --- offer ----------------------------------------------------------------------------


def offer(connection: Connection, asked: OfferBlob, *, device: str, now: datetime) -> OfferAnswer:
    """Note what a laptop wants to send; answer which parts are still lacking.

    Raises:
        ProblemError: If the list of parts does not fit the size, or another list was
            offered for the same container.
    """
    expected = part_count(asked.size_bytes)
    digests = (asked.sha256, *asked.parts)
    if len(asked.parts) != expected or not all(map(_SHA256.fullmatch, digests)):
        raise bad_request("The list of parts does not fit the file.")
    connection.execute(
        "INSERT INTO blob (sha256, size_bytes, device, offered_at) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (sha256) DO NOTHING",
        (asked.sha256, asked.size_bytes, device, now),
    )
    connection.execute(
        "INSERT INTO blob_part (sha256, number, part_sha256, stored) "
        "SELECT %s, number, digest, false FROM unnest(%s::integer[], %s::text[]) "
        "AS part (number, digest) ON CONFLICT (sha256, number) DO NOTHING",
        (asked.sha256, list(range(expected)), list(asked.parts)),
    )
    size, complete = _blob(connection, asked.sha256)
    parts = _parts(connection, asked.sha256)
    if size != asked.size_bytes or [part for part, _stored in parts] != list(asked.parts):
        raise bad_request("This file was offered before with other parts.")
    missing = () if complete else tuple(n for n, (_d, stored) in enumerate(parts) if not stored)
    return OfferAnswer(sha256=asked.sha256, missing=missing, complete=int(bool(complete)))


def _blob(connection: Connection, sha256: str) -> tuple[int, datetime | None]:
    row = connection.execute(
        "SELECT size_bytes, completed_at FROM blob WHERE sha256 = %s", (sha256,)
    ).fetchone()
    if row is None:
        raise unknown("This file was not offered.")
    return row[0], row[1]


def _parts(connection: Connection, sha256: str) -> list[tuple[str, bool]]:
    rows = connection.execute(
        "SELECT part_sha256, stored FROM blob_part WHERE sha256 = %s ORDER BY number", (sha256,)
    )
    return [(row[0], row[1]) for row in rows]


# --- parts ----------------------------------------------------------------------------


def take_part(
    database: Database, objects: Objects, blob: str, number: int, *, part: bytes, digest: str
) -> None:
    """Keep a part whose bytes are what was announced.

    Args:
        database: Of headquarters.
        objects: Where parts lie.
        blob: SHA-256 of the whole container.
        number: From 0.
        part: The bytes.
        digest: Value of the header Content-Digest.

    Raises:
        ProblemError: If the bytes are not those of the header and of the offer.
    """
    found = hashlib.sha256(part)
    if found.digest() != _announced(digest):
        raise bad_digest("This part was altered on its way.")
    if not _SHA256.fullmatch(blob):
        raise unknown("This file was not offered.")
    rows = database.rows(
        "SELECT part_sha256 FROM blob_part WHERE sha256 = %(blob)s AND number = %(number)s",
        {"blob": blob, "number": number},
    )
    if not rows:
        raise unknown("This part was not offered.")
    if rows[0][0] != found.hexdigest():
        raise bad_digest("This part is another one than was offered.")
    objects.keep(blob, number, part)
    database.change(lambda connection: _set_stored(connection, blob, number))


def _set_stored(connection: Connection, blob: str, number: int) -> None:
    connection.execute(
        "UPDATE blob_part SET stored = true WHERE sha256 = %s AND number = %s", (blob, number)
    )


def _set_missing(connection: Connection, blob: str, numbers: list[int]) -> None:
    connection.execute(
        "UPDATE blob_part SET stored = false WHERE sha256 = %s AND number = ANY(%s)",
        (blob, numbers),
    )


def _announced(header: str) -> bytes:
    found = _DIGEST_HEADER.fullmatch(header.strip())
    if found is None:
        raise bad_request("A part needs the header Content-Digest with sha-256 (RFC 9530).")
    try:
        return base64.b64decode(found.group(1), validate=True)
    except binascii.Error as error:
        raise bad_request("The header Content-Digest cannot be read.") from error


# --- complete -------------------------------------------------------------------------


def complete(database: Database, objects: Objects, blob: str, *, now: datetime) -> BlobReceipt:
    """Read the whole container back, and only then say that it is kept.

    Raises:
        ProblemError: If a part is missing or damaged (offer again to learn which), or the
            whole is not what was announced.
    """
    (size, done), parts = database.change(
        lambda connection: (_blob(connection, blob), _parts(connection, blob))
    )
    if done is None:
        _require_whole(database, objects, blob, parts, size=size)
        objects.make_durable(blob, len(parts))
    return database.change(lambda connection: _receipt(connection, blob, now=now))


def _require_whole(
    database: Database,
    objects: Objects,
    blob: str,
    parts: list[tuple[str, bool]],
    *,
    size: int,
) -> None:
    whole, read = hashlib.sha256(), 0
    damaged = []
    for number, digest, part in _read_back(objects, blob, parts):
        if hashlib.sha256(part).hexdigest() != digest:
            damaged.append(number)
        whole.update(part)
        read += len(part)
    if damaged:
        database.change(lambda connection: _set_missing(connection, blob, damaged))
        raise bad_digest("Parts of this file are missing. Offer it again.")
    if whole.hexdigest() != blob or read != size:
        database.change(lambda connection: _forget(connection, blob))
        objects.forget(blob, len(parts))
        raise bad_digest("The parts do not make up the file that was announced.")


def _read_back(
    objects: Objects, blob: str, parts: list[tuple[str, bool]]
) -> Iterator[tuple[int, str, bytes]]:
    for number, (digest, stored) in enumerate(parts):
        yield number, digest, objects.part(blob, number) if stored else b""


def _forget(connection: Connection, blob: str) -> None:
    connection.execute("DELETE FROM blob_part WHERE sha256 = %s", (blob,))
    connection.execute("DELETE FROM blob WHERE sha256 = %s", (blob,))


def _receipt(connection: Connection, blob: str, *, now: datetime) -> BlobReceipt:
    connection.execute(
        "UPDATE blob SET completed_at = %s WHERE sha256 = %s AND completed_at IS NULL",
        (now, blob),
    )
    size, done = _blob(connection, blob)
    assert done is not None, "set just now or before"
    return BlobReceipt(sha256=blob, size_bytes=size, epoch=epoch(connection), at=utc_text(done))


def incomplete(database: Database, objects: Objects) -> list[str]:
    """Return containers with a receipt of which a part is missing or damaged.

    Reads every container back, without holding a transaction open meanwhile.
    """
    rows = database.rows(
        "SELECT b.sha256, count(p.number) FROM blob AS b LEFT JOIN blob_part AS p "
        "ON p.sha256 = b.sha256 WHERE b.completed_at IS NOT NULL "
        "GROUP BY b.sha256 ORDER BY b.sha256"
    )
    faulty = []
    for blob, parts in rows:
        whole = hashlib.sha256()
        for number in range(parts):
            whole.update(objects.part(blob, number))
        if whole.hexdigest() != blob:
            faulty.append(str(blob))
    return faulty
