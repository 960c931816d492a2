"""The stream of one volume while it is open: opened once, its clock watched, copied out."""

from dataclasses import dataclass

from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.clock_watch import Clocks, ClockWatch, jump_entry
from ilocdoc.vault.database import Database
from ilocdoc.vault.ledger import Ledger
from ilocdoc.vault.seal_chain import stream_opened
from ilocdoc.wire.envelope import Envelope, Signer
from ilocdoc.wire.ledger_copy import LedgerCopy
from ilocdoc.wire.messages import EnrolAnswer, OpenStream, StreamHead
from ilocdoc.wire.sealing import SealingKey

_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(slots=True, kw_only=True)
class OwnStream:
    """A ledger with whoever signs its acts."""

    database: Database
    ledger: Ledger
    stream: OpenStream
    """As it is announced to headquarters."""
    signer: Signer
    """Of the owner; signs acts."""
    answer: EnrolAnswer
    """What headquarters told at enrolment."""
    clock: ClockWatch | None = None

    def begin(self, at: str) -> None:
        """Write the entry that opens the stream, unless it is there.

        Args:
            at: UTC text.
        """
        ledger = self.ledger
        if ledger.seals.has_begun or ledger.holds(EntryKind.STREAM_OPENED):
            return
        ingest = SealingKey(encoded=self.answer.ingest_key)
        with self.database.transaction():
            seal = ledger.seals.begin(next_seq=ledger.head()[0] + 1, ingest=ingest)
            ledger.append(stream_opened(self.stream, at=at, signer=self.signer, seal=seal))

    def watch(self, clock: Clocks) -> None:
        """Note from now on in the ledger when the system clock was set."""
        self.clock = ClockWatch(clock, newest=self.ledger.newest_at())

    def note_jump(self) -> None:
        """Say in the ledger that the clock was set, if it was; needs an open transaction."""
        jump = self.clock.jump() if self.clock else None
        if jump is not None:
            self.ledger.append(jump_entry(jump, actor=self.stream.owner, signer=self.signer))

    def copy(self, *, receipt: Envelope | None, certificates_pem: str) -> LedgerCopy:
        """Return the ledger with all that proves it.

        Args:
            receipt: Headquarters' newest signed answer about this stream.
            certificates_pem: Of the owner, one after the other.
        """
        seq, digest = self.ledger.head()
        # At enrolment the issuing certificate came first, the root last.
        chain = "".join(_BEGIN + each for each in reversed(self.answer.chain_pem.split(_BEGIN)[1:]))
        return LedgerCopy(
            stream=self.stream,
            device=self.answer.device,
            head=StreamHead(stream=self.stream.stream, seq=seq, hash=digest),
            closing=self.ledger.seals.closing(digest),
            training=bool(self.answer.training),
            entries=self.ledger.copied(),
            receipts=(receipt,) if receipt else (),
            certificates_pem=f"{chain}{self.answer.hq_certificate_pem}{certificates_pem}",
        )
