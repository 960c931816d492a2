"""One pinned line to headquarters: every answer is proven or it is no answer.

Success is a body that headquarters' online key signed, never an HTTP status.
"""

import base64
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from requests.adapters import HTTPAdapter

from ilocdoc.record.errors import WireError
from ilocdoc.sync.road import Road
from ilocdoc.sync.troubles import PortalError, UnprovenError
from ilocdoc.wire.envelope import (
    Envelope,
    envelope_from_bytes,
    open_envelope,
    public_key_from_pem,
)
from ilocdoc.wire.messages import ANSWER_TYPE, Answer, Message, WellKnown

_ANSWERED = (200, 201)

A = TypeVar("A", bound=Answer)
Body = Message | Envelope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An answer with the proof that headquarters gave it."""

    payload: bytes
    envelope: Envelope

    def read(self, kind: type[A]) -> A:
        """Return the answer.

        Raises:
            UnprovenError: If headquarters signed something else than what was asked.
        """
        try:
            return msgspec.json.decode(self.payload, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnprovenError from error


class PinnedLine:
    """Asks headquarters; one session, one certificate authority, one signer."""

    def __init__(
        self,
        url: str,
        *,
        root_pem: str,
        hq_certificate_pem: str,
        adapter: HTTPAdapter | None = None,
    ) -> None:
        """Make the line; nothing is sent yet.

        Args:
            url: Of headquarters, beginning with https://.
            root_pem: The agency's root, pinned at enrolment.
            hq_certificate_pem: Of the key that signs answers, pinned at enrolment.
            adapter: Another way for requests to travel; the pinned one when not given.

        Raises:
            InputError: If the address is not an https address or the root is no certificate.
            WireError: If headquarters' certificate cannot be read.
        """
        self._key = public_key_from_pem(hq_certificate_pem)
        self._road = Road(url, root_pem=root_pem, adapter=adapter)

    def close(self) -> None:
        """Close the connections; the line can be used again and then opens new ones."""
        self._road.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Body = None,
        session: str = "",
        patience_s: float = 0,
    ) -> Proven:
        """Ask one question and return the proven answer.

        Args:
            method: GET or POST.
            path: Beginning with a slash, with its query.
            body: Sent as JSON.
            session: Bearer token from hello; empty where none is needed.
            patience_s: For what headquarters has to do before it can answer.

        Raises:
            UnreachableError: If nothing answered or headquarters cannot serve now.
            NotHeadquartersError: If the answer is not headquarters'.
            ProblemError: If headquarters named a problem.
        """
        data = b"" if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"} if data else {}
        status, answer = self._road.send(
            method, path, data, headers=headers | _bearer(session), patience_s=patience_s
        )
        if status not in _ANSWERED:
            raise PortalError
        return self._prove(answer)

    def put_part(self, path: str, part: bytes, *, sha256: str, session: str) -> None:
        """Send one part of a container. Only the signed receipt for the whole counts.

        Args:
            path: Beginning with a slash.
            part: The bytes.
            sha256: Their digest, hex.
            session: Bearer token from hello.

        Raises:
            UnreachableError: If nothing answered or headquarters cannot serve now.
            NotHeadquartersError: If the answer is not headquarters'.
            ProblemError: If headquarters named a problem, for example "digest".
        """
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Digest": f"sha-256=:{digest}:",
        }
        self._road.send("PUT", path, part, headers=headers | _bearer(session))

    def probe(self, nonce: str) -> WellKnown:
        """Return headquarters' proof that it is there.

        Args:
            nonce: 32 fresh hex digits.

        Raises:
            HeadquartersError: As `ask`.
        """
        answer = self.ask("GET", f"/.well-known/ilocdoc?nonce={nonce}").read(WellKnown)
        if answer.nonce != nonce:
            raise UnprovenError
        return answer

    def open(self, envelope: Envelope, payload_type: str) -> bytes:
        """Return what headquarters signed, for example the roster.

        Raises:
            UnprovenError: If its signature does not verify.
        """
        try:
            return open_envelope(envelope, payload_type, key=self._key)
        except WireError as error:
            raise UnprovenError from error

    def _prove(self, answer: bytes) -> Proven:
        try:
            envelope = envelope_from_bytes(answer)
        except WireError as error:
            raise UnprovenError from error
        return Proven(payload=self.open(envelope, ANSWER_TYPE), envelope=envelope)


def _bearer(session: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {session}"} if session else {}
