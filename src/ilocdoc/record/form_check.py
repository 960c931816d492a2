"""What a form says about answers: asked, missing, not fitting, duties, notices.

Everything is computed again after each answer; it takes a few milliseconds for a
full report, and there is no graph of dependencies to get wrong.
"""

from collections.abc import Mapping
from typing import Any

from ilocdoc.record.answers import answered, has_value, is_empty, rows_of
from ilocdoc.record.findings import Duty, DutyState, Failure, Findings, Missing, Notice
from ilocdoc.record.form import Field, FieldType, Form, Section, Stage, in_language
from ilocdoc.record.form_rules import (
    CONSTANTS,
    CompiledForm,
    Scope,
    compile_form,
    values_of,
)
from ilocdoc.record.rules import Rule, evaluate, facts_for
from ilocdoc.record.shapes import fault_in


class _Round:
    """One evaluation of all rules over one state of the answers."""

    def __init__(self, compiled: CompiledForm, answers: Mapping[str, Any], stage: Stage) -> None:
        self.compiled = compiled
        self.form = compiled.form
        self.answers = answers
        self.errors: list[str] = []
        self.values = values_of(compiled, answers, stage=stage)
        for name, rule in compiled.conditions:
            used = {each: self.values[each] for each in rule.names}
            facts = facts_for(used, words=compiled.root.words)
            self.values[name] = self._told(rule, facts)
        self.facts = self._facts(compiled.root, self.values)
        self.row_ids = {
            repeat.name: frozenset(row["id"] for row in self.values[repeat.name])
            for repeat in self.form.repeats()
        }
        self._row_facts: dict[tuple[str, int], Any] = {}

    def _facts(self, scope: Scope, values: Mapping[str, Any]) -> Any:
        return facts_for({name: values[name] for name in scope.needs}, words=scope.words)

    def _told(self, rule: Rule, facts: Any) -> bool:
        outcome = evaluate(rule, facts)
        if outcome.error:
            self.errors.append(f"{rule.text}: {outcome.error}")
        return outcome.value

    def holds(self, text: str, facts: Any = None, repeat: str = "") -> bool:
        """Tell whether a rule of the form, or of a repeat's row, is true."""
        if text in CONSTANTS:
            return CONSTANTS[text]
        if text in self.form.conditions:
            return bool(self.values[text])
        scope = self.compiled.rows[repeat] if repeat else self.compiled.root
        return self._told(scope.rules[text], facts or self.facts)

    def asked(self, section: Section) -> list[Field]:
        """Return the fields of a section that are asked, in order."""
        if not self.holds(section.relevant):
            return []
        return [field for field in section.fields if self.holds(field.relevant)]

    def row_facts(self, repeat: Field, place: int) -> Any:
        """Return what rules over the row at a place see; made once."""
        if (repeat.name, place) not in self._row_facts:
            own = self.values[repeat.name][place]
            facts = self._facts(self.compiled.rows[repeat.name], {**self.values, **own})
            self._row_facts[repeat.name, place] = facts
        return self._row_facts[repeat.name, place]

    def asked_in_row(self, repeat: Field, facts: Any) -> list[Field]:
        return [f for f in repeat.fields if self.holds(f.relevant, facts, repeat.name)]


def _settled(compiled: CompiledForm, answers: Mapping[str, Any], stage: Stage) -> _Round:
    """Return the round in which no question that is not asked holds an answer.

    It ends: each round but the last takes an answer away, and none ever comes back.
    """
    while True:
        turn = _Round(compiled, answers, stage)
        kept = _asked_answers(turn)
        if kept == answers:
            return turn
        answers = kept


def _asked_answers(turn: _Round) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for section in turn.form.sections:
        for field in turn.asked(section):
            answer = turn.answers.get(field.name)
            if is_empty(answer):
                continue
            rows = field.type is FieldType.REPEAT and isinstance(answer, list)
            kept[field.name] = _asked_rows(turn, field) if rows else answer
    return kept


def _asked_rows(turn: _Round, repeat: Field) -> list[dict[str, Any]]:
    kept = []
    for place, row in enumerate(rows_of(turn.answers, repeat.name)):
        asked = turn.asked_in_row(repeat, turn.row_facts(repeat, place))
        answers = {f.name: row[f.name] for f in asked if not is_empty(row.get(f.name))}
        kept.append({**answers, "id": row.get("id", "")})
    return kept


def asked_answers(form: Form, answers: Mapping[str, Any], *, stage: Stage) -> dict[str, Any]:
    """Return the answers to questions that are asked: what a sealed report holds.

    Answers to questions that later answers made irrelevant stay in the draft only.
    Answers under names that the form does not have are left out.
    """
    return dict(_settled(compile_form(form), answers, stage).answers)


def rule_values(form: Form, answers: Mapping[str, Any], *, stage: Stage) -> dict[str, Any]:
    """Return what rules over the whole form see: every name with its value.

    Names of conditions are among them. Answers to questions that are not asked do not
    count.
    """
    return dict(_settled(compile_form(form), answers, stage).values)


def check(
    form: Form, answers: Mapping[str, Any], *, stage: Stage, language: str = "en"
) -> Findings:
    """Return everything the form says about answers at a stage.

    Args:
        form: Its rules are compiled on the first call (`compile_form` does it early).
        answers: As in the draft; hidden answers do not count.
        stage: What is being attempted; `Stage.DRAFT` asks for nothing but the basics.
        language: Of labels and messages.
    """
    turn = _settled(compile_form(form), answers, stage)
    collector = _Collector(turn, language)
    for section in form.sections:
        asked = turn.asked(section)
        for field in asked:
            collector.look_at(field, section=section)
        if asked:
            collector.notice(section)
    return Findings(
        asked=frozenset(collector.asked),
        missing=tuple(collector.missing),
        failures=tuple(collector.failures),
        duties=tuple(collector.duty_states()),
        notices=tuple(collector.notices),
        rule_errors=tuple(dict.fromkeys(turn.errors)),
    )


class _Collector:
    """Walks over one settled round and gathers what is to be told."""

    def __init__(self, turn: _Round, language: str) -> None:
        self.turn = turn
        self.language = language
        self.asked: list[str] = []
        self.missing: list[Missing] = []
        self.failures: list[Failure] = []
        self.notices: list[Notice] = []

    def look_at(self, field: Field, *, section: Section) -> None:
        """Judge a field of the form, and each row if it is a repeat."""
        self._judge(field, self.turn.answers, path=field.name, section=section)
        if field.type is not FieldType.REPEAT:
            return
        for place, row in enumerate(rows_of(self.turn.answers, field.name)):
            facts = self.turn.row_facts(field, place)
            for inner in self.turn.asked_in_row(field, facts):
                path = f"{field.name}[{place}].{inner.name}"
                self._judge(inner, row, path=path, section=section, facts=facts, repeat=field.name)

    def _judge(
        self,
        field: Field,
        answers: Mapping[str, Any],
        *,
        path: str,
        section: Section,
        facts: Any = None,
        repeat: str = "",
    ) -> None:
        self.asked.append(path)
        label = in_language(field.label, self.language)
        if not answered(answers, field.name):
            if self.turn.holds(field.required, facts, repeat):
                self.missing.append(Missing(path=path, section=section.name, label=label))
            return
        fault = fault_in(answers[field.name], field=field, rows=self.turn.row_ids)
        fault = fault or _choice_fault(self.turn.form, field, answers[field.name])
        is_checked = not fault and has_value(answers[field.name])
        if is_checked and not self.turn.holds(field.constraint, facts, repeat):
            fault = in_language(field.constraint_message, self.language)
        if fault:
            self.failures.append(
                Failure(path=path, section=section.name, label=label, message=fault)
            )

    def notice(self, section: Section) -> None:
        """Gather the notices of a section."""
        self.notices.extend(
            Notice(
                name=each.name, section=section.name, text=in_language(each.label, self.language)
            )
            for each in section.notices
            if self.turn.holds(each.when)
        )

    def duty_states(self) -> list[Duty]:
        """Return the duties with their states, in order."""
        return [
            Duty(
                name=each.name,
                section=each.section,
                text=in_language(each.label, self.language),
                state=_duty_state(self.turn, when=each.when, done=each.done),
            )
            for each in self.turn.form.duties
        ]


def _choice_fault(form: Form, field: Field, answer: object) -> str:
    """Return a sentence when a choice is none of the list; a retired one still is."""
    if not field.list_name or not has_value(answer):
        return ""
    chosen = answer if isinstance(answer, list) else [answer]
    known = {choice.name for choice in form.lists[field.list_name]}
    return "" if known.issuperset(chosen) else "This is none of the choices of this question."


def _duty_state(turn: _Round, *, when: str, done: str) -> DutyState:
    if not turn.holds(when):
        return DutyState.NOT_APPLICABLE
    return DutyState.DONE if turn.holds(done) else DutyState.OPEN
