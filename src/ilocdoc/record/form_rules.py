"""The rules of one form, compiled, and answers as rules see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ilocdoc.record.answers import absence_of, has_value, rows_of
from ilocdoc.record.form import Field, FieldType, Form, Stage
from ilocdoc.record.rules import (
    Rule,
    Shape,
    Vocabulary,
    compile_rule,
    vocabulary,
)
from ilocdoc.record.times import read_time
from ilocdoc.record.toml_reading import Place

_SHAPES = {
    FieldType.SELECT_MULTIPLE: Shape.TEXTS,
    FieldType.LINKS: Shape.TEXTS,
    FieldType.INTEGER: Shape.NUMBER,
    FieldType.DATE: Shape.NUMBER,
    FieldType.DATETIME: Shape.NUMBER,
    FieldType.REPEAT: Shape.ROWS,
}
_EMPTY: dict[Shape, Any] = {
    Shape.TEXT: "",
    Shape.TEXTS: [],
    Shape.NUMBER: None,
    Shape.FLAG: False,
    Shape.ROWS: [],
}
CONSTANTS = {"true": True, "false": False}
"""Rules so plain that the engine is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The form itself, or the rows of one repeat."""

    words: Vocabulary
    """What its rules may name."""
    rules: Mapping[str, Rule]
    """By their text."""
    needs: frozenset[str]
    """Names that any of the rules uses."""
    fields: Mapping[str, Field]
    """Its fields that take an answer, by name."""
    empty: Mapping[str, Any]
    """What its rules see when nothing was answered."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledForm:
    """A form whose every rule was compiled and type-checked."""

    form: Form
    conditions: tuple[tuple[str, Rule], ...]
    """Name and rule, in the order in which they must be evaluated."""
    root: Scope
    rows: Mapping[str, Scope]
    """By name of the repeat."""


def shape_of(field: Field) -> Shape:
    """Return the type that a field has in rules."""
    return _SHAPES.get(field.type, Shape.TEXT)


def shapes_of(form: Form) -> dict[str, Shape]:
    """Return the names that rules over the whole form may use, without conditions."""
    fields = {f.name: shape_of(f) for _s, f in form.placed_fields() if f.type is not FieldType.NOTE}
    return {**fields, "stage": Shape.TEXT, "absent": Shape.TEXTS}


def row_names_of(form: Form) -> dict[str, frozenset[str]]:
    """Return, for each repeat, the names that a row has in rules."""
    return {
        repeat.name: frozenset(f.name for f in repeat.fields) | {"id", "row_absent"}
        for repeat in form.repeats()
    }


@lru_cache(maxsize=8)
def compile_form(form: Form) -> CompiledForm:
    """Compile and type-check every rule of a form; the result is remembered.

    Raises:
        FormError: For the first rule that does not fit, with its place.
    """
    shapes, row_names = shapes_of(form), row_names_of(form)
    conditions = _compile_conditions(form, shapes=shapes, row_names=row_names)
    flags = dict.fromkeys(form.conditions, Shape.FLAG)
    root_words = vocabulary({**shapes, **flags}, row_names=row_names)
    rows = {}
    for repeat in form.repeats():
        own = {f.name: shape_of(f) for f in repeat.fields if f.type is not FieldType.NOTE}
        own |= {"id": Shape.TEXT, "row_absent": Shape.TEXTS}
        words = vocabulary({**shapes, **flags, **own}, row_names=row_names)
        rules = _field_rules(form, repeat.fields, repeat.name)
        rows[repeat.name] = _scope(rules, repeat.fields, words=words, places=form.places)
    return CompiledForm(
        form=form,
        conditions=conditions,
        root=_scope(
            _root_rules(form),
            [field for _section, field in form.placed_fields()],
            words=root_words,
            places=form.places,
        ),
        rows=rows,
    )


def _compile_conditions(
    form: Form, *, shapes: Mapping[str, Shape], row_names: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, Rule], ...]:
    """Compile conditions in order: each knows only the earlier ones, so no circle can be."""
    known: dict[str, Shape] = dict(shapes)
    compiled = []
    for name, text in form.conditions.items():
        words = vocabulary(known, row_names=row_names)
        where = f"{form.file}, condition {name!r}"
        rule = compile_rule(text, words=words, where=where, at=form.places.get(text))
        compiled.append((name, rule))
        known[name] = Shape.FLAG
    return tuple(compiled)


def _scope(
    rules: Iterable[tuple[str, str]],
    fields: Iterable[Field],
    *,
    words: Vocabulary,
    places: Mapping[str, Place],
) -> Scope:
    compiled: dict[str, Rule] = {}
    for where, text in rules:
        if text not in CONSTANTS and text not in compiled:
            at = places.get(text)
            compiled[text] = compile_rule(text, words=words, where=where, at=at)
    needs = frozenset().union(*(rule.names for rule in compiled.values()))
    answered = {field.name: field for field in fields if field.type is not FieldType.NOTE}
    return Scope(
        words=words,
        rules=compiled,
        needs=needs,
        fields=answered,
        empty={name: _EMPTY[shape_of(field)] for name, field in answered.items()},
    )


def _field_rules(form: Form, fields: Iterable[Field], place: str) -> Iterable[tuple[str, str]]:
    for field in fields:
        for key in ("relevant", "required", "constraint"):
            where = f"{form.file}, {place}.{field.name}, {key}"
            yield where, getattr(field, key)


def _root_rules(form: Form) -> Iterable[tuple[str, str]]:
    start = form.file
    for section in form.sections:
        yield f"{start}, section {section.name!r}, relevant", section.relevant
        yield from _field_rules(form, section.fields, section.name)
        for notice in section.notices:
            yield f"{start}, notice {notice.name!r}", notice.when
    for duty in form.duties:
        yield f"{start}, duty {duty.name!r}, when", duty.when
        yield f"{start}, duty {duty.name!r}, done", duty.done


def value_in_rules(field: Field, answer: object) -> Any:
    """Return an answer to one question as rules see it; empty when there is none.

    An absence is empty too. Rows are not answers to one question: `values_of`.
    """
    shape = shape_of(field)
    if not has_value(answer):
        return _EMPTY[shape]
    if field.type in {FieldType.DATE, FieldType.DATETIME}:
        at = read_time(answer)
        return int(at.timestamp()) if at else None
    if field.type is FieldType.GEOPOINT:
        return "known"
    wanted = {Shape.TEXT: str, Shape.TEXTS: list, Shape.NUMBER: int}[shape]
    return answer if isinstance(answer, wanted) else _EMPTY[shape]


def _absent_names(answers: Mapping[str, Any]) -> list[str]:
    return [name for name, answer in answers.items() if absence_of(answer)]


def row_values(compiled: CompiledForm, repeat: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that rules over one row can name besides the form's own names."""
    scope = compiled.rows[repeat]
    given = {
        name: value_in_rules(scope.fields[name], answer)
        for name, answer in row.items()
        if name in scope.fields
    }
    names = {"id": str(row.get("id", "")), "row_absent": _absent_names(row)}
    return {**scope.empty, **given, **names}


def values_of(
    compiled: CompiledForm, answers: Mapping[str, Any], *, stage: Stage
) -> dict[str, Any]:
    """Return all that rules over the whole form can name, without conditions."""
    fields = compiled.root.fields
    given = {
        name: [row_values(compiled, name, row) for row in rows_of(answers, name)]
        if fields[name].type is FieldType.REPEAT
        else value_in_rules(fields[name], answer)
        for name, answer in answers.items()
        if name in fields
    }
    names = {"stage": stage.value, "absent": _absent_names(answers)}
    return {**compiled.root.empty, **given, **names}
