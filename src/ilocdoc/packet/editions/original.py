"""What an edition is made from: a genuine referral packet and what stands inside it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilocdoc.packet import styles
from ilocdoc.packet.attachments import Contents, read_contents
from ilocdoc.packet.flowables import Prose
from ilocdoc.packet.redrawing import form_of, pictures_in
from ilocdoc.packet.safe_markup import esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.tables import digest_markup
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.documents import SignatureNote
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.times import outside_stamp, read_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A signed packet that was judged genuine."""

    sha256: str
    """Of the whole signed file."""
    contents: Contents
    pictures: Mapping[str, bytes]
    """Prepared pictures by SHA-256."""
    form: bytes
    """TOML of the report's form version."""
    signed: Mapping[str, Sequence[str]]
    """By the name of a signature field: who signed, in words."""

    @property
    def number(self) -> str:
        """Packet id."""
        return str(self.contents.manifest["number"])

    @property
    def is_training(self) -> bool:
        """True when the packet belongs to a training headquarters."""
        return bool(self.contents.manifest["training"])


def read_original(packet: bytes, *, root_der: bytes) -> Original:
    """Return what editions are made from.

    Args:
        packet: Main document of a referral packet, signed twice.
        root_der: The agency's root certificate.

    Raises:
        DocumentError: If the packet is not genuine, or its form version is not here.
    """
    verdict = verify_document(packet, root_der=root_der)
    if not verdict.accepted or verdict.kind != "packet":
        raise DocumentError(
            "Other editions are made from a genuine referral packet only.",
            "Verify the file to see what is wrong with it.",
        )
    contents = read_contents(packet)
    form = form_of(contents)
    if form is None:
        raise DocumentError("The form version of this packet is not here.", "Update this program.")
    return Original(
        sha256=hashlib.sha256(packet).hexdigest(),
        contents=contents,
        pictures=pictures_in(packet),
        form=form,
        signed={each.field: _signed_words(each) for each in verdict.signatures},
    )


def _signed_words(note: SignatureNote) -> tuple[str, str]:
    day, clock = outside_stamp(read_utc(note.at))
    who = (
        f"In the original signed electronically ({note.kind}) by {note.name}, star {note.star}, "
        f"{day}, {clock} (laptop clock)."
    )
    return who, f"Certificate SHA-256 {digest_markup(note.certificate_sha256).plain}"


def put_first(story: Story, lines: Sequence[str]) -> None:
    """Put paragraphs before everything else that was written."""
    written = [Prose(esc(line), styles.NOTE, element=story.root.add("P")) for line in lines]
    elements = [story.root.kids.pop() for _each in written]
    story.root.kids[:0] = reversed(elements)
    story.flowables[:0] = written
