"""Which editor draws which kind of question; every kind has one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ilocdoc.desktop.choice_editors import (
    FEW,
    LinkEditor,
    LinksEditor,
    Offer,
    OneOfFewEditor,
    OneOfManyEditor,
    SeveralEditor,
)
from ilocdoc.desktop.editor import Editor
from ilocdoc.desktop.field_editors import (
    AcknowledgeEditor,
    IntegerEditor,
    NoteEditor,
    ParagraphsEditor,
    PositionEditor,
    TextEditor,
)
from ilocdoc.desktop.moment_editor import MomentEditor
from ilocdoc.desktop.theme import Look
from ilocdoc.record.form import Field, FieldType, Form, in_language

_JOINED = 5
"""Up to this many choices of a segmented question are one joined row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What editors need besides their question."""

    form: Form
    look: Look
    now: Callable[[], datetime]
    """The laptop's clock."""
    day: date
    """Of the report; offered where a day is asked."""
    linked: Callable[[tuple[str, ...]], Sequence[Offer]]
    """The rows of these repeats as they now are."""
    is_big: bool = False
    """True on the quick-capture page."""


Maker = Callable[[Field, str, Surroundings], Editor]


def _offers(field: Field, around: Surroundings) -> list[Offer]:
    offered = around.form.offered(field, on=around.day.isoformat())
    return [Offer(name=each.name, label=in_language(each.label, "en")) for each in offered]


def _label(field: Field) -> str:
    return in_language(field.label, "en")


def _text(field: Field, path: str, around: Surroundings) -> Editor:
    if field.appearance == "multiline":
        return ParagraphsEditor(field, path=path, look=around.look)
    return TextEditor(field, path=path, look=around.look)


def _one(field: Field, path: str, around: Surroundings) -> Editor:
    offers = _offers(field, around)
    if len(offers) > FEW:
        return OneOfManyEditor(_label(field), offers, path=path, look=around.look)
    is_joined = field.appearance == "segmented" and len(offers) <= _JOINED
    big = around.look if around.is_big and is_joined else None
    return OneOfFewEditor(_label(field), offers, path=path, joined=is_joined, big=big)


def _several(field: Field, path: str, around: Surroundings) -> Editor:
    return SeveralEditor(_label(field), _offers(field, around), path=path)


def _moment(field: Field, path: str, around: Surroundings) -> Editor:
    return MomentEditor(field, path=path, look=around.look, now=around.now, day=around.day)


def _link(field: Field, path: str, around: Surroundings) -> Editor:
    return LinkEditor(_label(field), lambda: around.linked(field.targets), path=path)


def _links(field: Field, path: str, around: Surroundings) -> Editor:
    return LinksEditor(_label(field), lambda: around.linked(field.targets), path=path)


EDITORS: dict[FieldType, Maker] = {
    FieldType.SELECT_ONE: _one,
    FieldType.SELECT_MULTIPLE: _several,
    FieldType.TEXT: _text,
    FieldType.INTEGER: lambda f, p, a: IntegerEditor(f, path=p, look=a.look),
    FieldType.DATE: _moment,
    FieldType.DATETIME: _moment,
    FieldType.GEOPOINT: lambda f, p, a: PositionEditor(f, path=p, look=a.look),
    FieldType.LINK: _link,
    FieldType.LINKS: _links,
    FieldType.ACKNOWLEDGE: lambda f, p, a: AcknowledgeEditor(f, path=p, look=a.look),
    FieldType.NOTE: lambda f, p, _a: NoteEditor(p, in_language(f.label, "en")),
}
"""By kind. Repeats are cards of questions: `repeat_editor`."""


def editor_for(field: Field, *, path: str, around: Surroundings) -> Editor:
    """Return the editor of a question, without an answer."""
    return EDITORS[field.type](field, path, around)
