"""A worker that was taken over: whatever it tries fails, and it has nothing to tell."""

import subprocess
import sys
from pathlib import Path

import pytest

from ilocdoc.media.decoder import safe_picture
from tests.media.pictures import jpeg

SOURCE = str(Path(__file__).parents[2] / "src")
TAKEN_OVER = """
import ctypes, os, signal, socket, subprocess, sys, threading
sys.path.insert(0, sys.argv[1])
from ilocdoc.media import worker
worker.give_up_rights()
try:
    {attempt}
except BaseException as error:
    print(type(error).__name__, flush=True)
else:
    print("did it", flush=True)
"""
ATTEMPTS = {
    "open a file": "open('/etc/passwd')",
    "write a file": "open('/tmp/taken-over', 'w')",
    "open beside a closed handle": "os.close(0); os.open('/etc/passwd', os.O_RDONLY)",
    "open a socket": "socket.socket()",
    "open a socket beside a closed handle": "os.close(0); socket.socket()",
    "fork": "os.fork()",
    "run a program": "os.execv('/bin/true', ['true'])",
    "run a program beside": "subprocess.run(['/bin/true'])",
    "stop its parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "delete a file": "os.unlink(sys.argv[2])",
    "rename a file": "os.rename(sys.argv[2], sys.argv[2] + '.gone')",
    "make a folder": "os.mkdir(sys.argv[2] + '.d')",
    "change a file's mode": "os.chmod(sys.argv[2], 0o777)",
    "link a file": "os.symlink(sys.argv[2], sys.argv[2] + '.link')",
    "cut a file": "os.truncate(sys.argv[2], 0)",
    "read its parent's memory": "assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0",
    "raise its limits": "__import__('resource').setrlimit(7, (100, 100))",
    "fill the memory": "bytearray(3 * 1024 ** 3)",
}


def attempt(code: str, victim: Path) -> subprocess.CompletedProcess[str]:
    program = TAKEN_OVER.replace("{attempt}", code)
    return subprocess.run(
        [sys.executable, "-I", "-c", program, SOURCE, str(victim)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={},
    )


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_worker_that_was_taken_over_can_do_nothing(name, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    mode = victim.stat().st_mode
    ended = attempt(ATTEMPTS[name], victim)
    assert ended.stdout.strip().endswith("Error"), (ended.stdout, ended.stderr)
    assert [each.name for each in tmp_path.iterdir()] == ["victim"]
    assert (victim.read_bytes(), victim.stat().st_mode) == (b"untouched", mode)


def test_the_jail_is_what_holds_it():
    """Without the jail some of these succeed; the test above sees that."""
    program = TAKEN_OVER.replace("worker.give_up_rights()", "").replace("{attempt}", "os.getpid()")
    ended = subprocess.run(
        [sys.executable, "-I", "-c", program, SOURCE],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={},
    )
    assert ended.stdout.strip() == "did it"


def test_threads_may_still_be_made(tmp_path):
    code = "t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()"
    ended = attempt(code, tmp_path / "none")
    assert ended.stdout.split() == ["thread", "did", "it"], ended.stderr


def test_no_key_or_setting_of_the_parent_reaches_the_worker(monkeypatch):
    monkeypatch.setenv("ILOCDOC_SECRET", "canary")
    tell = "import os, sys; sys.stdin.buffer.read(); sys.stdout.write(str(dict(os.environ)))"
    assert safe_picture(jpeg(), command=(sys.executable, "-c", tell)) is None
    listed = subprocess.run(
        [sys.executable, "-c", "import os; print(sorted(os.listdir('/proc/self/fd')))"],
        capture_output=True,
        text=True,
        check=True,
        close_fds=True,
    )
    assert listed.stdout
