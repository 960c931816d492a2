"""The redacted edition: a packet drawn again from a record without what is withheld.

Nothing is painted over: what was withheld is nowhere in the file, and pictures that are
withheld are not in it. The edition lists each item with its reason and a salted
commitment, names the signed packet it was made from, and is not signed itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import PageBreak

from ilocdoc.packet.archive import Attachment, Imprint, assemble
from ilocdoc.packet.attachments import LAYOUT, RECORDS
from ilocdoc.packet.bindery import CERTIFICATES, write_packet
from ilocdoc.packet.editions.original import Original, put_first, read_original
from ilocdoc.packet.editions.signing_places import without_places_to_sign
from ilocdoc.packet.editions.withholding import Item, Wish, Withholding, openings_of
from ilocdoc.packet.furniture import Furniture, draw_pages
from ilocdoc.packet.ingredients import CUSTODY
from ilocdoc.packet.redaction import asked_at
from ilocdoc.packet.safe_markup import esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import NOTE
from ilocdoc.packet.tables import add_listing, digest_markup
from ilocdoc.record.errors import InputError
from ilocdoc.record.form import Form
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.times import read_utc
from ilocdoc.wire.canonical import canonical_bytes

FORMAT = "ilocdoc.redacted-edition/1"
EDITION = "edition.json"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedEdition:
    """What is handed out, and what the agency keeps."""

    pdf: bytes
    openings: bytes
    """JSON: value and salt of every item, to show single ones later. Never handed out whole."""


def redacted_edition(
    packet: bytes, wishes: Sequence[Wish], *, root_der: bytes, secret: bytes
) -> RedactedEdition:
    """Return a packet's edition without what is to be withheld.

    Args:
        packet: Main document of a referral packet, signed twice.
        wishes: What to withhold, and why.
        root_der: The agency's root certificate.
        secret: 32 random bytes; the same ones give the same edition.

    Raises:
        DocumentError: If the packet is not genuine.
        InputError: If a wish names nothing in it.
    """
    assert len(secret) == _SECRET_BYTES, len(secret)
    original = read_original(packet, root_der=root_der)
    taker = Withholding(form=read_form(original.form), secret=secret)
    files = _without(original, wishes, taker)
    left_out = {each.picture: each.reason for each in wishes if each.picture}
    named = {each["sha256"] for each in json.loads(files[LAYOUT])["exhibits"]}
    pictures = {name: jpeg for name, jpeg in original.pictures.items() if name in named}
    said = _edition_json(original, taker.items, left_out)
    pdf = draw_edition(files, pictures, said, form=original.form)
    return RedactedEdition(pdf=pdf, openings=openings_of(taker.items))


def _without(original: Original, wishes: Sequence[Wish], taker: Withholding) -> dict[str, bytes]:
    given = original.contents.files
    record = json.loads(given[RECORDS["packet"]])
    taker.take_values(record, wishes, file=RECORDS["packet"])
    layout = json.loads(given[LAYOUT])
    for wish in wishes:
        if wish.picture and not _shown(layout, wish.picture, original.pictures):
            raise InputError(f"This packet shows no picture of {wish.picture}.")
    for shown in layout["exhibits"]:
        if any(shown["evidence_id"] == wish.picture for wish in wishes):
            shown["sha256"] = ""
    cleaned = {
        RECORDS["packet"]: taker.clean(record, file=RECORDS["packet"]),
        LAYOUT: taker.clean(layout, file=LAYOUT),
    }
    return {
        **{name: canonical_bytes(value) for name, value in cleaned.items()},
        CUSTODY: given[CUSTODY],
        CERTIFICATES: given[CERTIFICATES],
    }


def _shown(layout: Mapping[str, Any], evidence_id: str, pictures: Mapping[str, bytes]) -> bool:
    return any(
        each["evidence_id"] == evidence_id and each["sha256"] in pictures
        for each in layout["exhibits"]
    )


def _edition_json(
    original: Original, items: Sequence[Item], left_out: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "packet": {"number": original.number, "sha256": original.sha256},
        "training": int(original.is_training),
        "signed": {name: list(lines) for name, lines in original.signed.items()},
        "items": [
            {
                "number": each.number,
                "file": each.file,
                "path": each.path,
                "reason": each.reason,
                "commitment": each.commitment,
            }
            for each in items
        ],
        "pictures": [{"evidence_id": name, "reason": why} for name, why in left_out.items()],
    }


def draw_edition(
    files: Mapping[str, bytes],
    pictures: Mapping[str, bytes],
    said: Mapping[str, Any],
    *,
    form: bytes,
) -> bytes:
    """Return the edition; everything on its pages comes from these arguments."""
    packet, _attachments, _annex = write_packet(files, pictures, form=form, how_to_verify=False)
    story = packet.story
    number, digest = said["packet"]["number"], packet.digest
    story.flowables = without_places_to_sign(story.flowables, signed=said["signed"])
    put_first(story, [_statement(said)])
    _write_items(story, said, read_form(form))
    furniture = Furniture(
        kind="Referral packet, redacted edition",
        number=f"{number}, redacted",
        sha256=digest,
        record="redacted record",
        serial="ILOC-R",
        training=bool(said["training"]),
    )
    imprint = Imprint(
        title=f"Redacted edition of {number}",
        author="",
        subject=f"Made from the signed packet with SHA-256 {said['packet']['sha256']}",
        at=read_utc(packet.contents.prepared_at),
    )
    pages, notes = draw_pages(story, furniture)
    embedded = {**files, EDITION: canonical_bytes(said)}
    return assemble(
        pages, notes, imprint=imprint, attachments=_attached(embedded), blank_signature=b""
    )


def _statement(said: Mapping[str, Any]) -> str:
    count = len(said["items"]) + len(said["pictures"])
    return (
        f"Redacted edition of the signed referral packet {said['packet']['number']}, whose "
        f"SHA-256 is {digest_markup(said['packet']['sha256']).plain}. {count} items are withheld; "
        "each is listed at the end with the reason for it. This edition is not signed: it was "
        "drawn again without the withheld items, and the signed packet is the original."
    )


def _write_items(story: Story, said: Mapping[str, Any], form: Form) -> None:
    story.add(PageBreak())
    story.part("What is withheld in this edition", listed=False)
    story.text(
        "Each item has a commitment: SHA-256 over a secret salt, its place and its value. When "
        "an item is shown later with its salt, anybody can check that it is what was withheld.",
        style=NOTE,
    )
    rows = [
        (
            esc(each["number"]),
            esc(asked_at(form, each["path"])[0]),
            esc(each["reason"]),
            digest_markup(each["commitment"]),
        )
        for each in said["items"]
    ]
    rows += [
        (esc("Picture"), esc(each["evidence_id"]), esc(each["reason"]), esc("not in this edition"))
        for each in said["pictures"]
    ]
    heads = ("Item", "What", "Reason", "Commitment")
    add_listing(story, heads, rows, widths=(50, 150, 120))


EMBEDDED = {
    RECORDS["packet"]: ("application/json", "Source", "The record without what is withheld"),
    LAYOUT: ("application/json", "Data", "What the pages are laid out from, beside the record"),
    CUSTODY: ("application/jsonl", "Data", "Ledger entries of this report"),
    CERTIFICATES: ("application/x-pem-file", "Supplement", "Certificates of those who signed"),
    EDITION: ("application/json", "Data", "The packet, and what is withheld with commitments"),
}


def _attached(files: Mapping[str, bytes]) -> list[Attachment]:
    return [
        Attachment(
            name=name,
            content=files[name],
            media_type=EMBEDDED[name][0],
            relation=EMBEDDED[name][1],
            words=EMBEDDED[name][2],
        )
        for name in sorted(files)
    ]
