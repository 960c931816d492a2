"""Case 15: locked before sleep completes, at a closed lid, for another user, with the screen.

The signals are real ones on a bus of their own; a lid and a real sleep need hardware.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ilocdoc.record.ledger import EntryKind
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.doubles.headquarters import ROOT

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
PATIENCE_S = 60


def start(module: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_SESSION_ID": "",
            **more,
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def order(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdin is not None
    process.stdin.write(words + "\n")
    process.stdin.flush()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def wait(condition) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    config, path = tmp_path / "bus.conf", tmp_path / "bus"
    config.write_text(BUS.format(path=path))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"],
        stderr=subprocess.DEVNULL,
    )
    wait(path.exists)
    yield f"unix:path={path}"
    daemon.terminate()
    daemon.wait()


def reason_in(laptop: EnrolledLaptop) -> list[str]:
    """Why the session ended, as the ledger of the member has it."""
    station = laptop.station()
    vault = station.unlock("99001", PASSPHRASE)
    acts = vault._database.all(
        "SELECT act FROM entry WHERE kind = ?", (EntryKind.SESSION_LOCKED.value,)
    )
    vault.close()
    station.close()
    from ilocdoc.casework.shift import act_of
    from ilocdoc.wire.envelope import envelope_from_bytes

    return [act_of(envelope_from_bytes(each))["reason"] for (each,) in acts]


@pytest.mark.parametrize(
    ("signal", "reason"),
    [
        ("sleep", "suspend"),
        ("lock", "system lock"),
        ("switch", "user switch"),
        ("lid", "lid closed"),
    ],
)
def test_the_system_locks_the_program(tmp_path, bus, signal, reason):
    laptop = EnrolledLaptop(tmp_path / "data").enrol("99001")
    system = start("tests.doubles.login_daemon", DBUS_SYSTEM_BUS_ADDRESS=bus)
    assert said(system) == "ready"
    program = start("tests.desktop.traced_officer", DBUS_SYSTEM_BUS_ADDRESS=bus)
    try:
        told = tmp_path / "said.json"
        orders = {"data": str(laptop.folder), "star": "99001", "passphrase": PASSPHRASE}
        order(program, json.dumps({**orders, "said": str(told), "brief": "yes"}))
        assert said(system) == "held sleep ilocdoc Locks before the laptop sleeps delay"
        wait(lambda: told.exists() or program.poll() is not None)
        assert told.exists()
        order(system, "wake")
        order(system, signal)
        assert said(system) == "let go"
        # Sleep goes on only now: whoever held it back is not the same program any more.
        words = Path(f"/proc/{program.pid}/cmdline").read_bytes().split(b"\0")
        assert words[words.index(b"--locked") + 1].decode() == reason
    finally:
        program.kill()
        program.wait()
        order(system, "end")
        system.wait()
        for each in (program, system):
            assert each.stdin is not None
            assert each.stdout is not None
            each.stdin.close()
            each.stdout.close()
    assert reason_in(laptop) == [reason]
