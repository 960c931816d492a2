"""First contact: a laptop, and later an officer on it, become known to headquarters.

The one-time code carries the fingerprint of the agency's root. The root is fetched over a
connection that proves nothing, compared with that fingerprint, and pinned from then on.
"""

import http.client
import ssl
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter

from ilocdoc.record.errors import (
    InputError,
    NotHeadquartersError,
    RefusedByHeadquartersError,
    WireError,
)
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.road import CONNECT_S, Road, base_url, translated
from ilocdoc.sync.troubles import PortalError, ProblemError, UnprovenError
from ilocdoc.wire.envelope import (
    Signer,
    envelope_from_bytes,
    open_envelope,
    public_key_from_pem,
    seal_envelope,
    spki_of,
)
from ilocdoc.wire.messages import (
    ANSWER_TYPE,
    HELLO_TYPE,
    ROSTER_TYPE,
    EnrolAnswer,
    EnrolDevice,
    EnrolOfficer,
    EnrolOfficerAnswer,
    Roster,
)
from ilocdoc.wire.sealing import SealingKey

PIN_DIGITS = 32
_MAX_ROOT_BYTES = 64 * 1024
_CHAIN_LENGTH = 2


def enrol_device(
    url: str, *, code: str, name: str, csr_pem: str, adapter: HTTPAdapter | None = None
) -> tuple[EnrolAnswer, str]:
    """Make this laptop known and return (what to keep, the root to pin, PEM).

    Safe to repeat with the same key: headquarters gives the same answer again.

    Args:
        url: Of headquarters, beginning with https://.
        code: `XXXX-XXXX-XXXX.` and the first 32 hex digits of SHA-256 over the root (DER).
        name: Of the laptop, for people.
        csr_pem: PKCS#10 for the device key.
        adapter: Another way for requests to travel; the pinned one when not given.

    Raises:
        InputError: If address or code are not complete.
        HeadquartersError: If headquarters was not reached, not proven, or said no.
    """
    secret, pin = split_code(code)
    if not pin:
        raise InputError(
            "The code is not complete.",
            "It has three groups, a point and 32 more signs. Copy all of it.",
        )
    root_pem = fetch_root(url, pin=pin)
    road = Road(url, root_pem=root_pem, adapter=adapter)
    asked = EnrolDevice(code=secret, name=name, csr_pem=csr_pem)
    try:
        _status, body = road.send(
            "POST",
            "/v1/enrol",
            msgspec.json.encode(asked),
            headers={"Content-Type": "application/json"},
        )
    except ProblemError as error:
        raise _refusal(error) from error
    finally:
        road.close()
    return _checked(body, root_pem=root_pem, csr_pem=csr_pem), root_pem


def enrol_officer(
    line: PinnedLine,
    *,
    code: str,
    root_pem: str,
    device_signer: Signer,
    ask: EnrolOfficer,
) -> EnrolOfficerAnswer:
    """Make an officer's keys known and return the certificate and the new roster, checked.

    Safe to repeat with the same key.

    Args:
        line: Of the enrolled laptop.
        code: The officer's one-time code, with or without the root's fingerprint.
        root_pem: Pinned when the laptop was enrolled.
        device_signer: The device key.
        ask: Star, device and keys; its code is taken from `code`.

    Raises:
        InputError: If the code is for another headquarters.
        HeadquartersError: If headquarters was not reached, not proven, or said no.
    """
    secret, pin = split_code(code)
    if pin and pin != _fingerprint(_certificate(root_pem)):
        raise InputError("This code is for another headquarters.", "Nothing was sent.")
    payload = msgspec.json.encode(msgspec.structs.replace(ask, code=secret))
    envelope = seal_envelope(HELLO_TYPE, payload, signer=device_signer)
    try:
        proven = line.ask("POST", f"/v1/officers/{ask.star}/enrol", body=envelope)
    except ProblemError as error:
        raise _refusal(error) from error
    answer = proven.read(EnrolOfficerAnswer)
    _require_issued(
        answer.certificate_pem,
        chain_pem=answer.chain_pem,
        root_pem=root_pem,
        csr_pem=ask.csr_pem,
        serial=ask.star,
    )
    roster = _roster(line.open(answer.roster, ROSTER_TYPE))
    if all(member.id != ask.star for member in roster.members):
        raise UnprovenError("Headquarters' roster does not name this officer.")
    return answer


def split_code(code: str) -> tuple[str, str]:
    """Return (one-time secret, fingerprint of the root or empty) of a typed code.

    Raises:
        InputError: If it does not look like a code.
    """
    secret, _point, pin = "".join(code.split()).partition(".")
    secret, pin = secret.upper(), pin.lower()
    pin_is_sound = not pin or (len(pin) == PIN_DIGITS and not set(pin) - set("0123456789abcdef"))
    if not secret.replace("-", "").isalnum() or not secret.isascii() or not pin_is_sound:
        raise InputError("This is not a code of headquarters.", "Copy all of it and try again.")
    return secret, pin


def fetch_root(url: str, *, pin: str) -> str:
    """Return the agency's root (PEM) whose fingerprint the code carries.

    The connection is not verified: the fingerprint alone proves the root.

    Raises:
        InputError: If the address is not an https address.
        HeadquartersError: If nothing answered, or another root came.
    """
    parts = urlsplit(base_url(url))
    unproven = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unproven.check_hostname, unproven.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=CONNECT_S, context=unproven
    )
    try:
        connection.request("GET", f"{parts.path}/v1/root.pem")
        response = connection.getresponse()
        body = response.read(_MAX_ROOT_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise translated(error) from error
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise PortalError
    try:
        root = x509.load_pem_x509_certificate(body)
    except ValueError as error:
        raise PortalError from error
    if _fingerprint(root) != pin:
        raise NotHeadquartersError(
            "The headquarters at this address is not the one that gave the code.",
            "Nothing was sent. Check address and code; if both are right, tell the device desk.",
        )
    return root.public_bytes(serialization.Encoding.PEM).decode()


def _checked(body: bytes, *, root_pem: str, csr_pem: str) -> EnrolAnswer:
    """Return the answer once everything in it leads to the pinned root.

    Headquarters' certificate comes inside the answer that it must prove, so it is read
    first, judged by the root, and only then used to judge the answer.
    """
    try:
        envelope = envelope_from_bytes(body)
        answer = msgspec.json.decode(envelope.payload_bytes(), type=EnrolAnswer)
        _require_chain(answer.hq_certificate_pem, chain_pem=answer.chain_pem, root_pem=root_pem)
        key = public_key_from_pem(answer.hq_certificate_pem)
        open_envelope(envelope, ANSWER_TYPE, key=key)
        _roster(open_envelope(answer.roster, ROSTER_TYPE, key=key))
        for sealing_key in (answer.ingest_key, answer.evidence_key):
            SealingKey(encoded=sealing_key).seal(b"can it be read?", purpose="ilocdoc/enrol")
    except (WireError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnprovenError from error
    _require_issued(
        answer.certificate_pem,
        chain_pem=answer.chain_pem,
        root_pem=root_pem,
        csr_pem=csr_pem,
        serial=answer.device,
    )
    return answer


def _roster(payload: bytes) -> Roster:
    try:
        return msgspec.json.decode(payload, type=Roster)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnprovenError from error


def _require_issued(
    certificate_pem: str, *, chain_pem: str, root_pem: str, csr_pem: str, serial: str
) -> None:
    """Raise unless the certificate is for our key and our id, below the pinned root."""
    certificate = _require_chain(certificate_pem, chain_pem=chain_pem, root_pem=root_pem)
    ours = x509.load_pem_x509_csr(csr_pem.encode()).public_key()
    issued = certificate.public_key()
    named = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if (
        not isinstance(ours, ec.EllipticCurvePublicKey)
        or not isinstance(issued, ec.EllipticCurvePublicKey)
        or spki_of(issued) != spki_of(ours)
        or [each.value for each in named] != [serial]
    ):
        raise UnprovenError("The certificate that came back is not for this laptop's key.")


def _require_chain(certificate_pem: str, *, chain_pem: str, root_pem: str) -> x509.Certificate:
    """Return the certificate if it leads over the issuing one to the pinned root."""
    root, certificate = _certificate(root_pem), _certificate(certificate_pem)
    try:
        chain = x509.load_pem_x509_certificates(chain_pem.encode())
        if len(chain) != _CHAIN_LENGTH or chain[-1] != root:
            raise UnprovenError("A certificate does not lead to the agency's root.")
        certificate.verify_directly_issued_by(chain[0])
        chain[0].verify_directly_issued_by(root)
        issues = chain[0].extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise UnprovenError("A certificate does not lead to the agency's root.") from error
    if not issues:
        raise UnprovenError("A certificate does not lead to the agency's root.")
    return certificate


def _certificate(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise UnprovenError("A certificate cannot be read.") from error


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()[:PIN_DIGITS]


def _refusal(error: ProblemError) -> RefusedByHeadquartersError:
    if error.name != "code":
        return error
    return RefusedByHeadquartersError(
        "Headquarters does not accept this code.",
        "It may be mistyped, used already or too old. Ask for a new one.",
    )
