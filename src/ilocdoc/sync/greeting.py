"""Hello: headquarters' signed head is the only truth about progress.

What this laptop remembers of earlier exchanges is never believed. Each hello answers
where every stream stands; what has our hash there is confirmed, and pushing goes on from
there. When headquarters went back in time, everything is offered once more.
"""

from collections.abc import Sequence

import msgspec

from ilocdoc.sync.line import PinnedLine, Proven
from ilocdoc.sync.ports import Laptop
from ilocdoc.sync.tally import Fault, Tally
from ilocdoc.sync.troubles import ProblemError, UnprovenError
from ilocdoc.wire.envelope import Envelope, seal_envelope
from ilocdoc.wire.messages import (
    HELLO_TYPE,
    ROSTER_TYPE,
    WIPE_TYPE,
    Hello,
    HelloAnswer,
    Message,
    OpenStream,
    Receipt,
    Roster,
    StreamHead,
)

BEHIND = Fault(
    headline="Headquarters holds newer entries of this laptop than the laptop itself.",
    advice="An old copy of the disk is in use. Nothing was lost. "
    "Do not reinstall; call the device desk.",
)
FORKED = Fault(
    headline="Headquarters holds other entries of this laptop than the laptop itself.",
    advice="Two copies of this laptop may be in use. Nothing was lost. "
    "Do not reinstall; call the device desk.",
)
_STREAM_REFUSED = "Headquarters does not take the entries of one member on this laptop."
_ONE_BY_ONE = {"forbidden", "request"}
"""Problems that one stream can cause for all streams of a hello."""


class Conversation:
    """A session with headquarters and what it said about our streams."""

    def __init__(self, line: PinnedLine, laptop: Laptop, tally: Tally) -> None:
        self._line, self._laptop, self._tally = line, laptop, tally
        self._answer: HelloAnswer | None = None
        self._refused: set[str] = set()
        self.officers: Sequence[str] = ()
        """Whose mail is wanted."""
        self.heads: dict[str, StreamHead] = {}
        """Where headquarters stands, of the streams that may be pushed."""
        self.set_aside: set[str] = set()
        """Streams that cannot be pushed in this exchange; they stay as they are."""

    @property
    def answer(self) -> HelloAnswer:
        """The newest answer to hello."""
        assert self._answer is not None, "hello comes first"
        return self._answer

    def ask(
        self, method: str, path: str, *, body: Message | None = None, patience_s: float = 0
    ) -> Proven:
        """Ask within the session.

        Raises:
            HeadquartersError: As `PinnedLine.ask`.
        """
        return self._line.ask(
            method, path, body=body, session=self.answer.session, patience_s=patience_s
        )

    def put_part(self, path: str, part: bytes, *, sha256: str) -> None:
        """Send a part with this digest (hex) within the session.

        Raises:
            HeadquartersError: As `PinnedLine.put_part`.
        """
        self._line.put_part(path, part, sha256=sha256, session=self.answer.session)

    def require_epoch(self, epoch: str) -> None:
        """Refuse an answer from before headquarters went back in time.

        Raises:
            UnprovenError: If the answer is of another epoch than hello's.
        """
        if epoch != self.answer.epoch:
            raise UnprovenError

    def greet(self) -> None:
        """Say hello, keep what headquarters signed, and decide what may be pushed.

        Raises:
            HeadquartersError: If headquarters was not reached, not proven, or said no.
        """
        self.officers = tuple(self._laptop.officers())
        streams = self._streams()
        try:
            said = self._say(streams)
        except ProblemError as error:
            if not streams or error.name not in _ONE_BY_ONE:
                raise
            self._refuse_single(streams)
            streams = self._streams()
            said = self._say(streams)
        answer, envelope = said
        self._answer = answer
        self._keep_roster(answer)
        self._keep_orders(answer)
        self._judge(streams, answer)
        self._keep_heads(answer, envelope)

    def _streams(self) -> list[OpenStream]:
        known = self._laptop.spool.streams()
        return [each for each in known if each.stream not in self._refused]

    def _refuse_single(self, streams: Sequence[OpenStream]) -> None:
        """Find the streams that headquarters does not take, so that the others go on."""
        for stream in streams:
            try:
                self._say([stream])
            except ProblemError as error:
                self._refused.add(stream.stream)
                self.set_aside.add(stream.stream)
                self._tally.note_refusal(_STREAM_REFUSED, error)

    def _say(self, streams: Sequence[OpenStream]) -> tuple[HelloAnswer, Envelope]:
        try:
            return self._say_once(streams)
        except ProblemError as error:
            # A network that delivers twice spends the nonce with its first copy.
            if error.name != "replayed":
                raise
        return self._say_once(streams)

    def _say_once(self, streams: Sequence[OpenStream]) -> tuple[HelloAnswer, Envelope]:
        nonce, spool = self._laptop.new_nonce(), self._laptop.spool
        hello = Hello(
            device=self._laptop.device,
            nonce=nonce,
            streams=tuple(streams),
            heads=tuple(spool.head(each.stream) for each in streams),
            officers=tuple(self.officers),
            roster_version=spool.roster_version,
        )
        envelope = seal_envelope(HELLO_TYPE, msgspec.json.encode(hello), signer=self._laptop.signer)
        proven = self._line.ask("POST", "/v1/hello", body=envelope)
        answer = proven.read(HelloAnswer)
        named = {each.stream for each in answer.heads}
        if answer.nonce != nonce or any(each.stream not in named for each in streams):
            raise UnprovenError
        return answer, proven.envelope

    def _keep_roster(self, answer: HelloAnswer) -> None:
        if answer.roster is None:
            return
        payload = self._line.open(answer.roster, ROSTER_TYPE)
        try:
            roster = msgspec.json.decode(payload, type=Roster)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnprovenError from error
        if roster.version > self._laptop.spool.roster_version:
            self._laptop.spool.keep_roster(answer.roster)

    def _keep_orders(self, answer: HelloAnswer) -> None:
        """Keep orders for this laptop; the vault carries them out, or refuses."""
        for order in answer.orders:
            self._line.open(order, WIPE_TYPE)
            self._laptop.spool.keep_order(order)

    def _judge(self, streams: Sequence[OpenStream], answer: HelloAnswer) -> None:
        """Sort streams into those that continue headquarters' head and those that do not."""
        theirs = {head.stream: head for head in answer.heads}
        self.heads = {}
        for stream in streams:
            head = theirs[stream.stream]
            if head.seq == 0 or self._laptop.spool.hash_at(head.stream, head.seq) == head.hash:
                self.heads[head.stream] = head
                self.set_aside.discard(head.stream)
            else:
                newer = head.seq > self._laptop.spool.head(head.stream).seq
                self._laptop.spool.note_beyond(head)
                self.set_stream_aside(head.stream, BEHIND if newer else FORKED)

    def set_stream_aside(self, stream: str, fault: Fault) -> None:
        """Leave a stream alone for this exchange; the others go on."""
        self.heads.pop(stream, None)
        self.set_aside.add(stream)
        self._tally.note(fault)

    def _keep_heads(self, answer: HelloAnswer, envelope: Envelope) -> None:
        """Keep headquarters' heads as receipts, and begin again if it went back in time.

        The epoch is kept last: whoever is killed before that begins again once more.
        """
        spool = self._laptop.spool
        is_new_epoch = answer.epoch != spool.epoch()
        is_lower = any(head.seq < spool.confirmed(head.stream) for head in self.heads.values())
        if is_new_epoch or is_lower:
            self._laptop.mailbox.start_over()
            self._laptop.blobs.offer_again()
        for head in self.heads.values():
            if is_new_epoch or head.seq > spool.confirmed(head.stream):
                spool.keep_receipt(_receipt(head, answer), envelope)
        if is_new_epoch:
            spool.keep_epoch(answer.epoch)


def _receipt(head: StreamHead, answer: HelloAnswer) -> Receipt:
    return Receipt(
        stream=head.stream,
        seq=head.seq,
        hash=head.hash,
        epoch=answer.epoch,
        at=answer.now,
        kind="accepted",
    )
