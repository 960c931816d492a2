"""Who takes part: members, their roles, and the roster that headquarters signs."""

from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.ids import OfficerId


class Role(Enum):
    """What a person may do (domain model: life cycle and permission matrix).

    There is no role for an elected official's office, and none can be added by data.
    """

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    WATCH_LIEUTENANT = "watch_lieutenant"
    DETECTIVE = "detective"
    REFERRAL_OFFICER = "referral_officer"
    HQ_REVIEWER = "hq_reviewer"
    RECORDS_OFFICER = "records_officer"
    LEGAL = "legal"
    DATA_ANALYST = "data_analyst"
    AUDITOR = "auditor"
    DEVICE_ADMIN = "device_admin"
    KEY_ADMIN = "key_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A member as the roster names the member."""

    id: OfficerId
    """The star number; also the sign-in name."""
    name: str
    """Given and family name as printed, for example "Alder Quill"."""
    rank: str
    """As printed before the name, for example "P.O."."""
    unit: str
    """Three digits."""
    beat: str = ""
    """Radio call, empty when none."""
    roles: frozenset[Role] = frozenset()
    certificate: str = ""
    """PEM of the signing certificates, one for each laptop, newest first; empty before the
    officer enrolled."""
    encryption_key: str = ""
    """Base64 of the HPKE public key (DER or raw, see `wire.sealing`); empty before enrolment."""

    @property
    def star(self) -> str:
        """The star number, which is the id."""
        return self.id

    @property
    def printed_name(self) -> str:
        """Rank and name as they stand in a document, for example "P.O. Alder Quill"."""
        return f"{self.rank} {self.name}".strip()
