"""Whether a redacted edition is a faithful copy of the packet that it names."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pikepdf

from ilocdoc.packet.answer_text import WITHHELD
from ilocdoc.packet.attachments import LAYOUT, RECORDS, unpacked_attachments
from ilocdoc.packet.bindery import CERTIFICATES
from ilocdoc.packet.editions.original import Original, read_original
from ilocdoc.packet.editions.redacted import EDITION, EMBEDDED, FORMAT, draw_edition
from ilocdoc.packet.editions.withholding import value_at
from ilocdoc.packet.ingredients import CUSTODY
from ilocdoc.packet.redaction import COMMITMENT, commitment_of
from ilocdoc.packet.redrawing import is_same_document
from ilocdoc.record.errors import DocumentError


def edition_faults(
    edition: bytes, packet: bytes, *, root_der: bytes, openings: bytes | None = None
) -> list[str]:
    """Return why an edition is no faithful copy of a packet; nothing when it is one.

    Faithful means: it names this packet; its record is the packet's record save for the
    items it lists; its pages are drawn from that record; and, with the openings, every
    commitment is one to what the packet says at its place.

    Args:
        edition: From `redacted_edition`.
        packet: The signed packet.
        root_der: The agency's root certificate.
        openings: What the agency kept; without them commitments are not judged.

    Raises:
        DocumentError: If the packet is not genuine or the edition is no edition.
    """
    original = read_original(packet, root_der=root_der)
    try:
        files, said = _read_edition(edition)
        return _faults(edition, files, said, original, openings=openings)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise DocumentError("This is no redacted edition of this program.") from error


def _faults(
    edition: bytes,
    files: Mapping[str, bytes],
    said: Mapping[str, Any],
    original: Original,
    *,
    openings: bytes | None,
) -> list[str]:
    faults = _naming_faults(said, original)
    for name in (RECORDS["packet"], LAYOUT):
        faults += _record_faults(name, original.contents.files[name], files[name], said)
    for name in (CUSTODY, CERTIFICATES):
        if files[name] != original.contents.files[name]:
            faults.append(f"{name} is not the packet's.")
    given = {name: content for name, content in files.items() if name != EDITION}
    # The packet's own pictures: the edition's may be others, or none.
    named = {each["sha256"] for each in json.loads(files[LAYOUT])["exhibits"]}
    pictures = {name: jpeg for name, jpeg in original.pictures.items() if name in named}
    drawn = draw_edition(given, pictures, said, form=original.form)
    if not is_same_document(edition, drawn):
        faults.append("The pages do not show the record inside the edition.")
    faults += _picture_faults(said, original, json.loads(files[LAYOUT]))
    if openings is not None:
        faults += _opening_faults(said, json.loads(openings), original)
    return faults


def _naming_faults(said: Mapping[str, Any], original: Original) -> list[str]:
    """Return what an edition says about its packet that is not so."""
    faults = []
    if said["packet"] != {"number": original.number, "sha256": original.sha256}:
        faults.append("The edition was made from another packet.")
    if said["signed"] != {name: list(lines) for name, lines in original.signed.items()}:
        faults.append("The edition names other signers than the packet has.")
    if said["training"] != int(original.is_training):
        faults.append("The edition says something else about training than the packet.")
    return faults


def _picture_faults(
    said: Mapping[str, Any], original: Original, layout: Mapping[str, Any]
) -> list[str]:
    """Return pictures that an edition lists as withheld and that are not."""
    whole = json.loads(original.contents.files[LAYOUT])
    shown = {
        each["evidence_id"] for each in whole["exhibits"] if each["sha256"] in original.pictures
    }
    still = {each["evidence_id"] for each in layout["exhibits"] if each["sha256"]}
    return [
        f"The picture {each['evidence_id']} is listed as withheld and is not."
        for each in said["pictures"]
        if each["evidence_id"] not in shown - still
    ]


def _record_faults(name: str, ours: bytes, theirs: bytes, said: Mapping[str, Any]) -> list[str]:
    """Return where an embedded file differs from the packet's in another way than it says."""
    whole, cut = json.loads(ours), json.loads(theirs)
    listed = {each["path"]: each for each in said["items"] if each["file"] == name}
    left_out = {each["evidence_id"] for each in said["pictures"]}
    different = _differences(whole, cut)
    faults = [
        f"{name} is the packet's at {path}, which is listed as withheld."
        for path in listed
        if path not in different
    ]
    for path in different:
        if _is_picture(whole, path, left_out) and value_at(cut, path) == "":
            continue
        if path not in listed:
            faults.append(f"{name} differs from the packet at {path}, which is not listed.")
        elif not _is_cut(value_at(whole, path), value_at(cut, path), listed[path]):
            faults.append(f"{name} says something else than the packet at {path}.")
    return faults


def _is_cut(whole: Any, cut: Any, item: Mapping[str, Any]) -> bool:
    """Tell whether a value is nothing but the packet's with this item withheld."""
    words = f"withheld, item {item['number']}"
    if isinstance(cut, dict):
        return cut == {WITHHELD: words, COMMITMENT: item["commitment"]}
    if not isinstance(cut, str) or not isinstance(whole, str):
        return False
    first, *later = cut.split(f"[{words}]")
    return bool(later) and whole.startswith(first) and _follow(whole, later, start=len(first))


def _follow(whole: str, kept: list[str], *, start: int) -> bool:
    """Tell whether texts stand in this order, each after a gap, the last at the end.

    The first place of each is enough to look at: a pattern would try all of them.
    """
    for each in kept[:-1]:
        place = whole.find(each, start + 1)
        if place < 0:
            return False
        start = place + len(each)
    return whole.endswith(kept[-1]) and len(whole) - len(kept[-1]) > start


def _read_edition(edition: bytes) -> tuple[dict[str, bytes], dict[str, Any]]:
    try:
        with pikepdf.open(io.BytesIO(edition), attempt_recovery=False) as opened:
            files = unpacked_attachments(opened)
    except (pikepdf.PdfError, ValueError) as error:
        raise DocumentError("This is no redacted edition of this program.") from error
    if files.keys() != EMBEDDED.keys():
        raise DocumentError("This is no redacted edition of this program.")
    said: dict[str, Any] = json.loads(files[EDITION])
    if said.get("format") != FORMAT:
        raise DocumentError("This is no redacted edition of this program.")
    return files, said


def _differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Return the paths at which two trees differ, as deep as both go."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return [
            found
            for key in ours
            for found in _differences(ours[key], theirs[key], f"{path}.{key}".lstrip("."))
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            found
            for place, pair in enumerate(zip(ours, theirs, strict=True))
            for found in _differences(*pair, f"{path}[{place}]")
        ]
    return [] if ours == theirs else [path]


def _is_picture(layout: Any, path: str, left_out: set[str]) -> bool:
    return any(
        path == f"exhibits[{place}].sha256" and each["evidence_id"] in left_out
        for place, each in enumerate(layout.get("exhibits", []))
    )


def _opening_faults(
    said: Mapping[str, Any], openings: Mapping[str, Any], original: Original
) -> list[str]:
    faults = []
    for each in said["items"]:
        opened = openings.get(each["number"])
        whole = json.loads(original.contents.files[each["file"]])
        if opened is None:
            faults.append(f"Item {each['number']} has no opening.")
        elif value_at(whole, each["path"]) != opened["value"]:
            faults.append(f"Item {each['number']} is not what the packet says there.")
        elif not opens(each, opened):
            faults.append(f"The commitment of item {each['number']} does not fit its opening.")
    return faults


def opens(item: Mapping[str, Any], opened: Mapping[str, Any]) -> bool:
    """Tell whether an opening (value, salt) fits the commitment that an edition lists."""
    place = f"{item['file']}:{item['path']}"
    salt = bytes.fromhex(opened["salt"])
    return bool(commitment_of(salt, place, opened["value"]) == item["commitment"])
