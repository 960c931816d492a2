"""The hallway of `ilocdoc verify`: reads the files that were named and has them judged."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ilocdoc.disk import digests_in, odd_files_in, read_file
from ilocdoc.packet.binding import verify_with_annex
from ilocdoc.packet.thrift import little_memory
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import DocumentError, InputError
from ilocdoc.record.ids import Sha256
from ilocdoc.record.verdicts import verdict_from_json
from ilocdoc.vault.ledger_export import judge_export
from ilocdoc.wire.case_check import judge_case, left_out, sums_faults
from ilocdoc.wire.case_copy import LIST, ORIGINALS, SUMS

_MOST_ROOT_BYTES = 1024 * 1024
_MOST_DOCUMENT_BYTES = 512 * 1024 * 1024
"""No packet comes near this: headquarters carries 64 MiB at once."""
MOST_MEMORY_BYTES = 3 * 1024 * 1024 * 1024
"""Of the whole command while it judges a file."""
_LONGEST_S = 900.0
"""For the largest packet on a slow laptop; a file that takes longer is not of this program."""


Say = Callable[[str], None]


def quiet(_words: str) -> None:
    """Tell nobody."""


def verify_file(
    path: Path,
    *,
    trust: Path | None,
    annex: Path | None = None,
    stamps: Path | None = None,
    say: Say = quiet,
) -> Verdict:
    """Judge a document, a packet with its annex, or the folder of a ledger or a whole case.

    Args:
        path: Of the document or the folder.
        trust: The agency's root certificate (PEM).
        annex: Of this packet.
        stamps: Roots of time stamp authorities that are trusted beside it (PEM).
        say: Is told what is being looked at, in a few words.

    Raises:
        InputError: If no root is named, a file cannot be read or the root is no certificate.
    """
    root_der = read_root(trust)
    stamp_roots = _certificates(stamps) if stamps else []
    if path.is_dir():
        with little_memory(MOST_MEMORY_BYTES):
            if (path / LIST).is_file():
                return _judge_case(path, root_der=root_der)
            return judge_export(path, root_der=root_der)
    document = read_named(path)
    confidential = read_named(annex) if annex else None
    with little_memory(MOST_MEMORY_BYTES):
        if confidential is not None:
            return verify_with_annex(
                document, confidential, root_der=root_der, stamp_roots=stamp_roots, say=say
            )
        return verify_document(document, root_der=root_der, stamp_roots=stamp_roots, say=say)


def _judge_case(folder: Path, *, root_der: bytes) -> Verdict:
    digests = {name: Sha256(digest) for name, digest in digests_in(folder).items()}
    odd = [f"{name!a} is no ordinary file." for name in odd_files_in(folder)]
    if odd:
        # Nothing behind a link is read: it is not of this folder.
        return Verdict(accepted=False, kind="case", reasons=tuple(odd), signers=())
    lists = {name for name in digests if name.endswith(SUMS)}
    wanted = lists | {name for name in digests if not name.startswith(ORIGINALS)}
    files = {name: read_named(folder / name) for name in wanted}
    judgement = judge_case(files, digests, root_der=root_der)
    ledger = judge_export(folder / "ledger", root_der=root_der)
    sums = sums_faults(files, digests)
    faults = [*judgement.faults, *sums, *(() if ledger.accepted else ledger.reasons)]
    if not faults and json.loads(files["ledger/about.json"])["owner"] != judgement.copier:
        faults.append("The ledger is not that of the member who copied the case.")
    if not faults:
        faults += left_out(files[LIST], files["ledger/ledger.jsonl"])
    entries = (
        f"{judgement.entries} entries are signed, and everything they name is here or listed as "
        "not held."
    )
    complete = (
        entries,
        "The copier's own ledger has no gap and no other entry of this case.",
    )
    return Verdict(
        accepted=not faults,
        kind="case",
        reasons=tuple(faults) or complete,
        signers=(judgement.copier,) if judgement.copier else (),
        not_checked=(
            "What other laptops hold and never sent to this one.",
            "The words of README.txt, and the checker in ledger/: take them from a trusted source.",
        ),
    )


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
    return _certificates(trust)[0]


def _certificates(path: Path) -> list[bytes]:
    """Return the certificates in a PEM file (DER); at least one."""
    try:
        found = x509.load_pem_x509_certificates(read_named(path, most_bytes=_MOST_ROOT_BYTES))
    except ValueError as error:
        raise InputError(f"The file {path.name} is not a certificate.") from error
    return [each.public_bytes(serialization.Encoding.DER) for each in found]


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


def judge_apart(path: Path, *, root_pem: str, say: Say) -> Verdict:
    """Have a document judged by a process of its own, which holds no keys and little memory.

    Nothing of a stranger's file is read by the process that asks.

    Args:
        path: Of the document.
        root_pem: The agency's root certificate.
        say: Is told what is being looked at; on the thread that waits here.

    Raises:
        InputError: If the file cannot be read.
        DocumentError: If judging took longer than it may, or ended without an answer.
    """
    with TemporaryDirectory(prefix="ilocdoc-verify-") as folder:
        root = Path(folder) / "root.pem"
        root.write_text(root_pem)
        command = [*_ourselves(), "verify", str(path), "--trust", str(root)]
        # The answer goes to a file: two pipes could wait for each other.
        with (Path(folder) / "answer.json").open("w+b") as answer:
            started = subprocess.Popen(  # noqa: S603 - ourselves, no shell
                [*command, "--json", "--progress"],
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                text=True,
                encoding="utf-8",
            )
            code, words = _told(started, say=say)
            answer.seek(0)
            if code == InputError.exit_code:
                raise InputError(*words)
            try:
                return verdict_from_json(json.load(answer))
            except (ValueError, KeyError, TypeError) as error:
                raise DocumentError("The file could not be judged.") from error


def _ourselves() -> list[str]:
    """Return how this program starts itself again: frozen, or as a module."""
    frozen = getattr(sys, "frozen", False)
    return [sys.executable] if frozen else [sys.executable, "-m", "ilocdoc"]


def _told(started: "subprocess.Popen[str]", *, say: Say) -> tuple[int, Sequence[str]]:
    """Pass on what a process tells; returns its exit code and the last two lines.

    An error is told in two: what is wrong, and what to do.
    """
    timer = Timer(_LONGEST_S, started.kill)
    timer.start()
    last: deque[str] = deque(maxlen=2)
    try:
        assert started.stderr is not None, "it was asked for"
        with started.stderr as lines:
            for line in lines:
                last.append(line.strip())
                say(last[-1])
        return started.wait(), last
    finally:
        timer.cancel()
        started.kill()
