"""Made-up reports: a rich one (family car, infant, hospital) and a bare one."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ilocdoc.record.catalogue import read_catalogue
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.report import FormReference, ReportVersion, version_from_json
from ilocdoc.record.times import CHICAGO
from ilocdoc.shelf import form_file

FORM = form_file("incident", "2026-11.1.toml").read_bytes()
DAY = datetime(2026, 10, 20, 11, 50, tzinfo=CHICAGO)
PHOTO_ID = "0192a7c0-0000-7000-8000-0000000000e1"


def rich_report(*, training: bool = False, photo_sha256: str = "ab" * 32) -> ReportVersion:
    """A family car, an infant, a hospital; three agents, none of them present."""
    text = Path(__file__).with_name("family_car.json").read_text(encoding="utf-8")
    version = version_from_json(json.loads(text))
    draft = version.draft
    photo, *others = draft.evidence
    form = FormReference(name="incident", version="2026-11.1", sha256=read_form(FORM).sha256)
    evidence = (replace(photo, sha256=photo_sha256), *others)
    offences = read_catalogue(form_file("catalogue", "2026-11.1.toml").read_bytes())
    catalogue = FormReference(name="offences", version="2026-11.1", sha256=offences.sha256)
    draft = replace(draft, training=training, evidence=evidence, form=form, catalogue=catalogue)
    return replace(version, draft=draft)


def bare_report(**answers: Any) -> ReportVersion:
    """Little more than a place, with the answers given."""
    version = rich_report()
    draft = replace(
        version.draft,
        answers={"place": "4100 S Testbed Ave", **answers},
        stamps=(),
        evidence=(),
        prompts=(),
    )
    return replace(version, draft=draft)
