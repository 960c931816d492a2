"""The laptop before anybody signed in: who has a volume, and unlocking one."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ilocdoc.record.errors import LockedOutError, UnlockError
from ilocdoc.record.ids import ZERO_HASH, OfficerId, Sha256
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.people import Officer
from ilocdoc.record.times import utc_text
from ilocdoc.vault.device_volume import DeviceVolume, known_members
from ilocdoc.vault.ledger import Stream, forge_entry
from ilocdoc.vault.officer_volume import folder_of, officers_in, open_officer_volume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.seal_chain import SealChain, stream_opened
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.upkeep import Tended, Upkeep
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import seal_envelope, spki_of, stream_id_of
from ilocdoc.wire.messages import OpenStream, StreamHead
from ilocdoc.wire.sealing import SealingKey, open_session

MOST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=15)
"""CJIS Security Policy v6.0, AC-7."""


class TellsTime(Protocol):
    """The one thing of the laptop's clock that is needed here."""

    def now(self) -> datetime:
        """Return the system clock: aware, UTC."""


class LaptopStation:
    """The open folder of a laptop; `unlock` gives what casework works with."""

    def __init__(self, data: Path, *, clock: TellsTime) -> None:
        """Open the device volume of a folder.

        Raises:
            InUseError: If another ilocdoc has this folder open.
        """
        self.volume = DeviceVolume(data)
        self._clock = clock

    def officers(self) -> Sequence[Officer]:
        """Return who has a volume on this laptop, by star."""
        # Also whoever's files are missing: signing in tells them so.
        here = known_members(self.volume).union(officers_in(self.volume.folder))
        return sorted(
            (each for each in self.volume.roster() if each.id in here), key=lambda each: each.id
        )

    def unlock(self, officer: OfficerId, passphrase: str) -> OpenVault:
        """Open an officer's volume.

        Raises:
            UnlockError: If the star or the passphrase is wrong; the same for both.
            LockedOutError: If too many tries were wrong.
            DamagedError: If this member's files are not what was written, or missing.
        """
        now, is_known = self._clock.now(), officer in known_members(self.volume)
        if self._tries_around(officer, now) >= MOST_TRIES:
            raise LockedOutError
        if not is_known and officer not in officers_in(self.volume.folder):
            self._note_failure(officer, now)
            raise UnlockError
        folder = folder_of(self.volume.folder, officer)
        try:
            opened = open_officer_volume(
                folder, officer=officer, passphrase=passphrase, is_known=is_known
            )
        except UnlockError:
            self._note_failure(officer, now)
            raise
        self.volume.forget_attempts(officer)
        opened.database.give_room = self.volume.reserve.give_up
        opened.database.tell_fault = self.volume.suspicion.note
        try:
            vault = OpenVault(opened, device=self.volume, officer=officer)
            vault.begin_stream(utc_text(now))
            self._note_unlock(vault, now)
        except BaseException:
            opened.close()
            raise
        return vault

    def upkeep(self, vault: OpenVault) -> Upkeep:
        """Return the job that looks after the volumes of an unlock, for another thread."""
        return Upkeep(
            (
                Tended(
                    database=vault.volume.database,
                    of_whom="the reports of this officer",
                    ledger_key=vault.volume.keys().stream.public,
                ),
                Tended(
                    database=self.volume.database,
                    of_whom="what waits for headquarters",
                    ledger_key=None,
                ),
            ),
            reserve=self.volume.reserve,
            now=self._clock.now(),
            is_suspect=self.volume.suspicion.is_noted,
        )

    def _tries_around(self, officer: OfficerId, now: datetime) -> int:
        # A clock that was wrong and was set right must not lock a member out for years.
        span = [int((now + way * TRIES_WITHIN).timestamp() * 1000) for way in (-1, 1)]
        return self.volume.attempts_between(officer, *span)

    def _note_unlock(self, vault: OpenVault, now: datetime) -> None:
        left = vault.volume.database.migrated_from
        if left:
            note(vault, EntryKind.VOLUME_MIGRATED, now, left=left)
        note(vault, EntryKind.SESSION_UNLOCKED, now)

    def _note_failure(self, officer: str, now: datetime) -> None:
        # People type passphrases into the wrong field: only a star number is written down.
        named = officer if officer in officers_in(self.volume.folder) else "unknown"
        self.volume.note_attempt(named, int(now.timestamp() * 1000))
        DeviceLedger(self.volume).append(EntryKind.SESSION_FAILED, now, officer=named)

    def close(self) -> None:
        """Close the device volume and let the folder go."""
        self.volume.close()


def note(vault: OpenVault, kind: EntryKind, now: datetime, **said: Any) -> None:
    """Add what happened to a volume to its own ledger, signed by its officer.

    Args:
        vault: Open.
        kind: Of the entry.
        now: Aware, UTC.
        said: What the body says beside kind, time and officer; no content of reports.
    """
    at, me = utc_text(now), vault.officer
    act = seal_envelope(
        ACT_TYPE,
        canonical_bytes({"kind": kind.value, "at": at, "by": {"id": me.id}, **said}),
        signer=vault.signer,
    )
    with vault.transaction() as opened:
        opened.append(NewEntry(kind=kind, at=at, ids={"actor": me.id}, act=act))


class DeviceLedger:
    """The laptop's own stream, signed by the device key: enrolments and wrong tries."""

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

    def append(self, kind: EntryKind, now: datetime, **said: str) -> None:
        """Add what the laptop itself has to say; `said` holds identifiers only."""
        at, device = utc_text(now), self._volume.device
        act = seal_envelope(
            ACT_TYPE,
            canonical_bytes({"kind": kind.value, "at": at, "by": {"id": device}, **said}),
            signer=self._stream.signer,
        )
        with self._volume.database.transaction():
            self._begin(at)
            self._add(NewEntry(kind=kind, at=at, ids={"actor": device}, act=act))

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
