"""At unlock: is a store older than was recorded elsewhere, and was that released?

A doubt is never accepted in silence and nothing is ever deleted: it is an entry in a ledger
that is not in doubt, it is shown, and the volume is read-only until a supervisor releases it.
What the laptop's store still has of the missing part is then taken back: the entries, so that
the ledger goes on without a fork. What was written in them is with headquarters only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.rollback import Anchor, Rollback
from ilocdoc.vault.anchors import DeviceAnchors, RememberedHead, own_doubt
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.events import event
from ilocdoc.vault.own_stream import OwnStream
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import Envelope, open_envelope, public_keys_from_pem
from ilocdoc.wire.messages import StreamHead

_RELEASERS = frozenset({Role.SUPERVISOR, Role.WATCH_LIEUTENANT})
_ENTRIES_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What is compared: one member's volume and the laptop's store."""

    device: DeviceVolume
    database: Database
    """Of the member's volume."""
    own: OwnStream
    generation: int
    """How often the volume's ways in were changed."""

    @property
    def owner(self) -> OfficerId:
        """Star of the member."""
        return OfficerId(self.own.stream.owner)

    @property
    def anchors(self) -> DeviceAnchors:
        """Of this laptop."""
        return DeviceAnchors(self.device)

    def remembered(self) -> RememberedHead:
        """Return what the member's volume remembers of the laptop's own ledger."""
        stream = device_stream(self.device)
        return RememberedHead(self.database, DeviceSpool(self.device), stream)


def device_stream(volume: DeviceVolume) -> str:
    """Return the laptop's own stream; the empty string before its first entry."""
    own = (each.stream for each in volume.streams() if each.owner == volume.device)
    return next(own, "")


def look_for_rollback(stores: Stores, *, now: datetime) -> Rollback | None:
    """Return the doubt that holds after an unlock, or None. Tells a new one in a ledger."""
    device, anchors = stores.device, stores.anchors
    found = own_doubt(
        stores.own.ledger,
        anchors,
        owner=stores.owner,
        device=device.device,
        generation=stores.generation,
    )
    if found is not None:
        release = anchors.release_of(found)
        if release is not None and _is_released(release, found, roster=device.roster()):
            _take_back(stores, found, release, now=now)
            return None
        if anchors.note(found):
            _tell_in_device_ledger(device, found, now=now)
        return found
    return _doubt_about_laptop(stores, now=now)


def _doubt_about_laptop(stores: Stores, *, now: datetime) -> Rollback | None:
    anchors, laptop = stores.anchors, stores.device.device
    found = stores.remembered().doubt(device=laptop) or _beyond(stores)
    if found is None:
        return next((each for each in anchors.doubts() if each.is_of_laptop), None)
    release = anchors.release_of(found)
    if release is not None and _is_released(release, found, roster=stores.device.roster()):
        return None
    if anchors.note(found):
        with stores.database.transaction():
            stores.own.ledger.append(
                event(
                    EntryKind.ROLLBACK_SUSPECTED,
                    now,
                    by=stores.owner,
                    signer=stores.own.signer,
                    **_said(found),
                )
            )
    return found


def _beyond(stores: Stores) -> Rollback | None:
    """Compare the laptop's own ledger with what headquarters said that it holds of it."""
    stream, spool = device_stream(stores.device), DeviceSpool(stores.device)
    for mark in stores.anchors.marks(stream):
        if spool.hash_at(stream, mark.head.seq) == mark.head.hash:
            continue
        now = spool.head(stream)
        return Rollback(
            owner=OfficerId(stores.device.device),
            anchor=mark.anchor,
            expected_seq=mark.head.seq,
            expected_hash=mark.head.hash,
            found_seq=now.seq,
            found_hash=now.hash,
            device=stores.device.device,
        )
    return None


def _said(found: Rollback) -> dict[str, Any]:
    return {
        "of": found.owner,
        "anchor": found.anchor.value,
        "expected_seq": found.expected_seq,
        "expected_hash": found.expected_hash,
        "found_seq": found.found_seq,
        "found_hash": found.found_hash,
    }


def _tell_in_device_ledger(device: DeviceVolume, found: Rollback, *, now: datetime) -> None:
    DeviceLedger(device).append(
        EntryKind.ROLLBACK_SUSPECTED, now, officer=found.owner, **_said(found)
    )


def _is_released(act: Envelope, found: Rollback, *, roster: tuple[Officer, ...]) -> bool:
    """Check a release: signed by another member who may, about this very doubt."""
    try:
        said = from_canonical(act.payload_bytes())
        member = next((each for each in roster if each.id == said["by"]["id"]), None)
        if member is None or member.id == found.owner or not member.roles & _RELEASERS:
            return False
        keys = public_keys_from_pem(member.certificate)
        named = [keys[each.keyid] for each in act.signatures if each.keyid in keys]
        open_envelope(act, ACT_TYPE, key=named[0])
    except (WireError, KeyError, TypeError, IndexError):
        return False
    about = (said.get("of"), said.get("expected_hash"), said.get("found_hash"))
    return about == (found.owner, found.expected_hash, found.found_hash)


def may_be_taken_back(device: DeviceVolume, found: Rollback) -> bool:
    """Tell whether the laptop's store has everything that a ledger lacks."""
    spool = DeviceSpool(device)
    if found.is_of_laptop or found.anchor is Anchor.GENERATION:
        return True
    owned = (each.stream for each in device.streams() if each.owner == found.owner)
    stream = next(owned, "")
    if found.anchor is Anchor.SEAL:
        return spool.head(stream).seq >= found.expected_seq
    is_same = not found.found_seq or spool.hash_at(stream, found.found_seq) == found.found_hash
    return is_same and spool.hash_at(stream, found.expected_seq) == found.expected_hash


def _take_back(stores: Stores, found: Rollback, release: Envelope, *, now: datetime) -> None:
    """Take back from the spool what the ledger lacks, and say so in it."""
    ledger, spool = stores.own.ledger, DeviceSpool(stores.device)
    parcels, sessions = spool.parcels(
        ledger.stream_id, after=found.found_seq, limit=_ENTRIES_AT_ONCE
    )
    by_id = {each.id: each for each in sessions}
    with stores.database.transaction():
        lost = [ledger.take_back(parcel, by_id[parcel.box.session]) for parcel in parcels]
        ledger.seals.advance(ledger.head()[0] + 1)
        released = from_canonical(release.payload_bytes())
        ledger.append(
            event(
                EntryKind.VOLUME_RESTORED,
                now,
                by=stores.owner,
                signer=stores.own.signer,
                entries=lost,
                released_by=str(released["by"]["id"]),
                **_said(found),
            )
        )
    stores.anchors.forget(ledger.stream_id)
    seq, digest = ledger.head()
    stores.anchors.keep(Anchor.MARK, StreamHead(stream=ledger.stream_id, seq=seq, hash=digest))
