"""Case 13 and 36: after the lock no key and no text is left, in memory or on the disk."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ilocdoc.record.form import FieldType
from ilocdoc.record.form_reading import read_form
from ilocdoc.shelf import newest_form_file
from tests.desktop.traces import forms_of_key, forms_of_text, in_files
from tests.doubles.headquarters import ROOT

KEYS = {"volume key", "database key", "signing scalar", "passphrase"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a session with a lock left behind; memory is read as root of a user namespace."""
    folder = tmp_path_factory.mktemp("traces")
    as_root = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user"]
    done = subprocess.run(
        [*as_root, sys.executable, "-m", "tests.journeys.traced_session", str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, f"needs root, or user namespaces:\n{done.stderr}"
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    return found


def test_every_field_of_the_form_that_takes_text_holds_a_mark(found):
    newest = newest_form_file("incident")
    assert newest is not None
    typed = {name.removeprefix("f:").partition(".day")[0] for name in found["marks"]}
    bare = {name.rpartition(".")[2] for name in typed}
    form = read_form(newest.read_bytes())
    asked = {
        inner.name
        for section in form.sections
        for field in section.fields
        for inner in (field.fields or (field,))
        if inner.type is FieldType.TEXT
    }
    unasked = {name.removeprefix("unasked:") for name in bare if name.startswith("unasked:")}
    assert asked - bare - unasked == set()
    assert len(unasked) < len(asked) / 5, "most were typed"
    assert {"note", "search", "caption"} <= typed
    assert found["short"] == []


def test_the_scan_finds_everything_while_the_session_is_open(found):
    missing = {name for name in KEYS if not found["before"].get(name)}
    unseen = [name for name, text in found["marks"].items() if not found["before"].get(text)]
    assert (missing, unseen) == (set(), [])
    assert found["children before"] == 1


def test_after_the_lock_no_process_holds_a_key_or_a_word(found):
    assert found["after"] == {}
    assert found["children after"] == 0
    assert found["openly"] == [], "arguments and environment are for everybody to read"
    assert found["core limit"] == ["0", "0"]


def test_no_file_log_setting_or_stream_holds_a_word(found):
    assert found["files"] == {}
    assert found["stderr"] == ""


@pytest.mark.parametrize(
    "leak",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: base64.b64encode(b"..." + text.encode() + b"..."),
        lambda text: base64.b64encode(b"...." + text.encode() + b"..."),
        lambda text: base64.b64encode(b"....." + text.encode() + b"..."),
    ],
)
def test_a_planted_leak_is_found(tmp_path, leak):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "settings.conf").write_bytes(b"[General]\n" + leak("zq000kxv Jane"))
    assert in_files([tmp_path], {"mark": forms_of_text("zq000kxv")}) == {"mark": ["settings.conf"]}


def test_a_planted_key_and_a_telling_file_name_are_found(tmp_path):
    key = bytes(range(32))
    (tmp_path / "core").write_text(f"key={key.hex()}")
    (tmp_path / "zq000kxv.jpg").write_bytes(b"")
    needles = {"key": forms_of_key(key), "name": forms_of_text("zq000kxv")}
    assert in_files([tmp_path], needles) == {"key": ["core"], "name": ["zq000kxv.jpg"]}


def test_the_program_shuts_its_memory_to_everybody_but_root(tmp_path: Path):
    command = (
        "import ctypes, resource; from ilocdoc.vault.process import forbid_dumps; forbid_dumps(); "
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "0 (0, 0)"


def test_a_crash_leaves_no_core_file(tmp_path: Path):
    """Case 14: the process dies of a fault in memory right after it forbade dumps."""
    command = (
        "import os, signal; from ilocdoc.vault.process import forbid_dumps; forbid_dumps(); "
        "mark = 'zq000kxv'; os.kill(os.getpid(), signal.SIGSEGV)"
    )
    done = subprocess.run(
        [sys.executable, "-c", command],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == -11
    assert list(tmp_path.iterdir()) == []
    assert shutil.which("unshare"), "part of every Debian: util-linux"
