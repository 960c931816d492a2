"""What an officer works with between unlock and lock, and how an act is signed."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ilocdoc.casework.ports import Clock, FormShelf, Ids, Press, Vault
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.report import ReportVersion, author_of
from ilocdoc.record.times import utc_text
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Envelope, seal_envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One signed-in officer and the parts the verbs need. Used on the vault lane only."""

    vault: Vault
    press: Press
    forms: FormShelf
    clock: Clock
    ids: Ids
    viewed: set[str] = field(default_factory=set)
    """Files shown since signing in; each is noted once."""

    @property
    def officer(self) -> Officer:
        """Who is signed in."""
        return self.vault.officer

    def now_text(self) -> str:
        """Return the laptop's clock as machine time."""
        return utc_text(self.clock.now())

    def new_id(self) -> str:
        """Return a fresh UUIDv7."""
        return self.ids.new_id()


def by_line(officer: Officer) -> dict[str, str]:
    """Return who acts, as it stands in an act: id, name, rank, star, unit."""
    return asdict(author_of(officer))


def sign_act(shift: Shift, kind: EntryKind, *, at: str, **said: Any) -> Envelope:
    """Return an act of the signed-in officer: who, what, when, and what was said."""
    payload = {"kind": kind.value, "at": at, "by": by_line(shift.officer), **said}
    return seal_envelope(ACT_TYPE, canonical_bytes(payload), signer=shift.vault.signer)


def require_certificate(shift: Shift) -> None:
    """Refuse to sign what others rely on while headquarters does not know the key.

    After a forgotten passphrase an officer has a new signing key. Drafts, evidence and times
    go on; a document or a decision waits for its certificate.

    Raises:
        RefusedError: If the officer's signing key has no certificate yet.
    """
    if not shift.vault.signer.certificate_der:
        raise RefusedError(
            "This waits: headquarters has not certified your new signing key yet.",
            "Everything is kept. Ask the device desk for a code and enter it under "
            "Help, Passphrase and card, when there is a line.",
        )


def sign_decision(
    shift: Shift, kind: EntryKind, version: ReportVersion, *, at: str, **said: Any
) -> Envelope:
    """Return an act of the signed-in officer about a sealed version.

    Raises:
        RefusedError: If the officer's signing key has no certificate yet.
    """
    require_certificate(shift)
    draft = version.draft
    about = {"report": draft.report_id, "author": draft.author.id, "version": draft.version}
    return sign_act(shift, kind, at=at, **about, **said)


def new_entry(kind: EntryKind, act: Envelope, *, at: str, **ids: str) -> NewEntry:
    """Return the entry that carries an act; `ids` are identifiers only."""
    return NewEntry(kind=kind, at=at, ids=ids, act=act)


def act_of(envelope: Envelope) -> dict[str, Any]:
    """Return what an act says. The signature was checked where it came in."""
    value: dict[str, Any] = from_canonical(envelope.payload_bytes())
    return value


def member_of(shift: Shift, officer_id: OfficerId) -> Officer | None:
    """Return a roster member by star number, or None."""
    return next((each for each in shift.vault.roster if each.id == officer_id), None)


def members_with(shift: Shift, *roles: Role, unit: str = "") -> list[Officer]:
    """Return roster members who hold one of the roles and can receive sealed mail.

    Args:
        shift: Whose roster.
        roles: Any of these.
        unit: Prefer members of this unit; when it has none, all are returned.
    """
    able = [
        member
        for member in shift.vault.roster
        if member.encryption_key
        and member.roles.intersection(roles)
        and member.id != shift.officer.id
    ]
    same_unit = [member for member in able if member.unit == unit]
    return same_unit or able
