"""The endpoints: each reads a message, asks one function, signs the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
import psycopg
from litestar import Request, Router, get, post, put
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import (
    FromPath,
    FromQuery,
    HeaderParameter,
    JSONBody,
    QueryParameter,
    RawBody,
    SkipValidation,
)
from litestar.types import ControllerRouterHandler

from ilocdoc.hq import enrolling, evidence, receiving
from ilocdoc.hq import feed as mail
from ilocdoc.hq.authority import Keys
from ilocdoc.hq.evidence import Objects
from ilocdoc.hq.problems import bad_request, bad_signature, busy, full
from ilocdoc.hq.sessions import device_of
from ilocdoc.hq.settings import epoch
from ilocdoc.hq.store import BusyError, Connection, Database
from ilocdoc.record.errors import WireError
from ilocdoc.record.times import utc_text
from ilocdoc.wire.envelope import Envelope, open_envelope, seal_envelope
from ilocdoc.wire.messages import (
    ANSWER_TYPE,
    HELLO_TYPE,
    MAX_BATCH_BYTES,
    PART_BYTES,
    Answer,
    Append,
    EnrolDevice,
    EnrolOfficer,
    Have,
    Hello,
    OfferBlob,
    Post,
    WellKnown,
)

VERSIONS = ("v1",)
MAX_MESSAGE_BYTES = 1024 * 1024
MAX_OFFER_BYTES = 8 * 1024 * 1024
"""The digests of the parts of a 100 GiB container."""
MAX_POST_BYTES = 64 * 1024 * 1024
"""A packet with its exhibits, sealed."""

M = TypeVar("M", Hello, EnrolOfficer)


def _nothing() -> None:
    """Stand in for the job that opens bodies where there is none."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Headquarters:
    """What the endpoints work with."""

    keys: Keys
    database: Database
    objects: Objects
    clock: Callable[[], datetime]
    """UTC."""
    wake: Callable[[], None] = _nothing
    """Called when there is something to interpret."""
    has_room: Callable[[], bool] = _always
    """Tells whether the disk has room for more than the database needs to go on."""


HQ = NamedDependency[SkipValidation[Headquarters]]
Device = NamedDependency[str]
"""The laptop whose session token came with the request."""


def require_session(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only who holds a token; runs before the body is read.

    Raises:
        ProblemError: If there is no valid token.
    """
    hq: Headquarters = connection.app.state.hq
    authorization = connection.headers.get("authorization", "")
    connection.state.device = device_of(authorization, secret=hq.keys.secret, now=hq.clock())


def require_room(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse before the body is read what the disk could not keep.

    Raises:
        ProblemError: If there is no room.
    """
    if not connection.app.state.hq.has_room():
        raise full()


def session_device(request: Request[Any, Any, Any]) -> str:
    """Return the laptop behind the token that `require_session` checked."""
    return str(request.state.device)


def signed(hq: Headquarters, answer: Answer) -> Envelope:
    """Return an answer in headquarters' envelope."""
    return seal_envelope(ANSWER_TYPE, msgspec.json.encode(answer), signer=hq.keys.signer)


# --- without a session ----------------------------------------------------------------


@get("/.well-known/ilocdoc", sync_to_thread=True)
def well_known(
    hq: HQ, nonce: Annotated[str, QueryParameter(pattern="^[0-9a-f]{1,64}$")]
) -> Envelope:
    """Prove that this is headquarters."""
    answer = WellKnown(
        nonce=nonce,
        now=utc_text(hq.clock()),
        epoch=hq.database.change(epoch),
        versions=VERSIONS,
        training=int(hq.keys.about.training),
    )
    return signed(hq, answer)


@get("/v1/root.pem", media_type="application/x-pem-file", sync_to_thread=False)
def root_pem(hq: HQ) -> bytes:
    """Return the agency's root, to be compared with the pin of a one-time code."""
    return hq.keys.root_pem.encode()


@post("/v1/enrol", status_code=200, sync_to_thread=True)
def enrol(hq: HQ, data: JSONBody[EnrolDevice]) -> Envelope:
    """Make a laptop known."""
    now = hq.clock()
    return signed(
        hq, hq.database.change(lambda c: enrolling.enrol_device(c, hq.keys, data, now=now))
    )


@post("/v1/officers/{star:str}/enrol", status_code=200, sync_to_thread=True)
def enrol_officer(hq: HQ, star: FromPath[str], data: JSONBody[Envelope]) -> Envelope:
    """Make a member's keys known; the envelope is signed by the laptop."""
    now = hq.clock()
    asked = _open_from_device(hq, data, EnrolOfficer)
    if asked.star != star:
        raise bad_request("The star number differs from the address.")
    return signed(
        hq, hq.database.change(lambda c: enrolling.enrol_officer(c, hq.keys, asked, now=now))
    )


@post("/v1/hello", status_code=200, sync_to_thread=True)
def hello(hq: HQ, data: JSONBody[Envelope]) -> Envelope:
    """Say where the laptop's streams stand here."""
    now = hq.clock()
    said = _open_from_device(hq, data, Hello)
    return signed(hq, hq.database.change(lambda c: receiving.greet(c, hq.keys, said, now=now)))


class _Named(msgspec.Struct):
    device: str


def _open_from_device(hq: Headquarters, envelope: Envelope, kind: type[M]) -> M:
    """Return what a laptop signed.

    Raises:
        ProblemError: If it cannot be read, or the laptop it names did not sign it.
    """
    try:
        # The device is read before it is trusted, only to find the key to check with.
        named = msgspec.json.decode(envelope.payload_bytes(), type=_Named).device
    except (msgspec.DecodeError, UnicodeDecodeError, WireError) as error:
        raise bad_request("The message cannot be read.") from error
    key = hq.database.change(lambda c: enrolling.device_key(c, named))
    try:
        payload = open_envelope(envelope, HELLO_TYPE, key=key)
    except WireError as error:
        raise bad_signature() from error
    try:
        return msgspec.json.decode(payload, type=kind)
    except msgspec.DecodeError as error:
        raise bad_request("The message cannot be read.") from error


# --- with a session -------------------------------------------------------------------


@post(
    "/v1/streams/{stream:str}/entries", request_max_body_size=MAX_BATCH_BYTES, sync_to_thread=True
)
def append(hq: HQ, device: Device, stream: FromPath[str], data: JSONBody[Append]) -> Envelope:
    """Add entries to a stream; 201 means that they are on disk."""
    now = hq.clock()

    def work(connection: Connection) -> Answer:
        return receiving.append(connection, stream, data, device=device, now=now)

    answer = signed(hq, hq.database.change(work))
    hq.wake()
    return answer


@post("/v1/have", status_code=200, sync_to_thread=True)
def have(hq: HQ, data: JSONBody[Have]) -> Envelope:
    """Say which entries headquarters lacks."""
    return signed(hq, hq.database.change(lambda c: receiving.have(c, data)))


@post("/v1/blobs", status_code=200, request_max_body_size=MAX_OFFER_BYTES, sync_to_thread=True)
def offer_blob(hq: HQ, device: Device, data: JSONBody[OfferBlob]) -> Envelope:
    """Say which parts of a container headquarters lacks."""
    now = hq.clock()
    return signed(hq, hq.database.change(lambda c: evidence.offer(c, data, device=device, now=now)))


@put(
    "/v1/blobs/{blob:str}/parts/{number:int}",
    status_code=204,
    request_max_body_size=PART_BYTES,
    sync_to_thread=True,
)
def put_part(
    hq: HQ,
    *,
    blob: FromPath[str],
    number: FromPath[int],
    body: RawBody,
    content_digest: Annotated[str, HeaderParameter(name="Content-Digest")] = "",
) -> None:
    """Keep one part."""
    evidence.take_part(hq.database, hq.objects, blob, number, part=body, digest=content_digest)


@post("/v1/blobs/{blob:str}/complete", status_code=200, sync_to_thread=True)
def complete_blob(hq: HQ, blob: FromPath[str]) -> Envelope:
    """Read a container back and sign for it."""
    return signed(hq, evidence.complete(hq.database, hq.objects, blob, now=hq.clock()))


@post("/v1/deliveries", status_code=200, request_max_body_size=MAX_POST_BYTES, sync_to_thread=True)
def post_mail(hq: HQ, device: Device, data: JSONBody[Post]) -> Envelope:
    """Keep sealed mail."""
    now = hq.clock()
    return signed(hq, hq.database.change(lambda c: mail.post(c, data, device=device, now=now)))


@get("/v1/feed", sync_to_thread=True)
def read_feed(
    hq: HQ,
    device: Device,
    officer: FromQuery[str],
    after: Annotated[int, QueryParameter(ge=0)],
) -> Envelope:
    """Hand out a page of a member's mail."""
    return signed(
        hq, hq.database.change(lambda c: mail.feed(c, officer=officer, after=after, device=device))
    )


# --- operations -----------------------------------------------------------------------


@get("/healthz", media_type="text/plain", sync_to_thread=False)
def healthz() -> str:
    """Say that the process runs."""
    return "ok\n"


@get("/readyz", media_type="text/plain", sync_to_thread=True)
def readyz(hq: HQ) -> str:
    """Say that the database answers.

    Raises:
        ProblemError: If it does not.
    """
    try:
        hq.database.rows("SELECT 1")
    except (BusyError, psycopg.Error) as error:
        raise busy() from error
    return "ok\n"


ROUTES: list[ControllerRouterHandler] = [
    well_known,
    root_pem,
    enrol,
    enrol_officer,
    hello,
    healthz,
    readyz,
    Router(
        path="/",
        guards=[require_session],
        route_handlers=[
            have,
            complete_blob,
            read_feed,
            Router(
                path="/",
                guards=[require_room],
                route_handlers=[append, offer_blob, put_part, post_mail],
            ),
        ],
    ),
]
