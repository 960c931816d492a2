"""Rule 7: exactly the known attachments, each the one the manifest names."""

import hashlib
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from ilocdoc.packet.archive import Attachment
from ilocdoc.record.errors import DocumentError
from ilocdoc.wire.canonical import canonical_bytes, from_canonical

FORMAT = "ilocdoc.document/1"
MANIFEST = "manifest.json"
EARLIER, DOCUMENT = "earlier-report-", "report-document-"
"""Names of an annex's records of earlier versions and signed documents begin so."""
LAYOUT = "layout.json"
"""What the pages were laid out from, beside the record."""
MOST_ATTACHED_BYTES = 128 * 1024 * 1024
"""Of all attachments of a document together."""

SIGNATURE_FIELDS: dict[str, tuple[str, ...]] = {
    "report": ("ReportingOfficer", "ApprovingSupervisor"),
    "packet": ("PreparingSupervisor", "AcceptingMember"),
    "annex": ("PreparingSupervisor",),
}
"""By kind of document, in signing order."""

RECORDS: dict[str, str] = {
    "report": "report.json",
    "packet": "report-without-confidential.json",
    "annex": "report.json",
}
"""The record whose digest stands on every page, by kind."""

ALWAYS: dict[str, frozenset[str]] = {
    "report": frozenset(["report.json", MANIFEST]),
    "packet": frozenset(
        [
            "report-without-confidential.json",
            LAYOUT,
            "custody.jsonl",
            "certificates.pem",
            "VERIFY.txt",
            MANIFEST,
        ]
    ),
    "annex": frozenset(["report.json", LAYOUT, "commitments.json", "VERIFY.txt", MANIFEST]),
}
"""Attachments that a kind always has; an annex also has documents and earlier reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a document says of itself, and the files in it."""

    kind: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def signature_fields(self) -> tuple[str, ...]:
        """Fields that this kind of document has."""
        return SIGNATURE_FIELDS[self.kind]

    @property
    def record_sha256(self) -> str:
        """Digest of the record as embedded."""
        return hashlib.sha256(self.files[RECORDS[self.kind]]).hexdigest()

    @property
    def first_signer(self) -> str:
        """Star number of the member who must have signed first."""
        return str(self.manifest["first_signer"])

    @property
    def documents(self) -> Mapping[str, bytes]:
        """Signed documents inside this one."""
        return {name: data for name, data in self.files.items() if name.endswith(".pdf")}


def manifest_for(
    kind: str, attachments: list[Attachment], *, first_signer: str, **said: Any
) -> Attachment:
    """Return the manifest of a document's other attachments.

    Args:
        kind: report, packet or annex.
        attachments: All others.
        first_signer: Star number of the member who is to certify.
        said: What else it says; strings, integers, lists and objects.
    """
    files = [
        {
            "name": each.name,
            "sha256": hashlib.sha256(each.content).hexdigest(),
            "size": len(each.content),
        }
        for each in sorted(attachments, key=lambda one: one.name)
    ]
    value = {
        "format": FORMAT,
        "kind": kind,
        "first_signer": first_signer,
        "files": files,
        **said,
    }
    return Attachment(
        name=MANIFEST,
        content=canonical_bytes(value),
        media_type="application/json",
        relation="Data",
        words="Every attachment with its size and SHA-256",
    )


def read_contents(pdf: bytes) -> Contents:
    """Return the attachments of a document.

    Raises:
        DocumentError: If it has no manifest of this format, or holds more than it could.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        files = unpacked_attachments(opened)
    manifest = from_canonical(files.get(MANIFEST, b""))
    if manifest.get("format") != FORMAT or manifest.get("kind") not in SIGNATURE_FIELDS:
        raise DocumentError("This is not a document of this program.")
    return Contents(kind=manifest["kind"], manifest=manifest, files=files)


def unpacked_attachments(opened: pikepdf.Pdf) -> dict[str, bytes]:
    """Return the attachments of an open document by name.

    Raises:
        DocumentError: If they hold more than documents of this program do.
    """
    files: dict[str, bytes] = {}
    room = MOST_ATTACHED_BYTES
    for name, spec in opened.attachments.items():
        files[name] = _unpacked(spec.get_file().obj, room=room)
        room -= len(files[name])
    return files


def _unpacked(stream: pikepdf.Object, *, room: int) -> bytes:
    """Return what an attachment holds; a few bytes can unpack to more than any memory."""
    raw, packing = stream.read_raw_bytes(), stream.get("/Filter")
    if packing is None:
        content = bytes(raw)
    elif packing == pikepdf.Name.FlateDecode and "/DecodeParms" not in stream:
        content = zlib.decompressobj().decompress(raw, room + 1)
    else:
        raise DocumentError("An attachment is packed as this program packs none.")
    if len(content) > room:
        raise DocumentError("The attachments are larger than documents of this program hold.")
    return content


def attachment_faults(contents: Contents) -> list[str]:
    """Return what is wrong with the attachments."""
    named = {each["name"]: each for each in contents.manifest["files"]}
    present = set(contents.files) - {MANIFEST}
    faults = []
    if present != set(named) or not ALWAYS[contents.kind] <= set(contents.files):
        faults.append("The attachments are not those that the manifest names.")
    elif extra := {name for name in present if not _belongs(name, contents.kind)}:
        faults.append(f"{len(extra)} attachments do not belong to this kind of document.")
    for name in sorted(present & set(named)):
        content, said = contents.files[name], named[name]
        is_same = hashlib.sha256(content).hexdigest() == said["sha256"]
        if not is_same or len(content) != said["size"]:
            faults.append(f"The attachment {name} is not the one that the manifest names.")
    return faults


def _belongs(name: str, kind: str) -> bool:
    if name in ALWAYS[kind]:
        return True
    return kind == "annex" and name.startswith((DOCUMENT, EARLIER))
