"""The text lanes: ledger entries, then mail out, mail in, and the count of what is kept.

Each step is one request. Nothing is removed here: an entry or letter stays on the laptop
and is merely marked once headquarters signed for it.
"""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from ilocdoc.record.exchange import Line
from ilocdoc.sync.greeting import FORKED, Conversation
from ilocdoc.sync.ports import Laptop
from ilocdoc.sync.tally import Fault, Tally
from ilocdoc.sync.troubles import ProblemError, UnprovenError
from ilocdoc.wire.messages import (
    Append,
    Feed,
    Have,
    HaveAnswer,
    Post,
    PostAnswer,
    Receipt,
)
from ilocdoc.wire.sealing import Delivery, Parcel

BATCH_BYTES = 256 * 1024
"""Of entries or letters in one request; a single larger one still travels, alone."""
BATCH_PARCELS = 100
HAVE_HASHES = 2000
GREET_AGAIN = frozenset({"session", "gap", "unknown"})
"""Problems that a new hello clears up."""
_LACKING = Fault(
    headline="Headquarters lacks entries that it signed for.",
    advice="They are safe on this laptop. Do not reinstall it; call the device desk.",
)
_BROKEN_FEED = Fault(
    headline="Headquarters' mail for one member has a gap.",
    advice="Nothing of it was skipped. Call the device desk.",
)
_LETTER_DIFFERS = Fault(
    headline="Headquarters did not keep one sealed letter of this laptop.",
    advice="It is safe here and is sent again. If this stays, call the device desk.",
    line=Line.FINE,
)
_LETTER_REFUSED = "Headquarters does not take one sealed letter of this laptop."
_FEED_REFUSED = "Headquarters does not hand out the mail of one member on this laptop."


class TextLanes:
    """Steps of text, most urgent first."""

    def __init__(
        self, conversation: Conversation, laptop: Laptop, tally: Tally, *, audit: bool
    ) -> None:
        self._conversation, self._laptop, self._tally = conversation, laptop, tally
        self._letters: list[Delivery] = []
        self._refused_letters: set[str] = set()
        self._one_by_one = False
        self._read: set[str] = set()
        self._audit_left: list[str] | None = None if audit else []

    def step(self) -> bool:
        """Do the most urgent thing; return False when there is nothing to do.

        Raises:
            HeadquartersError: If the line broke or a new hello is needed.
        """
        return self._push() or self._post() or self._read_feeds() or self._audit()

    def look_at_mail_again(self) -> None:
        """Read feeds and the outgoing mail anew at the next step."""
        self._read.clear()
        self._letters.clear()

    # --- entries ----------------------------------------------------------------------

    def _push(self) -> bool:
        spool, conversation = self._laptop.spool, self._conversation
        for stream in spool.streams():
            name = stream.stream
            if name in conversation.set_aside:
                continue
            if name not in conversation.heads:
                conversation.greet()
                return True
            if spool.head(name).seq > conversation.heads[name].seq:
                self._push_batch(name)
                return True
        return False

    def _push_batch(self, stream: str) -> None:
        head = self._conversation.heads[stream]
        limit = max(1, min(BATCH_PARCELS, self._conversation.answer.max_batch))
        parcels, sessions = self._laptop.spool.parcels(stream, after=head.seq, limit=limit)
        batch = parcels[: _fitting(parcels)]
        named = {parcel.box.session for parcel in batch}
        append = Append(
            parcels=tuple(batch), sessions=tuple(each for each in sessions if each.id in named)
        )
        try:
            proven = self._conversation.ask("POST", f"/v1/streams/{stream}/entries", body=append)
        except ProblemError as error:
            if error.name in GREET_AGAIN:
                raise
            refused = Fault(headline=error.headline, advice=error.advice)
            self._conversation.set_stream_aside(stream, FORKED if error.name == "fork" else refused)
            return
        receipt = proven.read(Receipt)
        self._conversation.require_epoch(receipt.epoch)
        if receipt.stream != stream or receipt.seq < head.seq + len(batch):
            raise UnprovenError
        if self._laptop.spool.hash_at(stream, receipt.seq) != receipt.hash:
            self._conversation.set_stream_aside(stream, FORKED)
            return
        self._laptop.spool.keep_receipt(receipt, proven.envelope)
        self._tally.entries += receipt.seq - head.seq
        self._conversation.heads[stream] = msgspec.structs.replace(
            head, seq=receipt.seq, hash=receipt.hash
        )

    # --- mail -------------------------------------------------------------------------

    def _post(self) -> bool:
        if not self._letters:
            self._letters = [
                each
                for each in self._laptop.mailbox.outgoing()
                if each.id not in self._refused_letters
            ]
        if not self._letters:
            return False
        count = 1 if self._one_by_one else _fitting(self._letters)
        batch, self._letters = self._letters[:count], self._letters[count:]
        try:
            proven = self._conversation.ask(
                "POST", "/v1/deliveries", body=Post(deliveries=tuple(batch))
            )
        except ProblemError as error:
            self._letters = []
            if error.name in GREET_AGAIN:
                raise
            self._refuse(batch, error)
            return True
        answer = proven.read(PostAnswer)
        self._conversation.require_epoch(answer.epoch)
        kept = set(answer.kept)
        posted = [each.id for each in batch if each.id in kept]
        self._laptop.mailbox.mark_posted(posted)
        self._tally.posted += len(posted)
        for each in batch:
            if each.id not in kept:
                self._refused_letters.add(each.id)
                self._tally.note(_LETTER_DIFFERS)
        return True

    def _refuse(self, batch: list[Delivery], error: ProblemError) -> None:
        """Send letters alone from now on; a letter refused alone waits for people."""
        self._one_by_one = True
        if len(batch) == 1:
            self._refused_letters.add(batch[0].id)
            self._tally.note_refusal(_LETTER_REFUSED, error)

    def _read_feeds(self) -> bool:
        for officer in self._conversation.officers:
            if officer not in self._read:
                self._read_page(officer)
                return True
        return False

    def _read_page(self, officer: str) -> None:
        after = self._laptop.mailbox.feed_cursor(officer)
        path = f"/v1/feed?officer={quote(officer, safe='')}&after={after}"
        try:
            feed = self._conversation.ask("GET", path).read(Feed)
        except ProblemError as error:
            if error.name in GREET_AGAIN:
                raise
            self._read.add(officer)
            self._tally.note_refusal(_FEED_REFUSED, error)
            return
        self._conversation.require_epoch(feed.epoch)
        if feed.officer != officer:
            raise UnprovenError
        if not feed.items:
            self._read.add(officer)
        for place, each in enumerate(feed.items, start=after + 1):
            if each.cursor != place or each.delivery.to != officer:
                self._read.add(officer)
                self._tally.note(_BROKEN_FEED)
                return
            self._laptop.mailbox.keep_incoming(officer, each.cursor, each.delivery)
            self._tally.received += 1

    # --- audit ------------------------------------------------------------------------

    def _audit(self) -> bool:
        """Ask whether headquarters still has every entry of this laptop.

        Runs when nothing waits to be pushed. An entry added meanwhile is pushed first and
        the audit begins again.
        """
        if self._audit_left is None:
            self._audit_left = list(self._laptop.spool.unconfirmed_hashes())
        if not self._audit_left:
            return False
        asked = self._audit_left[:HAVE_HASHES]
        self._audit_left = self._audit_left[HAVE_HASHES:]
        proven = self._conversation.ask("POST", "/v1/have", body=Have(hashes=tuple(asked)))
        answer = proven.read(HaveAnswer)
        self._conversation.require_epoch(answer.epoch)
        if not answer.missing or self._conversation.set_aside:
            return True
        if self._push():
            self._audit_left = None
        else:
            self._tally.note(_LACKING)
        return True


def _fitting(values: Sequence[Delivery] | Sequence[Parcel]) -> int:
    """Return how many of the values fill one request; at least one."""
    size = 0
    for count, value in enumerate(values):
        size += len(msgspec.json.encode(value))
        if size > BATCH_BYTES:
            return max(1, count)
    return len(values)
