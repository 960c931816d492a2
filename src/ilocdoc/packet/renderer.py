"""Which program laid a document out: so that a verifier knows whether it can do the same.

A document names its renderer in the manifest. When the verifier's own renderer is that
very one, drawing the record again must give the same pages; when it is another, a
difference means nothing.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pikepdf

from ilocdoc.shelf import newest_form_file, resource

RENDERER = 1
"""Counts the ways to lay a document out; grows when old documents would look different."""

_LIBRARIES = ("reportlab", "pikepdf", "segno", "uharfbuzz")
_JUDGES = frozenset(
    [
        "apart.py",
        "binding.py",
        "changes.py",
        "fields.py",
        "press.py",
        "redrawing.py",
        "revocation.py",
        "signatures.py",
        "signing.py",
        "thrift.py",
        "time_stamps.py",
        "upgrading.py",
        "verify.py",
    ]
)
"""Modules of this room that draw nothing."""


@lru_cache(maxsize=1)
def this_renderer() -> dict[str, Any]:
    """Return what a manifest says of its renderer: a version and a digest.

    The digest covers the code that draws, the sentences of documents, the fonts and the
    libraries. A frozen program must carry the sources of `packet` and `record` as files.
    """
    digest = hashlib.sha256()
    for name, content in sorted(_parts()):
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return {"version": RENDERER, "sha256": digest.hexdigest()}


def _parts() -> Iterator[tuple[str, bytes]]:
    room = Path(__file__).parent
    for folder in (room, room.parent / "record"):
        for path in folder.glob("*.py"):
            if path.name not in _JUDGES:
                yield f"{folder.name}/{path.name}", path.read_bytes()
    for path in resource("fonts").glob("*.ttf"):
        yield f"fonts/{path.name}", path.read_bytes()
    texts = newest_form_file("texts")
    if texts is not None:
        yield f"texts/{texts.name}", texts.read_bytes()
    for name in _LIBRARIES:
        yield f"library/{name}", _version_of(name).encode()
    yield "library/qpdf", pikepdf.__libqpdf_version__.encode()
    yield "unicode", unicodedata.unidata_version.encode()


def _version_of(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"
