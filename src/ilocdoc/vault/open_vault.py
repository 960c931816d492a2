"""An unlocked officer's vault: what casework changes, all or nothing.

After a commit the sealed copies go to the device's spool. A crash between the two is
healed at the next unlock: the spool asks for what it lacks.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import msgspec

from ilocdoc.record.errors import DiskFaultError, DiskFullError, RefusedError
from ilocdoc.record.ids import DeviceId, OfficerId, ReportId
from ilocdoc.record.people import Officer
from ilocdoc.record.rollback import Anchor, Rollback
from ilocdoc.record.summary import ReportRow
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.evidence_store import VaultEvidence
from ilocdoc.vault.laptop_side import LaptopSide
from ilocdoc.vault.ledger import Ledger, Stream
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.own_stream import OwnStream
from ilocdoc.vault.reading import read_case
from ilocdoc.vault.report_rows import report_rows
from ilocdoc.vault.rollbacks import Stores
from ilocdoc.vault.search_index import SearchIndex
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.transaction import VaultTransaction
from ilocdoc.wire.copies import seal_copy
from ilocdoc.wire.entries import Case, Entry
from ilocdoc.wire.envelope import Signer
from ilocdoc.wire.ledger_copy import LedgerCopy
from ilocdoc.wire.messages import StreamHead
from ilocdoc.wire.sealing import Delivery, SealingKey, open_session, opened_deliveries


class OpenVault:
    """Fits `casework.ports.Vault`; belongs to one thread."""

    def __init__(self, volume: OfficerVolume, *, device: DeviceVolume, officer: OfficerId) -> None:
        """Open the parts of an unlocked volume and heal what a crash left undone."""
        self.volume, self._device = volume, device
        self._database = volume.database
        self._keys = volume.keys()
        self._officer_id = officer
        # Sealing and certifying ask for these off the lane that owns the database.
        answer = device.enrolment().answer
        self._answer, self.device = answer, DeviceId(answer.device)
        self.training = bool(answer.training)
        self._seen_roster: Sequence[Officer] = ()
        self._me: Officer | None = None
        self._look_up_me()
        self._ledger = Ledger(
            self._database,
            Stream(
                stream_id=self._keys.stream_id,
                signer=self._keys.stream,
                session=open_session(SealingKey(encoded=answer.ingest_key)),
            ),
        )
        self.own = OwnStream(
            database=self._database,
            ledger=self._ledger,
            stream=volume.stream(officer),
            signer=self._keys.signer,
            answer=answer,
        )
        self._spool, self._mailbox = DeviceSpool(device), DeviceMailbox(device)
        self.evidence = VaultEvidence(
            self._database,
            officer=officer,
            wrapping_key=self._keys.evidence_key,
            containers=Containers(
                device.evidence_folder,
                readers=[SealingKey(encoded=answer.evidence_key)],
                owner=officer,
            ),
            blobs=DeviceBlobs(device),
        )
        self.evidence.sweep()
        self.finder = SearchIndex(
            self._database,
            me=officer,
            confirmed=lambda: self._spool.confirmed(self._ledger.stream_id),
        )
        self.doubt: Rollback | None = None
        self.stores = Stores(
            device=device,
            database=self._database,
            own=self.own,
            generation=volume.slots.revision,
        )
        self.laptop = LaptopSide(volume, device=device, officer=officer, key=self._keys.opening)
        self._device.add_stream(self.own.stream)
        self._hand_over()

    @contextmanager
    def transaction(self) -> Iterator[VaultTransaction]:
        """Begin a change; durable at the end of the block, undone on any exception."""
        self._look_up_me()
        before = self._database.changes
        with self._database.transaction():
            opened = VaultTransaction(
                self._database, self._ledger, self.evidence, before=self.own.note_jump
            )
            yield opened
            if self._database.changes != before:
                self._require_no_doubt()
            if opened.has_more_to_send:
                self.stores.remembered().keep()
        if opened.has_more_to_send:
            # It is kept already: a spool that cannot take it now asks for it the next time.
            with suppress(DiskFullError, DiskFaultError):
                self._hand_over()

    def _require_no_doubt(self) -> None:
        if self.doubt is not None and self.doubt.is_read_only:
            raise RefusedError(self.doubt.headline, self.doubt.advice)

    def _look_up_me(self) -> None:
        roster = self._device.roster()
        if roster is not self._seen_roster:
            self._seen_roster, self._me = roster, _member(roster, self._officer_id)

    def _hand_over(self) -> None:
        head = self._spool.head(self._ledger.stream_id)
        parcels = self._ledger.parcels_after(head.seq)
        if parcels:
            # One commit for all of them: after a long time away there are many.
            with self._device.database.transaction():
                for entry, parcel, session in parcels:
                    place = StreamHead(stream=entry.stream, seq=entry.seq, hash=entry.hash)
                    self._spool.add_parcel(place, parcel, session)
                self.stores.anchors.keep(Anchor.MARK, place)
        for letter_id, body in self._database.all("SELECT id, body FROM letter ORDER BY rowid"):
            self._mailbox.add_outgoing(msgspec.json.decode(body, type=Delivery))
            self._database.run("DELETE FROM letter WHERE id = ?", (letter_id,))
        self.evidence.hand_over()
        self.laptop.drop_claimed()

    def rows(self) -> Sequence[ReportRow]:
        """Return the report list, newest first."""
        confirmed = self._spool.confirmed(self._ledger.stream_id)
        return report_rows(self._database, me=self._officer_id, confirmed=confirmed)

    def case(self, report_id: ReportId) -> Case:
        """Return all that is known of a report.

        Raises:
            RefusedError: If the report is not known here.
        """
        found = read_case(self._database, report_id)
        if found is None:
            raise RefusedError("This report is not on this laptop.")
        return found

    def entries(self, report_id: ReportId | None = None) -> Sequence[Entry]:
        """Return ledger entries, of one report or all, oldest first."""
        return self._ledger.entries(report_id)

    def signed_for(self) -> StreamHead:
        """Return up to where headquarters signed for this ledger."""
        return self._spool.signed_for(self._ledger.stream_id)[0]

    def ledger_copy(self) -> LedgerCopy:
        """Return the own ledger with all that proves it."""
        receipt = self._spool.signed_for(self._ledger.stream_id)[1]
        return self.own.copy(
            receipt=receipt, certificates_pem=self._me.certificate if self._me else ""
        )

    def deliveries(self) -> Sequence[tuple[Delivery, bytes]]:
        """Return mail for this officer not yet opened; what does not open is left out."""
        opened = {row[0] for row in self._database.all("SELECT id FROM opened")}
        mail = self._mailbox.mail_for(self._officer_id)
        waiting = (each for each in mail if each.id not in opened)
        return opened_deliveries(waiting, key=self._keys.opening)

    def require_sound(self) -> None:
        """Check database pages and the whole ledger.

        Raises:
            DamagedError: If anything is not what was written.
        """
        self._database.check()
        self._ledger.require_sound(self._keys.stream.public)

    def take_keys(self) -> None:
        """Use the keys and the certificate as the volume keeps them now."""
        self._keys = self.volume.keys()

    @property
    def signer(self) -> Signer:
        """The officer's signing key."""
        return self._keys.signer

    @property
    def officer(self) -> Officer:
        """Whose vault this is, as the roster named the member when a change last began.

        Raises:
            RefusedError: If headquarters took the member off the roster.
        """
        if self._me is None:
            raise RefusedError(
                "Headquarters does not list this member any more.", "Call the device desk."
            )
        return self._me

    @property
    def roster(self) -> Sequence[Officer]:
        """All members, as headquarters last signed them."""
        return self._device.roster()

    def next_number(self, day: str) -> int:
        """Return the next report number of a day on this laptop, from 1."""
        return self._device.next_number(day)

    @property
    def root_der(self) -> bytes:
        """The agency's root certificate, pinned at enrolment."""
        return self._keys.signer.chain_der[-1]

    def sealed_copy(self, content: bytes, *, copy_id: str, at: str) -> bytes:
        """Return content as only this officer and headquarters can open it."""
        keys = (self._keys.opening.public, SealingKey(encoded=self._answer.ingest_key))
        return seal_copy(content, copy_id=copy_id, author=self._officer_id, at=at, keys=keys)

    def close(self) -> None:
        """Close the volume; the keys die with the process."""
        self.volume.close()


def _member(roster: Sequence[Officer], officer: OfficerId) -> Officer | None:
    return next((each for each in roster if each.id == officer), None)
