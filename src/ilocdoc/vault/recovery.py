"""Recovery by headquarters' escrow: holders who came together open an officer's volume.

Either the officer gets a new way in, under a new volume key and with a new secret, or what
the volume holds is written out readable. The officer's signing key is not recovered: it
lies under the personal key, which no escrow holds, so nobody can ever sign for the officer.
The officer enrols again and signs with a new key from then on.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.record.errors import DamagedError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import (
    EvidenceItem,
    canonical_text,
    draft_to_json,
    version_to_json,
)
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import open_escrow
from ilocdoc.vault.files import disk_errors, is_there, make_folder, replace_file
from ilocdoc.vault.keys import (
    new_private_key,
    private_to_bytes,
    unwrap_secret,
    wrap_secret,
)
from ilocdoc.vault.officer_volume import SIGNING, OfficerVolume, folder_of
from ilocdoc.vault.passphrase_slots import fresh_keys, make_passphrase_slot
from ilocdoc.vault.passphrases import require_good
from ilocdoc.vault.reading import read_case
from ilocdoc.vault.renewal import note_generation, other_slots
from ilocdoc.vault.rotation import Renewed, rotate
from ilocdoc.vault.slots import SLOTS_FILE, derive, read_slots
from ilocdoc.wire.sealing import OpeningKey
from ilocdoc.wire.stretching import KdfCost

BLOCK_BYTES = 1024 * 1024
"""Read and written at once."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def open_for_holders(
    device: DeviceVolume, officer: str, keys: Sequence[OpeningKey]
) -> OfficerVolume:
    """Open a volume with the keys of holders who came together.

    Args:
        device: Of the laptop's folder, or of a copy of it.
        officer: Star.
        keys: In any order; more than needed do no harm.

    Raises:
        RefusedError: If the holders are not enough, or there is no escrow.
        WireError: If a box was altered.
        DamagedError: If the volume is missing or not what was written.
    """
    folder = folder_of(device.folder, officer)
    slots = read_slots(folder / SLOTS_FILE)
    opened = open_escrow(slots, keys)
    if not is_there(folder / slots.database):
        raise DamagedError("The reports of this officer are missing in this folder.")
    return OfficerVolume(folder, slots=slots, opened=opened)


def give_new_way_in(
    volume: OfficerVolume,
    passphrase: str,
    *,
    device: DeviceVolume,
    at: str,
    cost: KdfCost | None = None,
) -> OfficerVolume:
    """Return the volume under a new key, open to the officer's new passphrase.

    The key that the holders saw opens nothing afterwards, nor does any slot of before. The
    new signing key has no certificate until the officer enrols again.

    Args:
        volume: Opened by the holders.
        passphrase: New: a secret that was lost is never used again.
        device: Of the laptop.
        at: UTC text.
        cost: Of one guess.

    Raises:
        InputError: If the passphrase does not meet the policy.
        DiskFullError: If there is no room; the volume is as it was.
        VaultError: If the disk refuses.
    """
    officer, generation = volume.slots.volume, volume.slots.generation + 1
    require_good(passphrase, about=(officer,))
    slot, opened = make_passphrase_slot(
        fresh_keys(), officer=officer, passphrase=passphrase, made_at=at, cost=cost
    )

    def put_signing_key(copy: Database) -> None:
        secret = private_to_bytes(new_private_key())
        wrapped = wrap_secret(opened.personal_key, secret, purpose=SIGNING)
        copy.run("INSERT OR REPLACE INTO secret VALUES (?, ?)", (SIGNING, wrapped))
        copy.run("INSERT OR REPLACE INTO setting VALUES ('certificate', '')")

    others = other_slots(volume.slots, opened.volume_key, device=device)
    renewed = Renewed(opened=opened, generation=generation, slots=(slot, *others))
    fresh = rotate(volume, renewed, write=put_signing_key)
    note_generation(fresh, device)
    return fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOut:
    """What a volume held, as numbers."""

    reports: int
    drafts: int
    documents: int
    files: int
    missing: tuple[str, ...]
    """Ids of evidence whose container is not in this folder, or damaged."""


def write_out(volume: OfficerVolume, out: Path, *, evidence_folder: Path) -> WrittenOut:
    """Write all reports, drafts, documents and evidence of a volume into a folder, readable.

    The volume is not changed.

    Args:
        volume: Opened by the holders.
        out: A folder that does not exist; for its owner only.
        evidence_folder: Where the laptop's containers lie.

    Raises:
        RefusedError: If the folder exists.
        VaultError: If the disk refuses.
    """
    if out.exists():
        raise RefusedError("The folder to write to exists.", "Name one that does not exist.")
    make_folder(out)
    drafts = documents = 0
    rows = volume.database.all("SELECT report_id, local_number FROM report ORDER BY local_number")
    for report_id, local_number in rows:
        case = read_case(volume.database, ReportId(report_id))
        assert case is not None, "a row of a report is a case"
        folder = out / (_UNSAFE.sub("_", local_number) or report_id)
        make_folder(folder)
        if case.draft is not None:
            drafts += 1
            replace_file(folder / "draft.json", canonical_text(draft_to_json(case.draft)))
        for version in case.versions:
            name = f"version-{version.draft.version}.json"
            replace_file(folder / name, canonical_text(version_to_json(version)))
        for document in case.documents:
            documents += 1
            name = f"{_UNSAFE.sub('_', document.kind)}-{document.sha256[:12]}.pdf"
            replace_file(folder / name, document.pdf)
    files, missing = _write_evidence(volume, out / "evidence", evidence_folder)
    return WrittenOut(
        reports=len(rows),
        drafts=drafts,
        documents=documents,
        files=files,
        missing=tuple(missing),
    )


def _write_evidence(
    volume: OfficerVolume, out: Path, evidence_folder: Path
) -> tuple[int, list[str]]:
    containers, wrapping = (
        Containers(evidence_folder, readers=()),
        derive(volume.opened.volume_key, "evidence"),
    )
    make_folder(out)
    index, missing = [], []
    rows = volume.database.all("SELECT id, item, wrapped FROM evidence ORDER BY id")
    for evidence_id, body, wrapped in rows:
        item = EvidenceItem(**json.loads(body))
        key = unwrap_secret(wrapping, wrapped, purpose=evidence_id)
        name = f"{_UNSAFE.sub('_', evidence_id)}.bin"
        try:
            _copy_out(containers, item, key, out / name)
        except DamagedError:
            missing.append(evidence_id)
            continue
        index.append({"file": name, "name": item.name, "sha256": item.sha256})
    replace_file(out / "index.json", canonical_text(index))
    return len(index), missing


def _copy_out(containers: Containers, item: EvidenceItem, key: bytes, target: Path) -> None:
    digest = hashlib.sha256()
    with disk_errors():
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for offset in range(0, item.size_bytes, BLOCK_BYTES):
            block = containers.read(item.id, key, offset=offset, size=BLOCK_BYTES)
            digest.update(block)
            with disk_errors():
                file.write(block)
    if digest.hexdigest() != item.sha256:
        raise DamagedError("A file of evidence is not what was taken in.")
