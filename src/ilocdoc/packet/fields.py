"""Rules 2 and 6: only the known fields, nothing that acts by itself."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

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

ALLOWED_ANNOTATIONS = frozenset(["/Link", "/Widget"])


def field_faults(reader: PdfFileReader, expected: Sequence[str]) -> list[str]:
    """Return what is wrong with the form: exactly the expected signature fields, in order."""
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
    if names != list(expected):
        return ["The signature fields are not those of this kind of document."]
    return []


def forbidden_faults(pdf: bytes) -> list[str]:
    """Return whether any object is an action, a script or an unexpected annotation."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            for annotation in page.obj.get("/Annots", []):
                if str(annotation.get("/Subtype")) not in ALLOWED_ANNOTATIONS:
                    return ["The document has a note or mark that does not belong to it."]
        for value in opened.objects:
            if any(_is_forbidden(each) for each in _dictionaries(value)):
                return ["The document holds an action or a script."]
    return []


def _is_forbidden(dictionary: Any) -> bool:
    keys = set(dictionary.keys())
    if keys & FORBIDDEN_KEYS:
        return True
    kinds = {str(dictionary.get(key)) for key in ("/S", "/Subtype") if key in keys}
    return bool(kinds & FORBIDDEN_KINDS)


def _dictionaries(value: Any, depth: int = 12) -> Iterator[Any]:
    """Yield the direct dictionaries in an object; references are visited on their own."""
    if depth == 0 or not isinstance(value, pikepdf.Object):
        return
    kind = value._type_name  # noqa: SLF001 - pikepdf has no public name for it
    if kind in {"dictionary", "stream"}:
        yield value
        for key in value.keys():  # noqa: SIM118 - a pikepdf object is no mapping
            inner = value[key]
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth - 1)
    elif kind == "array":
        for inner in value:
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth - 1)
