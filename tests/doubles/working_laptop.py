"""A real laptop folder on which members work: real vault, plain press, small forms."""

import copy
from pathlib import Path

from ilocdoc.casework.shift import Shift
from ilocdoc.record.ids import OfficerId
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.messages import ANSWER_TYPE, Receipt
from tests.doubles.clocks import CountingIds
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.doubles.plain_press import PlainPress
from tests.doubles.small_forms import SmallForms


class WorkingLaptop:
    """`laptop["99001"]` is that member's shift; `close` ends all of them."""

    def __init__(self, folder: Path, *stars: str) -> None:
        self.enrolled = EnrolledLaptop(folder).enrol(*stars)
        self.folder, self.clock = folder, self.enrolled.clock
        self.ids = CountingIds()
        self.station: LaptopStation | None = None
        self.shifts: dict[str, Shift] = {}

    def __getitem__(self, star: str) -> Shift:
        if self.station is None:
            self.station = self.enrolled.station()
        if star not in self.shifts:
            self.shifts[star] = Shift(
                vault=self.station.unlock(OfficerId(star), PASSPHRASE),
                press=PlainPress(),
                forms=SmallForms(),
                clock=self.clock,
                ids=self.ids,
            )
        return self.shifts[star]

    def wrong(self, star: str) -> None:
        """Somebody tries a wrong passphrase."""
        if self.station is None:
            self.station = self.enrolled.station()
        self.station.unlock(OfficerId(star), "not the passphrase")

    def beside(self, folder: Path) -> "WorkingLaptop":
        """A second laptop over a copy of this one's folder, as a thief makes it."""
        other, enrolled = copy.copy(self), copy.copy(self.enrolled)
        enrolled.folder = other.folder = folder
        other.enrolled, other.station, other.shifts = enrolled, None, {}
        return other

    def close(self) -> None:
        for shift in self.shifts.values():
            shift.vault.close()
        self.shifts.clear()
        if self.station is not None:
            self.station.close()
            self.station = None

    def sign_for(self, star: str, *, seq: int = 0) -> None:
        """Headquarters signs for an entry of a member's ledger; the newest by default."""
        entries = self[star].vault.entries()
        entry = entries[seq - 1]
        receipt = Receipt(
            stream=entry.stream,
            seq=entry.seq,
            hash=entry.hash,
            epoch="epoch-1",
            at="2026-10-20T17:00:00.000000Z",
            kind="accepted",
        )
        said = {name: getattr(receipt, name) for name in receipt.__struct_fields__}
        envelope = seal_envelope(ANSWER_TYPE, canonical_bytes(said), signer=self.enrolled.hq)
        assert self.station is not None
        DeviceSpool(self.station.volume).keep_receipt(receipt, envelope)
