"""Alerts: the rules of `forms/alerts/`, and the prompts that answers raise.

A prompt is worded as a thing to check or do, never as a conclusion. What was shown and
what its author answered stay in the sealed report and are disclosed with it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ilocdoc.record.alert_rules import (
    SINCE_CONTACT,
    SINCE_CREATED,
    SINCE_SUBMITTED,
    AlertRule,
    ByAnswers,
    ByNumbers,
    ByTime,
    ByWords,
    Where,
    read_rule,
)
from ilocdoc.record.answers import rows_of
from ilocdoc.record.errors import AnswerError, FormError
from ilocdoc.record.form import Field, FieldType, Form, Stage, in_language
from ilocdoc.record.form_check import rule_values
from ilocdoc.record.form_rules import CONSTANTS, compile_form
from ilocdoc.record.formats import event_doubt, normalise, rd_doubt
from ilocdoc.record.report import Draft, PromptRecord
from ilocdoc.record.rules import Rule, Vocabulary, compile_rule, evaluate, facts_for
from ilocdoc.record.times import CHICAGO, read_time
from ilocdoc.record.toml_reading import Place, TomlReader, form_digest, read_toml
from ilocdoc.record.wording import WordList, WordLists

_FILE_KEYS = ("alerts", "version", "languages", "forms", "rules")
_STAGES = tuple(Stage)
_MOST_NAMED = 6
"""More words than these are counted, not named."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlertRules:
    """One released version of the rules."""

    version: str
    forms: tuple[str, ...]
    """Versions of the incident form that every rule was checked against."""
    rules: tuple[AlertRule, ...]
    sha256: str
    file: str
    places: Mapping[str, Place]
    """Where each rule's text stands in the file."""

    def rule(self, rule_id: str) -> AlertRule | None:
        """Return the rule of an id, or None when this version does not have it."""
        return next((each for each in self.rules if each.id == rule_id), None)


@lru_cache(maxsize=8)
def read_alert_rules(data: bytes, *, file: str = "alerts") -> AlertRules:
    """Return the alert rules in a TOML file; the result is remembered.

    Rules over answers are type-checked when they meet a form: `compile_alerts`.

    Args:
        data: Bytes of the file.
        file: Its name, for errors.

    Raises:
        FormError: When a key is unknown or missing, a word is not one of its kind, or an
            id stands twice.
    """
    reader, parsed = TomlReader(data, file), read_toml(data, file=file)
    reader.keys(parsed, _FILE_KEYS, what="the file")
    rules = tuple(read_rule(reader, each) for each in reader.need(parsed, "rules", what="the file"))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise reader.fail(f"the rule {rule.id!r} stands twice.", near=rule.id)
        seen.add(rule.id)
    texts = {text for each in parsed["rules"] for text in each.values() if isinstance(text, str)}
    found = {text: reader.place_of(text) for text in texts}
    return AlertRules(
        version=str(reader.need(parsed, "version", what="the file")),
        forms=reader.texts(parsed, "forms", what="the file"),
        rules=rules,
        sha256=form_digest(parsed),
        file=file,
        places={text: place for text, place in found.items() if place},
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledAlerts:
    """Alert rules whose every rule was type-checked against one form."""

    words: Vocabulary
    """What rules over the whole form may name."""
    rules: Mapping[str, Rule]
    """By their text."""
    row_words: Mapping[str, Vocabulary]
    """What rules over one row may name, by repeat."""
    row_rules: Mapping[tuple[str, str], Rule]
    """By repeat and text."""

    def holds(self, text: str, values: Mapping[str, Any]) -> bool:
        """Tell whether a rule over the whole form is true."""
        if text in CONSTANTS:
            return CONSTANTS[text]
        return _is_true(self.rules[text], values, self.words)

    def row_holds(self, repeat: str, text: str, values: Mapping[str, Any]) -> bool:
        """Tell whether a rule over one row is true; `values` hold the form's names too."""
        if text in CONSTANTS:
            return CONSTANTS[text]
        return _is_true(self.row_rules[repeat, text], values, self.row_words[repeat])


def _is_true(rule: Rule, values: Mapping[str, Any], words: Vocabulary) -> bool:
    # Only what the rule names: the engine converts every value that it is given.
    facts = facts_for({name: values[name] for name in rule.names}, words=words)
    return evaluate(rule, facts).value


@lru_cache(maxsize=8)
def compile_alerts(rules: AlertRules, form: Form) -> CompiledAlerts:
    """Type-check every alert rule against a form; the result is remembered.

    Raises:
        FormError: With file, line and column, for the first rule that does not fit; also
            when a section or a field does not exist.
    """
    compiled = compile_form(form)
    words = compiled.root.words
    row_words = {name: scope.words for name, scope in compiled.rows.items()}
    root: dict[str, Rule] = {}
    rows: dict[tuple[str, str], Rule] = {}
    for rule in rules.rules:
        _check_references(rules, rule, form=form)
        for repeat, text in _texts_of(rule):
            if text in CONSTANTS:
                continue
            vocabulary = row_words[repeat] if repeat else words
            where, at = f"{rules.file}, rule {rule.id}", rules.places.get(text)
            built = compile_rule(text, words=vocabulary, where=where, at=at)
            if repeat:
                rows[repeat, text] = built
            else:
                root[text] = built
    return CompiledAlerts(words=words, rules=root, row_words=row_words, row_rules=rows)


def _texts_of(rule: AlertRule) -> Iterator[tuple[str, str]]:
    """Yield repeat (or empty) and text of each expression of a rule."""
    match rule.test:
        case ByAnswers():
            yield "", rule.test.when
            yield "", rule.test.done
        case ByTime():
            yield "", rule.test.when
            yield rule.test.each, rule.test.open


def _check_references(rules: AlertRules, rule: AlertRule, *, form: Form) -> None:
    names = _field_names(form)
    mentioned = {rule.field} if rule.field else set()
    match rule.test:
        case ByWords():
            mentioned |= set(rule.test.without)
        case ByNumbers():
            mentioned |= {*rule.test.rd, *rule.test.event, rule.test.occurred}
        case ByTime():
            mentioned |= {rule.test.each} if rule.test.each else set()
            _check_since(rules, rule, rule.test, names=names)
    if missing := mentioned - names:
        raise FormError(f"{rules.file}, rule {rule.id}: no field {min(missing)!r}.")
    if rule.section not in {each.name for each in form.sections}:
        raise FormError(f"{rules.file}, rule {rule.id}: no section {rule.section!r}.")


def _check_since(rules: AlertRules, rule: AlertRule, test: ByTime, *, names: set[str]) -> None:
    if test.each and test.each not in names:
        return
    field = f"{test.each}.{test.since}" if test.each else test.since
    if field not in names and test.since not in (SINCE_CREATED, SINCE_SUBMITTED, SINCE_CONTACT):
        raise FormError(f"{rules.file}, rule {rule.id}: no time {test.since!r}.")


def _field_names(form: Form) -> set[str]:
    names = {field.name for _section, field in form.placed_fields()}
    return names | {f"{each.name}.{inner.name}" for each in form.repeats() for inner in each.fields}


def prompts_for(
    rules: AlertRules,
    draft: Draft,
    *,
    form: Form,
    words: WordLists,
    stage: Stage,
    language: str = "en",
) -> tuple[PromptRecord, ...]:
    """Return every prompt of a draft, in the order of the rules.

    A prompt that is raised again keeps what its author answered, as long as it is the
    same rule version and finds nothing new. A prompt that the author saw and that is
    raised no more stays, so that the sealed report tells what was asked.

    Args:
        rules: Of this laptop.
        draft: With its answers and earlier prompts.
        form: The definition that the draft names.
        words: The lists that rules name.
        stage: What is being attempted; rules of later stages are not raised yet.
        language: Of the texts.

    Raises:
        FormError: When a rule does not fit the form, or names a list that is not there.
    """
    compiled = compile_alerts(rules, form)
    values = rule_values(form, draft.answers, stage=stage)
    earlier = {each.rule: each for each in draft.prompts}
    prompts = []
    for rule in rules.rules:
        if not _is_due(rule, stage):
            continue
        prompt = _raised(rule, draft, compiled=compiled, values=values, form=form, words=words)
        known = earlier.get(rule.id)
        if prompt is not None:
            shown = replace(prompt, text=in_language(rule.text, language) + prompt.text)
            prompts.append(_with_answer(shown, known))
        elif known is not None:
            prompts.append(replace(known, state="done") if known.state == "open" else known)
    # Prompts of rules that a newer rule file no longer has were shown all the same.
    gone = (each for each in draft.prompts if rules.rule(each.rule) is None)
    return (*prompts, *gone)


def _is_due(rule: AlertRule, stage: Stage) -> bool:
    is_reached = _STAGES.index(rule.stage) <= _STAGES.index(stage)
    return is_reached and rule.where is Where.LAPTOP


def _with_answer(raised: PromptRecord, known: PromptRecord | None) -> PromptRecord:
    """Return a raised prompt with its author's earlier answer, if that still covers it."""
    if known is None or known.version != raised.version or raised.state == "done":
        return raised
    if not set(_named(raised.before)) <= set(_named(known.before)):
        return raised
    return replace(raised, state=known.state, reason=known.reason, after=known.after)


def _named(found: str) -> list[str]:
    return found.split("; ") if found else []


def _raised(
    rule: AlertRule,
    draft: Draft,
    *,
    compiled: CompiledAlerts,
    values: Mapping[str, Any],
    form: Form,
    words: WordLists,
) -> PromptRecord | None:
    """Return the prompt of a rule; its text holds only what follows the rule's own."""
    match rule.test:
        case ByAnswers():
            if not compiled.holds(rule.test.when, values):
                return None
            return _record(rule, is_done=compiled.holds(rule.test.done, values))
        case ByWords():
            word_list = _list_of(rule.test, words)
            texts = free_texts(form, draft, without=rule.test.without)
            found = tuple(
                dict.fromkeys(each.name for text in texts for each in word_list.found_in(text))
            )
            said = _found_words(found, word_list)
            return _record(rule, text=said, before="; ".join(found)) if found else None
        case ByNumbers():
            doubts = _doubts(rule.test, draft.answers)
            return _record(rule, text=" " + " ".join(doubts)) if doubts else None
    return None


def _record(
    rule: AlertRule, *, is_done: bool = False, text: str = "", before: str = ""
) -> PromptRecord:
    return PromptRecord(
        rule=rule.id,
        version=rule.version,
        text=text,
        state="done" if is_done else "open",
        severity=rule.severity,
        before=before,
    )


def _list_of(test: ByWords, words: WordLists) -> WordList:
    wanted = words.lists.get(test.list_name)
    if wanted is None:
        raise FormError(f"There is no word list {test.list_name!r}.")
    return wanted


def _found_words(found: Sequence[str], word_list: WordList) -> str:
    """Return a sentence that names words of a list, each with what to write instead."""
    named = []
    for name in found[:_MOST_NAMED]:
        instead = word_list.instead.get(name, "")
        shown = f"“{name.removesuffix('*')}{'…' if name.endswith('*') else ''}”"
        named.append(f"{shown} ({instead})" if instead else shown)
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return f" Found: {', '.join(named)}{more}."


def free_texts(form: Form, draft: Draft, *, without: Collection[str] = ()) -> Iterator[str]:
    """Yield everything that the author wrote freely, in the order of the form.

    Args:
        form: Its text fields without a format are free text.
        draft: Notes to stamps and captions of files are free text too.
        without: Fields to leave out, as "statements.words".
    """
    for _section, field in form.placed_fields():
        if field.type is FieldType.REPEAT:
            inner = [each for each in field.fields if f"{field.name}.{each.name}" not in without]
            for row in rows_of(draft.answers, field.name):
                yield from _texts_in(inner, row)
        elif field.name not in without:
            yield from _texts_in((field,), draft.answers)
    yield from (each.note for each in draft.stamps)
    yield from (each.caption for each in draft.evidence)


def _texts_in(fields: Collection[Field], answers: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        answer = answers.get(field.name)
        if isinstance(answer, dict):
            yield str(answer.get("reason", ""))
        elif field.type is FieldType.TEXT and not field.format and isinstance(answer, str):
            yield answer


def _doubts(test: ByNumbers, answers: Mapping[str, Any]) -> list[str]:
    occurred = read_time(answers.get(test.occurred))
    if occurred is None:
        return []
    day = occurred.astimezone(CHICAGO).date()
    doubts = []
    for names, form, doubt in ((test.rd, "rd", rd_doubt), (test.event, "event_full", event_doubt)):
        for number in _numbers(answers, names, form=form):
            try:
                doubts.append(doubt(number, occurred=day))
            except AnswerError as error:
                doubts.append(error.headline)
    return [each for each in doubts if each]


def _numbers(answers: Mapping[str, Any], names: Collection[str], *, form: str) -> Iterator[str]:
    """Yield well-formed numbers; what has another form is the form's own complaint."""
    for name in names:
        answer = answers.get(name)
        for typed in answer.split(",") if isinstance(answer, str) else ():
            try:
                yield normalise(typed, form=form)
            except AnswerError:
                continue
