"""Open the desktop on a sample headquarters that lives as long as the window.

    python tools/sample_app.py [FOLDER]      build/app; kept from run to run

Sign in as 99001 (officer), 99010 (sergeant) or 99020 (detective) with the words in
stage/passphrase.txt.
"""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tools.demo import Demo, environment, has_display, prepare  # noqa: E402 - the path is set above


def main() -> int:
    """Make what is not there yet, serve, show the window."""
    if not has_display():
        sys.exit("There is no display to open a window on. Try: xvfb-run -a make app")
    # Ended from outside, it takes window and headquarters along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "app").resolve()
    sample = Demo(folder)
    made = folder / "stage" / "made"
    is_new = not made.exists()
    if is_new:
        prepare(sample)
    with sample.headquarters(keep_port=not is_new) as url:
        if is_new:
            sample.enrol(url)
            made.touch()
        words = sample.passphrase.read_text().strip()
        sample.say(f"Sign in as 99001, 99010 or 99020 with: {words}", sample.laptop)
        # In a process of its own: locking puts a new program in that one's place.
        window = [sys.executable, "-m", "ilocdoc", "--data", str(sample.laptop)]
        return subprocess.run(window, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
