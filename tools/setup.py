"""Set up a checkout: system libraries with apt where allowed, packages with uv.

Runs on a bare Python 3.11 and imports only the standard library.

    python3 tools/setup.py system      install what apt lacks, or print the one line to run
    python3 tools/setup.py packages    make .venv from uv.lock, with hashes
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UV_VERSION = "0.13.9"

# What each is for stands in docs/architecture.md, "What a bare machine lacks".
SYSTEM_PACKAGES = {
    "libgl1": "/usr/lib/*/libGL.so.1",
    "libegl1": "/usr/lib/*/libEGL.so.1",
    "libglib2.0-0": "/usr/lib/*/libglib-2.0.so.0",
    "libdbus-1-3": "/usr/lib/*/libdbus-1.so.3",
    "dbus-daemon": "/usr/bin/dbus-daemon",
    "libfontconfig1": "/usr/lib/*/libfontconfig.so.1",
    "libxkbcommon0": "/usr/lib/*/libxkbcommon.so.0",
    "libxcb-cursor0": "/usr/lib/*/libxcb-cursor.so.0",
    "libxcb-icccm4": "/usr/lib/*/libxcb-icccm.so.4",
    "libxcb-keysyms1": "/usr/lib/*/libxcb-keysyms.so.1",
    "libxcb-shape0": "/usr/lib/*/libxcb-shape.so.0",
    "libxcb-xkb1": "/usr/lib/*/libxcb-xkb.so.1",
    "libxcb-render0": "/usr/lib/*/libxcb-render.so.0",
    "libxkbcommon-x11-0": "/usr/lib/*/libxkbcommon-x11.so.0",
    "xvfb": "/usr/bin/Xvfb",
    "xauth": "/usr/bin/xauth",
    "poppler-utils": "/usr/bin/pdfsig",
    "qpdf": "/usr/bin/qpdf",
    "openssl": "/usr/bin/openssl",
    "libnss3-tools": "/usr/bin/certutil",
    "default-jre-headless": "/usr/bin/java",
    "softhsm2": "/usr/lib/softhsm/libsofthsm2.so",
    "zbar-tools": "/usr/bin/zbarimg",
    "mupdf-tools": "/usr/bin/mutool",
    "libimage-exiftool-perl": "/usr/bin/exiftool",
    "gcc": "/usr/bin/gcc",
    "libc6-dev": "/usr/include/stdio.h",
}


def _present(pattern: str) -> bool:
    return any(Path("/").glob(pattern.lstrip("/")))


def missing_packages() -> list[str]:
    """Return the Debian packages that this machine lacks, in the order of the list."""
    missing = [name for name, mark in SYSTEM_PACKAGES.items() if not _present(mark)]
    # Debian keeps what `venv` needs in a package of its own; other Pythons bring it along.
    return missing if importlib.util.find_spec("ensurepip") else ["python3-venv", *missing]


def install_system() -> None:
    """Install missing Debian packages as root or with sudo, else say the line to run."""
    missing = missing_packages()
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    prefix = _root_prefix()
    if prefix is None:
        sys.exit(
            "System libraries are missing. Run this once as an administrator, then repeat:\n"
            f"  apt-get update && {' '.join(line)}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*prefix, "apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run([*prefix, *line, "-qq"], check=True, env=environment)


def _root_prefix() -> list[str] | None:
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None


def install_packages() -> None:
    """Make .venv with uv inside it and install exactly what uv.lock names."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        venv.create(VENV, with_pip=True, symlinks=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", f"uv=={UV_VERSION}"]
        subprocess.run(pip, check=True)
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(VENV), "VIRTUAL_ENV": str(VENV)}
    # --inexact keeps uv itself, which lives in the same folder.
    sync = [str(uv), "sync", "--locked", "--inexact", "--no-progress", "-q"]
    subprocess.run(sync, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    {"system": install_system, "packages": install_packages}[sys.argv[1]]()
