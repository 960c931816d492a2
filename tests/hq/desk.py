"""A small vocabulary for talking to headquarters as a laptop does."""

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from litestar.testing import TestClient

from ilocdoc.hq import enrolling
from ilocdoc.hq.application import make_application
from ilocdoc.hq.authority import Keys
from ilocdoc.hq.evidence import Objects
from ilocdoc.hq.routes import Headquarters
from ilocdoc.hq.store import Database
from ilocdoc.record.ids import ZERO_HASH, Sha256
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.keys import request_for
from ilocdoc.vault.ledger import Forged, Stream, forge_entry
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import (
    Envelope,
    SoftwareKey,
    open_envelope,
    public_key_from_pem,
    seal_envelope,
    spki_of,
    stream_id_of,
)
from ilocdoc.wire.messages import (
    ANSWER_TYPE,
    HELLO_TYPE,
    Answer,
    Append,
    EnrolAnswer,
    EnrolDevice,
    EnrolOfficer,
    EnrolOfficerAnswer,
    Hello,
    HelloAnswer,
    OpenStream,
    Problem,
    Receipt,
)
from ilocdoc.wire.sealing import OpeningKey, Parcel, SealedSession, SealingKey, open_session
from tests.doubles.clocks import StoppedClock

A = TypeVar("A", bound=Answer)
AT = "2026-10-20T17:00:00.000000Z"


class Desk:
    """Headquarters in this process."""

    def __init__(self, *, database: Database, keys: Keys, objects: Path) -> None:
        self.clock = StoppedClock()
        self.database, self.keys = database, keys
        self.woken = 0
        self.objects = Objects.in_folder(objects)
        self.objects_folder = objects
        self.hq = Headquarters(
            keys=keys,
            database=database,
            objects=self.objects,
            clock=self.clock.now,
            wake=self._wake,
        )
        self.http = TestClient(make_application(self.hq), raise_server_exceptions=False)

    def _wake(self) -> None:
        self.woken += 1

    def __enter__(self) -> Self:
        self.http.__enter__()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.http.__exit__(None, None, None)

    def code(self, officer: str = "") -> str:
        return self.database.change(
            lambda c: enrolling.new_code(c, self.keys, officer=officer, now=self.clock.now())
        )

    def laptop(self, *stars: str) -> "Laptop":
        """A laptop that is enrolled, with these members enrolled on it."""
        laptop = Laptop(self)
        laptop.enrol()
        for star in stars:
            laptop.enrol_officer(star)
        return laptop

    def read(self, response: httpx.Response, kind: type[A]) -> A:
        """What headquarters signed."""
        assert response.is_success, response.text
        envelope = msgspec.json.decode(response.content, type=Envelope)
        key = public_key_from_pem(self.keys.signer_pem)
        return msgspec.json.decode(open_envelope(envelope, ANSWER_TYPE, key=key), type=kind)

    def attention(self) -> list[str]:
        rows = self.database.rows("SELECT reason FROM attention ORDER BY stream_id, seq")
        return [row[0] for row in rows]


def problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    found = msgspec.json.decode(response.content, type=Problem)
    assert found.status == response.status_code
    return found


def named(response: httpx.Response) -> str:
    """Last part of a problem's type."""
    return problem(response).type.removeprefix("urn:ilocdoc:problem:")


@dataclass
class Writer:
    """A stream with its key, and whoever signs its acts."""

    owner: str
    signer: SoftwareKey
    key: SoftwareKey
    stream: Stream
    entries: list[Forged] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.stream.stream_id

    @property
    def opened(self) -> OpenStream:
        public = base64.b64encode(spki_of(self.key.public.key)).decode()
        return OpenStream(stream=self.id, public_key=public, owner=self.owner, previous="")

    @property
    def session(self) -> SealedSession:
        return self.stream.session.sealed

    def write(
        self,
        kind: EntryKind = EntryKind.SESSION_UNLOCKED,
        *,
        ids: dict[str, str] | None = None,
        signer: SoftwareKey | None = None,
        **said: Any,
    ) -> Forged:
        """Add an entry with an act of this stream's owner."""
        act = {"kind": kind.value, "at": AT, "by": {"id": self.owner}, **said}
        envelope = seal_envelope(ACT_TYPE, canonical_bytes(act), signer=signer or self.signer)
        return self.add(
            NewEntry(kind=kind, at=AT, ids={"actor": self.owner, **(ids or {})}, act=envelope)
        )

    def add(self, new: NewEntry) -> Forged:
        last = self.entries[-1].entry if self.entries else None
        seq, prev = (last.seq, last.hash) if last else (0, ZERO_HASH)
        forged = forge_entry(new, stream=self.stream, seq=seq + 1, prev=Sha256(prev))
        self.entries.append(forged)
        return forged


class Laptop:
    """Keys, streams and a session; knows nothing of the vault."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.key = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
        self.device = ""
        self.token = ""
        self.streams: dict[str, Writer] = {}
        self.openings: dict[str, OpeningKey] = {}
        self.certificates: dict[str, str] = {}

    # --- enrolment --------------------------------------------------------------------

    def ask_to_enrol(self, code: str, *, key: SoftwareKey | None = None) -> httpx.Response:
        csr = request_for((key or self.key)._key, common_name="whatever")
        asked = EnrolDevice(code=code, name="Car 1012", csr_pem=csr)
        return self.desk.http.post("/v1/enrol", content=msgspec.json.encode(asked))

    def enrol(self, code: str = "") -> EnrolAnswer:
        response = self.ask_to_enrol(code or self.desk.code())
        answer = self.desk.read(response, EnrolAnswer)
        self.device = answer.device
        self.streams[answer.device] = self._writer(answer.device, self.key, self.key)
        return answer

    def _writer(self, owner: str, signer: SoftwareKey, key: SoftwareKey) -> Writer:
        ingest = SealingKey(encoded=self.desk.keys.ingest.public.encoded)
        stream = Stream(
            stream_id=stream_id_of(key.public.key), signer=key, session=open_session(ingest)
        )
        return Writer(owner=owner, signer=signer, key=key, stream=stream)

    def ask_to_enrol_officer(
        self,
        star: str,
        code: str,
        *,
        signer: SoftwareKey,
        by: SoftwareKey | None = None,
        release_key: str = "",
    ) -> httpx.Response:
        self.openings.setdefault(star, OpeningKey.generate())
        asked = EnrolOfficer(
            code=code,
            star=star,
            device=self.device,
            csr_pem=request_for(signer._key, common_name="whatever"),
            encryption_key=self.openings[star].public.encoded,
            release_key=release_key,
        )
        envelope = self.signed(asked, by=by)
        return self.desk.http.post(f"/v1/officers/{star}/enrol", content=envelope)

    def enrol_officer(self, star: str, code: str = "") -> EnrolOfficerAnswer:
        signer = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
        stream_key = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
        response = self.ask_to_enrol_officer(star, code or self.desk.code(star), signer=signer)
        answer = self.desk.read(response, EnrolOfficerAnswer)
        self.streams[star] = self._writer(star, signer, stream_key)
        self.certificates[star] = answer.certificate_pem
        return answer

    def signed(self, message: msgspec.Struct, *, by: SoftwareKey | None = None) -> bytes:
        envelope = seal_envelope(HELLO_TYPE, msgspec.json.encode(message), signer=by or self.key)
        return msgspec.json.encode(envelope)

    # --- sync -------------------------------------------------------------------------

    def hello_message(self, *, roster_version: int = 0, nonce: str = "") -> Hello:
        return Hello(
            device=self.device,
            nonce=nonce or os.urandom(16).hex(),
            streams=tuple(each.opened for each in self.streams.values()),
            heads=(),
            officers=tuple(self.openings),
            roster_version=roster_version,
        )

    def hello(self, *, roster_version: int = 0) -> HelloAnswer:
        message = self.hello_message(roster_version=roster_version)
        response = self.desk.http.post("/v1/hello", content=self.signed(message))
        answer = self.desk.read(response, HelloAnswer)
        assert answer.nonce == message.nonce
        self.token = answer.session
        return answer

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def post(self, path: str, message: msgspec.Struct) -> httpx.Response:
        return self.desk.http.post(path, content=msgspec.json.encode(message), headers=self.headers)

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self.desk.http.get(path, params=query, headers=self.headers)

    def send(self, writer: Writer, entries: Sequence[Forged]) -> httpx.Response:
        return self.send_parcels(writer, [each.parcel for each in entries])

    def send_parcels(self, writer: Writer, parcels: Sequence[Parcel]) -> httpx.Response:
        message = Append(parcels=tuple(parcels), sessions=(writer.session,))
        return self.post(f"/v1/streams/{writer.id}/entries", message)

    def sync(self) -> list[Receipt]:
        """Say hello and send everything; headquarters keeps what it lacks."""
        self.hello()
        return [
            self.desk.read(self.send(each, each.entries), Receipt)
            for each in self.streams.values()
            if each.entries
        ]


def content_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def names_in(pem: str) -> str:
    return x509.load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()
