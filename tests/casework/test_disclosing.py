"""A case is copied whole; whatever is taken away or changed is named."""

from hashlib import sha256

import pytest

from ilocdoc.casework.disclosing import cases_of, copy_case, find_case, items_of
from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import ReportKind
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.case_check import CaseJudgement, judge_case, left_out
from ilocdoc.wire.case_copy import DOCUMENTS, ENTRIES, LIST, REPORTS, STATEMENT
from ilocdoc.wire.ledger_copy import ledger_files
from tests.doubles.precinct import PELL, QUILL, Precinct

ORIGINALS = {"photo.jpg": "ab" * 32}


@pytest.fixture
def copied(precinct: Precinct, approved: ReportId) -> dict[str, bytes]:
    shift = precinct[QUILL]
    return copy_case(shift, cases_of(shift, approved), originals=ORIGINALS, purpose="discovery")


def judged(precinct: Precinct, files: dict[str, bytes], **others: str) -> CaseJudgement:
    digests = {name: Sha256(sha256(content).hexdigest()) for name, content in files.items()}
    originals = {f"originals/{name}": Sha256(digest) for name, digest in ORIGINALS.items()}
    root = precinct[QUILL].vault.root_der
    return judge_case(files, {**digests, **originals, **others}, root_der=root)


def test_a_whole_case_is_genuine(precinct: Precinct, copied: dict[str, bytes]) -> None:
    judgement = judged(precinct, copied)
    assert judgement.faults == ()
    assert judgement.copier == QUILL
    assert judgement.entries >= 6


def test_it_holds_every_entry_document_and_version_of_the_case(
    precinct: Precinct, copied: dict[str, bytes], approved: ReportId
) -> None:
    case = precinct[QUILL].vault.case(approved)
    pdfs = {content for name, content in copied.items() if name.startswith(DOCUMENTS)}
    assert pdfs == {each.pdf for each in case.documents}
    assert sum(name.startswith(REPORTS) for name in copied) == len(case.versions)
    entries = precinct[QUILL].vault.entries(approved)
    for entry in entries:
        if entry.kind is not EntryKind.PACKET_EXPORTED:
            assert entry.hash.encode() in copied[LIST]


def test_that_it_was_copied_stands_in_the_ledger(
    precinct: Precinct, copied: dict[str, bytes], approved: ReportId
) -> None:
    assert copied[STATEMENT]
    kinds = [each.kind for each in precinct[QUILL].vault.entries(approved)]
    assert kinds.count(EntryKind.PACKET_EXPORTED) == 1


def test_a_file_that_is_taken_away_or_changed_is_named(
    precinct: Precinct, copied: dict[str, bytes]
) -> None:
    for name in sorted(copied):
        less = {each: content for each, content in copied.items() if each != name}
        faults = judged(precinct, less).faults
        assert faults, name
        changed = {**copied, name: copied[name][:-2] + b"x\n"}
        assert judged(precinct, changed).faults, name
    document = next(name for name in copied if name.startswith(DOCUMENTS))
    less = {each: content for each, content in copied.items() if each != document}
    assert f"The file {document} is missing." in judged(precinct, less).faults


def test_an_original_that_is_another_is_named(precinct: Precinct, copied: dict[str, bytes]) -> None:
    faults = judged(precinct, copied, **{"originals/photo.jpg": "cd" * 32}).faults
    assert faults == ("The file originals/photo.jpg is not the one that was copied.",)


def test_a_file_that_somebody_added_is_named(precinct: Precinct, copied: dict[str, bytes]) -> None:
    more = {**copied, f"{DOCUMENTS}report-v9.pdf": b"%PDF-1.7"}
    assert judged(precinct, more).faults == (
        f"The file {DOCUMENTS}report-v9.pdf does not belong to the case.",
    )


def test_an_entry_that_is_taken_away_is_named_even_if_the_list_is_mended(
    precinct: Precinct, copied: dict[str, bytes], approved: ReportId
) -> None:
    lines = copied[ENTRIES].splitlines(keepends=True)
    entries = precinct[QUILL].vault.entries(approved)
    for place in range(len(lines)):
        less = {**copied, ENTRIES: b"".join(lines[:place] + lines[place + 1 :])}
        faults = judged(precinct, less).faults
        assert any("is missing" in each and each.startswith("Entry ") for each in faults)
    assert len(entries) == len(lines) + 1, "the copying itself came after"


def test_a_list_that_somebody_shortened_does_not_fit_the_statement(
    precinct: Precinct, copied: dict[str, bytes]
) -> None:
    listed = from_canonical(copied[LIST])
    listed["entries"] = listed["entries"][:-1]
    faults = judged(precinct, {**copied, LIST: canonical_bytes(listed)}).faults
    assert any("statement was signed for" in each for each in faults)


def test_a_statement_of_a_stranger_counts_nothing(
    precinct: Precinct, copied: dict[str, bytes]
) -> None:
    stranger = Precinct()
    assert judged(stranger, copied).faults, "another agency's root"
    theirs = submit_report(
        stranger[QUILL], start_report(stranger[QUILL], answers={"place": "x"}).report_id
    ).draft
    other = copy_case(
        stranger[QUILL], cases_of(stranger[QUILL], theirs.report_id), originals={}, purpose="x"
    )
    faults = judged(precinct, {**copied, STATEMENT: other[STATEMENT]}).faults
    assert "The statement of completeness is not signed by a member of the agency." in faults


def test_a_supplement_belongs_to_its_case(precinct: Precinct, approved: ReportId) -> None:
    shift = precinct[QUILL]
    more = start_report(shift, answers={"place": "x"}, kind=ReportKind.SUPPLEMENT, parent=approved)
    submit_report(shift, more.report_id)
    cases = cases_of(shift, approved)
    assert [each.report_id for each in cases] == [approved, more.report_id]
    assert len(items_of(cases)) == 1
    files = copy_case(shift, cases, originals={}, purpose="discovery")
    assert sum(name.startswith(REPORTS) for name in files) == 2


def test_a_case_is_found_by_its_number_and_a_draft_has_none(
    precinct: Precinct, approved: ReportId
) -> None:
    number = precinct[PELL].vault.case(approved).versions[-1].draft.local_number
    assert find_case(precinct[PELL], number) == approved
    with pytest.raises(RefusedError, match="no report LOC-XX"):
        find_case(precinct[PELL], "LOC-XX")
    draft = start_report(precinct[QUILL], answers={"place": "x"})
    with pytest.raises(RefusedError, match="no signed version"):
        cases_of(precinct[QUILL], draft.report_id)


def ledger_of(precinct: Precinct) -> bytes:
    """The copier's ledger as it lies beside a case."""
    copy = precinct[QUILL].vault.ledger_copy()
    return ledger_files(copy, at=copy_time(precinct), with_bodies=False)["ledger.jsonl"]


def copy_time(precinct: Precinct) -> str:
    return precinct[QUILL].now_text()


def test_the_ledger_beside_a_case_names_what_was_left_out(
    precinct: Precinct, copied: dict[str, bytes]
) -> None:
    ledger = ledger_of(precinct)
    assert left_out(copied[LIST], ledger) == []
    listed = from_canonical(copied[LIST])
    own = precinct[QUILL].vault.entries()[0].stream
    mine = next(each for each in listed["entries"] if each["stream"] == own)
    less = {**listed, "entries": [each for each in listed["entries"] if each != mine]}
    faults = left_out(canonical_bytes(less), ledger)
    assert faults == [f"Entry {mine['seq']} of ledger {own[:8]} ({mine['kind']}) is left out."]


def test_a_ledger_that_ends_before_the_copy_proves_nothing(
    precinct: Precinct, copied: dict[str, bytes]
) -> None:
    older = b"".join(ledger_of(precinct).splitlines(keepends=True)[:-1])
    assert left_out(copied[LIST], older) == [
        "The copier's ledger does not hold the entry about this copy."
    ]
