"""The hallway of copies: `ilocdoc export filing`, `redacted` and `answers`, and judging one."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from ilocdoc.disk import write_file
from ilocdoc.judging import MOST_MEMORY_BYTES, read_named, read_root
from ilocdoc.packet.attachments import RECORDS
from ilocdoc.packet.editions.faithful import edition_faults
from ilocdoc.packet.editions.filing import filing_copy
from ilocdoc.packet.editions.original import read_original
from ilocdoc.packet.editions.redacted import redacted_edition
from ilocdoc.packet.editions.withholding import answers_in, read_wishes
from ilocdoc.packet.thrift import little_memory
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import InputError
from ilocdoc.record.form_reading import read_form

_MOST_LIST_BYTES = 4 * 1024 * 1024
_SECRET_BYTES = 32


def save_filing_copy(packet: Path, *, trust: Path | None, out: Path) -> int:
    """Write the filing copy of a packet; returns its size in bytes.

    Raises:
        DocumentError: If the packet is not genuine or the copy is too large for a court.
        InputError: If a file cannot be read or written.
    """
    _require_new(out)
    copy = filing_copy(read_named(packet), root_der=read_root(trust))
    write_file(out, copy)
    return len(copy)


def save_redacted_edition(
    packet: Path, *, trust: Path | None, withhold: Path, out: Path, openings: Path
) -> int:
    """Write the redacted edition of a packet and what the agency keeps of it.

    Args:
        packet: Signed main document.
        trust: The agency's root certificate.
        withhold: TOML list of what to withhold; see `docs/editions.md`.
        out: The edition, to be handed out.
        openings: Values and salts, for the agency only.

    Returns:
        How many items are withheld.

    Raises:
        DocumentError: If the packet is not genuine.
        InputError: If the list names nothing in it, or a file cannot be read or written.
    """
    _require_new(out)
    _require_new(openings)
    wishes = read_wishes(read_named(withhold, most_bytes=_MOST_LIST_BYTES), file=withhold.name)
    edition = redacted_edition(
        read_named(packet), wishes, root_der=read_root(trust), secret=os.urandom(_SECRET_BYTES)
    )
    # Without the openings nothing could ever be shown later: they are written first.
    write_file(openings, edition.openings)
    write_file(out, edition.pdf)
    return len(json.loads(edition.openings))


def answers_of(packet: Path, *, trust: Path | None) -> Sequence[tuple[str, str]]:
    """Return (path, question) of every answer that a list of things to withhold can name.

    Raises:
        DocumentError: If the packet is not genuine.
    """
    original = read_original(read_named(packet), root_der=read_root(trust))
    record = json.loads(original.contents.files[RECORDS["packet"]])
    return list(answers_in(record, read_form(original.form)))


def judge_edition(
    edition: Path, *, packet: Path, trust: Path | None, openings: Path | None
) -> Verdict:
    """Judge whether a redacted edition is a faithful copy of a packet.

    Raises:
        DocumentError: If the packet is not genuine, or the file is no redacted edition.
    """
    root_der = read_root(trust)
    named = [read_named(each) for each in (edition, packet)]
    kept = read_named(openings) if openings else None
    with little_memory(MOST_MEMORY_BYTES):
        faults = edition_faults(named[0], named[1], root_der=root_der, openings=kept)
    faithful = (
        "It names this packet, differs from it only in the items it lists, and its pages were "
        "drawn from the record inside it."
    )
    not_checked = () if openings else ("The commitments: they need the openings.",)
    return Verdict(
        accepted=not faults,
        kind="redacted edition",
        reasons=tuple(faults) or (faithful,),
        signers=(),
        not_checked=not_checked,
    )


def _require_new(out: Path) -> None:
    if out.exists():
        raise InputError(f"{out} is there already.", "Name a new file: nothing is overwritten.")
    if not out.absolute().parent.is_dir():
        raise InputError(f"There is no folder {out.absolute().parent}.", "Make it first.")
