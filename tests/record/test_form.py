"""Forms read from TOML: what is in them, what is offered, what is refused with its place."""

import pytest

from ilocdoc.record.answers import Absence
from ilocdoc.record.errors import FormError
from ilocdoc.record.form import FieldType, Form, Sensitivity, in_language
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.form_rules import compile_form
from ilocdoc.record.toml_reading import form_digest, read_toml

SOURCE = """\
form = "mini"
version = "1"
replaces = "0"
title = { en = "Mini", es = "Mínimo" }
languages = ["en", "es"]
stages = ["draft", "submit"]

[conditions]
submitting = 'stage != "draft"'
far = 'submitting && distance != null'

[choices]
kind = [
  { name = "old", label = { en = "Old" }, status = "retired" },
  { name = "new", label = { en = "New", es = "Nuevo" } },
  { name = "may", label = { en = "May" }, valid_from = "2026-05-01", valid_to = "2026-05-31" },
]

[[sections]]
name = "first"
label = { en = "First" }
  [[sections.fields]]
  name = "kind"
  type = "select_one kind"
  label = { en = "Kind" }
  quick = 3
  absences = ["unknown"]
  [[sections.fields]]
  name = "distance"
  type = "integer"
  label = { en = "Distance" }
  quick = 2
  relevant = 'kind == "new"'
  [[sections.fields]]
  name = "hello"
  type = "note"
  label = { en = "Hello" }
  [[sections.notices]]
  name = "noticed"
  when = 'far'
  label = { en = "Far" }

[[sections]]
name = "second"
label = { en = "Second" }
  [[sections.fields]]
  name = "people"
  type = "repeat"
  label = { en = "People" }
  row_label = { en = "Person" }
    [[sections.fields.fields]]
    name = "name"
    type = "text"
    label = { en = "Name" }
    sensitive = "identity"
    [[sections.fields.fields]]
    name = "star"
    type = "text"
    label = { en = "Star" }
    format = "star"
  [[sections.fields]]
  name = "owner"
  type = "link people"
  label = { en = "Owner" }

[[duties]]
name = "duty"
label = { en = "Duty" }
when = 'true'
done = 'size(people) > 0'
section = "second"

[[migrate]]
do = "rename"
from = "kinds"
to = "kind"
"""


def form() -> Form:
    return read_form(SOURCE.encode(), file="mini.toml")


def test_a_form_is_read_in_order_with_every_part() -> None:
    mini = form()
    assert (mini.name, mini.version, mini.replaces) == ("mini", "1", "0")
    assert [field.name for _section, field in mini.placed_fields()] == [
        "kind",
        "distance",
        "hello",
        "people",
        "owner",
    ]
    assert [repeat.name for repeat in mini.repeats()] == ["people"]
    assert [field.name for field in mini.quick_fields()] == ["distance", "kind"]
    assert mini.field("people").field("name").sensitive is Sensitivity.IDENTITY
    assert mini.field("owner").targets == ("people",)
    assert mini.field("kind").absences == (Absence.UNKNOWN,)
    assert mini.field("distance").absences == tuple(Absence)
    assert mini.field("hello").type is FieldType.NOTE
    assert mini.sections[0].notices[0].name == "noticed"
    assert mini.duties[0].section == "second"
    assert mini.migrations[0] == {"do": "rename", "from": "kinds", "to": "kind"}
    assert mini.languages == ("en", "es")


@pytest.mark.parametrize("name", ["nothing", "people.name"])
def test_a_field_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        form().field(name)
    with pytest.raises(KeyError):
        form().field("people").field(name)


def test_a_retired_choice_still_prints_and_is_not_offered() -> None:
    mini = form()
    kind = mini.field("kind")
    assert mini.choice_label(kind, "old") == "Old"
    assert mini.choice_label(kind, "unheard") == "unheard"
    assert mini.choice_label(kind, "new", language="es") == "Nuevo"
    assert mini.choice_label(kind, "may", language="es") == "May"
    assert [choice.name for choice in mini.offered(kind)] == ["new", "may"]
    assert [choice.name for choice in mini.offered(kind, on="2026-05-31")] == ["new", "may"]
    assert [choice.name for choice in mini.offered(kind, on="2026-06-01")] == ["new"]
    assert [choice.name for choice in mini.offered(kind, on="2026-04-30")] == ["new"]


def test_a_text_that_is_missing_in_a_language_is_shown_in_english() -> None:
    assert in_language({"en": "Yes", "es": "Sí"}, "es") == "Sí"
    assert in_language({"en": "Yes"}, "es") == "Yes"
    assert in_language({}, "es") == ""


def test_the_same_bytes_give_the_same_form_and_compiled_rules() -> None:
    assert form() is form()
    assert compile_form(form()) is compile_form(form())


def test_layout_does_not_change_the_digest_and_words_do() -> None:
    loose = SOURCE.replace("\n[[sections]]", "\n\n# a remark\n[[sections]]")
    assert read_form(loose.encode()).sha256 == form().sha256
    assert read_form(SOURCE.replace('"Kind"', '"kind"').encode()).sha256 != form().sha256


def test_a_date_in_a_file_counts_as_its_iso_text() -> None:
    dated = read_toml(b"day = 2026-11-01", file="x")
    assert form_digest(dated) == form_digest({"day": "2026-11-01"})


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('form = "mini"', 'form = "mini', r"mini.toml: .*line 1, column 13"),
        ('form = "mini"', "", "the form has no form"),
        ('form = "mini"', 'form = "mini"\nnote = 1', "the form has an unknown key 'note'"),
        ('{ en = "Mini", es', "{ es", "the form: title has no English text"),
        ('title = { en = "Mini", es = "Mínimo" }', 'title = "Mini"', "title has no English text"),
        ("quick = 3", "quik = 3", "field 'kind' has an unknown key 'quik'"),
        ('type = "select_one kind"', 'type = "select_on kind"', "'select_on' is not a valid"),
        ('type = "select_one kind"', 'type = "select_one knd"', "kind: no list 'knd'"),
        ('type = "select_one kind"', "", "field 'kind' has no type"),
        ('sensitive = "identity"', 'sensitive = "secret"', "'secret' is not a valid Sensitivity"),
        ('absences = ["unknown"]', 'absences = ["maybe"]', "'maybe' is not a valid Absence"),
        ('type = "link people"', 'type = "link peple"', "owner: no repeat 'peple'"),
        ('format = "star"', 'format = "sta"', "star: no format 'sta'"),
        ('name = "distance"', 'name = "kind"', "the name 'kind' stands twice"),
        ('name = "distance"', 'name = "submitting"', "the name 'submitting' stands twice"),
        ('name = "distance"', 'name = "stage"', "the name 'stage' stands twice"),
        ('name = "star"', 'name = "name"', "the name 'people.name' stands twice"),
        ('name = "star"', 'name = "kind"', "the name 'people.kind' stands twice"),
        ('name = "star"', 'name = "id"', "the name 'people.id' stands twice"),
        ('name = "second"', 'name = "first"', "sections: the name 'first' stands twice"),
        ('name = "second"', 'name = "people"', "section 'people' has the name of a repeat"),
        ('name = "new"', 'name = "old"', "list 'kind': the name 'old' stands twice"),
        ('type = "integer"', 'type = "repeat"', "a repeat, and only a repeat, has fields"),
        ('type = "text"', 'type = "repeat"', "people.name: a repeat cannot hold a repeat"),
        ("when = 'far'", "", "notice 'noticed' has no when"),
        ("done = 'size(people) > 0'", "", "duty 'duty' has no done"),
        ('do = "rename"', 'do = "forget"', "migrate knows rename, map and drop_to_note only"),
        ("kind = [\n  {", 'kind = [\n  "x", {', "list kind is not a table"),
    ],
)
def test_a_form_with_a_mistake_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in SOURCE
    with pytest.raises(FormError, match=sentence):
        read_form(SOURCE.replace(old, new, 1).encode(), file="mini.toml")


def test_a_refusal_names_the_line_and_column() -> None:
    wrong = SOURCE.replace("quick = 3", "quik = 3")
    with pytest.raises(FormError, match=r"mini\.toml, line \d+, column \d+: field 'kind'"):
        read_form(wrong.encode(), file="mini.toml")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(FormError, match="not UTF-8"):
        read_form(b"\xff\xfe", file="mini.toml")


@pytest.mark.parametrize(
    ("old", "new", "place", "name"),
    [
        ("'kind == \"new\"'", "'knd == \"new\"'", "first.distance, relevant", "knd"),
        ("'submitting && d", "'submiting && d", "condition 'far'", "submiting"),
        ("'far'", "'fra'", "notice 'noticed'", "fra"),
        ("size(people) > 0", "size(peple) > 0", "duty 'duty', done", "peple"),
    ],
)
def test_a_misspelt_name_in_a_rule_gives_its_line_and_column(
    old: str, new: str, place: str, name: str
) -> None:
    assert old in SOURCE
    wrong = SOURCE.replace(old, new, 1)
    start = wrong.index(name)
    line = wrong.count("\n", 0, start) + 1
    column = start - wrong.rindex("\n", 0, start)
    with pytest.raises(FormError) as refused:
        compile_form(read_form(wrong.encode(), file="mini.toml"))
    at = f"mini.toml, {place}: line {line}, column {column}: "
    assert refused.value.headline == f"{at}undeclared reference to '{name}'."


def test_a_condition_knows_only_the_ones_before_it() -> None:
    first, second = SOURCE.splitlines()[8:10]
    turned = SOURCE.replace(f"{first}\n{second}", f"{second}\n{first}")
    with pytest.raises(FormError, match=r"condition 'far': line 9, column 8: .*'submitting'"):
        compile_form(read_form(turned.encode()))
