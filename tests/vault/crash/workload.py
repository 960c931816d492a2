"""A shift that is recorded: enrolment, drafts, evidence, submission, wrong tries, a lock.

Each step is told on the pipe only after the program called it kept. `PLANTED` takes one
safeguard away, inside this process only, to prove that the simulator sees it.
"""

import hashlib
import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import UnlockError, VaultError
from ilocdoc.record.ids import OfficerId, ReportId, Sha256
from ilocdoc.record.intake import Wish
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.report import Draft
from ilocdoc.vault import database
from ilocdoc.vault.backups import backups_in
from ilocdoc.vault.officer_volume import folder_of, open_officer_volume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.renewal import renewed
from ilocdoc.vault.reserve import Reserve
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.sealing import OpeningKey, seal_delivery
from tests.contracts.test_vault import AT, draft, sealed
from tests.doubles.clocks import NOON
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

CANARY = "Kanarienvogel-4100-Testbed"
AUTHOR = OfficerId("99001")
Tell = Callable[..., None]


class Desk:
    """One member at work, telling what was kept."""

    def __init__(self, vault: OpenVault, *, tell: Tell, chance: random.Random) -> None:
        self.vault, self.tell, self.chance = vault, tell, chance
        self.act = seal_envelope(ACT_TYPE, b'{"kind":"custody.step"}', signer=vault.signer)

    def newest(self, made: Draft) -> Draft:
        """Return a draft as the vault has it; after a fault nobody else knows."""
        known = [each.report_id for each in self.vault.rows()]
        if made.report_id not in known:
            return made
        case = self.vault.case(made.report_id)
        return case.draft or case.versions[-1].draft

    def report(self) -> Draft:
        number = self.vault.next_number("261020")
        self.tell("number", number)
        report_id = ReportId(f"0192f0c0-0000-7000-8000-{number:012d}")
        return replace(
            draft(answers={"place": f"{CANARY} revision 0 "}),
            report_id=report_id,
            local_number=f"LOC-0A1B-261020-{number:02d}",
        )

    def type(self, made: Draft) -> Draft:
        revision = made.revision + 1
        text = f"{CANARY} revision {revision} " + "x" * self.chance.randint(0, 6000)
        typed = replace(made, revision=revision, answers={"place": text})
        with self.vault.transaction() as opened:
            opened.put_draft(typed, title="x", state="draft")
            opened.append(self.entry(EntryKind.CUSTODY_STEP, typed, n=str(revision)))
        self.tell("typed", typed.report_id, revision)
        return typed

    def attach(self, made: Draft, source: Path) -> Draft:
        body = CANARY.encode() + self.chance.randbytes(self.chance.randint(1, 70_000))
        source.write_bytes(body)
        evidence_id = f"{self.chance.getrandbits(64):016x}-{made.revision}"
        evidence = self.vault.evidence
        intake = evidence.begin(source, evidence_id=evidence_id, report_id=made.report_id, at=AT)
        with self.vault.transaction() as opened:
            opened.put_intake(intake)
        kept = evidence.seal_file(intake, at=AT, watch=lambda _progress: Wish.GO_ON)
        with self.vault.transaction() as opened:
            opened.put_evidence(kept.item, kept.file_key, mine=True)
            opened.drop_intake(evidence_id)
            opened.append(self.entry(EntryKind.EVIDENCE_IMPORTED, made, evidence=evidence_id))
        self.tell("attached", evidence_id, hashlib.sha256(body).hexdigest())
        return replace(made, evidence=(*made.evidence, kept.item))

    def submit(self, made: Draft) -> None:
        if made.report_id in {e.report_id for e in self.vault.rows() if e.state == "submitted"}:
            return
        pdf = f"%PDF-{CANARY}".encode() + self.chance.randbytes(9000)
        letter = seal_delivery(
            CANARY.encode(),
            delivery_id=made.report_id,
            to="99010",
            sender=AUTHOR,
            kind="review",
            at=AT,
            key=OpeningKey.generate().public,
        )
        with self.vault.transaction() as opened:
            opened.put_version(sealed(made), title="x", state="submitted")
            opened.drop_draft(made.report_id)
            digest = Sha256(hashlib.sha256(pdf).hexdigest())
            document = StoredDocument(
                sha256=digest, report_id=made.report_id, kind="report", version=1, at=AT, pdf=pdf
            )
            opened.put_document(document)
            opened.append(self.entry(EntryKind.REPORT_SUBMITTED, made))
            opened.post(letter)
        self.tell("submitted", made.report_id, digest)

    def entry(self, kind: EntryKind, made: Draft, **ids: str):
        return new_entry(kind, self.act, at=AT, report=made.report_id, actor=AUTHOR, **ids)


def session(laptop: EnrolledLaptop, *, tell: Tell, chance: random.Random, reports: int) -> None:
    """Sign in, work, look after the volumes, close."""
    station = persistently(laptop.station, tell)
    if station is None:
        return
    station.volume.reserve = Reserve(laptop.folder, most_bytes=256 * 1024)
    station.volume.database.give_room = station.volume.reserve.give_up
    # From here on wrong tries may be forgotten.
    tell("unlocking")
    vault = persistently(lambda: station.unlock(AUTHOR, PASSPHRASE), tell)
    if vault is None:
        station.close()
        return
    tell("unlocked")
    persistently(station.upkeep(vault), tell)
    if backups_in(vault.volume.folder):
        tell("backed up")
    desk = Desk(vault, tell=tell, chance=chance)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(reports):
            one_report(desk, Path(folder) / "photo.jpg")
    persistently(lambda: wrong_try(station, tell), tell)
    vault.close()
    station.close()


def one_report(desk: Desk, photo: Path) -> None:
    chance, tell = desk.chance, desk.tell
    made = persistently(desk.report, tell)
    if made is None:
        return
    steps = [desk.type] * chance.randint(1, 4)
    for step in (*steps, lambda one: desk.attach(one, photo), desk.type):
        persistently(lambda step=step: step(desk.newest(made)), tell)
    if chance.random() < 0.6:
        persistently(lambda: desk.submit(desk.newest(made)), tell)


def persistently(step: Callable[[], Any], tell: Tell) -> Any:
    """Take a step; what the disk refuses is tried once more, as a person would."""
    for _ in range(2):
        try:
            return step()
        except VaultError as error:
            tell("refused", type(error).__name__)
    return None


def new_key(laptop: EnrolledLaptop, tell: Tell) -> None:
    """Give the volume a new key, as after an access that ended."""
    station = laptop.station()
    try:
        volume = open_officer_volume(
            folder_of(laptop.folder, AUTHOR), officer=AUTHOR, passphrase=PASSPHRASE, is_known=True
        )
        # The copies under the old key are of no use; until the next ones there may be none.
        tell("rotating")
        try:
            volume = renewed(volume, device=station.volume, now=NOON, reason="asked_for")
            tell("rotated", volume.slots.generation)
        finally:
            volume.close()
    finally:
        station.close()


def wrong_try(station: LaptopStation, tell: Tell) -> None:
    try:
        station.unlock(AUTHOR, "not the passphrase at all")
    except UnlockError:
        tell("tried")


def plant(mistake: str) -> None:
    """Take one safeguard away."""
    # So short a shift would never come to the ordinary thousand pages.
    database._SETTINGS = (*database._SETTINGS, "wal_autocheckpoint=25")
    if mistake == "synchronous":
        database._SETTINGS = tuple(
            each.replace("synchronous=FULL", "synchronous=NORMAL") for each in database._SETTINGS
        )
    elif mistake:
        real = os.fsync

        def forgetful(handle: int) -> None:
            path = str(Path(f"/proc/self/fd/{handle}").readlink())
            forgotten = {"evidence-file": ".part", "evidence-folder": "/evidence"}[mistake]
            if not path.endswith(forgotten):
                real(handle)

        os.fsync = forgetful


def main(ack: int, folder: Path, seed: int, mistake: str) -> None:
    plant(mistake)

    def tell(what: str, *more: object) -> None:
        os.write(ack, ("\t".join([what, *map(str, more)]) + "\n").encode())

    chance = random.Random(seed)
    laptop = persistently(lambda: EnrolledLaptop(folder), tell)
    if laptop is None:
        return
    tell("device")
    if persistently(lambda: laptop.enrol(AUTHOR), tell) is None:
        return
    tell("officer", AUTHOR)
    session(laptop, tell=tell, chance=chance, reports=2)
    persistently(lambda: new_key(laptop, tell), tell)
    session(laptop, tell=tell, chance=chance, reports=1)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
