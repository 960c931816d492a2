"""The development certificate authority and the folder of headquarters' keys.

One root, one issuing certificate below it, and below that: the TLS server, the key that
signs answers, the laptops and the members. In production the two keys of `offline/` are
made and kept elsewhere; nothing that serves ever reads them.
"""

import ipaddress
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ilocdoc.disk import make_folder, write_file
from ilocdoc.record.errors import HeadquartersError, InputError, RefusedError, WireError
from ilocdoc.wire.envelope import PublicKey, SoftwareKey, key_id_of
from ilocdoc.wire.sealing import OpeningKey

ROOT_YEARS, ISSUING_YEARS, KEY_YEARS = 20, 10, 3
_SECRET_BYTES = 32
_BACK = timedelta(hours=1)
"""A laptop's clock may be behind; a certificate must not look as if it came too early."""
_BACK_IN_TRAINING = timedelta(days=730)
"""Training scenarios play on fixed days, so training certificates reach back to them."""
_YEAR = timedelta(days=365)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a headquarters is called and whether it is a training one."""

    name: str
    training: bool
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a running headquarters needs. Secret: never logged, never sent."""

    about: About
    signer: SoftwareKey
    """Signs answers, receipts and the roster."""
    ingest: OpeningKey
    """Opens ledger bodies."""
    evidence_key: str
    """`SealingKey.encoded`; the private half lies in `offline/`."""
    secret: bytes
    """32 bytes: makes session tokens and the digests of one-time codes."""
    issuing_key: ec.EllipticCurvePrivateKey
    issuing: x509.Certificate
    root: x509.Certificate
    server_certificate: Path
    server_key: Path

    @property
    def root_pem(self) -> str:
        """The agency's root certificate, public."""
        return _pem(self.root)

    @property
    def chain_pem(self) -> str:
        """Issuing certificate, then root."""
        return _pem(self.issuing) + _pem(self.root)

    @property
    def signer_pem(self) -> str:
        """Certificate of the key that signs answers."""
        return _pem(x509.load_der_x509_certificate(self.signer.certificate_der))

    def root_pin(self) -> str:
        """First 32 hex digits of SHA-256 over the root certificate (DER)."""
        return self.root.fingerprint(hashes.SHA256()).hex()[:32]


def make_keys(data: Path, *, about: About, now: datetime) -> None:
    """Make every key of a headquarters; all or nothing.

    Raises:
        RefusedError: If the folder already holds a headquarters; it was not changed.
    """
    folder = data / "keys"
    if folder.exists():
        raise RefusedError(
            "This folder already holds a headquarters.",
            "Its keys were not changed. Choose another folder, or use this one with `serve`.",
        )
    unfinished = data / "keys.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_folder(unfinished / "offline")
    _write_all(unfinished, about=about, now=now)
    unfinished.rename(folder)


def _write_all(folder: Path, *, about: About, now: datetime) -> None:
    maker = _Maker(about, now)
    root_key, issuing_key, server_key, answers_key = (
        ec.generate_private_key(ec.SECP256R1()) for _ in range(4)
    )
    root = maker.authority("Root", root_key.public_key(), years=ROOT_YEARS, by=root_key)
    issuing = maker.authority(
        "Issuing", issuing_key.public_key(), years=ISSUING_YEARS, by=root_key, below=root
    )
    server = maker.leaf(server_key.public_key(), "localhost", by=issuing_key, below=issuing)
    answers = maker.leaf(answers_key.public_key(), "Headquarters", by=issuing_key, below=issuing)
    evidence = OpeningKey.generate()
    files = {
        "about.json": msgspec.json.encode(about),
        "root.pem": _pem(root).encode(),
        "issuing.pem": _pem(issuing).encode(),
        "issuing.key": _private(issuing_key),
        "server.pem": (_pem(server) + _pem(issuing)).encode(),
        "server.key": _private(server_key),
        "answers.pem": _pem(answers).encode(),
        "answers.key": _private(answers_key),
        "ingest.key": OpeningKey.generate().to_bytes(),
        "evidence.public": evidence.public.encoded.encode(),
        "secret.key": os.urandom(_SECRET_BYTES),
        "offline/root.key": _private(root_key),
        "offline/evidence.key": evidence.to_bytes(),
    }
    for name, content in files.items():
        write_file(folder / name, content)


def renew(data: Path, keys: Keys, *, now: datetime) -> None:
    """Give the server and the signer of answers new certificates for the same keys.

    Laptops know the signer by its key, so nothing changes for them.
    """
    maker, folder = _Maker(keys.about, now), data / "keys"
    for name, common in (("server", "localhost"), ("answers", "Headquarters")):
        public = _load(folder / f"{name}.key").public_key()
        made = maker.leaf(public, common, by=keys.issuing_key, below=keys.issuing)
        chain = _pem(keys.issuing) if name == "server" else ""
        write_file(folder / f"{name}.pem", (_pem(made) + chain).encode())


def read_keys(data: Path) -> Keys:
    """Return the keys in a data folder.

    Raises:
        HeadquartersError: If the folder holds no headquarters or a key cannot be read.
    """
    folder = data / "keys"
    try:
        about = msgspec.json.decode((folder / "about.json").read_bytes(), type=About)
    except FileNotFoundError as error:
        raise HeadquartersError(
            "This folder holds no headquarters.", "Make one with `ilocdoc-hq init`."
        ) from error
    except (OSError, msgspec.DecodeError) as error:
        raise _unreadable() from error
    try:
        return _read(folder, about)
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable() from error


def _unreadable() -> HeadquartersError:
    return HeadquartersError(
        "The keys of headquarters cannot be read.",
        "Run as the user who made them, or restore the keys folder from its safe copy.",
    )


def _read(folder: Path, about: About) -> Keys:
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    issuing = x509.load_pem_x509_certificate((folder / "issuing.pem").read_bytes())
    answers = x509.load_pem_x509_certificate((folder / "answers.pem").read_bytes())
    return Keys(
        about=about,
        signer=SoftwareKey(
            _load(folder / "answers.key"),
            certificate_der=_der(answers),
            chain_der=(_der(issuing), _der(root)),
        ),
        ingest=OpeningKey.from_bytes((folder / "ingest.key").read_bytes()),
        evidence_key=(folder / "evidence.public").read_text(),
        secret=(folder / "secret.key").read_bytes(),
        issuing_key=_load(folder / "issuing.key"),
        issuing=issuing,
        root=root,
        server_certificate=folder / "server.pem",
        server_key=folder / "server.key",
    )


def offline_root(folder: Path) -> SoftwareKey:
    """Return the agency's root key from its offline folder; ceremonies alone need it.

    Raises:
        HeadquartersError: If it is not there or cannot be read.
    """
    try:
        return SoftwareKey(_load(folder / "root.key"))
    except (OSError, ValueError, TypeError) as error:
        raise HeadquartersError(
            "The agency's root key cannot be read.", "Bring the offline keys and name their folder."
        ) from error


def certificate_for_member(
    keys: Keys, key: PublicKey, *, name: str, star: str, at: datetime
) -> str:
    """Return a member's signing certificate (PEM).

    Args:
        keys: Of headquarters.
        key: From the member's request; the names in the request are not used.
        name: Rank and name as in the roster.
        star: Stands as serial number in the subject.
        at: Now.
    """
    maker = _Maker(keys.about, at)
    return _pem(maker.leaf(key.key, name, by=keys.issuing_key, below=keys.issuing, serial=star))


def certificate_for_device(keys: Keys, key: PublicKey, *, device: str, at: datetime) -> str:
    """Return a laptop's certificate (PEM)."""
    maker, name = _Maker(keys.about, at), f"Device {device}"
    return _pem(maker.leaf(key.key, name, by=keys.issuing_key, below=keys.issuing, serial=device))


def key_of_request(csr_pem: str) -> PublicKey:
    """Return the key that a certificate request (PKCS#10, PEM) proves to hold.

    Raises:
        InputError: If the request cannot be read or is not signed by its own key.
        WireError: If the key is not P-256.
    """
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        key, sound = request.public_key(), request.is_signature_valid
    except (ValueError, TypeError) as error:
        raise InputError("The certificate request cannot be read.") from error
    if not sound:
        raise InputError("The certificate request is not signed by its own key.")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WireError("The certificate request is for a key that is not accepted.")
    return PublicKey(key_id=key_id_of(key), key=key)


class _Maker:
    """Writes certificates in the name of one department."""

    def __init__(self, about: About, now: datetime) -> None:
        self._about = about
        self._now = now
        self._from = now - (_BACK_IN_TRAINING if about.training else _BACK)

    def _name(self, common: str, serial: str = "") -> x509.Name:
        parts = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, self._about.name),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
        if serial:
            parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
        return x509.Name(parts)

    def authority(
        self,
        common: str,
        key: ec.EllipticCurvePublicKey,
        *,
        years: int,
        by: ec.EllipticCurvePrivateKey,
        below: x509.Certificate | None = None,
    ) -> x509.Certificate:
        """Return a certificate that issues others; self-signed unless `below` another."""
        subject = self._name(f"{self._about.name} {common}")
        started = self._started(subject, key, by=by, below=below, years=years)
        depth = 1 if below is None else 0
        return (
            started.add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
            .add_extension(_usage(issues=True), critical=True)
            .sign(by, hashes.SHA256())
        )

    def leaf(
        self,
        key: ec.EllipticCurvePublicKey,
        common: str,
        *,
        by: ec.EllipticCurvePrivateKey,
        below: x509.Certificate,
        serial: str = "",
    ) -> x509.Certificate:
        """Return a certificate that signs; for "localhost" one that serves TLS."""
        subject = self._name(common, serial)
        started = self._started(subject, key, by=by, below=below, years=KEY_YEARS)
        started = started.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        ).add_extension(_usage(issues=False), critical=True)
        if common == "localhost":
            started = started.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            ).add_extension(_this_machine(), critical=False)
        return started.sign(by, hashes.SHA256())

    def _started(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        by: ec.EllipticCurvePrivateKey,
        below: x509.Certificate | None,
        years: int,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if below is None else below.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._from)
            .not_valid_after(self._now + years * _YEAR)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()),
                critical=False,
            )
        )


def _this_machine() -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not an elliptic curve key")
    return key


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
