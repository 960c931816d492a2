"""Questions that code names exist: a form that renames one must not pass unseen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ilocdoc.packet.packet_facts import MEDICAL_STAMPS
from ilocdoc.packet.packet_front import ACCOUNT
from ilocdoc.packet.report_layout import STAMP_WORDS
from ilocdoc.record import sources
from ilocdoc.record.form import Form
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.lifecycle import INVOLVED_ROLES
from ilocdoc.shelf import form_file

FORMS = {path.name: read_form(path.read_bytes()) for path in form_file("incident").glob("*.toml")}
PACKET = Path(__file__).parents[2] / "src" / "ilocdoc" / "packet"


@pytest.fixture(params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> Form:
    return FORMS[request.param]


def questions(form: Form) -> set[str]:
    return {field.name for _section, field in form.placed_fields()}


def named_in_packets() -> Iterator[tuple[str, str]]:
    """Method and name of each question that a part of the packet writes by name."""
    for path in sorted(PACKET.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                method = node.func.attr
                if method in {"write", "rows", "one", "repeat"}:
                    yield from (
                        (method, each.value)
                        for each in node.args
                        if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    )


def test_a_packet_names_only_questions_of_the_form(form: Form) -> None:
    named = set(named_in_packets())
    assert ("rows", "people") in named, "the search finds what is there"
    assert {name for _method, name in named} | set(ACCOUNT) <= questions(form)
    repeats = {each.name for each in form.repeats()}
    assert {name for method, name in named if method in {"rows", "repeat"}} <= repeats


def test_who_took_part_is_told_by_choices_of_the_form(form: Form) -> None:
    members = form.field("members")
    assert {"star", "member_role"} <= {field.name for field in members.fields}
    choices = form.lists[members.field("member_role").list_name]
    assert {each.name for each in choices} >= INVOLVED_ROLES


def test_sources_of_facts_are_those_of_the_form(form: Form) -> None:
    facts = form.field("element_facts")
    kinds = {each.name for each in form.lists[facts.field("source_kind").list_name]}
    assert sources._TAGS.keys() <= kinds
    assert sources._LETTERS.keys() <= {each.name for each in form.repeats()}


def test_one_tap_times_of_medical_care_have_words() -> None:
    assert STAMP_WORDS.keys() >= MEDICAL_STAMPS
