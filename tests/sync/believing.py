"""A line that believes: any 2xx is a receipt, and its own memory is the truth.

Most upload queues are written like this. It is here to show what it costs, and that the
simulation would notice.
"""

import msgspec

from ilocdoc.record.ledger import entry_hash
from ilocdoc.sync.line import PinnedLine, Proven
from ilocdoc.sync.troubles import NotHeadquartersError
from ilocdoc.wire.envelope import Envelope, decode_base64
from ilocdoc.wire.messages import Append, HelloAnswer, Receipt, StreamHead


class BelievingLine(PinnedLine):
    """Fits where a `PinnedLine` is expected, and loses reports."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.remembered: dict[str, StreamHead] = {}
        self.epoch = ""

    def ask(self, method, path, *, body=None, session="", patience_s=0) -> Proven:
        try:
            proven = super().ask(method, path, body=body, session=session, patience_s=patience_s)
        except NotHeadquartersError:
            if not isinstance(body, Append):
                raise
            proven = self._made_up(path, body)
        if path == "/v1/hello":
            return self._as_remembered(proven)
        if isinstance(body, Append):
            receipt = proven.read(Receipt)
            self.remembered[receipt.stream] = StreamHead(
                stream=receipt.stream, seq=receipt.seq, hash=receipt.hash
            )
        return proven

    def _made_up(self, path: str, body: Append) -> Proven:
        envelope = msgspec.convert(body.parcels[-1].envelope, type=Envelope)
        payload = decode_base64(envelope.payload)
        header = msgspec.json.decode(payload)
        receipt = Receipt(
            stream=header["stream"],
            seq=header["seq"],
            hash=entry_hash(payload),
            epoch=self.epoch,
            at="",
            kind="accepted",
        )
        return Proven(payload=msgspec.json.encode(receipt), envelope=envelope)

    def _as_remembered(self, proven: Proven) -> Proven:
        answer = proven.read(HelloAnswer)
        self.epoch = answer.epoch
        heads = tuple(self.remembered.get(head.stream, head) for head in answer.heads)
        changed = msgspec.structs.replace(answer, heads=heads)
        return Proven(payload=msgspec.json.encode(changed), envelope=proven.envelope)
