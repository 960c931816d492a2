"""The public page: static files made from public rows only, in three languages."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2

from ilocdoc.hq.method import Method
from ilocdoc.hq.public_tables import LANGUAGES, Composer, read_words
from ilocdoc.hq.release_files import COLUMNS, PublicRow
from ilocdoc.shelf import resource

_PRINT_MARK = '@page { @top-left { content: "TRAINING"; font: bold 11pt sans-serif; } }'
"""Marks every sheet of a printed training page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRelease:
    """An earlier release, as the newest page lists it."""

    stamp: str
    period: str
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a page says besides the counts."""

    period: str
    """As in 2026-Q4."""
    as_of: datetime
    training: bool
    method: Method
    changes: int | None
    """Counts that differ from the release before; None for the first release."""
    earlier: tuple[PastRelease, ...] = ()
    """Newest first."""


def pages(
    rows: Sequence[PublicRow], *, edition: Edition, releases_at: str = ""
) -> dict[str, bytes]:
    """Return the page in every language, by file name.

    Args:
        rows: Of the edition's quarter.
        edition: What else the page says.
        releases_at: Where links to earlier releases begin, as in "releases/"; empty for
            the page that stays in its release and points to none.
    """
    every = [read_words(language) for language in LANGUAGES]
    css = resource("hq", "public", "style.css").read_text(encoding="utf-8")
    template = _templates(resource("hq", "public")).get_template("page.html.jinja")
    files = {}
    for words in every:
        text = template.render(
            words=words,
            languages=every,
            edition=edition,
            policy=edition.method.policy,
            sections=tuple(Composer(rows, words=words, method=edition.method).sections()),
            releases_at=releases_at,
            columns=COLUMNS,
            css=css,
            print_mark=_PRINT_MARK,
            digests=(_digest(css), _digest(_PRINT_MARK)),
        )
        files[words.file] = text.encode()
    return files


def _digest(css: str) -> str:
    """Return the name of a style in a content security policy (CSP level 3)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}"


def _templates(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
