"""Where shipped files lie: in a checkout, a wheel, or a frozen bundle."""

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
