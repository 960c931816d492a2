"""The main job, from nothing, with real parts: keystroke to signed packet and public page.

    python tools/demo.py [FOLDER]        build/demo; what an earlier run left is replaced

Headquarters runs on its embedded PostgreSQL; people work in the real window, on screen
where there is one and offscreen elsewhere; nothing here reaches around the program.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from ilocdoc.casework.shift import Shift  # noqa: E402 - the path is set above
from ilocdoc.laptop import OpenLaptop, SystemClock  # noqa: E402 - as above
from ilocdoc.record.ids import OfficerId  # noqa: E402 - as above
from ilocdoc.record.scenario import read_scenario  # noqa: E402 - as above
from tools.sample_media import write_samples  # noqa: E402 - as above
from tools.training_quarter import quarter  # noqa: E402 - as above
from tools.window_player import turns_of  # noqa: E402 - as above

WORDS = "seven quiet herons over gravel"
"""What the made-up members sign in with."""
ENROLLED = ("99001", "99002", "99010", "99020", "99030")
PERIOD = "2026-Q4"
MOST_START_S = 60
KEPT = {"packet_accepted": "packet.pdf", "annex": "annex.pdf", "report_approved": "report.pdf"}


class Demo:
    """One run in one folder, told as it goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hq, self.laptop, self.stage = folder / "hq", folder / "laptop", folder / "stage"
        self.passphrase = folder / "stage" / "passphrase.txt"
        self._began = time.monotonic()
        self.steps: list[dict[str, object]] = []

    def say(self, text: str, look: Path | None = None) -> None:
        """Tell what was done and where to look."""
        seconds = round(time.monotonic() - self._began, 1)
        place = os.path.relpath(look) if look else ""
        self.steps.append({"at_s": seconds, "did": text, "look": place})
        sys.stdout.write(f"{seconds:6.1f} s  {text}\n" + (f"           {place}\n" if place else ""))
        sys.stdout.flush()

    def run(self, module: str, *arguments: object) -> str:
        """Run a command of the product and return what it printed; stop if it refuses."""
        command = [sys.executable, "-m", module, *(str(each) for each in arguments)]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(
                f"{' '.join(command[2:4])} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def ask_hq(self, command: str, *arguments: object) -> str:
        """Run a command of headquarters."""
        return self.run("ilocdoc.headquarters", command, "--data", self.hq, *arguments)

    @contextlib.contextmanager
    def headquarters(self, *, keep_port: bool = False) -> Iterator[str]:
        """Serve while the block lasts; gives the address.

        Args:
            keep_port: True to serve where it served before, as enrolled laptops expect.
        """
        port, ready = self.hq / "port", self.hq / "port.ready"
        number = port.read_text().strip() if keep_port else "0"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "ilocdoc.headquarters", "serve"]
        command += ["--data", str(self.hq), "--port", number, "--port-file", str(ready)]
        with (self.folder / "hq.log").open("ab") as log:
            server = subprocess.Popen(command, env=environment(), stdout=log, stderr=log)
        try:
            limit = time.monotonic() + MOST_START_S
            while not ready.exists():
                if server.poll() is not None or time.monotonic() > limit:
                    sys.exit(f"Headquarters did not start; see {self.folder / 'hq.log'}")
                time.sleep(0.05)
            ready.replace(port)
            yield f"https://127.0.0.1:{port.read_text().strip()}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(MOST_START_S)

    def enrol(self, url: str) -> None:
        """Make the laptop and its members known, each with a one-time code."""
        words = ("--passphrase-file", self.passphrase)
        code = self.ask_hq("enrol-code", "--device").strip()
        self.run("ilocdoc", "enrol", "--hq", url, "--code", code, "--data", self.laptop)
        for star in ENROLLED:
            code = self.ask_hq("enrol-code", "--officer", star).strip()
            member = ("--code", code, "--officer", star, "--data", self.laptop)
            self.run("ilocdoc", "enrol", "--hq", url, *member, *words)

    def play(self, turn: int, *, theme: str = "day") -> None:
        """Let one member work in a window of its own."""
        command = [sys.executable, str(ROOT / "tools" / "window_player.py")]
        command += [str(self.stage / "S7.toml"), "--data", str(self.laptop), "--turn", str(turn)]
        command += ["--passphrase-file", str(self.passphrase), "--theme", theme]
        command += ["--screens", str(self.folder / "screens")]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"The window did not get through turn {turn}:\n{done.stdout}{done.stderr}")


def has_display() -> bool:
    """Tell whether a window can be shown to somebody."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def environment() -> dict[str, str]:
    """Return the environment of the product's processes: offscreen where no display is."""
    found = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    if not has_display():
        found.setdefault("QT_QPA_PLATFORM", "offscreen")
    return found


def prepare(demo: Demo) -> None:
    """Make an empty headquarters and what the scenario needs, in place of an earlier run."""
    if demo.folder.exists():
        shutil.rmtree(demo.folder)
    demo.stage.mkdir(parents=True)
    demo.passphrase.write_text(WORDS + "\n")
    photo, _film = write_samples(demo.stage)
    shutil.copy(ROOT / "forms" / "scenarios" / "S7.toml", demo.stage)
    demo.say("A photograph and a film were drawn; the scenario lies beside them.", photo.parent)
    demo.ask_hq("init", "--training", "--name", "Training Department")
    demo.ask_hq("roster", "--file", ROOT / "forms" / "training" / "roster.toml")
    (demo.folder / "trust").mkdir()
    shutil.copy(demo.hq / "keys" / "root.pem", demo.folder / "trust" / "root.pem")
    demo.say("Headquarters has keys, an empty PostgreSQL and a roster.", demo.folder / "trust")


TOLD = {
    "99001": "P.O. Quill wrote, stamped, attached, read and signed in the window.",
    "99010": "Sgt Pell read the pages and decided in the window.",
    "99020": "Det. Finch read the packet and accepted it: the second signature.",
}


def _work(demo: Demo) -> None:
    turns = turns_of(read_scenario((demo.stage / "S7.toml").read_bytes()))
    for number, (star, acts) in enumerate(turns):
        demo.play(number, theme="night" if number == len(turns) - 3 else "day")
        did = ", ".join(dict.fromkeys(act.do.value for act in acts))
        demo.say(f"{TOLD[star]} ({did})", demo.folder / "screens")


def _signed_in(laptop: OpenLaptop, star: str) -> Shift:
    return laptop.unlock(OfficerId(star), WORDS)


def _collect(demo: Demo) -> dict[str, object]:
    """Take the documents out of the detective's volume, as *Save a copy* would."""
    laptop = OpenLaptop(demo.laptop, clock=SystemClock())
    try:
        shift = _signed_in(laptop, "99020")
        (row,) = shift.vault.rows()
        case = shift.vault.case(row.report_id)
        for document in case.documents:
            if document.kind in KEPT:
                (demo.folder / KEPT[document.kind]).write_bytes(document.pdf)
        (mine,) = _signed_in(laptop, "99001").vault.rows()
        return {"report": row.local_number, "state": row.state, "confirmed": mine.confirmed}
    finally:
        laptop.close()


def _verify(demo: Demo) -> None:
    packet, root = demo.folder / "packet.pdf", demo.folder / "trust" / "root.pem"
    said = demo.run("ilocdoc", "verify", packet, "--trust", root)
    demo.say(f"ilocdoc verify: {said.splitlines()[0]}", packet)
    judge = subprocess.run(
        ["pdfsig", "-nocert", packet], capture_output=True, text=True, check=True
    )
    valid = judge.stdout.count("Signature is Valid.")
    total = judge.stdout.rpartition("Signature #")[2].count("- Total document signed")
    if (valid, total) != (2, 1):
        sys.exit(f"pdfsig does not agree:\n{judge.stdout}")
    demo.say("pdfsig: two valid signatures, the last one over the total document.")


def _quarter(demo: Demo, url: str) -> None:
    """Replay the other reports of the quarter, so that there is something to count."""
    scenario = demo.stage / "quarter.toml"
    scenario.write_text(quarter())
    words = ("--passphrase-file", demo.passphrase)
    demo.run("ilocdoc", "replay", scenario, "--data", demo.laptop, "--hq", url, *words)
    demo.say("The other short reports of the quarter were replayed.", scenario)


def main() -> int:
    """Run it all and write summary.json."""
    demo = Demo(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "demo").resolve())
    prepare(demo)
    with demo.headquarters() as url:
        demo.enrol(url)
        demo.say("A laptop and five members are enrolled.", demo.laptop)
        _work(demo)
        unsent = demo.run("ilocdoc", "status", "--unsent", "--data", demo.laptop).strip()
        demo.say(f"Headquarters signed for everything: {unsent}.", demo.hq)
        facts = _collect(demo)
        _verify(demo)
        _quarter(demo, url)
        demo.say(demo.ask_hq("check").strip().splitlines()[-2])
        out = ("--out", demo.folder / "public", "--by", "99050", "--second", "99060")
        said = demo.ask_hq("publish", "--period", PERIOD, *out).splitlines()[0]
        demo.say(f"Published by two people: {said}", demo.folder / "public" / "index.html")
    summary = {**facts, "seconds": round(time.monotonic() - demo._began, 1), "steps": demo.steps}  # noqa: SLF001 - its own clock
    (demo.folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    demo.say("Done.", demo.folder / "summary.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
