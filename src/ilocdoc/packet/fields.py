"""Rules 2 and 6: only the known fields, nothing that acts by itself."""

import io
from collections.abc import Container, Sequence

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

from ilocdoc.packet.changes import STAMP_FIELD

FORBIDDEN_KEYS = frozenset(
    [
        "/AA",
        "/JS",
        "/JavaScript",
        "/OpenAction",
        "/OC",
        "/OCProperties",
        "/RichMediaContent",
        "/URI",
        "/XFA",
        "/Collection",
        "/NeedAppearances",
    ]
)
"""Keys that let a document act, hide or change by itself."""

FORBIDDEN_KINDS = frozenset(
    [
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Named",
        "/RichMedia",
        "/Rendition",
        "/ResetForm",
        "/Screen",
        "/Sound",
        "/SubmitForm",
        "/URI",
    ]
)
"""Values of /S and /Subtype that mean an action or an active annotation."""

_DEEPEST = 12
"""Direct dictionaries inside one another; documents of this program have at most five."""

ALLOWED_ANNOTATIONS = frozenset(["/Link", "/Widget"])


def field_faults(reader: PdfFileReader, expected: Sequence[str]) -> list[str]:
    """Return what is wrong with the form: exactly the expected signature fields, in order.

    After them may stand the fields of time stamps, counted from 1.
    """
    form = reader.root.get("/AcroForm")
    fields = list(form["/Fields"]) if form is not None else []
    names = []
    for field in fields:
        value = field.get_object() if hasattr(field, "get_object") else field
        if value.get("/FT") != "/Sig" or "/Kids" in value or "/Parent" in value:
            return ["The document has a form field that does not belong to it."]
        names.append(str(value.get("/T")))
    if not names:
        return ["The document has no place for signatures: it is a draft or a copy."]
    stamps = [f"{STAMP_FIELD}{n}" for n in range(1, len(names) - len(expected) + 1)]
    if names != [*expected, *stamps]:
        return ["The signature fields are not those of this kind of document."]
    return []


def object_faults(pdf: bytes, *, first: Container[int], later: Container[int]) -> list[str]:
    """Return whether any object is an action, a script, a foreign mark or a gap.

    Args:
        pdf: The whole document.
        first: Numbers of the objects of its first revision. What these refer to must be
            among them: a gap could be filled later without any of them being changed.
        later: Numbers of the objects that a later revision wrote; `changes` looks at those.
    """
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
        marks = (mark for page in opened.pages for mark in page.obj.get("/Annots", []))
        if any(str(mark.get("/Subtype")) not in ALLOWED_ANNOTATIONS for mark in marks):
            return ["The document has a note or mark that does not belong to it."]
        for value in opened.objects:
            if not isinstance(value, pikepdf.Object):
                continue
            walk = _Walk()
            walk.visit(value)
            if walk.is_forbidden:
                return ["The document holds an action or a script."]
            if value.objgen[0] not in later and any(n not in first for n in walk.leads_to):
                return ["A part of the document leads to a part that was not there."]
        if opened.get_warnings():
            return ["The document is not written as this program writes."]
    return []


class _Walk:
    """What stands directly in an object; references are noted, not followed."""

    def __init__(self) -> None:
        self.is_forbidden = False
        self.leads_to: set[int] = set()

    def visit(self, value: pikepdf.Object, depth: int = _DEEPEST) -> None:
        """Look at a dictionary, stream or array and at all directly in it."""
        kind = value._type_name  # noqa: SLF001 - pikepdf has no public name for it
        if kind in {"dictionary", "stream"}:
            keys = value.keys()
            if not keys.isdisjoint(FORBIDDEN_KEYS) or _is_forbidden_kind(value, keys):
                self.is_forbidden = True
            inner = [value[key] for key in keys]
        elif kind == "array":
            inner = list(value)
        else:
            return
        for each in inner:
            if not isinstance(each, pikepdf.Object):
                continue
            if each.is_indirect:
                self.leads_to.add(each.objgen[0])
            elif depth:
                self.visit(each, depth - 1)


def _is_forbidden_kind(value: pikepdf.Object, keys: Container[str]) -> bool:
    return any(key in keys and str(value[key]) in FORBIDDEN_KINDS for key in ("/S", "/Subtype"))
