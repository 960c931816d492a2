"""Answers of a made-up report that has everything a form asks for."""

from typing import Any

from ilocdoc.casework.shift import Shift
from ilocdoc.record.answers import put
from ilocdoc.record.form import Field, FieldType, Form, Stage
from ilocdoc.record.form_check import check
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.formats import FORMATS
from ilocdoc.record.times import Precision, time_answer

_WORDS = {
    "synopsis": "Two federal agents used a chemical agent while taking one person into custody.",
    "narrative_arrival": "A group of about twelve people stood on the sidewalk. Two agents in "
    "olive vests stood beside a white vehicle.",
    "narrative_observed": "One agent sprayed the group from about six feet. No warning was heard. "
    "One person held both hands before the eyes.",
}
_CHOSEN = {
    "force_reported": "yes",
    "injury_reported": "yes",
    "force_type": "oc_spray",
    "district": "010",
    "agents_present": "yes",
    "video_exists": "yes",
    "warning_given": "no",
    "member_role": "responding",
}


def _answer(field: Field, form: Form, shift: Shift, rows: dict[str, list[dict[str, Any]]]) -> Any:
    now = time_answer(shift.clock.now(), typed="now", precision=Precision.EXACT)
    first = [each.name for each in form.lists.get(field.list_name, ())][:1]
    ids = [row["id"] for name in field.targets for row in rows.get(name, [])][:1]
    stated = FORMATS[field.format].example if field.format else "As stated."
    by_type = {
        FieldType.SELECT_ONE: first[0] if first else None,
        FieldType.SELECT_MULTIPLE: first,
        FieldType.LINK: ids[0] if ids else None,
        FieldType.LINKS: ids,
        FieldType.TEXT: stated,
        FieldType.INTEGER: 2,
        FieldType.DATE: now,
        FieldType.DATETIME: now,
        FieldType.ACKNOWLEDGE: "yes",
    }
    own = _WORDS.get(field.name) or _CHOSEN.get(field.name)
    return own or by_type.get(field.type)


def full_answers(shift: Shift, *, place: str) -> dict[str, Any]:
    """Answer what is missing until nothing is; rows get one each."""
    form = read_form(shift.forms.newest())
    answers: dict[str, Any] = {"place": place}
    for name in ("members", "people", "agents"):
        answers[name] = [{"id": shift.new_id()}]
    for _round in range(8):
        findings = check(form, answers, stage=Stage.SUBMIT)
        if not findings.missing:
            return answers
        for missing in findings.missing:
            answers = _fill(answers, missing.path, form=form, shift=shift)
    raise AssertionError([each.path for each in findings.missing])


def _fill(answers: dict[str, Any], path: str, *, form: Form, shift: Shift) -> dict[str, Any]:
    name, _, inner = path.partition("].")
    repeat, _, number = name.partition("[")
    rows = {each: answers.get(each, []) for each in answers}
    if not inner:
        field = form.field(path)
        value = [{"id": shift.new_id()}] if field.type is FieldType.REPEAT else None
        return put(answers, path, value or _answer(field, form, shift, rows))
    field = form.field(repeat).field(inner)
    changed = [
        put(row, inner, _answer(field, form, shift, rows)) if n == int(number) else row
        for n, row in enumerate(answers[repeat])
    ]
    return put(answers, repeat, changed)
