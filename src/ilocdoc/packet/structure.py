"""The structure tree, links, signature fields and outline of a document (PDF 32000-1, 14.7)."""

import io
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from ilocdoc.packet.tagged_canvas import Element, FieldPlace, LinkPlace, Notes

_PRINTED_LOCKED = 4 | 128
"""Annotation flags: print, and not moved by hand."""


class _Tree:
    """Writes elements as objects and remembers which object is which element."""

    def __init__(self, pdf: Pdf, notes: Notes) -> None:
        self.pdf = pdf
        self.notes = notes
        self.pages = [page.obj for page in pdf.pages]
        self.objects: dict[int, Object] = {}
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.annotations: dict[int, Object] = {}
        """Annotation by the id of its element."""

    def write(self, element: Element, parent: Object) -> Object:
        """Return the object of an element and everything below it."""
        made = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{element.tag}"), P=parent)
        )
        self.objects[id(element)] = made
        if element.alt:
            made.Alt = String(element.alt)
        if element.actual:
            made.ActualText = String(element.actual)
        if element.attributes:
            made.A = _attributes(element)
        kids = self._marks(element, made)
        annotation = self.annotations.get(id(element))
        if annotation is not None:
            kids.append(Dictionary(Type=Name.OBJR, Obj=annotation, Pg=annotation.P))
        kids += [self.write(kid, made) for kid in element.kids if not _is_empty(kid, self)]
        # A lone kid stands by itself: difference analysis looks for a field at K.Obj.
        made.K = kids[0] if len(kids) == 1 else Array(kids)
        return made

    def _marks(self, element: Element, made: Object) -> list[Any]:
        """Return an element's content: plain numbers on its own page, references elsewhere."""
        if not element.marks:
            return []
        own = element.marks[0][0]
        made.Pg = self.pages[own]
        return [
            marked if page == own else Dictionary(Type=Name.MCR, Pg=self.pages[page], MCID=marked)
            for page, marked in element.marks
        ]


def _is_empty(element: Element, tree: _Tree) -> bool:
    if element.marks or id(element) in tree.annotations or element.tag in {"TD", "TH"}:
        return False
    return all(_is_empty(kid, tree) for kid in element.kids)


def _attributes(element: Element) -> Object:
    owners: dict[str, Any] = {}
    for owner, name, value in element.attributes:
        known = owners.setdefault(owner, Dictionary(O=Name(f"/{owner}")))
        if isinstance(value, str):
            known[f"/{name}"] = Name(f"/{value}")
        elif isinstance(value, tuple):
            known[f"/{name}"] = Array([round(each, 3) for each in value])
        else:
            known[f"/{name}"] = value
    return Array(list(owners.values()))


def add_structure(pdf: Pdf, notes: Notes, *, blank_signature: bytes) -> None:
    """Add structure tree, links and signature fields; pages get their order of reading."""
    tree = _Tree(pdf, notes)
    annotations = [(place.element, _link(pdf, notes, place)) for place in notes.links]
    fields = [_field(pdf, place, blank_signature=blank_signature) for place in notes.fields]
    annotations += [(p.element, f) for p, f in zip(notes.fields, fields, strict=True)]
    tree.annotations = {id(element): made for element, made in annotations}
    tree.root.K = Array([tree.write(notes.root, tree.root)])
    numbers: list[Any] = []
    for number, elements in enumerate(notes.pages):
        page = pdf.pages[number]
        page.obj.StructParents = number
        page.obj.Tabs = Name.S
        numbers += [number, Array([tree.objects[id(each)] for each in elements])]
    for number, (element, made) in enumerate(annotations, start=len(notes.pages)):
        made.StructParent = number
        numbers += [number, tree.objects[id(element)]]
    tree.root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    tree.root.ParentTreeNextKey = len(notes.pages) + len(annotations)
    pdf.Root.StructTreeRoot = tree.root
    if fields:
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields), SigFlags=1)


def _annotate(pdf: Pdf, page: int, made: Object) -> Object:
    target = pdf.pages[page].obj
    annotation = pdf.make_indirect(made)
    annotation.P = target
    if "/Annots" not in target:
        target.Annots = Array([])
    target.Annots.append(annotation)
    return annotation


def _rect(rect: tuple[float, float, float, float]) -> Array:
    return Array([round(each, 3) for each in rect])


def _link(pdf: Pdf, notes: Notes, place: LinkPlace) -> Object:
    target = next(each for each in notes.bookmarks if each.name == place.target)
    destination = Array([pdf.pages[target.page].obj, Name.XYZ, 0, round(target.top + 6, 2), 0])
    return _annotate(
        pdf,
        place.page,
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=_rect(place.rect),
            Border=Array([0, 0, 0]),
            F=4,
            Contents=String(place.words),
            Dest=destination,
        ),
    )


def _field(pdf: Pdf, place: FieldPlace, *, blank_signature: bytes) -> Object:
    """An empty signature field that conforms before and after it is signed."""
    lock: dict[str, Any] = {}
    if place.locks:
        lock["Lock"] = pdf.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
    with Pdf.open(io.BytesIO(blank_signature)) as blank:
        shown = pdf.copy_foreign(blank.pages[0].as_form_xobject())
    return _annotate(
        pdf,
        place.page,
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(place.name),
            TU=String(f"{place.label}: signature"),
            F=_PRINTED_LOCKED,
            Rect=_rect(place.rect),
            AP=Dictionary(N=pdf.make_indirect(shown)),
            **lock,
        ),
    )


def add_outline(pdf: Pdf, notes: Notes) -> None:
    """Add the headings as an outline; the title itself is not repeated in it."""
    if not notes.bookmarks:
        return
    outline = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    trail: list[tuple[int, Object]] = [(-1, outline)]
    for bookmark in notes.bookmarks:
        entry = pdf.make_indirect(
            Dictionary(
                Title=String(bookmark.title),
                Dest=Array(
                    [
                        pdf.pages[bookmark.page].obj,
                        Name.XYZ,
                        0,
                        round(bookmark.top + 6, 2),
                        0,
                    ]
                ),
            )
        )
        while trail[-1][0] >= bookmark.level:
            trail.pop()
        _append(trail[-1][1], entry)
        trail.append((bookmark.level, entry))
    pdf.Root.Outlines = outline


def _append(parent: Object, entry: Object) -> None:
    entry.Parent = parent
    if "/Last" in parent:
        parent.Last.Next = entry
        entry.Prev = parent.Last
    else:
        parent.First = entry
    parent.Last = entry
    # Negative for an entry: closed until the reader opens it.
    parent.Count = int(parent.get("/Count", 0)) + (-1 if "/Title" in parent else 1)
