"""A laptop as sync sees it: streams with real signatures, mail, evidence, three stores."""

import base64
import hashlib
from random import Random
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.record.ids import ZERO_HASH, Sha256, StreamId
from ilocdoc.record.ledger import ENTRY_TYPE, EntryHeader, EntryKind, entry_hash, header_bytes
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.ports import Laptop
from ilocdoc.wire.envelope import SoftwareKey, seal_envelope, spki_of, stream_id_of
from ilocdoc.wire.messages import OpenStream, StreamHead
from ilocdoc.wire.sealing import Delivery, Parcel, SealedBody, SealedSession
from tests.doubles.clocks import StoppedClock
from tests.doubles.memory_stores import (
    Fuse,
    MemoryBlobs,
    MemoryMailbox,
    MemorySpool,
    Mortal,
)
from tests.doubles.roads import FaultyRoad, InProcess

URL = "https://hq.test"


class PatrolLaptop:
    """Enrolled at a simulated headquarters without the ceremony."""

    def __init__(self, road: FaultyRoad, *, device: str, officers: tuple[str, ...]) -> None:
        self.road, self.device, self.officers = road, device, officers
        self.key = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
        self.stream_keys = {
            star: SoftwareKey(ec.generate_private_key(ec.SECP256R1())) for star in officers
        }
        self.spool, self.blobs, self.mailbox = MemorySpool(), MemoryBlobs(), MemoryMailbox()
        self.spool.others = [self.blobs, self.mailbox]
        self.clock, self.random, self.fuse = StoppedClock(), Random(device), Fuse()
        self.enrol()
        for star in officers:
            self.spool.add_stream(self.opened(star))

    def enrol(self) -> None:
        """Make device and officers known to headquarters, now."""
        kept = self.road.hq.kept
        kept.devices[self.device] = spki_of(self.key.public.key)
        kept.enrolled |= {(self.device, star) for star in self.officers}

    def opened(self, star: str) -> OpenStream:
        public = self.stream_keys[star].public.key
        return OpenStream(
            stream=stream_id_of(public),
            public_key=base64.b64encode(spki_of(public)).decode(),
            owner=star,
            previous="",
        )

    def line(self, kind: type[PinnedLine] = PinnedLine) -> PinnedLine:
        hq = self.road.hq
        return kind(
            URL,
            root_pem=hq.root_pem,
            hq_certificate_pem=hq.certificate_pem,
            adapter=InProcess(self.road),
        )

    def side(self, *, mortal: bool = False) -> Laptop:
        """The laptop for an exchange; a mortal one obeys the fuse."""

        def store(each: Any) -> Any:
            return Mortal(each, self.fuse) if mortal else each

        return Laptop(
            device=self.device,
            signer=self.key,
            officers=lambda: self.officers,
            spool=store(self.spool),
            blobs=store(self.blobs),
            mailbox=store(self.mailbox),
            clock=self.clock,
            new_nonce=lambda: self.random.randbytes(16).hex(),
        )

    # --- what people do ---------------------------------------------------------------

    def submit(self, star: str, *, text: str = "sealed") -> str:
        """Add an entry to an officer's stream; returns its hash."""
        parcel, head, session = self.forge(star, text=text)
        self.spool.add_parcel(head, parcel, session)
        return head.hash

    def forge(self, star: str, *, text: str) -> tuple[Parcel, StreamHead, SealedSession]:
        key = self.stream_keys[star]
        head = self.spool.head(stream_id_of(key.public.key))
        header = EntryHeader(
            stream=StreamId(head.stream),
            seq=head.seq + 1,
            prev=Sha256(head.hash) if head.seq else ZERO_HASH,
            kind=EntryKind.REPORT_SUBMITTED,
            at="2026-10-20T17:00:00.000000Z",
            ids={"actor": star, "n": str(self.random.random())},
            body=Sha256(hashlib.sha256(text.encode()).hexdigest()),
        )
        payload = header_bytes(header)
        envelope = seal_envelope(ENTRY_TYPE, payload, signer=key)
        session = SealedSession(id=f"session-{star}", suite="test", stanza="")
        parcel = Parcel(
            envelope=msgspec.to_builtins(envelope),
            box=SealedBody(session=session.id, key="", nonce="", sealed=text),
        )
        place = StreamHead(stream=head.stream, seq=header.seq, hash=entry_hash(payload))
        return parcel, place, session

    def write(self, sender: str, to: str, *, text: str = "sealed") -> str:
        """Queue sealed mail; returns its id."""
        name = self.random.randbytes(8).hex()
        letter = Delivery(
            id=name,
            to=to,
            sender=sender,
            kind="report",
            at="2026-10-20T17:00:00.000000Z",
            suite="test",
            stanza="",
            nonce="",
            sealed=text,
        )
        self.mailbox.add_outgoing(letter)
        return name

    def attach(self, size: int, *, priority: int = 0) -> str:
        """Queue a container; returns its digest."""
        return self.blobs.add(self.random.randbytes(size), priority=priority)
