"""Whether a copied case is genuine and complete; names what was taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import Sha256
from ilocdoc.record.ledger import (
    ACT_TYPE,
    EntryHeader,
    EntryKind,
    entry_hash,
    header_bytes,
    header_from_bytes,
)
from ilocdoc.wire.acts import said_in
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.case_copy import (
    CERTIFICATES,
    DOCUMENTS,
    ENTRIES,
    FORMAT,
    LEDGER,
    LIST,
    ORIGINALS,
    REPORTS,
    STATEMENT,
    SUMS,
    documents_made_by,
    sums_of,
)
from ilocdoc.wire.entries import Entry
from ilocdoc.wire.envelope import (
    Envelope,
    PublicKey,
    envelope_from_bytes,
    open_envelope,
    public_key_from_pem,
)
from ilocdoc.wire.witness import Witness, witnessed_entry

_BESIDE = frozenset([LIST, STATEMENT, SUMS, f"{ORIGINALS}{SUMS}", "README.txt"])
"""Files that are checked by themselves, or say nothing."""
_LEDGER = frozenset(
    f"{LEDGER}{name}"
    for name in (
        *("about.json", "certificates.pem", "ledger.jsonl", "receipts.jsonl"),
        *("README.txt", "verify_ledger.py", SUMS),
    )
)
"""Files of a ledger's export, which is judged by itself."""
_SUBMITTED = frozenset([EntryKind.REPORT_SUBMITTED, EntryKind.REPORT_SUPPLEMENTED])


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJudgement:
    """What is wrong with a copied case, and who signed for it."""

    faults: tuple[str, ...]
    entries: int
    copier: str
    """Star number of whoever signed the statement; empty when nobody did."""


def judge_case(
    files: Mapping[str, bytes], digests: Mapping[str, Sha256], *, root_der: bytes
) -> CaseJudgement:
    """Judge a copied case.

    Args:
        files: Contents by name; the originals need not be among them.
        digests: SHA-256 of every file in the folder, by name.
        root_der: The agency's root certificate.
    """
    try:
        listed = _listed_in(files[LIST])
        people = _members(files[CERTIFICATES], root_der=root_der)
        witnesses = [
            msgspec.json.decode(line, type=Witness) for line in files[ENTRIES].splitlines()
        ]
        statement = envelope_from_bytes(files[STATEMENT])
        faults = [
            *_file_faults(listed, digests),
            *_statement_faults(statement, files[LIST], people),
            *_entry_faults(listed, witnesses, people),
            *_content_faults(listed, witnesses, files),
        ]
        copier = said_in(statement).by.id
    except (KeyError, ValueError, TypeError, msgspec.DecodeError, WireError) as error:
        told = f"The folder cannot be read as a copied case ({type(error).__name__}: {error})."
        return CaseJudgement(faults=(told,), entries=0, copier="")
    return CaseJudgement(faults=tuple(faults), entries=len(witnesses), copier=copier)


def _listed_in(content: bytes) -> Mapping[str, Any]:
    listed: Mapping[str, Any] = from_canonical(content)
    if listed["format"] != FORMAT:
        raise WireError("This is no case copied by this program.")
    return listed


def sums_faults(files: Mapping[str, bytes], digests: Mapping[str, str]) -> list[str]:
    """Return which lists of digests do not fit the files beside them.

    Args:
        files: Contents of the lists by name.
        digests: SHA-256 of every file in the folder, by name.
    """
    faults = []
    for name in (SUMS, f"{ORIGINALS}{SUMS}"):
        start = name.removesuffix(SUMS)
        beside = {
            each.removeprefix(start): digest
            for each, digest in digests.items()
            if each.startswith(start) and each != name
        }
        if (name in files or not start) and files.get(name) != sums_of(beside):
            faults.append(f"The file {name} does not fit the files beside it.")
    return faults


def left_out(listed: bytes, ledger: bytes) -> list[str]:
    """Return entries of a gap-free ledger that name the case and are not on its list.

    The entry about the copying itself comes after the list and names the case too; a
    ledger without it ends before the copy and proves nothing.

    Args:
        listed: `completeness.json`.
        ledger: `ledger.jsonl` of the copier, which was judged sound before.
    """
    said = from_canonical(listed)
    known = {each["hash"] for each in said["entries"]}
    headers = [_header_in(line) for line in ledger.splitlines()]
    of_case = [each for each in headers if each.ids.get("report") in said["reports"]]
    exports = [each for each in of_case if each.kind is EntryKind.PACKET_EXPORTED]
    faults = []
    if not any(each.at == said["copied_at"] for each in exports):
        faults.append("The copier's ledger does not hold the entry about this copy.")
    later = [each for each in exports if each.at >= said["copied_at"]]
    return faults + [
        f"{_told(each.stream, each.seq)} ({each.kind.value}) is left out."
        for each in of_case
        if each not in later and entry_hash(header_bytes(each)) not in known
    ]


def _header_in(line: bytes) -> EntryHeader:
    envelope = msgspec.convert(from_canonical(line)["header"], Envelope)
    return header_from_bytes(envelope.payload_bytes())


def _members(pem: bytes, *, root_der: bytes) -> dict[str, list[PublicKey]]:
    """Return the certified keys of members by star.

    Raises:
        WireError: If the chain does not begin at the trusted root.
    """
    root, issuing, *members = x509.load_pem_x509_certificates(pem)
    if root.public_bytes(Encoding.DER) != root_der:
        raise WireError("The certificates are not of the trusted agency.")
    found: dict[str, list[PublicKey]] = {}
    try:
        issuing.verify_directly_issued_by(root)
        for each in members:
            each.verify_directly_issued_by(issuing)
            star = each.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value
            key = public_key_from_pem(each.public_bytes(Encoding.PEM).decode())
            found.setdefault(str(star), []).append(key)
    except (InvalidSignature, IndexError) as error:
        raise WireError("A certificate was not issued by the trusted agency.") from error
    return found


def _file_faults(listed: Mapping[str, Any], digests: Mapping[str, Sha256]) -> list[str]:
    named = {each["name"]: each["sha256"] for each in listed["files"]}
    faults = [f"The file {name} is missing." for name in sorted(named.keys() - digests.keys())]
    faults += [
        f"The file {name} is not the one that was copied."
        for name in sorted(named.keys() & digests.keys())
        if digests[name] != named[name]
    ]
    faults += [
        f"The file {name} does not belong to the case."
        for name in sorted(digests.keys() - named.keys() - _BESIDE - _LEDGER)
    ]
    return faults


def _statement_faults(
    statement: Envelope, listed: bytes, people: Mapping[str, Sequence[PublicKey]]
) -> list[str]:
    if not _is_signed(statement, people):
        return ["The statement of completeness is not signed by a member of the agency."]
    said = from_canonical(statement.payload_bytes())
    if said.get("list_sha256") != sha256(listed).hexdigest():
        return ["The list of contents is not the one that the statement was signed for."]
    return []


def _is_signed(act: Envelope, people: Mapping[str, Sequence[PublicKey]]) -> bool:
    for key in people.get(said_in(act).by.id, ()):
        try:
            open_envelope(act, ACT_TYPE, key=key)
        except WireError:
            continue
        return True
    return False


def _entry_faults(
    listed: Mapping[str, Any],
    witnesses: Sequence[Witness],
    people: Mapping[str, Sequence[PublicKey]],
) -> list[str]:
    faults, present = [], set()
    for number, witness in enumerate(witnesses, start=1):
        try:
            entry = witnessed_entry(witness)
        except WireError as error:
            faults.append(f"Line {number} of {ENTRIES}: {error}")
            continue
        present.add(entry.hash)
        if not _is_signed(witness.act, people):
            faults.append(f"{_told(entry.stream, entry.seq)} is not signed by whom it names.")
    named = {each["hash"]: each for each in listed["entries"]}
    faults += [
        f"{_told(each['stream'], each['seq'])} ({each['kind']}, {each['at']}) is missing."
        for digest, each in named.items()
        if digest not in present
    ]
    faults += [f"An entry is not on the list: {each}." for each in sorted(present - named.keys())]
    return faults


def _told(stream: str, seq: int) -> str:
    return f"Entry {seq} of ledger {stream[:8]}"


def _content_faults(
    listed: Mapping[str, Any], witnesses: Sequence[Witness], files: Mapping[str, bytes]
) -> list[str]:
    """Return what entries name and the folder has not."""
    sound = [(each, entry) for each in witnesses if (entry := _read(each)) is not None]
    held = {sha256(each).hexdigest() for name, each in files.items() if name.startswith(DOCUMENTS)}
    known = held | set(listed["documents_not_held"])
    faults = [
        f"The document {digest[:16]}\u2026, which an entry names, is missing."
        for digest in sorted(set(documents_made_by([each for each, _entry in sound])) - known)
    ]
    reports = {each for name, each in files.items() if name.startswith(REPORTS)}
    for witness, entry in sound:
        snapshot = said_in(witness.act).snapshot
        if entry.kind in _SUBMITTED and canonical_bytes(snapshot) not in reports:
            faults.append(
                f"The version that {_told(entry.stream, entry.seq)} submitted is missing."
            )
    return faults


def _read(witness: Witness) -> Entry | None:
    try:
        return witnessed_entry(witness)
    except WireError:
        return None
