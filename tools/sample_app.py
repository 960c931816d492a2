"""Open the desktop on a sample headquarters that lives as long as the window.

    python tools/sample_app.py [FOLDER]      build/app; kept from run to run

Sign in as 99001 (officer), 99010 (sergeant) or 99020 (detective) with the words in
stage/passphrase.txt.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from ilocdoc.laptop import run_desktop  # noqa: E402 - the path is set above
from tools.demo import Demo, prepare  # noqa: E402 - as above


def main() -> int:
    """Make what is not there yet, serve, show the window."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "app").resolve()
    sample = Demo(folder)
    is_new = not (sample.laptop / "device.db").exists()
    if is_new:
        prepare(sample)
    with sample.headquarters(keep_port=not is_new) as url:
        if is_new:
            sample.enrol(url)
        words = sample.passphrase.read_text().strip()
        sample.say(f"Sign in as 99001, 99010 or 99020 with: {words}", sample.laptop)
        return run_desktop(sample.laptop, start_new=False, theme="")


if __name__ == "__main__":
    sys.exit(main())
