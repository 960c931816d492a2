"""Release keys: made on a laptop for each of its officers, shared with headquarters.

Kept in the device volume: a release is checked while the officer's own volume is closed.
Whoever has that volume could release an officer, which opens nothing.
"""

import os

from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.keys import unwrap_secret, wrap_secret
from ilocdoc.wire.release import RELEASE_KEY_BYTES, release_purpose
from ilocdoc.wire.sealing import SealingKey


def sealed_release_key(volume: DeviceVolume, officer: str) -> str:
    """Return the officer's release key sealed to headquarters, for the enrolment.

    It is made at the first call.
    """
    key = release_key(volume, officer)
    if not key:
        key = os.urandom(RELEASE_KEY_BYTES)
        name = _name(officer)
        wrapped = wrap_secret(volume.derived("release"), key, purpose=name)
        volume.database.run("INSERT INTO secret VALUES (?, ?)", (name, wrapped))
    ingest = SealingKey(encoded=volume.enrolment().answer.ingest_key)
    return ingest.seal(key, purpose=release_purpose(volume.device, officer))


def _name(officer: str) -> str:
    return f"release/{officer}"


def release_key(volume: DeviceVolume, officer: str) -> bytes:
    """Return the release key of an officer here; empty when there is none."""
    name = _name(officer)
    rows = volume.database.all("SELECT wrapped FROM secret WHERE name = ?", (name,))
    if not rows:
        return b""
    return unwrap_secret(volume.derived("release"), rows[0][0], purpose=name)
