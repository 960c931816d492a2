"""Roads to the simulated headquarters: in-process for speed, real HTTPS for the truth.

A fault is taken from a list at each request, so a test or a seed says what happens next.
"""

import io
import ipaddress
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError

from ilocdoc.wire.envelope import Signer, envelope_bytes, envelope_from_bytes, seal_envelope
from ilocdoc.wire.messages import ANSWER_TYPE
from tests.doubles.authority import Authority
from tests.doubles.headquarters_records import Asked, Said
from tests.doubles.simulated_headquarters import SimulatedHeadquarters


class Fault(Enum):
    """What can happen to one request."""

    NONE = "none"
    CUT = "cut"
    """The line breaks before headquarters saw anything."""
    LOST_ANSWER = "lost_answer"
    """Headquarters did it; nobody heard."""
    TWICE = "twice"
    """The request arrives twice; the second answer is heard."""
    HALF_ANSWER = "half_answer"
    """The line breaks within the answer."""
    BROKEN_JSON = "broken_json"
    HTML = "html"
    REDIRECT = "redirect"
    SIGN_IN = "sign_in"
    """511 Network Authentication Required."""
    OK_JSON = "ok_json"
    """201 and {"ok": true}: the portal that is nearly right."""
    EMPTY = "empty"
    BUSY = "busy"
    """503 with Retry-After."""
    REPLAY = "replay"
    """The answer of an earlier request to the same path."""
    CORRUPT = "corrupt"
    """One byte of the body changes on its way."""


LOSSES = (Fault.CUT, Fault.LOST_ANSWER, Fault.HALF_ANSWER)
RETRY_AFTER_S = 17


class FaultyRoad:
    """Carries a request to headquarters through the next fault."""

    def __init__(self, hq: SimulatedHeadquarters) -> None:
        self.hq = hq
        self.next_fault: Callable[[Asked], Fault] = lambda asked: Fault.NONE
        self._earlier: dict[str, Said] = {}

    def once(self, fault: Fault, *, path: str = "") -> None:
        """Let a fault happen to the next request whose path holds `path`."""

        def choose(asked: Asked) -> Fault:
            if path not in asked.path:
                return Fault.NONE
            self.next_fault = lambda asked: Fault.NONE
            return fault

        self.next_fault = choose

    def carry(self, asked: Asked) -> tuple[Fault, Said]:
        """Return the fault and what comes back; nothing comes back of a loss."""
        fault = self.next_fault(asked)
        if fault in _INSTEAD:
            return fault, _INSTEAD[fault]
        place = asked.path.partition("?")[0]
        if fault is Fault.REPLAY and place in self._earlier:
            return fault, self._earlier[place]
        if fault is Fault.CORRUPT and asked.method == "PUT":
            asked = Asked(asked.method, asked.path, asked.body[:-1] + b"!", asked.headers)
        if fault is Fault.TWICE:
            self.hq.answer(asked)
        said = self.hq.answer(asked)
        self._earlier.setdefault(place, said)
        if fault is Fault.BROKEN_JSON:
            said = Said(said.status, said.body[: len(said.body) // 2], said.headers)
        return fault, said


class AlteringRoad(FaultyRoad):
    """Changes members of a signed answer and signs it anew: headquarters itself is wrong,

    or, with another `signer`, somebody who is not headquarters answers.
    """

    def __init__(self, hq: SimulatedHeadquarters, path: str, **changes: object) -> None:
        super().__init__(hq)
        self.path, self.changes = path, changes
        self.signer: Signer = hq.signer

    def carry(self, asked: Asked) -> tuple[Fault, Said]:
        fault, said = super().carry(asked)
        if not asked.path.partition("?")[0].endswith(self.path) or said.status >= 300:
            return fault, said
        payload = json.loads(envelope_from_bytes(said.body).payload_bytes())
        changed = json.dumps(payload | self.changes).encode()
        signed = seal_envelope(ANSWER_TYPE, changed, signer=self.signer)
        return fault, Said(said.status, envelope_bytes(signed))


_INSTEAD = {
    Fault.CUT: Said(0),
    Fault.HTML: Said(200, b"<html>Welcome to the guest network</html>"),
    Fault.REDIRECT: Said(302, b"", {"Location": "https://portal.invalid/"}),
    Fault.SIGN_IN: Said(511, b"<html>Sign in</html>"),
    Fault.OK_JSON: Said(201, b'{"ok":true}', {"Content-Type": "application/json"}),
    Fault.EMPTY: Said(200, b""),
    Fault.BUSY: Said(503, b"", {"Retry-After": str(RETRY_AFTER_S)}),
}


class InProcess(HTTPAdapter):
    """Lets requests believe it spoke with a server."""

    def __init__(self, road: FaultyRoad) -> None:
        super().__init__()
        self._road = road

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        body = request.body or b""
        data = body if isinstance(body, bytes) else b"".join(body)  # type: ignore[arg-type]
        asked = Asked(
            request.method or "",
            request.path_url,
            data,
            {name.lower(): str(value) for name, value in request.headers.items()},
        )
        fault, said = self._road.carry(asked)
        if fault in (Fault.CUT, Fault.LOST_ANSWER):
            raise requests.ConnectionError(ProtocolError("gone", ConnectionResetError()))
        sent = said.body[: len(said.body) // 2] if fault is Fault.HALF_ANSWER else said.body
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(sent),
            headers={**said.headers, "Content-Length": str(len(said.body))},
            status=said.status,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)


# --- real HTTPS -----------------------------------------------------------------------


@contextmanager
def https_server(
    road: FaultyRoad, *, authority: Authority | None = None, expired: bool = False
) -> Iterator[str]:
    """Serve a road on loopback; yields its URL.

    Args:
        road: Where requests go.
        authority: Whose certificate is shown; headquarters' own when not given.
        expired: Show a certificate that ended a year ago.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.road = road
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(server_pem(authority or road.hq.authority, expired=expired))
        context.load_cert_chain(path)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    road: FaultyRoad
    daemon_threads = False
    lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.lock:
            fault, said = self.server.road.carry(Asked(self.command, self.path, body, headers))
        if fault in (Fault.CUT, Fault.LOST_ANSWER):
            return self._break()
        self.send_response(said.status)
        for name, value in {**said.headers, "Content-Length": str(len(said.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        half = fault is Fault.HALF_ANSWER
        self.wfile.write(said.body[: len(said.body) // 2] if half else said.body)
        return self._break() if half else None

    do_GET = do_POST = do_PUT = _serve  # noqa: N815  (the names that http.server calls)

    def _break(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def server_pem(authority: Authority, *, expired: bool = False) -> bytes:
    """A certificate for this machine with its key and the issuing certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    start, end = (now - timedelta(days=9), now + timedelta(days=9))
    if expired:
        start, end = now - timedelta(days=700), now - timedelta(days=365)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(authority.issuing.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(authority.issuing_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(pem) + authority.issuing.public_bytes(pem)
