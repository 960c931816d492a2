"""The evidence lane: containers in content-addressed parts, one part a step.

Headquarters says which parts it lacks, so a broken upload goes on where it stopped, and a
part may be sent twice. Only the signed receipt for the whole container counts.
"""

import hashlib
from dataclasses import dataclass, field

from ilocdoc.record.errors import DamagedError
from ilocdoc.record.exchange import Line
from ilocdoc.sync.greeting import Conversation
from ilocdoc.sync.ports import Blob, Laptop
from ilocdoc.sync.tally import Fault, Tally
from ilocdoc.sync.troubles import ProblemError, UnprovenError
from ilocdoc.wire.messages import PART_BYTES, BlobReceipt, OfferAnswer, OfferBlob, part_count

DIGESTS_A_STEP = 16
MOST_TRIES = 4
"""Of one part in a row, and of one whole container, within an exchange."""
_READ_BACK_BYTES_PER_S = 20 * PART_BYTES
"""How fast headquarters reads a container back before it signs, at the least."""
_SAY_HELLO = frozenset({"session"})
_NOT_WHOLE = frozenset({"digest", "unknown"})
_DAMAGED = Fault(
    headline="A file of evidence on this laptop is damaged or missing.",
    advice="The other files are sent. Take the laptop to the device desk; do not reinstall it.",
    line=Line.FINE,
)
_DAMAGED_MARK: tuple[str, ...] = ()
_REFUSED = "Headquarters does not take one file of evidence."


@dataclass(slots=True, kw_only=True)
class _Upload:
    """How far one container came in this exchange."""

    digests: list[str] = field(default_factory=list)
    whole: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    missing: list[int] | None = None
    """Parts that headquarters lacks; None before it was asked."""
    part_tries: int = 0
    rounds: int = 0
    """How often the whole was refused or the offer forgotten."""


class EvidenceLane:
    """Steps of evidence, most urgent file first."""

    def __init__(self, conversation: Conversation, laptop: Laptop, tally: Tally) -> None:
        self._conversation, self._laptop, self._tally = conversation, laptop, tally
        self._uploads: dict[str, _Upload] = {}
        self._given_up: set[str] = set()

    def step(self) -> bool:
        """Bring the most urgent file one step further; False when there is none.

        Raises:
            HeadquartersError: If the line broke or a new hello is needed.
        """
        for blob in self._laptop.blobs.waiting_blobs():
            if blob.sha256 not in self._given_up:
                self._advance(blob, self._uploads.setdefault(blob.sha256, _Upload()))
                return True
        return False

    def _advance(self, blob: Blob, upload: _Upload) -> None:
        try:
            self._next(blob, upload)
        except DamagedError:
            self._laptop.part_digests[blob.sha256] = _DAMAGED_MARK
            self._give_up(blob, _DAMAGED)
        except ProblemError as error:
            if error.name in _SAY_HELLO:
                raise
            if error.name not in _NOT_WHOLE or not self._may_try_again(upload, error):
                self._give_up(blob, Fault(headline=_REFUSED, advice=error.advice))

    def _may_try_again(self, upload: _Upload, error: ProblemError) -> bool:
        """Count a refusal that sending again can mend."""
        if upload.missing and error.name == "digest":
            upload.part_tries += 1
        else:
            upload.rounds, upload.missing = upload.rounds + 1, None
        return max(upload.part_tries, upload.rounds) < MOST_TRIES

    def _give_up(self, blob: Blob, fault: Fault) -> None:
        self._given_up.add(blob.sha256)
        self._tally.note(fault)

    def _next(self, blob: Blob, upload: _Upload) -> None:
        digests = self._laptop.part_digests.get(blob.sha256)
        if digests == _DAMAGED_MARK:
            raise DamagedError
        if digests is None:
            self._read_digests(blob, upload)
        elif upload.missing is None:
            self._offer(blob, upload, digests)
        elif upload.missing:
            self._send_part(blob, upload, digests)
        else:
            self._complete(blob)

    def _read_digests(self, blob: Blob, upload: _Upload) -> None:
        """Read some parts; at the end compare the whole, before anything is sent."""
        count = part_count(blob.size_bytes)
        start = len(upload.digests)
        for number in range(start, min(count, start + DIGESTS_A_STEP)):
            part = blob.part(number)
            upload.whole.update(part)
            upload.digests.append(hashlib.sha256(part).hexdigest())
        if len(upload.digests) < count:
            return
        if upload.whole.hexdigest() != blob.sha256:
            raise DamagedError
        self._laptop.part_digests[blob.sha256] = tuple(upload.digests)

    def _offer(self, blob: Blob, upload: _Upload, digests: tuple[str, ...]) -> None:
        offer = OfferBlob(sha256=blob.sha256, size_bytes=blob.size_bytes, parts=digests)
        answer = self._conversation.ask("POST", "/v1/blobs", body=offer).read(OfferAnswer)
        if answer.sha256 != blob.sha256 or any(
            not 0 <= number < len(digests) for number in answer.missing
        ):
            raise UnprovenError
        upload.missing = [] if answer.complete else list(answer.missing)

    def _send_part(self, blob: Blob, upload: _Upload, digests: tuple[str, ...]) -> None:
        assert upload.missing, "asked for before"
        number = upload.missing[0]
        part = blob.part(number)
        if hashlib.sha256(part).hexdigest() != digests[number]:
            raise DamagedError
        path = f"/v1/blobs/{blob.sha256}/parts/{number}"
        self._conversation.put_part(path, part, sha256=digests[number])
        upload.missing.pop(0)
        upload.part_tries = 0
        self._tally.size_bytes += len(part)

    def _complete(self, blob: Blob) -> None:
        proven = self._conversation.ask(
            "POST",
            f"/v1/blobs/{blob.sha256}/complete",
            patience_s=blob.size_bytes / _READ_BACK_BYTES_PER_S,
        )
        receipt = proven.read(BlobReceipt)
        self._conversation.require_epoch(receipt.epoch)
        if (receipt.sha256, receipt.size_bytes) != (blob.sha256, blob.size_bytes):
            raise UnprovenError
        self._laptop.blobs.keep_blob_receipt(receipt, proven.envelope)
        self._laptop.part_digests.pop(blob.sha256, None)
        self._tally.files += 1
