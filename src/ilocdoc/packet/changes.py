"""What each later revision of a document may change: a short list, object by object.

A signature adds its own objects, fills in its own field and notes in the catalogue that
there is one more. A time stamp adds a field that nobody sees. Anything else that a
revision writes anew is a change, however harmless it looks.
"""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType

STAMP_FIELD = "ArchiveTimestamp"
"""Begins the name of a time stamp's field; its number follows."""

_CHANGED = "The document was changed after it was signed."
_EXTENSION = {
    "/ESIC": {
        "/Type": b"/DeveloperExtensions",
        "/BaseVersion": b"/1.7",
        "/ExtensionLevel": b"1",
    }
}
_STAMPED_FIELD = frozenset(
    ["/FT", "/T", "/TU", "/Type", "/Subtype", "/F", "/P", "/Rect", "/V", "/AP", "/Border", "/MK"]
)


class _Changed(Exception):  # noqa: N818 - a finding, not an error
    """A revision changed what it must not."""


def change_faults(reader: PdfFileReader, *, fields: Sequence[str], stamps: int) -> list[str]:
    """Return whether any revision changed more than its own signature needs.

    Args:
        reader: Of a document with one revision for each signature and time stamp, and one
            before.
        fields: Names of the signature fields, in signing order.
        stamps: How many time stamps follow.
    """
    revisions = [_Revision(reader, number) for number in range(len(fields) + stamps + 1)]
    try:
        for before, after in pairwise(revisions):
            _require_only_additions(before, after)
            if after.number <= len(fields):
                _require_signature_only(before, after, field=fields[after.number - 1])
            else:
                _require_stamp_only(before, after, number=after.number - len(fields))
    except (_Changed, KeyError, IndexError, TypeError, AttributeError):
        return [_CHANGED]
    return []


class _Revision:
    """One revision: which objects it writes, and what they are as of then."""

    def __init__(self, reader: PdfFileReader, number: int) -> None:
        self.number = number
        self.written = {each.idnum for each in reader.xrefs.explicit_refs_in_revision(number)}
        self.freed = reader.xrefs.refs_freed_in_revision(number)
        self.kind = reader.xrefs.get_xref_container_info(number).xref_section_type
        self._resolver = reader.get_historical_resolver(number)
        self.trailer = flat(self._resolver.trailer_view)
        self.root_id = _id_of(self.trailer["/Root"])
        self.root = self.read(self.root_id)

    def read(self, number: int) -> dict[str, Any]:
        """Return a dictionary of this revision."""
        found = flat(self._resolver.get_object(generic.Reference(number, 0)))
        if not isinstance(found, dict):
            raise _Changed
        return found

    @property
    def size(self) -> int:
        """One more than the highest object number."""
        return int(self.trailer["/Size"])


def flat(value: Any) -> Any:
    """Return a PDF value as plain dictionaries, lists and bytes; references as text.

    A stream becomes the text "stream": nothing that is compared may be one.
    """
    if isinstance(value, generic.IndirectObject):
        return f"{value.idnum} {value.generation} R"
    if isinstance(value, generic.StreamObject):
        return "stream"
    if isinstance(value, generic.DictionaryObject):
        return {str(key): flat(value.raw_get(key)) for key in value}
    if isinstance(value, generic.ArrayObject):
        return [flat(value.raw_get(place)) for place in range(len(value))]
    out = io.BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()


def _id_of(reference: Any) -> int:
    if not isinstance(reference, str):
        raise _Changed
    number, generation, _letter = reference.split()
    if generation != "0":
        raise _Changed
    return int(number)


def _require(is_so: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_so:
        raise _Changed


def _require_only_additions(before: _Revision, after: _Revision) -> None:
    """The trailer leads to the same catalogue; nothing is freed; no number is left out."""
    for key in ("/Root", "/Info"):
        _require(before.trailer.get(key) == after.trailer.get(key))
    _require(before.trailer["/ID"][0] == after.trailer["/ID"][0])
    _require("/Encrypt" not in after.trailer and "/XRefStm" not in after.trailer)
    _require(after.kind is XRefSectionType.STREAM and not after.freed)
    added = {each for each in after.written if each >= before.size}
    # pyHanko leaves the first free number out.
    _require(added | {before.size} == set(range(before.size, after.size)))


def _rewritten(before: _Revision, after: _Revision) -> set[int]:
    """Return which earlier objects a revision writes anew."""
    return {each for each in after.written if each < before.size}


def _new(reference: Any, before: _Revision, after: _Revision) -> str:
    """Return a reference after making sure that its object is of this very revision."""
    number = _id_of(reference)
    _require(number >= before.size and number in after.written)
    return str(reference)


def _field_of(revision: _Revision, name: str) -> int:
    for reference in revision.root["/AcroForm"]["/Fields"]:
        number = _id_of(reference)
        if revision.read(number).get("/T") == flat(generic.TextStringObject(name)):
            return number
    raise _Changed


def _require_signature_only(before: _Revision, after: _Revision, *, field: str) -> None:
    """A signature fills in its field; the first one also certifies."""
    number = _field_of(before, field)
    _require(_rewritten(before, after) <= {before.root_id, number})
    was, now = before.read(number), after.read(number)
    value = _new(now.get("/V"), before, after)
    _require(set(now["/AP"]) == {"/N"})
    _new(now["/AP"]["/N"], before, after)
    _require(now == {**was, "/V": value, "/AP": now["/AP"]} and "/V" not in was)
    form = {**before.root["/AcroForm"], "/SigFlags": b"3"}
    expected = {**before.root, "/AcroForm": form, "/Extensions": _EXTENSION}
    if after.number == 1 and "/Perms" in after.root:
        expected["/Perms"] = {"/DocMDP": value}
    _require(after.root == expected)


def _require_stamp_only(before: _Revision, after: _Revision, *, number: int) -> None:
    """A time stamp adds a field without a picture, and certificates with what revokes them."""
    page = _id_of(_first_page(before))
    _require(_rewritten(before, after) <= {before.root_id, page})
    fields = before.root["/AcroForm"]["/Fields"]
    added = after.root["/AcroForm"]["/Fields"][len(fields) :]
    _require(len(added) == 1)
    field = _new(added[0], before, after)
    form = {**before.root["/AcroForm"], "/Fields": [*fields, field], "/SigFlags": b"3"}
    expected = {**before.root, "/AcroForm": form, "/Extensions": _EXTENSION}
    if "/DSS" in after.root:
        _new(after.root["/DSS"], before, after)
        _require_grown(before, after)
        expected["/DSS"] = after.root["/DSS"]
    _require(after.root == expected)
    was, now = before.read(page), after.read(page)
    _require(now == {**was, "/Annots": [*was.get("/Annots", []), field]})
    _require_unseen(after.read(_id_of(field)), before, after, name=f"{STAMP_FIELD}{number}")


def _first_page(revision: _Revision) -> Any:
    node = revision.root["/Pages"]
    while "/Kids" in (found := revision.read(_id_of(node))):
        node = found["/Kids"][0]
    return node


def _require_grown(before: _Revision, after: _Revision) -> None:
    """The store of certificates keeps what it had."""
    now = after.read(_id_of(after.root["/DSS"]))
    was = before.read(_id_of(before.root["/DSS"])) if "/DSS" in before.root else {}
    _require(set(now) <= {"/Type", "/Certs", "/CRLs", "/OCSPs"} and set(was) <= set(now))
    for key in ("/Certs", "/CRLs", "/OCSPs"):
        old, new = was.get(key, []), now.get(key, [])
        _require(new[: len(old)] == old)
        for reference in new[len(old) :]:
            _new(reference, before, after)


def _require_unseen(
    field: Mapping[str, Any], before: _Revision, after: _Revision, *, name: str
) -> None:
    _require(set(field) <= _STAMPED_FIELD)
    _require(field["/T"] == flat(generic.TextStringObject(name)))
    left, bottom, right, top = (float(each) for each in field["/Rect"])
    _require(field["/FT"] == b"/Sig" and (left, bottom) == (right, top))
    _new(field["/V"], before, after)
    if "/AP" in field:
        _new(field["/AP"]["/N"], before, after)
