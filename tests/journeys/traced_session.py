"""Runs the real program through a session and a lock, and looks for what it left behind.

python -m tests.journeys.traced_session FOLDER

Writes `found.json` into the folder. Must be root of its user namespace: only then may it
read the memory of the program.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ilocdoc.record.ids import OfficerId
from ilocdoc.vault.officer_volume import folder_of, open_officer_volume
from ilocdoc.vault.process import descendants
from ilocdoc.vault.slots import derive
from tests.desktop.traces import Needles, forms_of_key, forms_of_text, in_files, in_memory
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

STAR, WRONG = "99001", "zqwrongkxv horse battery"
EVIDENCE, INSIDE = "zqevidencekxv.txt", "zqinsidekxv"
PATIENCE_S = 120


def keys_of(laptop: EnrolledLaptop) -> Needles:
    """The secrets of the volume, as whoever knows the passphrase finds them."""
    volume = open_officer_volume(
        folder_of(laptop.folder, STAR), officer=STAR, passphrase=PASSPHRASE
    )
    key = volume.opened.volume_key
    found = {
        "volume key": forms_of_key(key),
        "database key": forms_of_key(derive(key, "db")),
        "signing scalar": forms_of_key(volume.secret("signing")),
        "passphrase": forms_of_text(PASSPHRASE),
    }
    volume.close()
    return found


def wait(told: str, condition: Any) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(told)
        time.sleep(0.05)


def is_lock_screen(pid: int) -> bool:
    """True once the program that followed has its window: Qt's widgets are loaded, it rests."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        loaded = "libQt6Widgets" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False
    return b"--locked" in words and loaded and state == "S"


def run(folder: Path) -> dict[str, Any]:
    laptop = EnrolledLaptop(folder / "home" / "data").enrol(STAR)
    # The lock screen takes notes once somebody signed in who can read them.
    station = laptop.station()
    station.unlock(OfficerId(STAR), PASSPHRASE).close()
    station.close()
    stick = folder / "stick"
    stick.mkdir()
    (stick / EVIDENCE).write_text(INSIDE)
    homes = {
        name: str(folder / "home" / name.lower())
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR")
    }
    for each in homes.values():
        Path(each).mkdir()
    runtime = folder / "home" / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(folder / "home"),
        "XDG_RUNTIME_DIR": str(runtime),
        **homes,
    }
    secrets = dict(keys_of(laptop))
    orders = {
        "data": str(laptop.folder),
        "star": STAR,
        "passphrase": PASSPHRASE,
        "wrong": WRONG,
        "file": str(stick / EVIDENCE),
        "said": str(folder / "said.json"),
    }
    with (
        (folder / "home" / "stdout").open("wb") as out,
        (folder / "home" / "stderr").open("wb") as err,
    ):
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.desktop.traced_officer"],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            env=environment,
            cwd=folder / "home",
        )
    try:
        return look(program, folder, orders=orders, secrets=secrets)
    finally:
        program.kill()
        program.wait()


def look(
    program: subprocess.Popen[bytes], folder: Path, *, orders: Any, secrets: Any
) -> dict[str, Any]:
    assert program.stdin is not None
    program.stdin.write(json.dumps(orders).encode() + b"\n")
    program.stdin.flush()
    said = folder / "said.json"
    wait("the form to be filled in", lambda: said.exists() or program.poll() is not None)
    assert said.exists(), (folder / "home" / "stderr").read_text()
    typed = json.loads(said.read_text())
    marks = typed["marks"]
    texts = {name: forms_of_text(text) for name, text in marks.items()}
    secrets = {**secrets, "wrong passphrase": forms_of_text(WRONG)}
    tree = [program.pid, *descendants(program.pid)]
    before = in_memory(tree, secrets)
    program.stdin.write(b"lock\n")
    program.stdin.flush()
    at = time.monotonic()
    wait("the lock", lambda: b"--locked" in Path(f"/proc/{program.pid}/cmdline").read_bytes())
    took_s = time.monotonic() - at
    wait("the lock screen", lambda: is_lock_screen(program.pid))
    time.sleep(1)
    after_tree = [program.pid, *descendants(program.pid)]
    files = {
        **secrets,
        **texts,
        "evidence name": forms_of_text(EVIDENCE),
        "evidence": forms_of_text(INSIDE),
    }
    after = in_memory(after_tree, secrets)
    home = folder / "home"
    openly = [Path(f"/proc/{program.pid}/{name}").read_bytes() for name in ("environ", "cmdline")]
    limits = Path(f"/proc/{program.pid}/limits").read_text()
    program.send_signal(signal.SIGTERM)
    program.wait()
    return {
        "marks": marks,
        "short": typed["short"],
        "before": before,
        "children before": len(tree) - 1,
        "after": after,
        "children after": len(after_tree) - 1,
        "files": in_files([home], files),
        "stderr": (home / "stderr").read_text(),
        "openly": [
            name for name, forms in files.items() if any(f in o for o in openly for f in forms)
        ],
        "core limit": next(each for each in limits.splitlines() if "core file" in each).split()[
            4:6
        ],
        "took_s": took_s,
    }


if __name__ == "__main__":
    at = Path(sys.argv[1])
    (at / "found.json").write_text(json.dumps(run(at)))
