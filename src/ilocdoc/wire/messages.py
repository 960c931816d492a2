"""What laptop and headquarters say to each other (HTTP bodies, JSON).

Every success answer that changes a laptop's state is an `Envelope` signed by
headquarters' online key whose payload type is `ANSWER_TYPE` and whose payload is the
JSON of one of the `…Answer` types below. Errors are RFC 9457 problems.
"""

import msgspec

from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.sealing import Delivery, Parcel, SealedSession

ANSWER_TYPE = "application/vnd.ilocdoc.answer.v1+json"
HELLO_TYPE = "application/vnd.ilocdoc.hello.v1+json"
ROSTER_TYPE = "application/vnd.ilocdoc.roster.v1+json"
ESCROW_TYPE = "application/vnd.ilocdoc.escrow.v1+json"
WIPE_TYPE = "application/vnd.ilocdoc.wipe.v1+json"
PART_BYTES = 1024 * 1024
"""Evidence travels in parts of this size; the last one may be shorter."""
PROBLEM_PREFIX = "urn:ilocdoc:problem:"
"""Begins the type of every problem (RFC 9457)."""
MAX_BATCH_ENTRIES = 200
MAX_BATCH_BYTES = 8 * 1024 * 1024
"""Of one append request; a laptop sends less."""


def part_count(size_bytes: int) -> int:
    """Return in how many parts a container of this size travels; an empty one is one part."""
    return max(1, -(-size_bytes // PART_BYTES))


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all messages: unknown members are refused at headquarters' door."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers: a laptop ignores members it does not know."""


# --- enrolment ------------------------------------------------------------------------


class EnrolDevice(Message, frozen=True, kw_only=True):
    """POST /v1/enrol: a laptop asks to become known, with a one-time code."""

    code: str
    name: str
    """For people, for example "Car 1012"."""
    csr_pem: str
    """PKCS#10 for the device key (P-256)."""


class EnrolAnswer(Answer, frozen=True, kw_only=True):
    """What a laptop must know to work: kept in the device volume."""

    device: str
    """Four upper-case letters or digits."""
    certificate_pem: str
    chain_pem: str
    """Issuing certificate, then root."""
    hq_certificate_pem: str
    """Of the key that signs answers and receipts."""
    ingest_key: str
    """`SealingKey.encoded` of headquarters: ledger bodies."""
    evidence_key: str
    """`SealingKey.encoded` of headquarters' offline evidence key: evidence containers."""
    roster: Envelope
    """Payload type ROSTER_TYPE, payload `Roster`."""
    training: int
    """1 when this headquarters is a training one."""
    epoch: str


class EnrolOfficer(Message, frozen=True, kw_only=True):
    """POST /v1/officers/{star}/enrol, inside a device-signed envelope (HELLO_TYPE)."""

    code: str
    star: str
    device: str
    csr_pem: str
    """PKCS#10 for the officer's signing key (P-256)."""
    encryption_key: str
    """`SealingKey.encoded` for deliveries to this officer."""
    release_key: str = ""
    """32 bytes sealed to the ingest key (`wire.release`): ends lock-outs of this officer on
    this laptop. Empty from a laptop that has none."""


class EnrolOfficerAnswer(Answer, frozen=True, kw_only=True):
    """The officer's certificate and the roster that now names the officer's keys."""

    certificate_pem: str
    chain_pem: str
    roster: Envelope


class RosterMember(Answer, frozen=True, kw_only=True):
    """A member; roles are values of `record.people.Role`."""

    id: str
    name: str
    rank: str
    unit: str
    beat: str
    roles: tuple[str, ...]
    certificate: str
    """PEM, one certificate for each enrolment, newest first; empty before the first."""
    encryption_key: str


class SessionPolicy(Answer, frozen=True, kw_only=True):
    """What headquarters decides about sessions; `record.policy.Policy` has the limits."""

    idle_minutes: int
    session_hours: int
    banner: str
    """Empty for the banner that comes with the program."""
    removable_import: int
    """0 where no file may be taken in from a stick or card."""


class Roster(Answer, frozen=True, kw_only=True):
    """All members known to headquarters; a higher version replaces a lower one."""

    version: int
    members: tuple[RosterMember, ...]
    revoked: tuple[str, ...] = ()
    """Stars of members, and ids of laptops, whose access ended. They stay in `members`,
    without an encryption key: what they signed before must still be checked."""
    escrow: Envelope | None = None
    """Payload type ESCROW_TYPE, payload `wire.escrow.EscrowPlan`, signed by the agency's
    root; absent while headquarters has no escrow."""
    policy: SessionPolicy | None = None
    """None until headquarters decided something: the defaults hold."""


# --- hello and ledgers ----------------------------------------------------------------


class StreamHead(Message, frozen=True, kw_only=True):
    """Where a stream stands on one side."""

    stream: str
    seq: int
    """0 when the stream is empty."""
    hash: str


class OpenStream(Message, frozen=True, kw_only=True):
    """A stream the laptop writes: public key (base64 SubjectPublicKeyInfo) and owner."""

    stream: str
    public_key: str
    owner: str
    """Star number, or the device id for the device's own stream."""
    previous: str
    """Stream that this one follows after a re-image or clone; empty otherwise."""


class Hello(Message, frozen=True, kw_only=True):
    """POST /v1/hello, inside a device-signed envelope (HELLO_TYPE)."""

    device: str
    nonce: str
    """32 hex digits; echoed, so that a recorded answer is refused."""
    streams: tuple[OpenStream, ...]
    """All streams of this laptop; headquarters opens those it does not know."""
    heads: tuple[StreamHead, ...]
    officers: tuple[str, ...]
    """Star numbers with a volume here: their deliveries are wanted."""
    roster_version: int


class HelloAnswer(Answer, frozen=True, kw_only=True):
    """Headquarters' truth about progress."""

    nonce: str
    now: str
    epoch: str
    heads: tuple[StreamHead, ...]
    """One for each stream asked about."""
    roster: Envelope | None
    """Present when headquarters' roster is newer."""
    next_poll_s: int
    max_batch: int
    session: str
    """Bearer token (15 minutes, bound to the device) for the other endpoints."""
    orders: tuple[Envelope, ...] = ()
    """Payload type WIPE_TYPE, payload `wire.orders.WipeOrder`: those for this laptop that
    have not expired. One that was carried out comes again until then."""


class Append(Message, frozen=True, kw_only=True):
    """POST /v1/streams/{stream}/entries: parcels in order of seq, without gaps."""

    parcels: tuple[Parcel, ...]
    sessions: tuple[SealedSession, ...]
    """Every session that a parcel names."""


class Receipt(Answer, frozen=True, kw_only=True):
    """Inside the signed answer to an append: `seq` and `hash` are durable at HQ."""

    stream: str
    seq: int
    hash: str
    epoch: str
    at: str
    kind: str
    """accepted."""


class Have(Message, frozen=True, kw_only=True):
    """POST /v1/have: which of these entry hashes do you lack?"""

    hashes: tuple[str, ...]


class HaveAnswer(Answer, frozen=True, kw_only=True):
    """The hashes that headquarters lacks."""

    missing: tuple[str, ...]
    epoch: str
    """As in every answer that a laptop acts on: one from before a restore is refused."""


# --- evidence -------------------------------------------------------------------------


class OfferBlob(Message, frozen=True, kw_only=True):
    """POST /v1/blobs: a container as it lies on disk, in parts of PART_BYTES."""

    sha256: str
    """Of the whole container."""
    size_bytes: int
    parts: tuple[str, ...]
    """SHA-256 of each part in order."""


class OfferAnswer(Answer, frozen=True, kw_only=True):
    """Which parts (by number from 0) headquarters still lacks."""

    sha256: str
    missing: tuple[int, ...]
    complete: int


class BlobReceipt(Answer, frozen=True, kw_only=True):
    """Inside the signed answer to POST /v1/blobs/{sha256}/complete."""

    sha256: str
    size_bytes: int
    epoch: str
    at: str


# --- deliveries -----------------------------------------------------------------------


class Post(Message, frozen=True, kw_only=True):
    """POST /v1/deliveries: idempotent by delivery id."""

    deliveries: tuple[Delivery, ...]


class PostAnswer(Answer, frozen=True, kw_only=True):
    """Ids that headquarters now keeps."""

    kept: tuple[str, ...]
    epoch: str


class FeedItem(Answer, frozen=True, kw_only=True):
    """A delivery with its place in the recipient's feed."""

    cursor: int
    """Counts from 1 per recipient, without gaps."""
    delivery: Delivery


class Feed(Answer, frozen=True, kw_only=True):
    """GET /v1/feed?officer=&after=: deliveries for one officer, oldest first."""

    officer: str
    items: tuple[FeedItem, ...]
    epoch: str


class WellKnown(Answer, frozen=True, kw_only=True):
    """GET /.well-known/ilocdoc?nonce=: proof that this is headquarters."""

    nonce: str
    now: str
    epoch: str
    versions: tuple[str, ...]
    training: int


class Problem(Answer, frozen=True, kw_only=True):
    """RFC 9457 problem details; clients switch on `type`, never on text."""

    type: str
    """urn:ilocdoc:problem:gap, :fork, :code, :signature, :size, :unknown, :busy …"""
    title: str
    status: int
    detail: str = ""
    head_seq: int = 0
    """With gap and fork: where headquarters stands."""
    head_hash: str = ""
