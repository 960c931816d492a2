"""Laptops and members become known, each with a one-time code from headquarters."""

import base64
import hashlib
import hmac
import os
from datetime import datetime, timedelta

from ilocdoc.hq import roster
from ilocdoc.hq.authority import (
    Keys,
    certificate_for_device,
    certificate_for_member,
    key_of_request,
)
from ilocdoc.hq.looking_again import look_again
from ilocdoc.hq.problems import bad_code, bad_request, not_yours, unknown
from ilocdoc.hq.release_codes import keep_release_key
from ilocdoc.hq.revoking import is_revoked
from ilocdoc.hq.settings import epoch
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import RefusedError
from ilocdoc.wire.envelope import PublicKey, decode_base64, public_key_from_der, spki_of
from ilocdoc.wire.messages import EnrolAnswer, EnrolDevice, EnrolOfficer, EnrolOfficerAnswer
from ilocdoc.wire.sealing import SealingKey

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without those that look alike; five bits each."""
_CODE_LETTERS, _GROUP = 12, 4
_DEVICE_LETTERS = 4
_MOST_NAME_LETTERS = 60
CODE_LIFE = timedelta(hours=72)


# --- one-time codes -------------------------------------------------------------------


def new_code(connection: Connection, keys: Keys, *, officer: str, now: datetime) -> str:
    """Make a code; only its keyed digest is kept.

    Args:
        connection: In a transaction.
        keys: Of headquarters.
        officer: Star of a member, or empty for a laptop.
        now: The clock.

    Returns:
        `XXXX-XXXX-XXXX.` and the pin of the root certificate, so that a laptop knows
        headquarters at first contact.

    Raises:
        RefusedError: If the roster does not know the member, or the access ended.
    """
    if officer:
        roster.known_member(connection, officer)
        if is_revoked(connection, officer):
            raise RefusedError(f"The access of star {officer} ended.", "Give it back first.")
    code = _letters(_CODE_LETTERS)
    connection.execute(
        "INSERT INTO code (digest, officer, made_at, expires_at, used_by) "
        "VALUES (%s, %s, %s, %s, '')",
        (_digest(keys, code), officer, now, now + CODE_LIFE),
    )
    groups = [code[start : start + _GROUP] for start in range(0, _CODE_LETTERS, _GROUP)]
    return f"{'-'.join(groups)}.{keys.root_pin()}"


def _letters(count: int) -> str:
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(count))


def _digest(keys: Keys, typed: str) -> str:
    """Return the keyed digest of a code, however it was typed."""
    code = typed.partition(".")[0].replace("-", "").replace(" ", "").upper()
    said = b"ilocdoc/code/" + code.encode()
    return hmac.new(keys.secret, said, hashlib.sha256).hexdigest()


def _use_code(
    connection: Connection, keys: Keys, typed: str, *, officer: str, key: PublicKey, now: datetime
) -> None:
    """Spend a code on a key. The same key may come again: its answer may have been lost.

    Raises:
        ProblemError: If the code is wrong, for another purpose, too old or spent.
    """
    digest = _digest(keys, typed)
    row = connection.execute(
        "SELECT used_by FROM code WHERE digest = %s AND officer = %s AND expires_at > %s "
        "FOR UPDATE",
        (digest, officer, now),
    ).fetchone()
    if row is None or row[0] not in ("", key.key_id):
        raise bad_code()
    connection.execute("UPDATE code SET used_by = %s WHERE digest = %s", (key.key_id, digest))


# --- laptops --------------------------------------------------------------------------


def enrol_device(
    connection: Connection, keys: Keys, asked: EnrolDevice, *, now: datetime
) -> EnrolAnswer:
    """Make a laptop known, or repeat the answer to the same key.

    Raises:
        ProblemError: If the code or the name is not valid.
        InputError: If the certificate request is not sound.
    """
    if not asked.name.isprintable() or not 0 < len(asked.name) <= _MOST_NAME_LETTERS:
        raise bad_request("A laptop's name has between 1 and 60 letters.")
    key = key_of_request(asked.csr_pem)
    _use_code(connection, keys, asked.code, officer="", key=key, now=now)
    device, certificate = _device_for(connection, keys, asked.name, key=key, now=now)
    if is_revoked(connection, device):
        raise not_yours("This laptop was taken out of service.")
    return EnrolAnswer(
        device=device,
        certificate_pem=certificate,
        chain_pem=keys.chain_pem,
        hq_certificate_pem=keys.signer_pem,
        ingest_key=keys.ingest.public.encoded,
        evidence_key=keys.evidence_key,
        roster=roster.signed_roster(connection, keys),
        training=int(keys.about.training),
        epoch=epoch(connection),
    )


def _device_for(
    connection: Connection, keys: Keys, name: str, *, key: PublicKey, now: datetime
) -> tuple[str, str]:
    public = base64.b64encode(spki_of(key.key)).decode()
    known = connection.execute(
        "SELECT id, certificate FROM device WHERE public_key = %s", (public,)
    ).fetchone()
    if known is not None:
        return str(known[0]), str(known[1])
    while True:
        device = _letters(_DEVICE_LETTERS)
        certificate = certificate_for_device(keys, key, device=device, at=now)
        added = connection.execute(
            "INSERT INTO device (id, name, public_key, certificate, enrolled_at) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
            (device, name, public, certificate, now),
        )
        if added.rowcount:
            return device, certificate


def device_key(connection: Connection, device: str) -> PublicKey:
    """Return the key that a laptop signs with.

    Raises:
        ProblemError: If there is no such laptop.
    """
    row = connection.execute("SELECT public_key FROM device WHERE id = %s", (device,)).fetchone()
    if row is None:
        raise unknown("This laptop is not known. Enrol it again.")
    return public_key_from_der(decode_base64(row[0]))


# --- members --------------------------------------------------------------------------


def enrol_officer(
    connection: Connection, keys: Keys, asked: EnrolOfficer, *, now: datetime
) -> EnrolOfficerAnswer:
    """Make a member's keys on a laptop known, or repeat the answer to the same key.

    Args:
        connection: In a transaction.
        keys: Of headquarters.
        asked: From an envelope whose device signature was checked.
        now: The clock.

    Raises:
        ProblemError: If the code is not valid for this member.
        InputError: If the certificate request is not sound.
        WireError: If the encryption key cannot be read.
    """
    key = key_of_request(asked.csr_pem)
    SealingKey(encoded=asked.encryption_key).seal(b"readable?", purpose="ilocdoc/enrol")
    _use_code(connection, keys, asked.code, officer=asked.star, key=key, now=now)
    member = roster.member(connection, asked.star)
    if member is None:
        raise unknown("This member is not in the roster.")
    if is_revoked(connection, asked.star, asked.device):
        raise not_yours("The access of this member or laptop ended.")
    keep_release_key(
        connection, keys, device=asked.device, officer=asked.star, sealed=asked.release_key
    )
    known = connection.execute(
        "SELECT certificate FROM enrolled WHERE device = %s AND officer = %s AND key_id = %s",
        (asked.device, asked.star, key.key_id),
    ).fetchone()
    if known is None:
        certificate = certificate_for_member(
            keys, key, name=member.printed_name, star=member.star, at=now
        )
        connection.execute(
            "INSERT INTO enrolled (device, officer, key_id, certificate, enrolled_at) "
            "VALUES (%s, %s, %s, %s, %s)",
            (asked.device, asked.star, key.key_id, certificate, now),
        )
        roster.set_member_keys(
            connection, asked.star, certificate=certificate, encryption_key=asked.encryption_key
        )
        look_again(connection, asked.star, now=now)
    else:
        certificate = str(known[0])
    return EnrolOfficerAnswer(
        certificate_pem=certificate,
        chain_pem=keys.chain_pem,
        roster=roster.signed_roster(connection, keys),
    )


def is_enrolled(connection: Connection, *, device: str, officer: str) -> bool:
    """Tell whether a member works on a laptop."""
    row = connection.execute(
        "SELECT 1 FROM enrolled WHERE device = %s AND officer = %s LIMIT 1", (device, officer)
    ).fetchone()
    return row is not None
