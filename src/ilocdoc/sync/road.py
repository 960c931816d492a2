"""The road to headquarters: HTTPS to one machine, below one root, with every failure named.

What comes back here is bytes from a machine below our root, nothing more; `line` proves
who said them. Every error of requests, urllib3, ssl and the socket, also while a body is
read, leaves as one of the classes in `troubles`.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter

from ilocdoc.record.errors import HeadquartersError, InputError
from ilocdoc.sync.pinning import PinnedAdapter
from ilocdoc.sync.troubles import (
    HqDownError,
    InterceptedError,
    OfflineError,
    PortalError,
    ProblemError,
    UnprovenError,
)
from ilocdoc.wire.messages import PROBLEM_PREFIX, Problem

CONNECT_S, READ_S = 5.0, 20.0
MAX_ANSWER_BYTES = 128 * 1024 * 1024
"""The roster of a large department, or a page of mail with packets in it."""
BLOCK_BYTES = 128 * 1024
"""Bodies are fed in blocks of this size, so that each gets its own `SEND_S`: enough at
40 kbit/s. Blocks of 1 MiB would save 5 % of the processor time and need 280 kbit/s."""
LONGEST_RETRY_S = 3600
SLOW_BYTES_PER_S = 8 * 1024
"""64 kbit/s: a line that carries less is treated as broken."""
_EXPIRED, _NOT_YET_VALID = 10, 9
"""X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL."""


class Road:
    """One session to one address. Belongs to one thread."""

    def __init__(self, url: str, *, root_pem: str, adapter: HTTPAdapter | None = None) -> None:
        """Make the session; nothing is sent yet.

        Args:
            url: Beginning with https://.
            root_pem: The agency's root; nothing else is trusted.
            adapter: Another way for requests to travel; the pinned one when not given.

        Raises:
            InputError: If the address is not an https address or the root is no certificate.
        """
        self._url = base_url(url)
        self._session = requests.Session()
        # Proxies, bundles and passwords of the environment are somebody else's settings.
        self._session.trust_env = False
        # No compression: an answer is as large as it says.
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.headers["User-Agent"] = "ilocdoc"
        self._session.mount("https://", adapter or _pinned(root_pem))

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        data: bytes = b"",
        *,
        headers: Mapping[str, str],
        patience_s: float = 0,
    ) -> tuple[int, bytes]:
        """Send one request and return (status below 300, body).

        Args:
            method: GET, POST or PUT.
            path: Beginning with a slash, with its query.
            data: The body, empty for none.
            headers: Beside those of every request.
            patience_s: For what headquarters has to do before it can answer.

        Raises:
            UnreachableError: If nothing answered or headquarters cannot serve now.
            NotHeadquartersError: If something else answered.
            ProblemError: If headquarters named a problem.
        """
        # When the body is written, the kernel may still have much of it to send.
        read_s = READ_S + patience_s + len(data) / SLOW_BYTES_PER_S
        try:
            with self._session.request(
                method,
                self._url + path,
                data=_Blocks(data) if data else None,
                headers=headers,
                timeout=(CONNECT_S, read_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read_bounded(response)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
        ) as error:
            raise translated(error) from error
        _require_success(response, body)
        return response.status_code, body


def base_url(url: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        InputError: If it is not an https address.
    """
    if not _names_a_machine(url.strip()):
        raise InputError(
            "The address of headquarters is not valid.",
            "It begins with https:// and names a machine. Nothing was sent.",
        )
    return url.strip().rstrip("/")


def _names_a_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return False
    more = parts.query or parts.fragment or parts.username
    return parts.scheme == "https" and bool(host) and port != 0 and not more


def _pinned(root_pem: str) -> PinnedAdapter:
    try:
        return PinnedAdapter(root_pem)
    except ssl.SSLError as error:
        raise InputError("The root certificate of headquarters cannot be read.") from error


class _Blocks:
    """A body in blocks; its length stands in Content-Length."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), BLOCK_BYTES):
            yield self._data[start : start + BLOCK_BYTES]


def _read_bounded(response: requests.Response) -> bytes:
    """Return the body, unless it is too large or trickles so that it never ends."""
    found, started = bytearray(), time.monotonic()
    while block := response.raw.read1(BLOCK_BYTES):
        found += block
        allowed_s = READ_S + len(found) / SLOW_BYTES_PER_S
        if len(found) > MAX_ANSWER_BYTES or time.monotonic() - started > allowed_s:
            raise UnprovenError("An answer was too large or did not end.")
    return bytes(found)


def _require_success(response: requests.Response, body: bytes) -> None:
    """Raise what an answer other than a success means."""
    status = response.status_code
    if status < http.HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == http.HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED:
        raise PortalError
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or status in (
        http.HTTPStatus.TOO_MANY_REQUESTS,
        http.HTTPStatus.REQUEST_TIMEOUT,
    ):
        raise HqDownError(retry_after_s=_retry_after_s(response))
    problem = _problem(body)
    if problem is None:
        raise PortalError
    raise ProblemError(problem)


def _problem(body: bytes) -> Problem | None:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return problem if problem.type.startswith(PROBLEM_PREFIX) else None


def _retry_after_s(response: requests.Response) -> int:
    """Return Retry-After (RFC 9110 10.2.3) in seconds, measured by the server's own clock."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return min(int(text[:9]), LONGEST_RETRY_S)
    try:
        then = parsedate_to_datetime(text)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return min(max(0, int((then - now).total_seconds())), LONGEST_RETRY_S)
    except (ValueError, TypeError):
        return 0


def translated(error: Exception) -> HeadquartersError:
    """Return what an error of requests, urllib3, ssl or the socket means for a person."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _intercepted(cause)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return HqDownError()
    spoke_otherwise = (ssl.SSLError, urllib3.exceptions.SSLError, http.client.BadStatusLine)
    broke = (ssl.SSLEOFError, ssl.SSLZeroReturnError, http.client.RemoteDisconnected)
    broken = (ConnectionError, TimeoutError, socket.gaierror, *broke)
    if not any(isinstance(cause, broken) for cause in causes) and any(
        isinstance(cause, spoke_otherwise) for cause in causes
    ):
        return PortalError()
    return OfflineError()


def _intercepted(error: ssl.SSLCertVerificationError) -> InterceptedError:
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return InterceptedError(
            "The certificate that was shown is not valid today.",
            "Nothing was sent and nothing was lost. Check this laptop's date; "
            "if it is right, tell the device desk.",
        )
    return InterceptedError()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything it was raised from or wraps, each once."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        each = pending.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += [each.__cause__, each.__context__, getattr(each, "reason", None)]
            pending += each.args
