"""Every verb, command and key leaves what it declares, and nothing does without declaring.

The walk finds verbs by their shape: a public function of casework whose first parameter is
the shift of a signed-in member.
"""

import argparse
import base64
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ilocdoc import __main__, casework
from ilocdoc.casework import (
    claiming,
    custody,
    destroying,
    disclosing,
    drafting,
    evidence,
    finding,
    giving_out,
    receiving,
    referring,
    releasing,
    rescuing,
    reviewing,
    sessions,
    soundness,
    submitting,
    viewing,
)
from ilocdoc.casework.mail import act_from_json
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.keys import Command
from ilocdoc.record.custody import CustodyAction
from ilocdoc.record.errors import DiskFullError
from ilocdoc.record.events import BY_ITSELF, COMMANDS, KEYS, VERBS, Declared
from ilocdoc.record.findings import Findings
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import KINDS, LockNote
from ilocdoc.record.report import Draft, PromptRecord
from ilocdoc.record.rollback import Anchor, Rollback
from ilocdoc.record.searching import Search
from ilocdoc.record.sessions import LockReason, Parting
from ilocdoc.vault.anchors import DeviceAnchors
from ilocdoc.vault.lock_side import LockSide
from tests.doubles.working_laptop import WorkingLaptop

QUILL, PELL, DANE, FINCH = "99001", "99010", "99030", "99020"
NOON_TEXT = "2026-10-20T17:00:00.000000Z"
HELPERS = {"shift", "mail", "ports", "verdicts", "acts"}
"""Modules of casework that verbs are made of; they keep nothing by themselves."""


# --- the walk ---------------------------------------------------------------------------


def verbs_in(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    short = module.__name__.rpartition(".")[2]
    for name, found in inspect.getmembers(module, inspect.isfunction):
        first = next(iter(inspect.signature(found).parameters), "")
        if found.__module__ == module.__name__ and first == "shift" and name[0] != "_":
            yield f"{short}.{name}", found


def all_verbs() -> dict[str, Callable[..., object]]:
    modules = [
        importlib.import_module(f"{casework.__name__}.{each.name}")
        for each in pkgutil.iter_modules(casework.__path__)
        if each.name not in HELPERS
    ]
    return dict(verb for module in modules for verb in verbs_in(module))


def undeclared(found: object, table: object) -> set[str]:
    return set(found) - set(table)  # type: ignore[call-overload]


def all_commands() -> set[str]:
    found = {name or "" for name in __main__.COMMANDS if name != "export"}
    subcommands = next(
        each for each in __main__._parser()._actions if isinstance(each, argparse._SubParsersAction)
    )
    exports = next(
        each
        for each in subcommands.choices["export"]._actions
        if isinstance(each, argparse._SubParsersAction)
    )
    return found | {f"export {each}" for each in exports.choices}


def test_every_verb_declares_what_it_leaves():
    assert undeclared(all_verbs(), VERBS) == set()


def test_every_declared_verb_is_there():
    assert undeclared(VERBS, all_verbs()) == set()


def test_every_command_declares_what_it_leaves():
    assert undeclared(all_commands(), COMMANDS) == set()


def test_every_key_of_the_window_leads_to_a_verb_or_says_why_not():
    assert {each.name for each in Command} == set(KEYS)
    led_to = {verb for verbs in KEYS.values() if isinstance(verbs, tuple) for verb in verbs}
    assert undeclared(led_to, VERBS) == set()


def test_a_verb_that_declares_nothing_is_found():
    planted = ModuleType("ilocdoc.casework.planted")

    def read_aloud(shift: Shift) -> None: ...

    read_aloud.__module__ = planted.__name__
    planted.read_aloud = read_aloud
    assert undeclared(dict(verbs_in(planted)), VERBS) == {"planted.read_aloud"}


def test_the_desktop_keeps_nothing_past_the_verbs():
    """Only small texts of the window itself are written without a verb."""
    folder = Path(__main__.__file__).parent / "desktop"
    writers = {each.name for each in folder.glob("*.py") if ".transaction()" in each.read_text()}
    assert writers <= {"session.py"}


# --- performing them -----------------------------------------------------------------------


class Stage:
    """Performs verbs and remembers what each left in the ledger of whoever did it."""

    def __init__(self, laptop: WorkingLaptop, folder: Path) -> None:
        self.laptop, self.folder = laptop, folder
        self.left: dict[str, list[EntryKind]] = {}

    def perform(self, star: str, verb: Callable[..., object], *given: object, **named: object):
        shift = self.laptop[star]
        before = self.kinds()
        result = verb(shift, *given, **named)
        name = f"{verb.__module__.rpartition('.')[2]}.{verb.__name__}"
        self.left[name] = [kind for kind in self.kinds()[len(before) :] if kind not in BY_ITSELF]
        return result

    def kinds(self) -> list[EntryKind]:
        """Everything in the spool: of all members and of the laptop itself."""
        rows = self.laptop.station.volume.database.all("SELECT parcel FROM spool ORDER BY rowid")
        envelopes = (json.loads(parcel)["envelope"] for (parcel,) in rows)
        said = (json.loads(base64.b64decode(each["payload"])) for each in envelopes)
        return [EntryKind(each["kind"]) for each in said]

    def write(self) -> Draft:
        """Quill writes with everything a draft knows."""
        do = self.perform
        draft = do(QUILL, drafting.start_report, answers={"place": "here"})
        name = draft.report_id
        do(QUILL, drafting.open_draft, name)
        do(QUILL, drafting.form_of, draft)
        do(QUILL, drafting.keep_draft, draft)
        do(QUILL, drafting.keep_answers, name, {"place": "3300 W Testbed Rd"})
        taken = do(QUILL, drafting.take_time, "ems_here")
        do(QUILL, drafting.keep_stamp, name, taken)
        stamped = do(QUILL, drafting.stamp, name, "ems_called")
        last = stamped.stamps[-1].id
        do(QUILL, drafting.strike_stamp, name, last, reason="pressed twice")
        prompt = PromptRecord(
            rule="none", version="1", text="Was EMS called?", state="open", severity="info"
        )
        do(QUILL, drafting.override_prompt, name, prompt)
        self.attach(name)
        draft = do(QUILL, drafting.open_draft, name)
        do(QUILL, rescuing.save_copy, draft, self.folder / "draft.sealed")
        do(QUILL, drafting.keep_evidence, name, draft.evidence)
        given_up = drafting.start_report(self.laptop[QUILL])
        do(QUILL, drafting.abandon_draft, given_up.report_id, reason="begun twice")
        return draft

    def attach(self, name: str) -> None:
        photo = self.folder / "photo.jpg"
        photo.write_bytes(b"\xff\xd8\xff" + bytes(range(256)))
        self.perform(QUILL, evidence.attach, name, photo)
        begun = self.perform(QUILL, evidence.begin_file, name, photo)
        self.perform(QUILL, evidence.unfinished_files)
        sealed = self.perform(QUILL, evidence.seal_file, begun)
        self.perform(QUILL, evidence.keep_file, name, sealed)
        again = evidence.begin_file(self.laptop[QUILL], name, photo)
        self.perform(QUILL, evidence.forget_file, again.evidence_id)
        third = evidence.begin_file(self.laptop[QUILL], name, photo)
        self.perform(QUILL, evidence.refuse_file, third, DiskFullError())

    def submit(self, draft: Draft) -> None:
        do, name = self.perform, draft.report_id
        do(QUILL, submitting.preview, name)
        draft = drafting.open_draft(self.laptop[QUILL], name)
        assert isinstance(do(QUILL, submitting.readiness, draft).findings, Findings)
        composed = do(QUILL, submitting.compose, draft)
        do(QUILL, submitting.seal_report, composed)
        other = drafting.start_report(self.laptop[QUILL], answers={"place": "there"})
        do(QUILL, submitting.submit_report, other.report_id)

    def review(self, name: str, other: str, third: str) -> None:
        do = self.perform
        do(PELL, receiving.open_deliveries)
        read = do(PELL, reviewing.open_for_review, name).sha256
        do(PELL, reviewing.approve_report, name, read_sha256=read)
        do(PELL, reviewing.return_report, other, questions=["Which hospital?"])
        waiting = reviewing.open_for_review(self.laptop[PELL], third).sha256
        reviewing.approve_report(self.laptop[PELL], third, read_sha256=waiting)
        receiving.open_deliveries(self.laptop[DANE])
        do(DANE, reviewing.close_without_referral, third, reason="civil matter")

    def refer(self, name: str) -> None:
        do = self.perform
        case = self.laptop[PELL].vault.case(name)
        assert do(PELL, soundness.altered_versions, case) == []
        do(PELL, soundness.require_unaltered, case)
        packet = do(PELL, referring.prepare_packet, name)
        receiving.open_deliveries(self.laptop[FINCH])
        accepted = do(FINCH, referring.accept_packet, name, read_sha256=packet.sha256)
        do(FINCH, giving_out.print_document, name, accepted.sha256, purpose="for the file")
        do(FINCH, giving_out.export_document, name, accepted.sha256, purpose="for the file")

    def hand_over(self, draft: Draft) -> None:
        do, name, item = self.perform, draft.report_id, draft.evidence[0].id
        given = {"action": CustodyAction.HANDED_OVER, "to": "Det. Marlow Finch"}
        do(QUILL, custody.note_step, name, item, **given, purpose="for the case file")
        out = self.folder / "copy.jpg"
        do(QUILL, custody.export_file, name, item, out, purpose="for the case file")
        assert out.read_bytes() == (self.folder / "photo.jpg").read_bytes()
        assert do(QUILL, viewing.open_file, item)
        do(QUILL, viewing.note_viewed, name, draft.evidence[0])
        assert do(QUILL, viewing.check_shelf).missing == ()
        do(QUILL, giving_out.export_ledger)
        case = do(QUILL, disclosing.cases_of, do(QUILL, disclosing.find_case, draft.local_number))
        do(QUILL, disclosing.copy_case, case, originals={}, purpose="discovery")
        do(QUILL, finding.refresh_index)
        assert do(QUILL, finding.find_reports, Search(words=("testbed",)))

    def destroy(self, name: str, item: str) -> None:
        do = self.perform
        order = do(DANE, destroying.order_destruction, name, item, order="2026 CR 0099001")
        do(PELL, destroying.carry_out, order)
        (signed,) = self.laptop[QUILL].vault.laptop.orders()
        do(QUILL, destroying.tombstone_of, act_from_json(signed))
        do(QUILL, destroying.apply_order, act_from_json(signed))
        do(DANE, destroying.apply_orders)

    def release(self) -> None:
        volume = self.laptop.station.volume
        doubt = Rollback(
            owner=OfficerId(FINCH),
            anchor=Anchor.GENERATION,
            expected_seq=1,
            expected_hash="generation 2",
            found_seq=1,
            found_hash="0" * 64,
            device=volume.device,
        )
        DeviceAnchors(volume).note(doubt)
        (found,) = self.perform(PELL, releasing.doubts)
        self.perform(PELL, releasing.release_store, found, reason="Restored by the device desk")

    def end(self) -> None:
        do = self.perform
        do(QUILL, sessions.come_back)
        do(QUILL, sessions.tour_of)
        draft = drafting.start_report(self.laptop[QUILL])
        note = LockNote(id="n1", kind=KINDS[0], wall=NOON_TEXT, mono_ms=1, boot="b", text="")
        LockSide(self.laptop.station).notes.write(note)
        (waiting,) = do(QUILL, claiming.unclaimed_notes)
        do(QUILL, claiming.claim_note, waiting.id, draft.report_id)
        do(QUILL, sessions.end_shift)
        self.release()
        do(QUILL, sessions.is_read_only)
        parting = Parting(at=NOON_TEXT, reason=LockReason.KEY, place="")
        do(QUILL, sessions.leave, parting)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[EntryKind]]:
    """Everything a member can do, done once with the real vault."""
    folder = tmp_path_factory.mktemp("events")
    laptop = WorkingLaptop(folder / "laptop", QUILL, PELL, DANE, FINCH)
    stage = Stage(laptop, folder)
    draft = stage.write()
    stage.submit(draft)
    third = drafting.start_report(laptop[QUILL], answers={"place": "a third place"})
    submitting.submit_report(laptop[QUILL], third.report_id)
    rows = laptop[QUILL].vault.rows()
    other = next(each for each in rows if each.title == "there").report_id
    stage.review(draft.report_id, other, third.report_id)
    stage.refer(draft.report_id)
    stage.hand_over(draft)
    item = laptop[QUILL].vault.case(draft.report_id).versions[0].draft.evidence[0]
    stage.destroy(draft.report_id, item.id)
    stage.end()
    stage.left["receiving.apply_letter"] = stage.left["receiving.open_deliveries"]
    laptop.close()
    return stage.left


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_leaves_what_it_declares(left, name):
    declared: Declared = VERBS[name]
    assert name in left, "every declared verb is performed here"
    assert tuple(left[name]) == declared.kinds


def test_what_the_laptop_notes_by_itself_is_no_verbs_business():
    declared = {kind for each in VERBS.values() for kind in each.kinds}
    assert declared.isdisjoint(BY_ITSELF)
