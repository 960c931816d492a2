"""The files under forms/, read once, and drafts to hold against them."""

from dataclasses import replace
from typing import Any

from ilocdoc.record.alerts import prompts_for, read_alert_rules
from ilocdoc.record.catalogue import read_catalogue
from ilocdoc.record.form import Stage
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import Author, Draft, FormReference, PromptRecord, ReportKind
from ilocdoc.record.wording import read_words
from ilocdoc.shelf import form_file

VERSION = "2026-11.1.toml"
FORM_BYTES = form_file("incident", VERSION).read_bytes()
FORM = read_form(FORM_BYTES, file=f"incident/{VERSION}")
RULES = read_alert_rules(form_file("alerts", VERSION).read_bytes(), file=f"alerts/{VERSION}")
WORDS = read_words(form_file("words", VERSION).read_bytes(), file=f"words/{VERSION}")
CATALOGUE = read_catalogue(
    form_file("catalogue", VERSION).read_bytes(), file=f"catalogue/{VERSION}"
)


def draft_of(answers: dict[str, Any], **changes: Any) -> Draft:
    """Return a draft of P.O. Quill with these answers."""
    draft = Draft(
        report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
        local_number="LOC-0A1B-261020-01",
        kind=ReportKind.ORIGINAL,
        parent="",
        form=FormReference(name=FORM.name, version=FORM.version, sha256=FORM.sha256),
        catalogue=FormReference(
            name="catalogue", version=CATALOGUE.version, sha256=CATALOGUE.sha256
        ),
        author=Author(
            id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"
        ),
        created_at="2026-10-20T16:50:00.000000Z",
        answers=answers,
    )
    return replace(draft, **changes)


def prompts_of(draft: Draft, *, stage: Stage = Stage.SUBMIT) -> dict[str, PromptRecord]:
    """Return the prompts of a draft by the id of their rule."""
    prompts = prompts_for(RULES, draft, form=FORM, words=WORDS, stage=stage)
    return {each.rule: each for each in prompts}


def at(clock: str, *, day: str = "2026-10-20") -> dict[str, str]:
    """Return a time answer in Chicago's summer time."""
    return {
        "at": f"{day}T{clock[:2]}:{clock[2:]}:00-05:00",
        "typed": clock,
        "precision": "exact",
    }
