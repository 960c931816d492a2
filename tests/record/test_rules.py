"""The rule language, expression by expression: what a change of engine must keep."""

from typing import Any

import pytest

from ilocdoc.record.errors import FormError
from ilocdoc.record.rules import Shape, compile_rule, evaluate, facts_for, vocabulary

WORDS = vocabulary(
    {
        "text": Shape.TEXT,
        "empty": Shape.TEXT,
        "texts": Shape.TEXTS,
        "none": Shape.TEXTS,
        "number": Shape.NUMBER,
        "nothing": Shape.NUMBER,
        "flag": Shape.FLAG,
        "rows": Shape.ROWS,
        "others": Shape.ROWS,
    },
    row_names={
        "rows": frozenset(["id", "kind", "count", "tags"]),
        "others": frozenset(["id", "of"]),
    },
)
VALUES: dict[str, Any] = {
    "text": "yes",
    "empty": "",
    "texts": ["school", "courthouse"],
    "none": [],
    "number": 7,
    "nothing": None,
    "flag": True,
    "rows": [
        {"id": "r1", "kind": "oc_spray", "count": 2, "tags": ["a"]},
        {"id": "r2", "kind": "strike", "count": None, "tags": []},
    ],
    "others": [{"id": "o1", "of": "r1"}],
}


def given(text: str) -> Any:
    rule = compile_rule(text, words=WORDS, where="test")
    used = {name: VALUES[name] for name in rule.names}
    return evaluate(rule, facts_for(used, words=WORDS))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("flag", True),
        ("!flag", False),
        ('text == "yes"', True),
        ("text == 'yes'", True),
        ('text != "yes"', False),
        ('empty == ""', True),
        ('text in ["yes", "no"]', True),
        ("text in []", False),
        ('"school" in texts', True),
        ('"hospital" in texts', False),
        ('"school" in none', False),
        ("size(texts) == 2", True),
        ("size(none) == 0", True),
        ("size(rows) > 1", True),
        ("number == 7", True),
        ("number > 3", True),
        ("int(number) >= 7", True),
        ("int(number) + 1 == 8", True),
        ("number == null", False),
        ("nothing == null", True),
        ("nothing != null", False),
        ("nothing == null || int(nothing) > 3", True),
        ("nothing != null && int(nothing) > 3", False),
        ('rows.exists(r, r.kind == "strike")', True),
        ('rows.exists(r, r.kind == "canine")', False),
        ('rows.exists(r, r.kind in ["strike", "canine"])', True),
        ('rows.all(r, r.kind != "")', True),
        ("rows.all(r, r.count != null)", False),
        ('rows.exists_one(r, r.kind == "strike")', True),
        ('size(rows.filter(r, r.kind == "strike")) == 1', True),
        ('rows.map(r, r.id) == ["r1", "r2"]', True),
        ('rows.exists(r, "a" in r.tags)', True),
        ("rows.exists(r, others.exists(o, o.of == r.id))", True),
        ("rows.all(r, others.exists(o, o.of == r.id))", False),
        ("rows.exists(r, r.count == 2) && !others.exists(o, o.of == 'x')", True),
        ("none.all(t, t == 'x')", True),
        ('["strike", "oc_spray"].all(k, rows.exists(r, r.kind == k))', True),
        ('text.matches("^[a-z]{3}$")', True),
        ('text.startsWith("y")', True),
        ('text.contains("z")', False),
        ('flag ? text == "yes" : false', True),
        ('text == "yes" && (flag || empty == "")', True),
        ('text == "y" || text == "yes"', True),
        ('rows[0].kind == "oc_spray"', True),
    ],
)
def test_an_expression_gives_what_it_says(text: str, value: bool) -> None:
    outcome = given(text)
    assert (outcome.value, outcome.error) == (value, "")


@pytest.mark.parametrize("text", ["int(nothing) > 3", "rows[9].kind == 'x'", "number / 0 == 1"])
def test_an_error_inside_a_rule_counts_as_false_and_is_told(text: str) -> None:
    outcome = given(text)
    assert outcome.value is False
    assert outcome.error


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("txt == 'yes'", "rule line 1, column 1: undeclared reference to 'txt'"),
        ("flag &&\n  txt == 'yes'", "rule line 2, column 3: undeclared reference to 'txt'"),
        ("text == 3", "column 6: found no matching overload"),
        ("flag &&", "Syntax error"),
        ("rows.exists(r, r.kind == 'x'", "Syntax error"),
        ("size(texts)", "gives int, not true or false"),
        ("text", "gives string, not true or false"),
        ("rows.exists(r, r.knd == 'x')", "column 18: rows has no field 'knd'"),
        ("flag &&\n rows.all(r, r.knd == 'x')", "rule line 2, column 16: rows has no field 'knd'"),
        ("rows.all(r, others.exists(o, o.off == r.id))", "others has no field 'off'"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(FormError) as refused:
        compile_rule(text, words=WORDS, where="test")
    assert sentence in refused.value.headline


def test_a_place_is_counted_in_the_file_when_that_is_known() -> None:
    with pytest.raises(FormError, match=r"x\.toml: line 41, column 13: undeclared"):
        compile_rule("txt == 'a'", words=WORDS, where="x.toml", at=(41, 13))
    with pytest.raises(FormError, match=r"x\.toml: line 42, column 1: undeclared"):
        compile_rule("flag &&\ntxt == 'a'", words=WORDS, where="x.toml", at=(41, 13))


def test_a_variable_may_serve_two_kinds_of_rows() -> None:
    assert given("rows.exists(r, r.kind == 'strike') && others.exists(r, r.of == 'r1')").value


def test_words_in_quotation_marks_are_no_names() -> None:
    rule = compile_rule("text == 'flag rows.exists(r, r.knd)'", words=WORDS, where="test")
    assert rule.names == {"text"}
