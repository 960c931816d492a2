"""Hold every file under forms/ to the house's rules; docs/forms.md says which and why.

python tools/lint_forms.py [FOLDER]      prints every fault with its place; 1 if there is one
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilocdoc.record.alert_rules import AlertRule, ByAnswers, ByTime, ByWords
from ilocdoc.record.alerts import AlertRules, compile_alerts, read_alert_rules
from ilocdoc.record.answers import Absence
from ilocdoc.record.catalogue import Catalogue, RowKind, read_catalogue
from ilocdoc.record.errors import FormError, IlocdocError
from ilocdoc.record.form import Field, FieldType, Form, Stage
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.form_rules import compile_form
from ilocdoc.record.scenario import read_scenario
from ilocdoc.record.texts import DocumentTexts, read_texts
from ilocdoc.record.toml_reading import TomlReader, read_toml
from ilocdoc.record.wording import WordLists, read_words

ROOT = Path(__file__).resolve().parent.parent

COMPOUND = re.compile(r"\b(?:and|or)\b|[/;]|,(?!\d)", re.IGNORECASE)
"""A choice is one thing; what stands in parentheses only explains it."""
VERDICT = re.compile(
    r"(?<!apparent )\bviolat\w*|\bguilt\w*|\billegal\w*|\bunlawful\w*|\bcriminals\b|\bperpetrat\w*"
    r"|\bsuspects?\b|\boffenders?\b|\bculprit\w*|\bbrutal\w*|\bcommitted\b|\bvictims?\b",
    re.IGNORECASE,
)
"""Words that conclude; a form asks what was seen, told or recorded."""
FORBIDDEN = re.compile(
    r"immigration|citizen|national(?:ity|s)\b|birth_?place|place.of.birth|country|\bvisa\b|alien"
    r"|politic|\bviews\b|opinion|membership|\bgroups?\b|religio|occupation|profession|employer"
    r"|social.security|\bssn\b",
    re.IGNORECASE,
)
"""What no record holds about a person."""
OFFENCES = "offence"
"""The list that must be the catalogue's, word for word: its titles are the law's."""
FELONY = "felony_entry"
"""The condition that must name exactly the provisions with a felony form."""
_LITERAL = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Everything that could be read, by the path below the folder."""

    incident: Mapping[str, Form]
    alerts: Mapping[str, AlertRules]
    words: Mapping[str, WordLists]
    catalogue: Mapping[str, Catalogue]
    texts: Mapping[str, DocumentTexts]


def faults_of(folder: Path) -> list[str]:
    """Return every fault of the files below a folder, in words, in order of the files."""
    faults: list[str] = []
    read: dict[str, dict[str, Any]] = {kind: {} for kind in READERS}
    for path in sorted(folder.rglob("*.toml")):
        name = str(path.relative_to(folder))
        kind = name.split("/", maxsplit=1)[0]
        try:
            # Files of other kinds have readers of their own; here they need only be TOML.
            read.setdefault(kind, {})[name] = READERS.get(kind, _parsed)(path.read_bytes(), name)
        except IlocdocError as error:
            faults.append(error.headline if name in error.headline else f"{name}: {error.headline}")
            continue
        if kind in LABELLED:
            faults += _text_faults(path.read_bytes(), name=name)
    forms = Forms(**{kind: read[kind] for kind in LABELLED})
    return [*faults, *_form_faults(forms), *_alert_faults(forms), *_catalogue_faults(forms)]


def _compiled(source: bytes, name: str) -> Form:
    form = read_form(source, file=name)
    compile_form(form)
    return form


def _parsed(source: bytes, name: str) -> dict[str, Any]:
    return read_toml(source, file=name)


LABELLED = ("incident", "alerts", "words", "catalogue", "texts")
"""Kinds whose texts people read, in every language that the file declares."""
READERS: dict[str, Callable[[bytes, str], Any]] = {
    "incident": _compiled,
    "alerts": lambda source, name: read_alert_rules(source, file=name),
    "words": lambda source, name: read_words(source, file=name),
    "catalogue": lambda source, name: read_catalogue(source, file=name),
    "texts": lambda source, name: read_texts(source, file=name),
    "scenarios": lambda source, _name: read_scenario(source),
}


def _text_faults(source: bytes, *, name: str) -> Iterator[str]:
    """Yield texts that lack a language which the file declares."""
    reader, parsed = TomlReader(source, name), read_toml(source, file=name)
    wanted = set(parsed.get("languages", ["en"]))
    for words in _texts_in(parsed):
        if missing := sorted(wanted - set(words)):
            yield _at(reader, words["en"], f"no text in {missing[0]}: {words['en']!r}.")


def _texts_in(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            yield value
        else:
            for inner in value.values():
                yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)


def _at(reader: TomlReader, near: str, sentence: str) -> str:
    return str(reader.fail(sentence, near=near).headline)


def _form_faults(forms: Forms) -> Iterator[str]:
    for name, form in forms.incident.items():
        for fault in (
            *_wording_faults(form),
            *_choice_faults(form),
            *_field_faults(form),
            *_reach_faults(form),
            *_literal_faults(form),
        ):
            yield f"{name}: {fault}"
        for catalogue in forms.catalogue.values():
            if catalogue.version == form.version:
                yield from (f"{name}: {fault}" for fault in _offence_faults(form, catalogue))


def _wording_faults(form: Form) -> Iterator[str]:
    for place, text in _labels(form):
        if found := VERDICT.search(text):
            yield f"{place}: {found[0]!r} concludes: {text!r}."


def _labels(form: Form) -> Iterator[tuple[str, str]]:
    for section in form.sections:
        yield f"section {section.name}", section.label["en"]
        yield f"section {section.name}", section.hint.get("en", "")
        for field in section.fields:
            yield from _field_labels(field, place=field.name)
        for notice in section.notices:
            yield f"notice {notice.name}", notice.label["en"]
    for duty in form.duties:
        yield f"duty {duty.name}", duty.label["en"]
    for name, choices in form.lists.items():
        if name != OFFENCES:
            yield from ((f"list {name}, {each.name}", each.label["en"]) for each in choices)


def _field_labels(field: Field, *, place: str) -> Iterator[tuple[str, str]]:
    for words in (field.label, field.hint, field.constraint_message, field.row_label):
        yield place, words.get("en", "")
    for inner in field.fields:
        yield from _field_labels(inner, place=f"{place}.{inner.name}")


def _choice_faults(form: Form) -> Iterator[str]:
    used = {field.list_name for field in _fields(form)}
    for name, choices in form.lists.items():
        if name not in used:
            yield f"list {name}: no question uses it."
        labels = [each.label["en"] for each in choices]
        for label in sorted({each for each in labels if labels.count(each) > 1}):
            yield f"list {name}: two choices read {label!r}."
        if name == OFFENCES:
            continue
        for label in labels:
            if COMPOUND.search(re.sub(r"\([^)]*\)", "", label)):
                yield f"list {name}: {label!r} is more than one thing."


def _fields(form: Form) -> Iterator[Field]:
    for _section, field in form.placed_fields():
        yield field
        yield from field.fields


def _field_faults(form: Form) -> Iterator[str]:
    for field in _fields(form):
        for text in (field.name, field.label["en"]):
            if found := FORBIDDEN.search(text):
                yield f"{field.name}: {found[0]!r}: no record holds this."
        if field.published and field.sensitive:
            yield f"{field.name}: published and confidential at once."
        if field.published and not _is_countable(field):
            yield f"{field.name}: only a category or the time can be published."
        if field.quick and field.type is FieldType.REPEAT:
            yield f"{field.name}: the quick page has no repeats."


def _is_countable(field: Field) -> bool:
    return bool(field.list_name) or field.type is FieldType.DATETIME


def _reach_faults(form: Form) -> Iterator[str]:
    for section in form.sections:
        asked = [each for each in section.fields if each.relevant != "false"]
        if section.relevant == "false" or not asked:
            yield f"section {section.name}: it is never reached."
    for field in _fields(form):
        if field.relevant == "false":
            yield f"{field.name}: it is never asked."
        if field.type is FieldType.NOTE and (field.required != "false" or field.quick):
            yield f"{field.name}: a note asks nothing."
    names = {section.name for section in form.sections}
    for duty in form.duties:
        if duty.section not in names:
            yield f"duty {duty.name}: no section {duty.section!r}."


def _literal_faults(form: Form) -> Iterator[str]:
    """Yield string literals of rules that are no choice, field or stage: misspelt ones."""
    known = _known_literals(form)
    for place, text in _rules(form):
        for literal in _LITERAL.findall(text):
            if literal and literal not in known:
                yield f"{place}: {literal!r} is no choice and no name."


def _known_literals(form: Form) -> set[str]:
    known = {choice.name for choices in form.lists.values() for choice in choices}
    known |= {field.name for field in _fields(form)}
    return known | {each.value for each in Stage} | {each.value for each in Absence}


def _rules(form: Form) -> Iterator[tuple[str, str]]:
    yield from ((f"condition {name}", text) for name, text in form.conditions.items())
    for field in _fields(form):
        for text in (field.relevant, field.required, field.constraint):
            yield field.name, text
    for section in form.sections:
        yield f"section {section.name}", section.relevant
        yield from ((f"notice {each.name}", each.when) for each in section.notices)
    for duty in form.duties:
        yield from ((f"duty {duty.name}", text) for text in (duty.when, duty.done))


def _offence_faults(form: Form, catalogue: Catalogue) -> Iterator[str]:
    entered = (RowKind.OFFENCE, RowKind.UNCLASSIFIED)
    rows = [row for row in catalogue.rows if row.kind in entered]
    wanted = [
        (row.key, f"{row.title} ({row.citation})" if row.citation else row.title) for row in rows
    ]
    held = [(each.name, each.label["en"]) for each in form.lists.get(OFFENCES, ())]
    yield from (
        f"list {OFFENCES}: {key!r} is not the catalogue's."
        for key, _label in _only_in(held, wanted)
    )
    yield from (
        f"list {OFFENCES}: {key!r} of the catalogue is missing."
        for key, _label in _only_in(wanted, held)
    )
    felonies = {row.key for row in rows if row.felony_form}
    named = set(_LITERAL.findall(form.conditions.get(FELONY, "")))
    for key in sorted(felonies ^ named):
        yield f"condition {FELONY}: {key!r} and the catalogue do not agree."


def _only_in(
    some: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    known = set(others)
    return [each for each in some if each not in known]


def _catalogue_faults(forms: Forms) -> Iterator[str]:
    for name, catalogue in forms.catalogue.items():
        for row in catalogue.rows:
            if row.kind is RowKind.OFFENCE and not row.elements:
                yield f"{name}, row {row.key}: no elements."


def _alert_faults(forms: Forms) -> Iterator[str]:
    versions = {form.version: form for form in forms.incident.values()}
    lists = {name for words in forms.words.values() for name in words.lists}
    for name, rules in forms.alerts.items():
        for version in rules.forms:
            if version not in versions:
                yield f"{name}: no incident form {version}."
                continue
            yield from _one_alert_file(rules, versions[version], lists=lists)
        for rule in rules.rules:
            if found := VERDICT.search(rule.text["en"]):
                yield f"{name}, rule {rule.id}: {found[0]!r} concludes: {rule.text['en']!r}."
    if forms.alerts:
        newest = max(forms.alerts)
        for version in sorted(set(versions) - set(forms.alerts[newest].forms)):
            yield f"{newest}: not checked against incident form {version}, which is still in use."


def _one_alert_file(rules: AlertRules, form: Form, *, lists: set[str]) -> Iterator[str]:
    try:
        compile_alerts(rules, form)
    except FormError as error:
        yield error.headline
    known = _known_literals(form)
    for rule in rules.rules:
        if isinstance(rule.test, ByWords) and rule.test.list_name not in lists:
            yield f"{rules.file}, rule {rule.id}: no word list {rule.test.list_name!r}."
        for literal in (each for text in _texts_of(rule) for each in _LITERAL.findall(text)):
            if literal and literal not in known:
                yield f"{rules.file}, rule {rule.id}: {literal!r} is no choice and no name."


def _texts_of(rule: AlertRule) -> tuple[str, ...]:
    match rule.test:
        case ByAnswers(when=when, done=done):
            return when, done
        case ByTime(when=when, open=row):
            return when, row
    return ()


def main() -> int:
    """Check a folder, by default forms/; print the faults."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "forms"
    faults = faults_of(folder)
    sys.stdout.write("\n".join(faults) + ("\n" if faults else "forms: sound\n"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
