"""What the laptop does while nobody is signed in: banner, policy, notes nobody reads there."""

import hashlib

import msgspec

from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.policy import Policy
from ilocdoc.record.times import utc_text
from ilocdoc.vault.lock_notes import LockNotes
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.members import message_from_policy


class LockSide:
    """The lock screen's side of a station."""

    def __init__(self, station: LaptopStation) -> None:
        self._station = station
        self.notes = LockNotes(station.volume)

    def policy(self) -> Policy:
        """Return the policy that holds, and say so in the ledger when it is another one."""
        volume = self._station.volume
        policy = volume.signed_roster().policy
        said = canonical_bytes(msgspec.to_builtins(message_from_policy(policy))).decode()
        known = volume.kept("policy")
        if said == known:
            return policy
        volume.keep("policy", said)
        # The defaults of the program are nobody's decision.
        if known or policy != Policy():
            self._station.write(
                EntryKind.POLICY_CHANGED,
                roster=volume.roster_version,
                policy_sha256=hashlib.sha256(said.encode()).hexdigest(),
                idle_minutes=policy.idle_minutes,
                session_hours=policy.session_hours,
                removable_import=int(policy.removable_import),
            )
        return policy

    def acknowledge(self, banner: str) -> None:
        """Remember that the use banner was acknowledged; the next unlock says so."""
        self._station.acknowledged = {
            "banner_sha256": hashlib.sha256(banner.encode()).hexdigest(),
            "acknowledged_at": utc_text(self._station.clock.now()),
        }
