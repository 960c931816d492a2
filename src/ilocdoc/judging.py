"""The hallway of `ilocdoc verify`: reads the files that were named and has them judged."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ilocdoc.disk import read_file
from ilocdoc.packet.binding import verify_with_annex
from ilocdoc.packet.thrift import little_memory
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import InputError
from ilocdoc.vault.ledger_export import judge_export

_MOST_ROOT_BYTES = 1024 * 1024
_MOST_DOCUMENT_BYTES = 512 * 1024 * 1024
"""No packet comes near this: headquarters carries 64 MiB at once."""
_MOST_MEMORY_BYTES = 3 * 1024 * 1024 * 1024
"""Of the whole command while it judges a file."""


def verify_file(path: Path, *, trust: Path | None, annex: Path | None = None) -> Verdict:
    """Judge a document, a packet with its annex, or the folder of an exported ledger.

    Raises:
        InputError: If no root is named, a file cannot be read or the root is no certificate.
    """
    root_der = read_root(trust)
    if path.is_dir():
        with little_memory(_MOST_MEMORY_BYTES):
            return judge_export(path, root_der=root_der)
    document = read_named(path)
    confidential = read_named(annex) if annex else None
    with little_memory(_MOST_MEMORY_BYTES):
        if confidential is not None:
            return verify_with_annex(document, confidential, root_der=root_der)
        return verify_document(document, root_der=root_der)


def read_root(trust: Path | None) -> bytes:
    """Return the agency's root certificate (DER) from the file that somebody named.

    Raises:
        InputError: If none is named, or the file is no certificate.
    """
    if trust is None:
        raise InputError(
            "No root certificate to trust was named.",
            "Add --trust ROOT.pem: the file that the agency handed out beforehand.",
        )
    try:
        root = x509.load_pem_x509_certificate(read_named(trust, most_bytes=_MOST_ROOT_BYTES))
    except ValueError as error:
        raise InputError(f"The file {trust.name} is not a certificate.") from error
    return root.public_bytes(serialization.Encoding.DER)


def read_named(path: Path, *, most_bytes: int = _MOST_DOCUMENT_BYTES) -> bytes:
    """Return the content of a file that somebody named.

    Raises:
        InputError: If it cannot be read, with the reason.
    """
    try:
        return read_file(path, most_bytes=most_bytes)
    except OSError as error:
        why = (error.strerror or "").lower()
        raise InputError(f"The file {error.filename} cannot be read: {why}.") from error
