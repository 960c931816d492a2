"""Who is known: members from a file, their keys from enrolment, the signed roster."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from psycopg.rows import TupleRow

from ilocdoc.hq.authority import Keys
from ilocdoc.hq.session_policy import change_policy, policy_message
from ilocdoc.hq.settings import keep_setting, setting
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lifecycle import role_faults
from ilocdoc.record.people import Officer, Role
from ilocdoc.wire.envelope import Envelope, envelope_from_bytes, seal_envelope
from ilocdoc.wire.members import member_from_officer
from ilocdoc.wire.messages import ROSTER_TYPE, Roster

_MOST_STAR_DIGITS = 5
ESCROW_SETTING = "escrow"
"""Where the signed plan of escrow stands (`hq.escrow`)."""
MOST_LAPTOPS = 8
"""Certificates of one member in the roster; the oldest leave it."""
_BEGIN = "-----BEGIN CERTIFICATE-----"


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    star: str
    name: str
    rank: str
    unit: str
    roles: list[str]
    beat: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    members: list[_Row]


def read_roster_file(text: str) -> list[Officer]:
    """Return the members in a roster file (TOML, one `[[members]]` for each).

    Raises:
        InputError: If the file is not sound, a role is unknown, or a member may not hold
            these roles together.
    """
    try:
        rows = msgspec.convert(tomllib.loads(text), type=_File).members
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(f"The roster file is not sound: {error}.") from error
    members = [_member(row) for row in rows]
    if len({each.id for each in members}) != len(members):
        raise InputError("The roster file names a star number twice.")
    return members


def _member(row: _Row) -> Officer:
    if not (row.star.isascii() and row.star.isdecimal() and len(row.star) <= _MOST_STAR_DIGITS):
        raise InputError(f"Star {row.star!r} in the roster file is no star number.")
    try:
        roles = frozenset(Role(each) for each in row.roles)
    except ValueError as error:
        raise InputError(f"Star {row.star} has a role that does not exist: {error}.") from error
    fault = role_faults(roles)
    if fault or not roles:
        raise InputError(f"Star {row.star}: {fault or 'a member has at least one role.'}")
    return Officer(
        id=OfficerId(row.star),
        name=row.name,
        rank=row.rank,
        unit=row.unit,
        beat=row.beat,
        roles=roles,
    )


def take_in_members(connection: Connection, members: Iterable[Officer]) -> int:
    """Add members, and change what the file says otherwise; return how many changed.

    Nobody is removed for not being in a file, and keys from enrolment are kept.
    """
    changed = 0
    for each in members:
        cursor = connection.execute(
            "INSERT INTO member (id, name, rank, unit, beat, roles, certificate, encryption_key) "
            "VALUES (%(id)s, %(name)s, %(rank)s, %(unit)s, %(beat)s, %(roles)s, '', '') "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, rank = excluded.rank, "
            "unit = excluded.unit, beat = excluded.beat, roles = excluded.roles "
            "WHERE (member.name, member.rank, member.unit, member.beat, member.roles) <> "
            "(excluded.name, excluded.rank, excluded.unit, excluded.beat, excluded.roles)",
            {
                "id": each.id,
                "name": each.name,
                "rank": each.rank,
                "unit": each.unit,
                "beat": each.beat,
                "roles": sorted(role.value for role in each.roles),
            },
        )
        changed += cursor.rowcount
    if changed:
        raise_version(connection)
    return changed


def set_member_keys(
    connection: Connection, star: str, *, certificate: str, encryption_key: str
) -> None:
    """Name a member's keys in the roster: mail goes to the newest, acts are signed by any."""
    row = connection.execute(
        "SELECT certificate FROM member WHERE id = %s FOR UPDATE", (star,)
    ).fetchone()
    older = [_BEGIN + each for each in str(row[0] if row else "").split(_BEGIN)[1:]]
    bundle = "".join([certificate, *older][:MOST_LAPTOPS])
    connection.execute(
        "UPDATE member SET certificate = %s, encryption_key = %s WHERE id = %s",
        (bundle, encryption_key, star),
    )
    raise_version(connection)


def raise_version(connection: Connection, *, by: int = 1) -> None:
    """Say that the roster changed: laptops take a higher version only."""
    # The row is locked first, so that two changes never share a number.
    row = connection.execute(
        "SELECT value FROM setting WHERE name = 'roster_version' FOR UPDATE"
    ).fetchone()
    keep_setting(connection, "roster_version", str(int(row[0] if row else 0) + by))


def members(connection: Connection) -> Sequence[Officer]:
    """Return all members by star."""
    rows = connection.execute(
        "SELECT id, name, rank, unit, beat, roles, certificate, encryption_key "
        "FROM member ORDER BY id"
    )
    return [_officer(row) for row in rows]


def member(connection: Connection, star: str) -> Officer | None:
    """Return a member, or None."""
    row = connection.execute(
        "SELECT id, name, rank, unit, beat, roles, certificate, encryption_key "
        "FROM member WHERE id = %s",
        (star,),
    ).fetchone()
    return _officer(row) if row else None


def known_member(connection: Connection, star: str) -> Officer:
    """Return a member.

    Raises:
        RefusedError: If the roster does not know the member.
    """
    found = member(connection, star)
    if found is None:
        raise RefusedError(
            f"Star {star} is not in the roster.", "Add the member to the roster first."
        )
    return found


def _officer(row: TupleRow) -> Officer:
    star, name, rank, unit, beat, roles, certificate, encryption_key = row
    return Officer(
        id=OfficerId(star),
        name=name,
        rank=rank,
        unit=unit,
        beat=beat,
        roles=frozenset(Role(each) for each in roles),
        certificate=certificate,
        encryption_key=encryption_key,
    )


def roster_version(connection: Connection) -> int:
    """Return the version of the roster; it grows with every change."""
    return int(setting(connection, "roster_version"))


def decide_policy(connection: Connection, wanted: Mapping[str, Any]) -> None:
    """Decide parts of the policy of sessions; laptops take it with the next roster.

    Raises:
        InputError: If a value is outside what a laptop follows.
    """
    change_policy(connection, wanted)
    raise_version(connection)


def revoked(connection: Connection) -> tuple[str, ...]:
    """Return stars of members and ids of laptops whose access ended, sorted."""
    return tuple(row[0] for row in connection.execute("SELECT name FROM revocation ORDER BY name"))


def signed_roster(connection: Connection, keys: Keys) -> Envelope:
    """Return the whole roster, signed by headquarters.

    Nothing new is sealed to a member whose access ended; the certificates stay.
    """
    ended, escrow = revoked(connection), setting(connection, ESCROW_SETTING)
    roster = Roster(
        version=roster_version(connection),
        members=tuple(
            member_from_officer(replace(each, encryption_key="") if each.id in ended else each)
            for each in members(connection)
        ),
        revoked=ended,
        escrow=envelope_from_bytes(escrow.encode()) if escrow else None,
        policy=policy_message(connection),
    )
    return seal_envelope(ROSTER_TYPE, msgspec.json.encode(roster), signer=keys.signer)
