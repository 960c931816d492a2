"""A time stamp authority (RFC 3161) of one's own: OpenSSL answers the requests."""

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

SETTINGS = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _rsa() -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class StampAuthority:
    """One root and one key that stamps; RSA, as most public authorities have."""

    folder: Path
    key: Key = field(default_factory=_rsa)
    root_key: Key = field(default_factory=_rsa)
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "settings").write_text(SETTINGS.format(folder=self.folder))
        self.root = self._certificate("Stamp Root", self.root_key, is_root=True)
        self.certificate = self._certificate("Stamp Authority", self.key, is_root=False)
        pem = serialization.Encoding.PEM
        (self.folder / "root.pem").write_bytes(self.root.public_bytes(pem))
        (self.folder / "signer.pem").write_bytes(self.certificate.public_bytes(pem))
        (self.folder / "signer.key").write_bytes(
            self.key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.asked = 0

    def _certificate(self, common: str, key: Key, *, is_root: bool) -> x509.Certificate:
        started = (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(_name("Stamp Root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(FROM)
            .not_valid_after(UNTIL)
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        )
        if not is_root:
            started = started.add_extension(x509.ExtendedKeyUsage([self.purpose]), critical=True)
        return started.sign(self.root_key, hashes.SHA256())

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.DER)

    def ask(self, request: bytes) -> bytes:
        """The answer to a request, both DER."""
        self.asked += 1
        given = self.folder / "request.tsq"
        given.write_bytes(request)
        done = subprocess.run(
            [
                *("openssl", "ts", "-reply", "-queryfile", str(given)),
                *("-config", str(self.folder / "settings"), "-section", "here"),
                *("-inkey", str(self.folder / "signer.key")),
                *("-signer", str(self.folder / "signer.pem")),
            ],
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout
