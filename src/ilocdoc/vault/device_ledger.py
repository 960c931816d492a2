"""The laptop's own stream, signed by the device key."""

import base64
from datetime import datetime

import msgspec

from ilocdoc.record.ids import ZERO_HASH, Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.events import event
from ilocdoc.vault.ledger import Stream, forge_entry
from ilocdoc.vault.seal_chain import SealChain, stream_opened
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import spki_of, stream_id_of
from ilocdoc.wire.messages import OpenStream, StreamHead
from ilocdoc.wire.sealing import SealingKey, open_session


class DeviceLedger:
    """The laptop's own stream, signed by the device key: enrolments, wrong tries, tours."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume, self._spool = volume, DeviceSpool(volume)
        key = volume.private_key()
        self._ingest = SealingKey(encoded=volume.enrolment().answer.ingest_key)
        self._stream = Stream(
            stream_id=stream_id_of(key.public.key),
            signer=key,
            session=open_session(self._ingest),
        )
        self._opened = OpenStream(
            stream=self._stream.stream_id,
            public_key=base64.b64encode(spki_of(key.public.key)).decode(),
            owner=volume.device,
            previous="",
        )
        self._seals = SealChain(volume.database, self._stream.stream_id)
        volume.add_stream(self._opened)

    def append(
        self, kind: EntryKind, now: datetime, *, officer: str = "", **said: str | int
    ) -> None:
        """Add what the laptop itself has to say; identifiers and words of our own only."""
        new = event(
            kind, now, by=self._volume.device, signer=self._stream.signer, about=officer, **said
        )
        with self._volume.database.transaction():
            self._begin(new.at)
            self._add(new)

    def _begin(self, at: str) -> None:
        if self._seals.has_begun:
            return
        seal = self._seals.begin(next_seq=self._head().seq + 1, ingest=self._ingest)
        self._add(stream_opened(self._opened, at=at, signer=self._stream.signer, seal=seal))

    def _head(self) -> StreamHead:
        return self._spool.head(self._stream.stream_id)

    def _add(self, new: NewEntry) -> None:
        head = self._head()
        forged = forge_entry(
            new,
            stream=self._stream,
            seq=head.seq + 1,
            prev=Sha256(head.hash) if head.seq else ZERO_HASH,
        )
        place = StreamHead(stream=head.stream, seq=forged.entry.seq, hash=forged.entry.hash)
        seal = self._seals.seal(place.seq, forged.entry.hash)
        parcel = msgspec.structs.replace(forged.parcel, seal=seal)
        self._spool.add_parcel(place, parcel, self._stream.session.sealed)
