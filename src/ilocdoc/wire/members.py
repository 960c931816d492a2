"""Members of the roster, and the policy beside them, as they travel."""

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.policy import Policy, clamped
from ilocdoc.wire.messages import RosterMember, SessionPolicy

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


def message_from_policy(policy: Policy) -> SessionPolicy:
    """Return a policy as the roster carries it."""
    return SessionPolicy(
        idle_minutes=policy.idle_minutes,
        session_hours=policy.session_hours,
        banner=policy.banner,
        removable_import=int(policy.removable_import),
    )


def policy_from_message(message: SessionPolicy | None) -> Policy:
    """Return the policy that holds, within what is allowed; the defaults for None."""
    if message is None:
        return Policy()
    return clamped(
        Policy(
            idle_minutes=message.idle_minutes,
            session_hours=message.session_hours,
            banner=message.banner,
            removable_import=bool(message.removable_import),
        )
    )
