"""Revocation lists (X.509 CRL): which certificates of members no longer count, and since when.

The issuing certificate signs the list of members and laptops. The root's list, of issuing
certificates, is made where the root's key lies and kept beside the public certificates.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.disk import write_file
from ilocdoc.hq.authority import Keys
from ilocdoc.hq.roster import members
from ilocdoc.hq.store import Connection

MEMBERS_DAYS, ROOT_DAYS = 7, 365
"""How long a list counts as the newest."""
_ROOT_LIST = "root.crl"


def revoked_certificates(connection: Connection) -> dict[int, datetime]:
    """Return serial numbers of members' certificates whose access ended, and since when."""
    rows = connection.execute("SELECT name, ended_at FROM revocation").fetchall()
    ended: dict[str, datetime] = {str(name): at for name, at in rows}
    return {
        certificate.serial_number: ended[member.star]
        for member in members(connection)
        if member.star in ended and member.certificate
        for certificate in x509.load_pem_x509_certificates(member.certificate.encode())
    }


def members_list(keys: Keys, revoked: Mapping[int, datetime], *, now: datetime) -> bytes:
    """Return the list of members' certificates (DER), signed by the issuing certificate."""
    return _signed(keys.issuing, keys.issuing_key, revoked, now=now, days=MEMBERS_DAYS)


def root_list(data: Path, keys: Keys, *, now: datetime) -> bytes:
    """Return the root's list (DER): newly made where its key lies, else the one kept.

    Empty when neither is here. No issuing certificate was ever revoked.
    """
    folder = data / "keys"
    key_file, kept = folder / "offline" / "root.key", folder / _ROOT_LIST
    if not key_file.exists():
        return kept.read_bytes() if kept.exists() else b""
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "the root key is of our making"
    made = _signed(keys.root, key, {}, now=now, days=ROOT_DAYS)
    write_file(kept, made)
    return made


def _signed(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    revoked: Mapping[int, datetime],
    *,
    now: datetime,
    days: int,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        # Seconds since 1970: grows with every list, as RFC 5280 5.2.3 asks.
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for serial, since in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
