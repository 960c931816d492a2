"""Where shipped files lie: in a checkout, a wheel, or a frozen bundle."""

import re
import sys
from pathlib import Path


def _shelf() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen)
    installed = Path(__file__).parent / "_shelf"
    if installed.is_dir():
        return installed
    return Path(__file__).parent.parent.parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder below `resources/`."""
    return _shelf().joinpath("resources", *parts)


def form_file(*parts: str) -> Path:
    """Return the path of a file or folder below `forms/`."""
    return _shelf().joinpath("forms", *parts)


def newest_form_file(folder: str) -> Path | None:
    """Return the newest version in a folder below `forms/`, or None when it has none."""
    return max(form_file(folder).glob("*.toml"), key=_version_of, default=None)


def _version_of(path: Path) -> tuple[int, ...]:
    """Return "2026-11.10" as numbers, so that it comes after "2026-11.9"."""
    return tuple(int(digits) for digits in re.findall(r"\d+", path.stem))
