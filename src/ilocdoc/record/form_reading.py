"""From the bytes of a TOML file to a `Form`.

A form file is self-contained: it holds its own choice lists, so that one digest names
everything that a report was asked and printed with.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ilocdoc.record.answers import Absence
from ilocdoc.record.form import (
    Choice,
    DutyRule,
    Field,
    FieldType,
    Form,
    NoticeRule,
    Section,
    Sensitivity,
)
from ilocdoc.record.formats import FORMATS
from ilocdoc.record.toml_reading import Place, TomlReader, form_digest, read_toml

RULE_KEYS = ("relevant", "required", "constraint", "when", "done")
FORM_KEYS = frozenset(
    [
        "form",
        "version",
        "replaces",
        "title",
        "languages",
        "stages",
        "conditions",
        "choices",
        "sections",
        "duties",
        "migrate",
    ]
)
SECTION_KEYS = frozenset(
    [
        "name",
        "label",
        "hint",
        "relevant",
        "fields",
        "notices",
    ]
)
FIELD_KEYS = frozenset(
    [
        "name",
        "type",
        "label",
        "hint",
        "appearance",
        "quick",
        "relevant",
        "required",
        "constraint",
        "constraint_message",
        "format",
        "max_length",
        "sensitive",
        "published",
        "absences",
        "absence_reason",
        "prefill",
        "fields",
        "row_label",
    ]
)
CHOICE_KEYS = frozenset(
    [
        "name",
        "label",
        "status",
        "valid_from",
        "valid_to",
    ]
)
DUTY_KEYS = frozenset(
    [
        "name",
        "label",
        "when",
        "done",
        "section",
    ]
)
NOTICE_KEYS = frozenset(
    [
        "name",
        "when",
        "label",
    ]
)
MIGRATE_KEYS = frozenset(
    [
        "do",
        "from",
        "to",
        "values",
    ]
)


@lru_cache(maxsize=8)
def read_form(source: bytes, *, file: str = "form") -> Form:
    """Return the form in a TOML file; the result is remembered.

    Args:
        source: Bytes of the file.
        file: Its name, for errors.

    Raises:
        FormError: With file and line, when a key is unknown or missing, a type, list,
            format or name does not exist, or a name stands twice.
    """
    reader = _Reader(source, file)
    parsed = read_toml(source, file=file)
    form = reader.form(parsed)
    reader.check_names(form)
    return form


class _Reader(TomlReader):
    """Reads a form; every complaint names file and line."""

    def form(self, parsed: Mapping[str, Any]) -> Form:
        self.keys(parsed, FORM_KEYS, what="the form")
        for key in ("form", "version", "title", "sections"):
            self.need(parsed, key, what="the form")
        return Form(
            name=parsed["form"],
            version=parsed["version"],
            replaces=parsed.get("replaces", ""),
            title=self.words(parsed, "title", what="the form"),
            languages=self.texts(parsed, "languages", what="the form") or ("en",),
            conditions=dict(parsed.get("conditions", {})),
            lists={n: self.choices(n, rows) for n, rows in parsed.get("choices", {}).items()},
            sections=tuple(self.section(each) for each in parsed["sections"]),
            duties=tuple(self.duty(each) for each in parsed.get("duties", [])),
            migrations=tuple(self.migration(each) for each in parsed.get("migrate", [])),
            sha256=form_digest(parsed),
            file=self.file,
            places=self.places(parsed),
        )

    def places(self, parsed: Mapping[str, Any]) -> dict[str, Place]:
        """Return where each rule stands in the file, by its text."""
        texts = {*parsed.get("conditions", {}).values(), *_rules_in(parsed["sections"])}
        texts |= set(_rules_in(parsed.get("duties", [])))
        found = {text: self.place_of(text) for text in texts}
        return {text: place for text, place in found.items() if place}

    def choices(self, name: str, rows: list[dict[str, Any]]) -> tuple[Choice, ...]:
        return tuple(self.choice(row, what=f"list {name}") for row in rows)

    def choice(self, row: dict[str, Any], *, what: str) -> Choice:
        self.keys(row, CHOICE_KEYS, what=what)
        return Choice(
            name=self.need(row, "name", what=what),
            label=self.label(row, what=what),
            status=row.get("status", "active"),
            valid_from=row.get("valid_from", ""),
            valid_to=row.get("valid_to", ""),
        )

    def section(self, table: dict[str, Any]) -> Section:
        what = f"section {table.get('name', '')!r}"
        self.keys(table, SECTION_KEYS, what=what)
        return Section(
            name=self.need(table, "name", what=what),
            label=self.label(table, what=what),
            hint=self.words(table, "hint", what=what),
            relevant=table.get("relevant", "true"),
            fields=tuple(self.field(each) for each in self.need(table, "fields", what=what)),
            notices=tuple(self.notice(each) for each in table.get("notices", [])),
        )

    def notice(self, table: dict[str, Any]) -> NoticeRule:
        what = f"notice {table.get('name', '')!r}"
        self.keys(table, NOTICE_KEYS, what=what)
        return NoticeRule(
            name=self.need(table, "name", what=what),
            when=self.need(table, "when", what=what),
            label=self.label(table, what=what),
        )

    def duty(self, table: dict[str, Any]) -> DutyRule:
        what = f"duty {table.get('name', '')!r}"
        self.keys(table, DUTY_KEYS, what=what)
        return DutyRule(
            name=self.need(table, "name", what=what),
            label=self.label(table, what=what),
            when=self.need(table, "when", what=what),
            done=self.need(table, "done", what=what),
            section=self.need(table, "section", what=what),
        )

    def migration(self, table: dict[str, Any]) -> Mapping[str, str]:
        self.keys(table, MIGRATE_KEYS, what="migrate")
        if table.get("do") not in {"rename", "map", "drop_to_note"}:
            raise self.fail("migrate knows rename, map and drop_to_note only.")
        return dict(table)

    def field(self, table: dict[str, Any]) -> Field:
        what = f"field {table.get('name', '')!r}"
        self.keys(table, FIELD_KEYS, what=what)
        kind, _, rest = str(self.need(table, "type", what=what)).partition(" ")
        try:
            type_ = FieldType(kind)
            sensitive = Sensitivity(table["sensitive"]) if "sensitive" in table else None
            absences = tuple(Absence(each) for each in table.get("absences", list(Absence)))
        except ValueError as error:
            raise self.fail(f"{what}: {error}.", near=table.get("name", "")) from error
        is_select = type_ in {FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE}
        is_link = type_ in {FieldType.LINK, FieldType.LINKS}
        return Field(
            name=self.need(table, "name", what=what),
            type=type_,
            label=self.label(table, what=what),
            hint=self.words(table, "hint", what=what),
            list_name=rest if is_select else "",
            targets=tuple(rest.split(",")) if is_link else (),
            appearance=table.get("appearance", ""),
            quick=int(table.get("quick", 0)),
            relevant=table.get("relevant", "true"),
            required=table.get("required", "false"),
            constraint=table.get("constraint", "true"),
            constraint_message=self.words(table, "constraint_message", what=what),
            format=table.get("format", ""),
            max_length=table.get("max_length", 0),
            sensitive=sensitive,
            published=table.get("published", False),
            absences=absences,
            absence_reason=table.get("absence_reason", False),
            prefill=table.get("prefill", ""),
            fields=tuple(self.field(each) for each in table.get("fields", [])),
            row_label=self.words(table, "row_label", what=what),
        )

    def check_names(self, form: Form) -> None:
        """Refuse names that stand twice, and references to nothing."""
        for name, choices in form.lists.items():
            self.unique((each.name for each in choices), what=f"list {name!r}")
        self.unique((each.name for each in form.sections), what="sections")
        self.unique((each.name for each in form.duties), what="duties")
        notices = (each.name for section in form.sections for each in section.notices)
        self.unique(notices, what="notices")
        repeats = {repeat.name for repeat in form.repeats()}
        root = set(form.conditions) | {"stage", "absent"}
        for section, field in form.placed_fields():
            if field.name in root:
                raise self.fail(f"the name {field.name!r} stands twice.", near=field.name)
            root.add(field.name)
            self.check_field(field, form=form, repeats=repeats)
            if section.name in repeats:
                raise self.fail(f"section {section.name!r} has the name of a repeat.")
        for repeat in form.repeats():
            self.check_rows(repeat, form=form, root=root, repeats=repeats)

    def unique(self, names: Iterator[str], *, what: str) -> None:
        """Refuse a name that stands twice."""
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise self.fail(f"{what}: the name {name!r} stands twice.", near=name)
            seen.add(name)

    def check_rows(self, repeat: Field, *, form: Form, root: set[str], repeats: set[str]) -> None:
        seen = {"id", "row_absent"}
        for field in repeat.fields:
            if field.name in seen or field.name in root:
                name = f"{repeat.name}.{field.name}"
                raise self.fail(f"the name {name!r} stands twice.", near=field.name)
            if field.type is FieldType.REPEAT:
                raise self.fail(f"{repeat.name}.{field.name}: a repeat cannot hold a repeat.")
            seen.add(field.name)
            self.check_field(field, form=form, repeats=repeats)

    def check_field(self, field: Field, *, form: Form, repeats: set[str]) -> None:
        is_select = field.type in {FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE}
        if is_select and field.list_name not in form.lists:
            raise self.fail(f"{field.name}: no list {field.list_name!r}.", near=field.name)
        if missing := set(field.targets) - repeats:
            raise self.fail(f"{field.name}: no repeat {min(missing)!r}.", near=field.name)
        if field.format and field.format not in FORMATS:
            raise self.fail(f"{field.name}: no format {field.format!r}.", near=field.name)
        if (field.type is FieldType.REPEAT) != bool(field.fields):
            raise self.fail(f"{field.name}: a repeat, and only a repeat, has fields.")


def _rules_in(tables: list[dict[str, Any]]) -> Iterator[str]:
    for table in tables:
        yield from (table[key] for key in RULE_KEYS if key in table)
        for inner in ("fields", "notices"):
            yield from _rules_in(table.get(inner, []))
