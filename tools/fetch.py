"""Fetch the fonts and icons that `resources/fetched.toml` names, and check their digests.

Runs on a bare Python 3.11 and imports only the standard library.

    python3 tools/fetch.py            into resources/; what is there already is kept
"""

import hashlib
import io
import os
import sys
import tarfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
REGISTRY = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
TRIES = 4


def address_of(package: dict[str, Any]) -> str:
    """Return where the registry keeps a package's archive."""
    bare = package["name"].rpartition("/")[2]
    return f"{REGISTRY}/{package['name']}/-/{bare}-{package['version']}.tgz"


def download(address: str) -> bytes:
    """Return the bytes at an address; tries again when the network stumbles."""
    for attempt in range(1, TRIES + 1):
        try:
            # A constant scheme and reviewed names.
            with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310
                data: bytes = answer.read()
                return data
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            if attempt == TRIES:
                sys.exit(f"Cannot fetch {address}: {error}. Check the network, then repeat.")
            time.sleep(2**attempt)
    raise AssertionError("unreachable")


def require_digest(data: bytes, *, expected: str, name: str) -> None:
    """Stop if an archive is not the one that was reviewed."""
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{name}: SHA-256 is {found}, expected {expected}. Nothing was installed.")


def unpack(data: bytes, files: Iterable[list[str]], *, into: Path) -> None:
    """Write the named members of an archive; each file is there wholly or not at all."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member, place in files:
            source = archive.extractfile(f"package/{member}")
            assert source is not None, member
            target = into / place
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(target.name + ".new")
            temporary.write_bytes(source.read())
            temporary.replace(target)


def fetch(package: dict[str, Any], *, into: Path) -> None:
    """Install one package's files if one of them is missing."""
    if all((into / place).exists() for _member, place in package["files"]):
        return
    data = download(address_of(package))
    require_digest(data, expected=package["sha256"], name=package["name"])
    unpack(data, package["files"], into=into)


def main() -> None:
    """Install everything that is missing."""
    wanted = tomllib.loads((RESOURCES / "fetched.toml").read_text())["package"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda package: fetch(package, into=RESOURCES), wanted))


if __name__ == "__main__":
    main()
