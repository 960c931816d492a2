"""Closes a finished document with a time stamp and the revocation lists of the day."""

import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import requests

from ilocdoc.packet.upgrading import add_time_stamp
from ilocdoc.record.errors import HeadquartersError, InputError

logger = logging.getLogger(__name__)

_PATIENCE_S = (10, 60)
"""To connect, and between two parts of the answer."""
_MOST_ANSWER_BYTES = 1024 * 1024


def stamp_document(
    pdf: bytes,
    *,
    url: str,
    root_der: bytes,
    stamp_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes],
) -> bytes:
    """Return a document with a time stamp of the authority at a URL.

    Only a digest is sent there.

    Args:
        pdf: Genuine and complete.
        url: Of the authority (RFC 3161 over HTTP).
        root_der: The agency's root certificate.
        stamp_roots: Roots of the authority (DER).
        revocation_lists: DER; empty ones are left out.

    Raises:
        InputError: If the URL is none of HTTP.
        HeadquartersError: If the authority was not reached or did not answer.
        DocumentError: If the document is not genuine or the answer is no time stamp.
    """
    stamped = add_time_stamp(
        pdf,
        ask=asking(url),
        root_der=root_der,
        stamp_roots=stamp_roots,
        revocation_lists=[each for each in revocation_lists if each],
    )
    logger.info("document was stamped: bytes=%d", len(stamped))
    return stamped


def asking(url: str) -> Callable[[bytes], bytes]:
    """Return how a request reaches the authority at a URL.

    Raises:
        InputError: If the URL is none of HTTP.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise InputError("The authority's address begins with http:// or https://.")

    def ask(request: bytes) -> bytes:
        kinds = {"Content-Type": "application/timestamp-query"}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url, data=request, headers=kinds, timeout=_PATIENCE_S, stream=True
                )
                answer.raise_for_status()
                content: bytes = answer.raw.read(_MOST_ANSWER_BYTES + 1, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise HeadquartersError(
                "The time stamp authority did not answer.",
                "Nothing was written. Try again, or name another authority.",
            ) from error
        if len(content) > _MOST_ANSWER_BYTES:
            raise HeadquartersError(
                "The time stamp authority answered with too much.", "Name another authority."
            )
        return content

    return ask
