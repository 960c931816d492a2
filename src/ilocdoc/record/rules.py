"""The rule language: CEL, and the one module that knows its engine.

A vocabulary declares names with types; a rule is compiled and type-checked against it,
so that a misspelt name is found when a file is loaded, with line and column.
`cel_expr_python` is Google's C++ engine; should it have to be replaced, this is the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cel_expr_python import cel

from ilocdoc.record.errors import FormError


class Shape(Enum):
    """The type of a name in rules, and what stands for "no answer"."""

    TEXT = "text"
    """string; empty text when there is no answer."""
    TEXTS = "texts"
    """list of strings; empty list."""
    NUMBER = "number"
    """int or null. Times are seconds since 1970 in UTC."""
    FLAG = "flag"
    """bool; false."""
    ROWS = "rows"
    """list of maps; empty list."""


_TYPES = {
    Shape.TEXT: cel.Type.STRING,
    Shape.TEXTS: cel.Type.List(cel.Type.STRING),
    Shape.NUMBER: cel.Type.DYN,
    Shape.FLAG: cel.Type.BOOL,
    Shape.ROWS: cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'")
_MACRO = re.compile(r"\b([a-z_0-9]+)\.(?:exists|all|exists_one|filter|map)\(\s*([a-z_0-9]+)\s*,")
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A compiled expression."""

    text: str
    names: frozenset[str]
    """Declared names that the text uses."""
    compiled: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Names that rules of one scope may use."""

    shapes: Mapping[str, Shape]
    row_names: Mapping[str, frozenset[str]]
    """For each name of shape ROWS, the names in a row."""
    engine: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule gave."""

    value: bool
    error: str = ""
    """Engine's words when the rule could not be evaluated; the value is then false."""


def vocabulary(
    shapes: Mapping[str, Shape], *, row_names: Mapping[str, frozenset[str]]
) -> Vocabulary:
    """Return a vocabulary.

    Args:
        shapes: Type by name.
        row_names: Names in the rows of each name of shape ROWS.
    """
    engine = cel.NewEnv(variables={name: _TYPES[shape] for name, shape in shapes.items()})
    return Vocabulary(shapes=dict(shapes), row_names=dict(row_names), engine=engine)


def compile_rule(
    text: str, *, words: Vocabulary, where: str, at: tuple[int, int] | None = None
) -> Rule:
    """Compile and type-check a rule.

    Args:
        text: A CEL expression that gives a bool.
        words: What it may name.
        where: What the rule belongs to, for the error's sentence.
        at: Line and column of its first character in its file; None counts in the rule.

    Raises:
        FormError: With place, line and column, when it does not parse, names something
            unknown, mixes types or does not give a bool.
    """
    try:
        compiled = words.engine.compile(text)
    except RuntimeError as error:
        raise FormError(f"{where}: {_complaint(str(error), at)}.") from error
    given = compiled.return_type().name()
    if given not in {"BOOL", "DYN"}:
        raise FormError(f"{where}: the rule gives {given.lower()}, not true or false.")
    _check_row_names(text, words=words, where=where, at=at)
    used = frozenset(_NAME.findall(_without_literals(text))) & words.shapes.keys()
    return Rule(text=text, names=used, compiled=compiled)


def facts_for(values: Mapping[str, Any], *, words: Vocabulary) -> Any:
    """Return values in the engine's form, to evaluate several rules with.

    Args:
        values: Every name that the rules use; NUMBER may be None.
        words: The vocabulary of those rules.
    """
    return words.engine.Activation(values)


def evaluate(rule: Rule, facts: Any) -> Outcome:
    """Evaluate a rule; an error inside it counts as false and is told."""
    given = rule.compiled.eval(facts).value()
    if isinstance(given, bool):
        return Outcome(value=given)
    return Outcome(value=False, error=str(given))


def _complaint(message: str, at: tuple[int, int] | None) -> str:
    found = _PLACE.search(message)
    if found is None:
        return message.splitlines()[0]
    words = found[3].removesuffix(" (in container '')")
    return f"{_place_words(int(found[1]), int(found[2]), at)}: {words}"


def _place_words(line: int, column: int, at: tuple[int, int] | None) -> str:
    """Return a place in a rule in words: in its file when that is known."""
    if at is None:
        return f"rule line {line}, column {column}"
    return f"line {at[0] + line - 1}, column {column + at[1] - 1 if line == 1 else column}"


def _without_literals(text: str) -> str:
    """Return the text with string literals blanked, positions unchanged."""
    return _LITERAL.sub(lambda literal: " " * len(literal[0]), text)


def _check_row_names(
    text: str, *, words: Vocabulary, where: str, at: tuple[int, int] | None
) -> None:
    """Refuse unknown names in rows, which the engine would only find when it runs."""
    bare = _without_literals(text)
    for macro in _MACRO.finditer(bare):
        rows, variable = macro[1], macro[2]
        if rows not in words.row_names:
            continue
        body = bare[macro.end() : _closing(bare, macro.end())]
        for member in re.finditer(rf"\b{variable}\.([A-Za-z_0-9]+)", body):
            if member[1] not in words.row_names[rows]:
                start = macro.end() + member.start(1)
                line = bare.count("\n", 0, start) + 1
                column = start - bare.rfind("\n", 0, start)
                raise FormError(
                    f"{where}: {_place_words(line, column, at)}: {rows} has no field {member[1]!r}."
                )


def _closing(text: str, start: int) -> int:
    """Return where the parenthesis closes that was open at `start`; the rule compiled."""
    depth, place = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return place - 1
