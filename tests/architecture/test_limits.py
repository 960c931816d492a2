import subprocess
import sys
from pathlib import Path

import pytest

from tools.limits import faults_of

ROOT = Path(__file__).parent.parent.parent


def test_the_tree_keeps_its_limits() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "limits.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\n" * 401, "401 lines"),
        ("def f():\n" + "    x = 1\n" * 60, "61 lines"),
        ("class C:\n" + "    def f(self): ...\n" * 21, "21 methods"),
        ("class C:\n" + "    x = 1\n" * 250, "251 lines"),
    ],
)
def test_a_file_over_a_limit_is_named(source: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(source, name="m.py"))
