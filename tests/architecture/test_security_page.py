"""Every test that docs/security.md names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "security.md"
CASES = {*range(1, 37), 39}
_NAMED = re.compile(r"`(\w+/test_\w+\.py)(?:::(test_\w+))?`")
_CASE = re.compile(r"^\| (\d+)(?:, (\d+))? ", flags=re.MULTILINE)


def missing_in(page: str) -> list[str]:
    """What a page names and tests/ has not."""
    missing = []
    for file, name in _NAMED.findall(page):
        path = ROOT / "tests" / file
        found = path.is_file() and (not name or name in functions_in(path))
        if not found:
            missing.append(f"{file}::{name}")
    return missing


def functions_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_named_test_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(_NAMED.findall(page)) > 50
    assert missing_in(page) == []


def test_a_test_that_is_not_there_is_found() -> None:
    page = "`vault/test_slots.py::test_nothing_like_this` and `vault/test_no_such_file.py`"
    assert missing_in(page) == [
        "vault/test_slots.py::test_nothing_like_this",
        "vault/test_no_such_file.py::",
    ]


def test_every_case_has_a_line() -> None:
    cases = PAGE.read_text(encoding="utf-8").partition("## Forty cases")[2]
    listed = {int(number) for pair in _CASE.findall(cases) for number in pair if number}
    assert listed >= CASES
