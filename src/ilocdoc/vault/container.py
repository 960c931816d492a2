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
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
KEY_BYTES = 32
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
    """Return key, base nonce and commitment of a payload (c2sp.org/chunked-encryption).

    Args:
        file_key: 32 bytes, random.
        salt: 24 bytes, never used twice with this key.
        context: What the payload is bound to; may be empty.

    Raises:
        DamagedError: If key or salt has another length.
    """
    if len(file_key) != KEY_BYTES or len(salt) != SALT_BYTES:
        raise DamagedError("A file of evidence on this laptop is not a container.")
    keys = HKDFExpand(hashes.SHA512(), 76, _INFO + salt + context).derive(file_key)
    return Schedule(
        cipher=AESGCM(keys[:32]), base=int.from_bytes(keys[32:44], "big"), commitment=keys[44:]
    )


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


def open_context(prefix: bytes) -> bytes:
    """Return the context that binds a payload to every byte before it."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(prefix)
    return _CONTEXT + digest.finalize()


def sealed_size(size_bytes: int) -> int:
    """Return how many bytes a payload of so many plain bytes has."""
    chunks = size_bytes // CHUNK_BYTES + 1
    return SALT_BYTES + COMMITMENT_BYTES + size_bytes + chunks * TAG_BYTES


class Sealer:
    """Seals plain blocks, in order, into buffers of the caller."""

    def __init__(self, schedule: Schedule, *, chunks: int = 0) -> None:
        """Begin a payload, or go on after so many whole chunks."""
        self._schedule, self._number = schedule, chunks

    def seal(self, block: memoryview, into: memoryview, *, is_last: bool) -> int:
        """Seal one block; returns how many bytes of `into` it fills.

        Args:
            block: A whole number of chunks; the last block of a payload has any length.
            into: At least `most_sealed(len(block))` bytes.
            is_last: True for the end of the payload, which adds the short last chunk.
        """
        whole, rest = divmod(len(block), CHUNK_BYTES)
        assert is_last or not rest, "only the last block ends inside a chunk"
        done = 0
        for start in range(0, whole * CHUNK_BYTES, CHUNK_BYTES):
            done += self._chunk(block[start : start + CHUNK_BYTES], into[done:])
        if is_last:
            done += self._chunk(block[whole * CHUNK_BYTES :], into[done:])
        return done

    def _chunk(self, plain: memoryview, into: memoryview) -> int:
        nonce = self._schedule.nonce(self._number)
        self._number += 1
        size = len(plain) + TAG_BYTES
        self._schedule.cipher.encrypt_into(nonce, plain, None, into[:size])
        return size


def most_sealed(size_bytes: int) -> int:
    """Return how many bytes a block of so many plain bytes fills at most."""
    return size_bytes + (size_bytes // CHUNK_BYTES + 1) * TAG_BYTES


class Payload:
    """Reads a payload from any offset; nothing altered is ever returned."""

    def __init__(self, file: BinaryIO, file_key: bytes, *, context: bytes) -> None:
        """Check commitment and end; the file stands at the salt.

        Raises:
            DamagedError: If the key is not its key, or the end is not its end.
        """
        self._file = file
        self._schedule = open_schedule(file, file_key, context=context)
        self._start = file.tell()
        stored = file.seek(0, os.SEEK_END) - self._start
        self._chunks, last = divmod(stored, SEALED_CHUNK_BYTES)
        if last < TAG_BYTES:
            raise DamagedError("A file of evidence on this laptop was cut off.")
        self.size_bytes = self._chunks * CHUNK_BYTES + last - TAG_BYTES
        # The last chunk is opened first: it alone proves that the end is the end.
        self._last = self._chunk(self._chunks)

    def _chunk(self, number: int) -> bytes:
        self._file.seek(self._start + number * SEALED_CHUNK_BYTES)
        return open_chunk(self._schedule, number, self._file.read(SEALED_CHUNK_BYTES))

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


def open_schedule(file: BinaryIO, file_key: bytes, *, context: bytes) -> Schedule:
    """Return the keys of the payload whose salt comes next in a file.

    Raises:
        DamagedError: If the key is not its key.
    """
    salt, commitment = file.read(SALT_BYTES), file.read(COMMITMENT_BYTES)
    schedule = key_schedule(file_key, salt=salt, context=context)
    if not bytes_eq(commitment, schedule.commitment):
        raise DamagedError("A file of evidence on this laptop was altered or exchanged.")
    return schedule


def open_chunk(schedule: Schedule, number: int, sealed: bytes | memoryview) -> bytes:
    """Return the plain bytes of chunk `number`, counted from 0.

    Raises:
        DamagedError: If it was altered or cut off.
    """
    try:
        return schedule.cipher.decrypt(schedule.nonce(number), sealed, None)
    except InvalidTag as error:
        raise DamagedError("A file of evidence on this laptop was altered.") from error


def open_chunk_into(
    schedule: Schedule, number: int, sealed: memoryview, *, into: memoryview
) -> int:
    """Open chunk `number` into a buffer; returns how many plain bytes it has.

    Raises:
        DamagedError: If it was altered or cut off.
    """
    size = len(sealed) - TAG_BYTES
    if size < 0:
        raise DamagedError("A file of evidence on this laptop was cut off.")
    try:
        schedule.cipher.decrypt_into(schedule.nonce(number), sealed, None, into[:size])
    except InvalidTag as error:
        raise DamagedError("A file of evidence on this laptop was altered.") from error
    return size


class Container(Payload):
    """A header and its payload."""

    def __init__(self, file: BinaryIO, file_key: bytes) -> None:
        """Check header, commitment and end.

        Raises:
            DamagedError: If this is no container, or the key is not its key.
        """
        self.header, prefix = read_header(file)
        super().__init__(file, file_key, context=open_context(prefix))


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
