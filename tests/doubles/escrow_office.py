"""What headquarters signs about access: a plan of escrow, ended access, wipe orders."""

from datetime import timedelta

import msgspec

from ilocdoc.record.times import utc_text
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.envelope import Envelope, SoftwareKey, seal_envelope
from ilocdoc.wire.escrow import EscrowPlan
from ilocdoc.wire.holder_keys import HolderKey, new_holder_key
from ilocdoc.wire.messages import ESCROW_TYPE, ROSTER_TYPE, WIPE_TYPE, Roster
from ilocdoc.wire.orders import WipeOrder
from tests.doubles.enrolled_laptop import EnrolledLaptop


class EscrowOffice:
    """Headquarters of one laptop, as far as keys are concerned."""

    def __init__(self, laptop: EnrolledLaptop, *, holders: int = 3, threshold: int = 2) -> None:
        self.laptop = laptop
        self.holders: list[HolderKey] = [
            new_holder_key(f"Vault {number}") for number in range(1, holders + 1)
        ]
        self.root = SoftwareKey(laptop.authority.root_key)
        self.revoked: tuple[str, ...] = ()
        self.version = 1
        self.escrow: Envelope | None = None
        self.plan(threshold)

    def plan(self, threshold: int, *, signer: SoftwareKey | None = None, version: int = 0) -> None:
        """Say who opens volumes; the laptop knows it after `publish`."""
        self.version += 1
        said = EscrowPlan(
            version=version or self.version,
            threshold=threshold,
            holders=tuple(each.public for each in self.holders),
        )
        self.escrow = seal_envelope(
            ESCROW_TYPE, msgspec.json.encode(said), signer=signer or self.root
        )

    def publish(self) -> "EscrowOffice":
        """Give the laptop a new roster, as an exchange would."""
        self.version += 1
        ended = self.revoked
        members = (
            msgspec.structs.replace(each, encryption_key="") if each.id in ended else each
            for each in self.laptop.members.values()
        )
        roster = Roster(
            version=self.version, members=tuple(members), revoked=ended, escrow=self.escrow
        )
        envelope = seal_envelope(ROSTER_TYPE, msgspec.json.encode(roster), signer=self.laptop.hq)
        device = DeviceVolume(self.laptop.folder)
        device.keep_roster(msgspec.json.encode(envelope))
        device.close()
        return self

    def order(self, *, signer: SoftwareKey | None = None, **changed: object) -> Envelope:
        """A wipe order for Quill's first generation."""
        now = self.laptop.clock.now()
        order = WipeOrder(
            device="0A1B",
            officer="99001",
            generation=1,
            nonce="ab" * 16,
            made_at=utc_text(now),
            until=utc_text(now + timedelta(days=2)),
            by="99030",
            second="",
        )
        return seal_envelope(
            WIPE_TYPE,
            msgspec.json.encode(msgspec.structs.replace(order, **changed)),
            signer=signer or self.laptop.hq,
        )
