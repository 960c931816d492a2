"""The evidence container: C2SP chunked encryption, AES-256-GCM, 16 KiB chunks.

::

    "ILOCEV" 00 01 | u32 header length | header | payload
    header  = canonical JSON {"v", "id", "alg", "hq": [{"suite", "stanza"}]}
    payload = salt (24) | commitment (32) | chunks of 16384 + 16 bytes, the last shorter

The file key is random for each file; headquarters' stanza lies in the header, so the
container is uploaded as it lies. The key schedule follows c2sp.org/chunked-encryption:
HKDF-Expand with SHA-512 gives key, base nonce and commitment; chunk i is sealed under
base XOR i; the last chunk is always shorter than a full one.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ilocdoc.record.errors import DamagedError, WireError
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.sealing import SUITE_ID, SealingKey

MAGIC = b"ILOCEV\x00\x01"
ALGORITHM = "cobblestone-256"
CHUNK_BYTES = 16_384
TAG_BYTES = 16
SALT_BYTES = 24
COMMITMENT_BYTES = 32
LONGEST_HEADER_BYTES = 65_536
_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"
_CONTEXT = b"ilocdoc/evidence/v1\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The keys of one payload."""

    cipher: AESGCM
    base: int
    commitment: bytes

    def nonce(self, number: int) -> bytes:
        """Return the nonce of chunk `number`, counted from 0."""
        return (self.base ^ number).to_bytes(12, "big")


def key_schedule(file_key: bytes, *, salt: bytes, context: bytes) -> Schedule:
    """Return key, base nonce and commitment of a payload (c2sp.org/chunked-encryption)."""
    keys = HKDFExpand(hashes.SHA512(), 76, _INFO + salt + context).derive(file_key)
    return Schedule(
        cipher=AESGCM(keys[:32]), base=int.from_bytes(keys[32:44], "big"), commitment=keys[44:]
    )


def _context_of(prefix: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(prefix)
    return _CONTEXT + digest.finalize()


def prefix_of(evidence_id: str, file_key: bytes, *, readers: tuple[SealingKey, ...]) -> bytes:
    """Return magic and header, with the file key sealed to each reader."""
    stanzas = [
        {
            "suite": SUITE_ID,
            "stanza": reader.seal(file_key, purpose=f"ilocdoc/evidence/{evidence_id}"),
        }
        for reader in readers
    ]
    header = canonical_bytes({"v": 1, "id": evidence_id, "alg": ALGORITHM, "hq": stanzas})
    return MAGIC + struct.pack(">I", len(header)) + header


def seal_chunks(blocks: Iterator[bytes], file_key: bytes, *, prefix: bytes) -> Iterator[bytes]:
    """Yield a whole container for plaintext blocks of any size, in constant memory."""
    salt = os.urandom(SALT_BYTES)
    schedule = key_schedule(file_key, salt=salt, context=_context_of(prefix))
    yield prefix + salt + schedule.commitment
    rest, number = b"", 0
    for block in blocks:
        data = rest + block
        full = len(data) // CHUNK_BYTES
        sealed = bytearray()
        for start in range(0, full * CHUNK_BYTES, CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            sealed += schedule.cipher.encrypt(schedule.nonce(number), chunk, None)
            number += 1
        rest = data[full * CHUNK_BYTES :]
        yield bytes(sealed)
    yield schedule.cipher.encrypt(schedule.nonce(number), rest, None)


class Container:
    """Reads a container from any offset; nothing altered is ever returned."""

    def __init__(self, file: BinaryIO, file_key: bytes) -> None:
        """Check header and commitment.

        Raises:
            DamagedError: If this is no container, or the key is not its key.
        """
        self._file = file
        self.header, prefix = read_header(file)
        salt, commitment = file.read(SALT_BYTES), file.read(COMMITMENT_BYTES)
        self._schedule = key_schedule(file_key, salt=salt, context=_context_of(prefix))
        if not bytes_eq(commitment, self._schedule.commitment):
            raise DamagedError("A file of evidence on this laptop was altered or exchanged.")
        self._start = file.tell()
        stored = file.seek(0, os.SEEK_END) - self._start
        self._chunks, last = divmod(stored, CHUNK_BYTES + TAG_BYTES)
        if last < TAG_BYTES:
            raise DamagedError("A file of evidence on this laptop was cut off.")
        self.size_bytes = self._chunks * CHUNK_BYTES + last - TAG_BYTES
        # The last chunk is opened first: it alone proves that the end is the end.
        self._last = self._chunk(self._chunks)

    def _chunk(self, number: int) -> bytes:
        self._file.seek(self._start + number * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(CHUNK_BYTES + TAG_BYTES)
        try:
            return self._schedule.cipher.decrypt(self._schedule.nonce(number), sealed, None)
        except InvalidTag as error:
            raise DamagedError("A file of evidence on this laptop was altered.") from error

    def read(self, offset: int, size: int) -> bytes:
        """Return plaintext from an offset; shorter at the end.

        Raises:
            DamagedError: If a chunk in this range was altered.
        """
        end = min(offset + size, self.size_bytes)
        found = bytearray()
        at = offset
        while at < end:
            number, inside = divmod(at, CHUNK_BYTES)
            chunk = self._last if number == self._chunks else self._chunk(number)
            piece = chunk[inside : inside + end - at]
            found += piece
            at += len(piece)
        return bytes(found)


def read_header(file: BinaryIO) -> tuple[dict[str, object], bytes]:
    """Return (header, every byte before the payload) of a container.

    Raises:
        DamagedError: If the file does not begin like a container.
    """
    start = file.read(len(MAGIC) + 4)
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if start[: len(MAGIC)] != MAGIC or length > LONGEST_HEADER_BYTES:
        raise DamagedError("A file of evidence on this laptop is not a container.")
    raw = file.read(length)
    try:
        header = from_canonical(raw)
    except WireError as error:
        raise DamagedError("A file of evidence on this laptop was altered.") from error
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM:
        raise DamagedError("A file of evidence is sealed in a way this version does not know.")
    return header, start + raw
