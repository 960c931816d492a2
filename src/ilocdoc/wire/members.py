"""Members of the roster as they travel."""

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role
from ilocdoc.wire.messages import RosterMember

_KNOWN = frozenset(role.value for role in Role)


def member_from_officer(officer: Officer) -> RosterMember:
    """Return an officer as the roster names the member; roles sorted by value."""
    return RosterMember(
        id=officer.id,
        name=officer.name,
        rank=officer.rank,
        unit=officer.unit,
        beat=officer.beat,
        roles=tuple(sorted(role.value for role in officer.roles)),
        certificate=officer.certificate,
        encryption_key=officer.encryption_key,
    )


def officer_from_member(member: RosterMember) -> Officer:
    """Return the officer whom the roster names.

    A role that this version does not know gives no right here; it is left out, so that a
    newer headquarters does not shut out every laptop.
    """
    return Officer(
        id=OfficerId(member.id),
        name=member.name,
        rank=member.rank,
        unit=member.unit,
        beat=member.beat,
        roles=frozenset(Role(role) for role in member.roles if role in _KNOWN),
        certificate=member.certificate,
        encryption_key=member.encryption_key,
    )
