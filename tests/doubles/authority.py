"""A small real PKI: root, issuing certificate, members."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role
from ilocdoc.wire.envelope import SoftwareKey
from ilocdoc.wire.sealing import OpeningKey

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def _name(common: str, serial: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Training Department"),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if serial:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(parts)


@dataclass
class Authority:
    """Issues certificates that stock tools accept below its root."""

    root_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    issuing_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        self.root = self._certificate("Training Root", self.root_key.public_key(), authority=True)
        self.issuing = self._certificate(
            "Training Issuing", self.issuing_key.public_key(), authority=True
        )

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.DER)

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        return (self.issuing.public_bytes(serialization.Encoding.DER), self.root_der)

    def _certificate(
        self, common: str, public: ec.EllipticCurvePublicKey, *, authority: bool, serial: str = ""
    ) -> x509.Certificate:
        by_root = authority
        issuer_name = _name("Training Root" if by_root else "Training Issuing")
        signer = self.root_key if by_root else self.issuing_key
        usage = x509.KeyUsage(
            digital_signature=not authority,
            content_commitment=not authority,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=authority,
            crl_sign=authority,
            encipher_only=False,
            decipher_only=False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(_name(common, serial))
            .issuer_name(issuer_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(FROM)
            .not_valid_after(UNTIL)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )

    def signer(self, common: str, *, star: str) -> SoftwareKey:
        """A member's signing key with its certificate and chain."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certificate_for(key.public_key(), common, serial=star)
        return SoftwareKey(key, certificate_der=certificate, chain_der=self.chain_der)

    def certificate_for(
        self, public: ec.EllipticCurvePublicKey, common: str, *, serial: str
    ) -> bytes:
        """A certificate (DER) for a key that somebody else made."""
        made = self._certificate(common, public, authority=False, serial=serial)
        return made.public_bytes(serialization.Encoding.DER)


@dataclass
class Member:
    """A member with every key a real one has."""

    officer: Officer
    signer: SoftwareKey
    opening: OpeningKey


CAST = (
    ("99001", "Alder Quill", "P.O.", (Role.OFFICER,)),
    ("99002", "Juniper Vane", "P.O.", (Role.OFFICER,)),
    ("99010", "Rowan Pell", "Sgt", (Role.OFFICER, Role.SUPERVISOR)),
    ("99030", "Sorrel Dane", "Lt", (Role.SUPERVISOR, Role.WATCH_LIEUTENANT)),
    ("99020", "Marlow Finch", "Det.", (Role.DETECTIVE,)),
)


PASSPHRASE = "seven quiet herons over gravel"
"""Of everybody in the cast."""


def pem_of(*ders: bytes) -> str:
    """Certificates (DER) as PEM, one after the other."""
    return "".join(
        x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM).decode()
        for der in ders
    )


def officers() -> dict[str, Officer]:
    """The reserved cast before anybody enrolled: by star number."""
    return {
        star: Officer(
            id=OfficerId(star),
            name=name,
            rank=rank,
            unit="010",
            beat="1012",
            roles=frozenset(roles),
        )
        for star, name, rank, roles in CAST
    }


def cast(authority: Authority) -> dict[str, Member]:
    """The reserved cast, enrolled: by star number."""
    members = {}
    for star, officer in officers().items():
        signer = authority.signer(officer.printed_name, star=star)
        opening = OpeningKey.generate()
        enrolled = replace(
            officer,
            certificate=pem_of(signer.certificate_der),
            encryption_key=opening.public.encoded,
        )
        members[star] = Member(officer=enrolled, signer=signer, opening=opening)
    return members
