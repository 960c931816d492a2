"""Who finds which attack on a ledger: 200 entries, headquarters signed for 150.

Two columns. *Anybody*: the checker that ships with every export. *Headquarters*: the
receipts it gave, the chain it holds and the forward-secure seal. Cells that say "not found"
are tested too: what is not defended must be known.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from ilocdoc.hq.interpreting import Interpreter
from ilocdoc.hq.seals import seal_check
from ilocdoc.record.forward_seal import (
    SealedLink,
    closing_seal,
    first_bad_seal,
    next_seal_key,
    seal_key_at,
    seal_of,
)
from ilocdoc.record.ids import Sha256
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.ledger import Forged, Stream, forge_entry
from ilocdoc.vault.ledger_export import write_export
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Envelope, SoftwareKey, envelope_from_bytes, seal_envelope
from ilocdoc.wire.ledger_copy import CopiedEntry, LedgerCopy
from ilocdoc.wire.messages import Receipt, StreamHead
from ilocdoc.wire.sealing import SUITE_ID, SealingKey, seal_purpose
from tests.doubles.keys import software_key
from tests.hq.desk import AT, Desk, Laptop, Writer, named

FIRST = bytes(range(32))
ENTRIES, SIGNED_FOR = 200, 150
QUILL = "99001"


@dataclass(frozen=True)
class Sealed:
    """An entry with its seal."""

    forged: Forged
    seal: str

    @property
    def link(self) -> SealedLink:
        entry = self.forged.entry
        return SealedLink(seq=entry.seq, hash=entry.hash, seal=self.seal)


class Scene:
    """A laptop's ledger, headquarters that has 150 of it, and a thief with a folder."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.laptop: Laptop = desk.laptop(QUILL)
        self.writer: Writer = self.laptop.streams[QUILL]
        self.root = folder / "root.pem"
        self.root.write_text(desk.keys.root_pem)
        self.history = self._written()
        self.receipt = self._signed_for(self.history[:SIGNED_FOR])

    def _written(self) -> list[Sealed]:
        stanza = SealingKey(encoded=self.desk.keys.ingest.public.encoded).seal(
            FIRST, purpose=seal_purpose(self.writer.id)
        )
        history, key = [], FIRST
        for number in range(ENTRIES):
            if number == 0:
                seal = {"suite": SUITE_ID, "stanza": stanza}
                forged = self.writer.write(EntryKind.STREAM_OPENED, seal=seal)
            else:
                forged = self.writer.write(reason=f"number {number}")
            history.append(Sealed(forged, seal_of(key, forged.entry.hash)))
            key = next_seal_key(key)
        return history

    def _signed_for(self, entries: Sequence[Sealed]) -> Envelope:
        self.laptop.hello()
        response = self.send(entries)
        receipt = self.desk.read(response, Receipt)
        assert (receipt.seq, receipt.hash) == (SIGNED_FOR, entries[-1].forged.entry.hash)
        self.interpret()
        return msgspec.json.decode(response.content, type=Envelope)

    # --- what a thief can do -------------------------------------------------------------

    @property
    def stolen_seal_key(self) -> bytes:
        """The one key that lies on the laptop: of the entry that comes next."""
        return seal_key_at(FIRST, ENTRIES)

    def written_anew(self, after: int, count: int, *, signer: SoftwareKey) -> list[Sealed]:
        """The history with everything after an entry replaced, chained and signed."""
        kept, key = self.history[:after], self.stolen_seal_key
        made = list(kept)
        for number in range(count):
            forged = self.forge(made[-1].forged, f"another {number}", signer=signer)
            made.append(Sealed(forged, seal_of(key, forged.entry.hash)))
            key = next_seal_key(key)
        return made

    def forge(self, before: Forged, reason: str, *, signer: SoftwareKey, **more: object) -> Forged:
        kind = more.pop("kind", EntryKind.SESSION_LOCKED)
        assert isinstance(kind, EntryKind)
        act = {"kind": kind.value, "at": AT, "by": {"id": QUILL}, "reason": reason, **more}
        new = NewEntry(
            kind=kind,
            at=AT,
            ids={"actor": QUILL},
            act=seal_envelope(ACT_TYPE, canonical_bytes(act), signer=signer),
        )
        stream: Stream = self.writer.stream
        entry = before.entry
        return forge_entry(new, stream=stream, seq=entry.seq + 1, prev=Sha256(entry.hash))

    def relinked(self, forged: Sequence[Forged]) -> list[Sealed]:
        return [Sealed(each, "0" * 64) for each in forged]

    # --- who looks -------------------------------------------------------------------------

    def anybody(
        self, shown: Sequence[Sealed], *, signer: SoftwareKey | None = None, closed: bool = True
    ) -> str:
        """What the checker says of an export; the thief exports as the program does."""
        lines = list(shown)
        if closed:
            end = self.forge(
                lines[-1].forged,
                "",
                signer=signer or self.writer.signer,
                kind=EntryKind.LEDGER_EXPORTED,
                receipt={"seq": SIGNED_FOR},
            )
            lines.append(Sealed(end, ""))
        head = lines[-1].forged.entry
        copy = LedgerCopy(
            stream=self.writer.opened,
            device=self.laptop.device,
            head=StreamHead(stream=head.stream, seq=head.seq, hash=head.hash),
            closing="",
            training=True,
            entries=[_copied(each) for each in lines],
            receipts=[self.receipt],
            certificates_pem=(
                f"{self.desk.keys.root_pem}{_issuing(self.desk)}{self.desk.keys.signer_pem}"
                f"{self.laptop.certificates[QUILL]}"
            ),
        )
        out = self.folder / "export"
        write_export(copy, out, at=AT, with_bodies=True)
        done = subprocess.run(
            [sys.executable, "-I", "verify_ledger.py", ".", "--trust", str(self.root), "--json"],
            cwd=out,
            env={},
            capture_output=True,
            text=True,
            check=False,
        )
        said = json.loads(done.stdout)
        assert said["accepted"] == (done.returncode == 0)
        return "not found" if said["accepted"] else said["reasons"][0]

    def headquarters(self, shown: Sequence[Sealed]) -> str:
        """What headquarters says when the laptop sends what it now has."""
        response = self.send(shown)
        if not response.is_success:
            return named(response)
        self.interpret()
        check = self.desk.database.change(
            lambda c: seal_check(c, self.writer.id, ingest=self.desk.keys.ingest)
        )
        return check or "not found"

    def send(self, entries: Sequence[Sealed]):
        parcels = [msgspec.structs.replace(each.forged.parcel, seal=each.seal) for each in entries]
        return self.laptop.send_parcels(self.writer, parcels)

    def interpret(self) -> None:
        Interpreter(self.desk.database, self.desk.keys, clock=self.desk.clock.now).drain()


def _copied(each: Sealed) -> CopiedEntry:
    forged = each.forged
    return CopiedEntry(
        header=envelope_from_bytes(forged.header), act=forged.act, salt=forged.salt, seal=each.seal
    )


def _issuing(desk: Desk) -> str:
    return desk.keys.chain_pem.removesuffix(desk.keys.root_pem)


@pytest.fixture
def scene(desk: Desk, tmp_path: Path) -> Scene:
    return Scene(desk, tmp_path)


def deleted(history: list[Sealed], at: int) -> list[Sealed]:
    return [*history[: at - 1], *history[at:]]


def swapped(history: list[Sealed], at: int) -> list[Sealed]:
    return [*history[: at - 1], history[at], history[at - 1], *history[at + 1 :]]


def edited(history: list[Sealed], at: int) -> list[Sealed]:
    other = history[at - 1].forged
    broken = replace(other, act=other.act.replace(b'"', b" ", 1))
    return [*history[: at - 1], Sealed(broken, history[at - 1].seal), *history[at:]]


def test_nothing_is_found_where_nothing_was_done(scene: Scene) -> None:
    assert scene.anybody(scene.history) == "not found"
    assert scene.headquarters(scene.history) == "not found"


@pytest.mark.parametrize("at", [2, 100, 170])
@pytest.mark.parametrize("change", [deleted, swapped, edited])
def test_an_entry_that_was_deleted_swapped_or_edited_is_found_by_anybody(
    scene: Scene, change: Callable[[list[Sealed], int], list[Sealed]], at: int
) -> None:
    said = scene.anybody(change(scene.history, at))
    assert said.startswith(f"Entry {at} "), said


@pytest.mark.parametrize(("change", "said"), [(deleted, "gap"), (swapped, "gap")])
def test_headquarters_refuses_a_chain_with_a_hole(
    scene: Scene, change: Callable[[list[Sealed], int], list[Sealed]], said: str
) -> None:
    assert scene.headquarters(change(scene.history, 170)) == said


def test_a_ledger_cut_below_the_receipt_is_found_by_anybody(scene: Scene) -> None:
    said = scene.anybody(scene.history[:120])
    assert said == f"The ledger ends before entry {SIGNED_FOR}, which headquarters has."


def test_a_history_written_anew_without_the_members_key_is_found_by_anybody(scene: Scene) -> None:
    """The laptop's keys are not enough: each act is signed by its member."""
    device = scene.laptop.key
    said = scene.anybody(scene.written_anew(160, 40, signer=device), signer=device)
    assert said == "Entry 161 is not signed by its member."


def test_a_history_written_anew_from_100_with_every_key_is_found_by_both(scene: Scene) -> None:
    anew = scene.written_anew(100, 100, signer=scene.writer.signer)
    assert scene.anybody(anew) == "Entry 150 is another one than headquarters signed for."
    assert scene.headquarters(anew) == "fork"


def test_an_end_cut_after_the_receipt_is_found_by_headquarters_alone(scene: Scene) -> None:
    cut = scene.history[:170]
    assert scene.anybody(cut) == "not found"
    # The laptop goes on: what it writes next is sealed with the only key that is there.
    gone_on = scene.written_anew(170, 1, signer=scene.writer.signer)
    assert scene.headquarters(gone_on) == "entry 171 does not fit its seal"


def test_the_seal_of_an_end_that_was_cut_does_not_fit(scene: Scene) -> None:
    cut = scene.history[:170]
    closing = closing_seal(scene.stolen_seal_key, cut[-1].forged.entry.hash)
    links = [each.link for each in cut]
    assert first_bad_seal(FIRST, links, closing=closing) == "entries after 170 were cut off"


def test_what_came_after_the_receipt_written_anew_is_found_by_headquarters_alone(
    scene: Scene,
) -> None:
    anew = scene.written_anew(SIGNED_FOR, 50, signer=scene.writer.signer)
    assert scene.anybody(anew) == "not found"
    assert scene.headquarters(anew) == "entry 151 does not fit its seal"
    bad = [
        each
        for each in scene.desk.attention()
        if each == "The entry does not fit its seal: it was not written when it says."
    ]
    assert len(bad) == 50


def test_a_whole_older_laptop_is_found_by_neither(scene: Scene) -> None:
    """Only what lies outside the laptop knows: anchors, packets, a later receipt."""
    older, key = scene.history[:170], seal_key_at(FIRST, 170)
    forged = scene.forge(older[-1].forged, "after", signer=scene.writer.signer)
    gone_on = [*older, Sealed(forged, seal_of(key, forged.entry.hash))]
    assert scene.anybody(gone_on) == "not found"
    assert scene.headquarters(gone_on) == "not found"


def test_two_copies_that_both_went_on_are_found_by_headquarters_alone(scene: Scene) -> None:
    one = scene.history
    other, key = scene.history[:180], seal_key_at(FIRST, 180)
    forged = scene.forge(other[-1].forged, "the other copy", signer=scene.writer.signer)
    other = [*other, Sealed(forged, seal_of(key, forged.entry.hash))]
    assert scene.anybody(other) == "not found"
    assert scene.headquarters(one) == "not found"
    assert scene.headquarters(other) == "fork"


def test_a_member_who_signs_for_another_is_found_by_anybody(scene: Scene) -> None:
    other = software_key(99002)
    anew = scene.written_anew(190, 1, signer=other)
    assert scene.anybody(anew, signer=other) == "Entry 191 is not signed by its member."
