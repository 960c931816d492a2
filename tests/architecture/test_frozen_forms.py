"""A released form file is never edited, only succeeded: its digest is frozen here.

A release moves its files from UNRELEASED to RELEASED, with the digest that the
failing test prints. Comments and layout may change; every word and rule counts.
"""

import pytest

from ilocdoc.record.toml_reading import form_digest, read_toml
from ilocdoc.shelf import form_file

KINDS = ("alerts", "catalogue", "incident", "texts", "words")
RELEASED: dict[str, str] = {}
UNRELEASED = frozenset(
    [
        "alerts/2026-11.1.toml",
        "catalogue/2026-11.1.toml",
        "incident/2026-11.1.toml",
        "texts/2026-11.1.toml",
        "words/2026-11.1.toml",
    ]
)


def versioned() -> set[str]:
    folder = form_file()
    paths = (path.relative_to(folder) for path in folder.rglob("*.toml"))
    return {str(path) for path in paths if path.parts[0] in KINDS}


def digest_of(name: str) -> str:
    return form_digest(read_toml(form_file(*name.split("/")).read_bytes(), file=name))


def test_every_version_is_either_released_or_not() -> None:
    assert not RELEASED.keys() & UNRELEASED
    assert versioned() == RELEASED.keys() | UNRELEASED


def test_no_released_version_was_edited() -> None:
    assert {name: digest_of(name) for name in RELEASED} == RELEASED


@pytest.mark.parametrize("name", sorted(UNRELEASED))
def test_the_digest_ignores_comments_and_sees_a_changed_word(name: str) -> None:
    source = form_file(*name.split("/")).read_bytes()
    parsed = read_toml(source, file=name)
    commented = read_toml(b"# a remark\n" + source, file=name)
    assert form_digest(commented) == form_digest(parsed)
    changed = source.replace(b'version = "2026-11.1"', b'version = "2026-11.2"', 1)
    assert form_digest(read_toml(changed, file=name)) != form_digest(parsed)
