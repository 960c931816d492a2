"""What casework asks of a vault, held against the double and the real thing."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ilocdoc.casework.ports import Vault
from ilocdoc.casework.shift import new_entry
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ids import OfficerId, ReportId, Sha256
from ilocdoc.record.intake import Wish
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.report import Author, Draft, FormReference, ReportKind, ReportVersion
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.wire.copies import open_copy
from ilocdoc.wire.envelope import Envelope, seal_envelope
from ilocdoc.wire.sealing import OpeningKey, SealingKey, seal_delivery
from ilocdoc.wire.witness import witnessed_entry
from tests.doubles.authority import Authority, cast
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.doubles.memory_vault import MemoryVault, Post

AT = "2026-10-20T17:00:00.000000Z"
FORM = FormReference(name="incident", version="1", sha256="0" * 64)
Opened = Callable[[str], Vault]


@pytest.fixture(params=["double", "real"])
def unlocked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the vault of a member, by star; all on one laptop."""
    if request.param == "double":
        authority = Authority()
        members, post = cast(authority), Post()
        roster = [each.officer for each in members.values()]
        made: dict[str, Vault] = {}

        def from_memory(star: str) -> Vault:
            if star not in made:
                made[star] = MemoryVault(
                    members[star], authority=authority, roster=roster, post=post
                )
            return made[star]

        yield from_memory
        return
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol("99001", "99010")
    station = laptop.station()
    vaults: dict[str, Vault] = {}

    def from_disk(star: str) -> Vault:
        if star not in vaults:
            vaults[star] = station.unlock(OfficerId(star), PASSPHRASE)
        return vaults[star]

    yield from_disk
    for each in vaults.values():
        each.close()
    station.close()


def draft(**changes: object) -> Draft:
    made = Draft(
        report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
        local_number="LOC-0A1B-261020-01",
        kind=ReportKind.ORIGINAL,
        parent="",
        form=FORM,
        catalogue=FORM,
        author=Author(
            id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"
        ),
        created_at=AT,
        answers={"place": "4100 S Testbed Ave"},
        training=True,
    )
    return dataclasses.replace(made, **changes)


def sealed(made: Draft) -> ReportVersion:
    return ReportVersion(draft=made, device="0A1B", app="0.1.0", submitted_at=AT)


def act(vault: Vault, text: bytes = b'{"kind":"report.submitted"}') -> Envelope:
    return seal_envelope(ACT_TYPE, text, signer=vault.signer)


def document(made: Draft, pdf: bytes = b"%PDF-one") -> StoredDocument:
    return StoredDocument(
        sha256=Sha256("1" * 64),
        report_id=made.report_id,
        kind="report",
        version=1,
        at=AT,
        pdf=pdf,
    )


def test_a_draft_comes_back_as_it_was_kept(unlocked):
    vault, made = unlocked("99001"), draft()
    with vault.transaction() as opened:
        opened.put_draft(made, title="4100 S Testbed Ave", state="draft")
    case = vault.case(made.report_id)
    assert (case.draft, case.state, case.versions) == (made, "draft", ())
    assert [(row.title, row.mine, row.confirmed) for row in vault.rows()] == [
        ("4100 S Testbed Ave", True, False)
    ]


def test_an_exception_in_the_block_undoes_all_of_it(unlocked):
    vault, made = unlocked("99001"), draft()
    before = len(vault.entries())
    with pytest.raises(RefusedError), vault.transaction() as opened:
        opened.put_draft(made, title="x", state="draft")
        opened.append(new_entry(EntryKind.DRAFT_ABANDONED, act(vault), at=AT, actor="99001"))
        raise RefusedError
    assert not vault.rows()
    assert len(vault.entries()) == before


def test_an_unknown_report_is_refused(unlocked):
    with pytest.raises(RefusedError):
        unlocked("99001").case(ReportId("nobody"))


def test_a_sealed_version_stays_when_the_state_moves_on(unlocked):
    vault, made = unlocked("99001"), draft()
    with vault.transaction() as opened:
        opened.put_version(sealed(made), title="x", state="submitted")
        opened.put_decision(made.report_id, act(vault))
        opened.put_document(document(made))
        opened.put_state(made.report_id, "approved")
    case = vault.case(made.report_id)
    assert case.state == "approved"
    assert case.versions == (sealed(made),)
    assert [each.pdf for each in case.documents] == [b"%PDF-one"]
    assert len(case.decisions) == 1


def test_keeping_the_same_things_twice_changes_nothing(unlocked):
    vault, made = unlocked("99001"), draft()
    decision = act(vault)
    for _ in range(2):
        with vault.transaction() as opened:
            opened.put_version(sealed(made), title="x", state="submitted")
            opened.put_decision(made.report_id, decision)
            opened.put_document(document(made))
    case = vault.case(made.report_id)
    assert (len(case.versions), len(case.decisions), len(case.documents)) == (1, 1, 1)


def test_a_version_that_comes_again_does_not_turn_the_state_back(unlocked):
    vault, made = unlocked("99010"), draft()
    with vault.transaction() as opened:
        opened.put_version(sealed(made), title="x", state="submitted")
        opened.put_state(made.report_id, "approved")
    with vault.transaction() as opened:
        opened.put_version(sealed(made), title="x", state="submitted")
    assert vault.case(made.report_id).state == "approved"


def test_entries_are_counted_without_gaps_and_found_by_report(unlocked):
    vault, made = unlocked("99001"), draft()
    with vault.transaction() as opened:
        for kind in (EntryKind.REPORT_SUBMITTED, EntryKind.DOCUMENT_CERTIFIED):
            opened.append(new_entry(kind, act(vault), at=AT, report=made.report_id, actor="99001"))
    everything = vault.entries()
    assert [each.seq for each in everything] == list(range(1, len(everything) + 1))
    assert [each.kind for each in vault.entries(made.report_id)] == [
        EntryKind.REPORT_SUBMITTED,
        EntryKind.DOCUMENT_CERTIFIED,
    ]


def test_mail_reaches_the_other_member_once(unlocked):
    author, sergeant = unlocked("99001"), unlocked("99010")
    key = next(each.encryption_key for each in author.roster if each.id == "99010")
    letter = seal_delivery(
        b"for the sergeant",
        delivery_id="d1",
        to="99010",
        sender="99001",
        kind="report",
        at=AT,
        key=SealingKey(encoded=key),
    )
    with author.transaction() as opened:
        opened.post(letter)
    assert [content for _each, content in sergeant.deliveries()] == [b"for the sergeant"]
    assert author.deliveries() == []
    with sergeant.transaction() as opened:
        opened.mark_opened("d1")
    assert sergeant.deliveries() == []


def test_a_sealed_copy_opens_for_its_author_and_holds_no_plain_text(unlocked):
    vault = unlocked("99001")
    data = vault.sealed_copy(b"what the disk did not take", copy_id="c1", at=AT)
    assert b"what the disk" not in data
    key = vault.volume.keys().opening if isinstance(vault, OpenVault) else vault._member.opening
    assert open_copy(data, key=key) == b"what the disk did not take"
    with pytest.raises(WireError):
        open_copy(data, key=OpeningKey.generate())
    for spoilt in (b"{}", data[:-40], data.replace(b'"c1"', b'"c2"')):
        with pytest.raises(WireError):
            open_copy(spoilt, key=key)


def test_a_letter_that_does_not_open_stops_no_other(unlocked):
    author, sergeant = unlocked("99001"), unlocked("99010")
    own = next(each.encryption_key for each in author.roster if each.id == "99010")
    earlier = OpeningKey.generate().public.encoded
    with author.transaction() as opened:
        for name, key in (("d1", earlier), ("d2", own)):
            opened.post(
                seal_delivery(
                    name.encode(),
                    delivery_id=name,
                    to="99010",
                    sender="99001",
                    kind="report",
                    at=AT,
                    key=SealingKey(encoded=key),
                )
            )
    assert [content for _each, content in sergeant.deliveries()] == [b"d2"]


def test_mail_of_an_undone_block_is_never_sent(unlocked):
    author, sergeant = unlocked("99001"), unlocked("99010")
    key = next(each.encryption_key for each in author.roster if each.id == "99010")
    with pytest.raises(RefusedError), author.transaction() as opened:
        opened.post(
            seal_delivery(
                b"never",
                delivery_id="d2",
                to="99010",
                sender="99001",
                kind="report",
                at=AT,
                key=SealingKey(encoded=key),
            )
        )
        raise RefusedError
    assert sergeant.deliveries() == []


def test_report_numbers_count_up_whoever_asks(unlocked):
    given = [unlocked(star).next_number("261020") for star in ("99001", "99010", "99001")]
    assert given == [1, 2, 3]
    assert unlocked("99001").next_number("261021") == 1


def test_settings_are_kept(unlocked):
    vault = unlocked("99001")
    with vault.transaction() as opened:
        opened.keep_setting("theme", "night")
    with vault.transaction() as opened:
        assert opened.setting("theme") == "night"
        assert opened.setting("nothing") == ""


def test_evidence_is_read_back_by_whoever_has_the_key(unlocked, tmp_path):
    author, sergeant = unlocked("99001"), unlocked("99010")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(range(256)) * 100)
    intake = author.evidence.begin(photo, evidence_id="e1", report_id=ReportId("r1"), at=AT)
    sealed = author.evidence.seal_file(intake, at=AT, watch=lambda _progress: Wish.GO_ON)
    assert sealed.item.collected_by == "99001"
    assert not author.evidence.holds("e1"), "nothing is kept before the transaction"
    with author.transaction() as opened:
        opened.put_evidence(sealed.item, sealed.file_key, mine=True)
    assert author.evidence.read("e1", offset=3, size=4) == b"\x00\x01\x02\x03"
    assert not sergeant.evidence.holds("e1")
    with sergeant.transaction() as opened:
        opened.put_evidence(sealed.item, author.evidence.delivery_key("e1"), mine=False)
    assert sergeant.evidence.holds("e1")
    assert sergeant.evidence.read("e1", offset=0, size=3) == b"\xff\xd8\xff"


def test_an_entry_is_witnessed_by_whoever_received_it(unlocked):
    author, sergeant = unlocked("99001"), unlocked("99010")
    made = draft()
    report_id = made.report_id
    with author.transaction() as opened:
        opened.append(new_entry(EntryKind.EVIDENCE_IMPORTED, act(author), at=AT, report=report_id))
        (witness,) = opened.witnesses(report_id)
    for _ in range(2):
        with sergeant.transaction() as opened:
            opened.put_witness(report_id, witness)
    assert sergeant.entries(report_id) == author.entries(report_id)
    assert witnessed_entry(witness) in sergeant.entries(report_id)
    assert witnessed_entry(witness) not in sergeant.entries(), "not of the own ledger"
    with sergeant.transaction() as opened:
        assert list(opened.witnesses(report_id)) == [witness]


def test_a_begun_file_is_known_until_it_is_kept_or_given_up(unlocked, tmp_path):
    vault, photo = unlocked("99001"), tmp_path / "photo.jpg"
    photo.write_bytes(b"x" * 1000)
    for name in ("e1", "e2"):
        intake = vault.evidence.begin(photo, evidence_id=name, report_id=ReportId("r1"), at=AT)
        with vault.transaction() as opened:
            opened.put_intake(intake)
    assert [each.evidence_id for each in vault.evidence.begun()] == ["e1", "e2"]
    assert vault.evidence.begun()[0].path == str(photo)
    sealed = vault.evidence.seal_file(
        vault.evidence.begun()[0], at=AT, watch=lambda _progress: Wish.GO_ON
    )
    assert vault.evidence.shelf().orphans == (), "what was begun is no orphan"
    with vault.transaction() as opened:
        opened.put_evidence(sealed.item, sealed.file_key, mine=True)
        opened.drop_intake("e1")
    with vault.transaction() as opened:
        opened.drop_intake("e2")
    vault.evidence.forget("e2")
    assert vault.evidence.begun() == []
    assert vault.evidence.holds("e1")


def test_an_intake_of_an_undone_block_is_not_known(unlocked, tmp_path):
    vault, photo = unlocked("99001"), tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    intake = vault.evidence.begin(photo, evidence_id="e1", report_id=ReportId("r1"), at=AT)
    with pytest.raises(RefusedError), vault.transaction() as opened:
        opened.put_intake(intake)
        raise RefusedError
    assert vault.evidence.begun() == []
