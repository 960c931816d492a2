"""A headquarters in memory: the real messages, real signatures, real chain checks.

It can be backed up, restored and killed between two requests, which a real one only does
on bad days. `tests.doubles.roads` carries requests to it, well or badly.
"""

import copy
import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.wire import messages as m
from ilocdoc.wire.envelope import (
    Envelope,
    decode_base64,
    envelope_from_bytes,
    open_envelope,
    public_key_from_der,
    seal_envelope,
    stream_id_of,
)
from ilocdoc.wire.members import member_from_officer
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles import headquarters_desks as desks
from tests.doubles.authority import Authority, officers, pem_of
from tests.doubles.headquarters_records import Asked, Kept, KeptStream, RefusalError, Request, Said

AT = "2026-10-20T17:00:00.000000Z"


_ROUTES = (
    ("GET", "/.well-known/ilocdoc", "_well_known", False),
    ("GET", "/v1/root.pem", "_root", False),
    ("POST", "/v1/enrol", "_enrol_device", False),
    ("POST", "/v1/officers/(.*)/enrol", "_enrol_officer", False),
    ("POST", "/v1/hello", "_hello", False),
    ("POST", "/v1/streams/(.*)/entries", desks.append, True),
    ("POST", "/v1/have", desks.have, True),
    ("POST", "/v1/blobs", desks.offer, True),
    ("PUT", "/v1/blobs/(.*)/parts/(.*)", desks.put_part, True),
    ("POST", "/v1/blobs/(.*)/complete", desks.complete, True),
    ("POST", "/v1/deliveries", desks.post, True),
    ("GET", "/v1/feed", desks.feed, True),
)


class SimulatedHeadquarters:
    """Answers requests one at a time."""

    def __init__(self, authority: Authority | None = None) -> None:
        self.authority = authority or Authority()
        self.signer = self.authority.signer("Headquarters", star="HQ")
        self.ingest, self.evidence = OpeningKey.generate(), OpeningKey.generate()
        self.kept = Kept()
        self.codes: dict[str, str] = {}
        self.members = {star: member_from_officer(officer) for star, officer in officers().items()}
        self.now = AT
        self.poll_s, self.max_batch = 60, 200
        self.orders: tuple[Envelope, ...] = ()
        self.sessions: set[str] = set()
        self.on_part: Callable[[int], None] = lambda number: None
        self.log: list[Asked] = []

    # --- what tests do to it ----------------------------------------------------------

    def backup(self) -> Kept:
        return copy.deepcopy(self.kept)

    def restore(self, backup: Kept, *, says_so: bool = True) -> None:
        """Go back in time; an honest operator opens a new epoch."""
        epoch = self.kept.epoch
        self.kept = copy.deepcopy(backup)
        self.kept.epoch = epoch + 1 if says_so else epoch
        self.sessions.clear()

    def kill(self) -> None:
        """Lose what was only in memory: sessions."""
        self.sessions.clear()

    @property
    def root_pem(self) -> str:
        return pem_of(self.authority.root_der)

    @property
    def certificate_pem(self) -> str:
        return pem_of(self.signer.certificate_der)

    def code(self, star: str = "") -> str:
        secret = f"ABCD-EF23-{len(self.codes):04d}"
        self.codes[secret] = star
        return f"{secret}.{hashlib.sha256(self.authority.root_der).hexdigest()[:32]}"

    def roster(self) -> Envelope:
        roster = m.Roster(version=self.kept.roster_version, members=tuple(self.members.values()))
        return seal_envelope(m.ROSTER_TYPE, msgspec.json.encode(roster), signer=self.signer)

    # --- requests ---------------------------------------------------------------------

    def answer(self, asked: Asked) -> Said:
        self.log.append(asked)
        try:
            answer = self._route(asked)
        except RefusalError as refusal:
            body = msgspec.json.encode(refusal.problem)
            kind = {"Content-Type": "application/problem+json"}
            return Said(refusal.problem.status, body, kind)
        if isinstance(answer, bytes):
            return Said(200 if answer else 204, answer)
        signed = seal_envelope(m.ANSWER_TYPE, msgspec.json.encode(answer), signer=self.signer)
        status = 201 if isinstance(answer, m.Receipt) else 200
        kind = {"Content-Type": "application/json"}
        return Said(status, msgspec.json.encode(signed), kind)

    def _route(self, asked: Asked) -> Any:
        url = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        for method, path, name, wants_session in _ROUTES:
            found = re.fullmatch(path, url.path)
            if found is None or asked.method != method:
                continue
            device = self._device(asked) if wants_session else ""
            request = Request(asked, found.groups(), query, device)
            handler = getattr(self, name) if isinstance(name, str) else partial(name, self)
            return handler(request)
        raise RefusalError("unknown", 404)

    def _device(self, asked: Asked) -> str:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.sessions:
            raise RefusalError("session", 401)
        return token.partition(".")[0]

    def _well_known(self, request: "Request") -> m.WellKnown:
        return m.WellKnown(
            nonce=request.query["nonce"],
            now=self.now,
            epoch=self.epoch,
            versions=("v1",),
            training=1,
        )

    def _root(self, request: "Request") -> bytes:
        return self.root_pem.encode()

    @property
    def epoch(self) -> str:
        return f"epoch-{self.kept.epoch}"

    def _from_device(self, asked: Asked, kind: type[Any]) -> Any:
        envelope = envelope_from_bytes(asked.body)
        said = msgspec.json.decode(envelope.payload_bytes(), type=kind)
        public = self.kept.devices.get(said.device)
        if public is None:
            raise RefusalError("unknown", 404)
        open_envelope(envelope, m.HELLO_TYPE, key=public_key_from_der(public))
        return said

    # --- enrolment --------------------------------------------------------------------

    def _certificate(self, csr_pem: str, common: str, serial: str) -> tuple[str, bytes]:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        key = request.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        der = self.authority.certificate_for(key, common, serial=serial)
        spki = key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem_of(der), spki

    def _enrol_device(self, request: Request) -> m.EnrolAnswer:
        asked: m.EnrolDevice = request.read(m.EnrolDevice)
        if self.codes.get(asked.code) != "":
            raise RefusalError("code", 403)
        certificate, spki = self._certificate(asked.csr_pem, "Device 0A1B", "0A1B")
        self.kept.devices["0A1B"] = spki
        return m.EnrolAnswer(
            device="0A1B",
            certificate_pem=certificate,
            chain_pem=pem_of(*self.authority.chain_der),
            hq_certificate_pem=self.certificate_pem,
            ingest_key=self.ingest.public.encoded,
            evidence_key=self.evidence.public.encoded,
            roster=self.roster(),
            training=1,
            epoch=self.epoch,
        )

    def _enrol_officer(self, request: Request) -> m.EnrolOfficerAnswer:
        (star,) = request.named
        asked: m.EnrolOfficer = self._from_device(request.asked, m.EnrolOfficer)
        if self.codes.get(asked.code) != star or star != asked.star:
            raise RefusalError("code", 403)
        member = self.members[star]
        certificate, _spki = self._certificate(
            asked.csr_pem, f"{member.rank} {member.name}", serial=star
        )
        self.members[star] = msgspec.structs.replace(
            member, certificate=certificate, encryption_key=asked.encryption_key
        )
        self.kept.roster_version += 1
        self.kept.enrolled.add((asked.device, star))
        return m.EnrolOfficerAnswer(
            certificate_pem=certificate,
            chain_pem=pem_of(*self.authority.chain_der),
            roster=self.roster(),
        )

    # --- hello and append -------------------------------------------------------------

    def _hello(self, request: Request) -> m.HelloAnswer:
        hello: m.Hello = self._from_device(request.asked, m.Hello)
        if hello.nonce in self.kept.nonces:
            raise RefusalError("replayed", 409)
        for each in hello.streams:
            key = public_key_from_der(decode_base64(each.public_key))
            assert stream_id_of(key.key) == each.stream
            if each.owner != hello.device and (hello.device, each.owner) not in self.kept.enrolled:
                raise RefusalError("forbidden", 403)
        self.kept.nonces.add(hello.nonce)
        for each in hello.streams:
            known = self.kept.streams.setdefault(each.stream, KeptStream(each, hello.device))
            assert known.device == hello.device
        token = f"{hello.device}.{len(self.kept.nonces)}.{self.kept.epoch}"
        self.sessions.add(token)
        newer = self.kept.roster_version > hello.roster_version
        return m.HelloAnswer(
            nonce=hello.nonce,
            now=self.now,
            epoch=self.epoch,
            heads=tuple(self.kept.streams[each.stream].head for each in hello.streams),
            roster=self.roster() if newer else None,
            next_poll_s=self.poll_s,
            max_batch=self.max_batch,
            session=token,
            orders=self.orders,
        )
