"""The shipped forms are sound, and each kind of mistake in a copy of them is named."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lint_forms import ROOT, faults_of

FORM, ALERTS = "incident/2026-11.1.toml", "alerts/2026-11.1.toml"
WORDS, CATALOGUE = "words/2026-11.1.toml", "catalogue/2026-11.1.toml"


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "forms", tmp_path / "forms"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_forms_are_sound(forms: Path) -> None:
    assert faults_of(forms) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        # names that do not exist, each with its place in the file
        (
            "hurt = 'injury_reported == \"yes\"'",
            "hurt = 'injry_reported == \"yes\"'",
            "incident/2026-11.1.toml, condition 'hurt': line 22, column 9: undeclared reference",
        ),
        ('f.force_type == "fir', 'f.force_typ == "fir', "force_events has no field 'force_typ'"),
        ("hurt = 'injury_reported == \"yes\"'", "hurt = 'size(injuries)'", "gives int"),
        ('type = "select_one direction"', 'type = "select_one directon"', "no list 'directon'"),
        ('format = "zip"', 'format = "zp"', "no format 'zp'"),
        ('type = "link agents"', 'type = "link agnts"', "no repeat 'agnts'"),
        ('name = "ward"', 'nmae = "ward"', "unknown key 'nmae'"),
        ('section = "care"', 'section = "cre"', "duty ems: no section 'cre'"),
        # words in rules that are no choice
        (
            'f.force_type == "firearm_discharged"',
            'f.force_type == "firearm_dischargd"',
            "condition shooting: 'firearm_dischargd' is no choice and no name",
        ),
        # duplicates
        ('name = "ward"', 'name = "zip"', "the name 'zip' stands twice"),
        ('{ name = "no", label', '{ name = "yes", label', "the name 'yes' stands twice"),
        ('label = { en = "No" }', 'label = { en = "Yes" }', "two choices read 'Yes'"),
        # compound choices, in every disguise
        ('{ en = "Sidewalk" }', '{ en = "Sidewalk or alley" }', "is more than one thing"),
        ('{ en = "Sidewalk" }', '{ en = "Sidewalk and alley" }', "is more than one thing"),
        ('{ en = "Sidewalk" }', '{ en = "Sidewalk/alley" }', "is more than one thing"),
        ('{ en = "Sidewalk" }', '{ en = "Sidewalk, alley" }', "is more than one thing"),
        # what no record holds
        ('name = "landmark"', 'name = "country_of_birth"', "no record holds this"),
        ('{ en = "Landmark" }', '{ en = "Immigration status" }', "no record holds this"),
        ('{ en = "Landmark" }', '{ en = "Occupation" }', "no record holds this"),
        ('{ en = "Landmark" }', '{ en = "Political views" }', "no record holds this"),
        # words that conclude
        ('{ en = "Landmark" }', '{ en = "Where the suspect fled" }', "'suspect' concludes"),
        ('{ en = "Sidewalk" }', '{ en = "Scene of the violation" }', "'violation' concludes"),
        # what is never reached, used, published
        ("relevant = '!shooting'", "relevant = 'false'", "it is never asked"),
        (
            "[choices]\n",
            '[choices]\nspare = [\n  { name = "spare", label = { en = "Spare" } },\n]\n',
            "list spare: no question uses it",
        ),
        ('sensitive = "contact"', 'sensitive = "contact"\n  published = true', "at once"),
        # languages
        ('languages = ["en"]', 'languages = ["en", "es"]', "no text in es"),
        # the catalogue is the only source of provisions
        ('name = "aslt"', 'name = "asslt"', "'aslt' of the catalogue is missing"),
        ('{ en = "Assault (', '{ en = "An assault (', "'aslt' is not the catalogue's"),
        ('v.offence in ["agg_aslt", ', "v.offence in [", "'agg_aslt' and the catalogue do not"),
    ],
)
def test_a_mistake_in_a_form_is_named(forms: Path, old: str, new: str, sentence: str) -> None:
    change(forms, FORM, old, new)
    faults = faults_of(forms)
    assert [fault for fault in faults if sentence in fault], faults
    assert all(fault.startswith(("incident/", "alerts/")) for fault in faults)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (ALERTS, "when = 'serious'", "when = 'seriuos'", "rule A-04: line 5"),
        (ALERTS, '== "claimed_fed_unverified"', '== "claimed"', "A-09: 'claimed' is no choice"),
        (ALERTS, 'list = "status"', 'list = "stats"', "A-18: no word list 'stats'"),
        (ALERTS, "Has EMS been summoned?", "Was it illegal?", "A-01: 'illegal' concludes"),
        (ALERTS, 'forms = ["2026-11.1"]', 'forms = ["2026-12.1"]', "no incident form 2026-12.1"),
        (ALERTS, 'forms = ["2026-11.1"]', "forms = []", "not checked against incident form"),
        (ALERTS, 'id = "A-02"', 'id = "A-01"', "the rule 'A-01' stands twice"),
        (WORDS, "outside_quotes", "outside_qoutes", "unknown key 'outside_qoutes'"),
        (CATALOGUE, 'key = "batt"', 'key = "aslt"', "the key 'aslt' stands twice"),
        (CATALOGUE, 'status = "draft"', 'status = "counsel_approved"', "approved by nobody"),
        (
            CATALOGUE,
            'elements = [\n  "A person acted',
            'caveats = [\n  "A',
            "row aslt: no elements",
        ),
        ("scenarios/S5.toml", 'do = "close"', 'do = "clse"', "'clse', which nobody can do"),
        (FORM, 'form = "incident"', 'form = "incident', "line 4"),
    ],
)
def test_a_mistake_in_another_file_is_named(
    forms: Path, name: str, old: str, new: str, sentence: str
) -> None:
    change(forms, name, old, new)
    faults = faults_of(forms)
    assert [fault for fault in faults if sentence in fault and name in fault]


def test_a_file_of_another_kind_must_be_toml_at_least(forms: Path) -> None:
    (forms / "notes").mkdir()
    (forms / "notes" / "ideas.toml").write_text('a = "b"')
    assert faults_of(forms) == []
    (forms / "notes" / "ideas.toml").write_text("a = b")
    assert [fault for fault in faults_of(forms) if fault.startswith("notes/ideas.toml: ")]


def test_the_command_says_so_and_its_exit_code_too(forms: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "lint_forms.py"), str(forms)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "forms: sound\n")
    change(forms, FORM, 'format = "zip"', 'format = "zp"')
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no format 'zp'" in done.stdout
