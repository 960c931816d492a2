"""A case for disclosure: all of it that this member holds, with a signed statement."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import EvidenceItem, version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.case_copy import LIST, STATEMENT, CaseCopy, case_files
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import envelope_bytes
from ilocdoc.wire.witness import Witness


def find_case(shift: Shift, number: str) -> ReportId:
    """Return the id of the report with a local number.

    Raises:
        RefusedError: If this member has no such report.
    """
    for row in shift.vault.rows():
        if row.local_number == number:
            return row.report_id
    raise RefusedError(f"There is no report {number} in this member's store.")


def cases_of(shift: Shift, report_id: ReportId) -> tuple[Case, ...]:
    """Return a report and whatever supplements or corrects it, the report first.

    Raises:
        RefusedError: If the report has no sealed version here.
    """
    whole = shift.vault.case(report_id)
    if not whole.versions:
        raise RefusedError("This report has no signed version yet.", "Its author still writes it.")
    found, ids = [whole], {report_id}
    others = [shift.vault.case(row.report_id) for row in shift.vault.rows() if row.version]
    for each in sorted(others, key=lambda case: case.report_id):
        if each.versions and each.versions[-1].draft.parent in ids and each.report_id not in ids:
            found.append(each)
            ids.add(each.report_id)
    return tuple(found)


def items_of(cases: Sequence[Case]) -> list[EvidenceItem]:
    """Return the files of evidence that any version of a case lists, each once."""
    found = {
        item.id: item
        for case in cases
        for version in case.versions
        for item in version.draft.evidence
    }
    return list(found.values())


def copy_case(
    shift: Shift,
    cases: Sequence[Case],
    *,
    originals: Mapping[str, str],
    purpose: str,
) -> dict[str, bytes]:
    """Return the files of a case, with the statement that they are all; the ledger says so.

    Args:
        shift: Whoever copies.
        cases: From `cases_of`.
        originals: SHA-256 of each original that is copied beside, by name.
        purpose: In the member's words.
    """
    at, first = shift.now_text(), cases[0]
    number = first.versions[-1].draft.local_number
    files = case_files(_copy_of(shift, cases, originals), at=at)
    kind = EntryKind.PACKET_EXPORTED
    act = sign_act(
        shift,
        kind,
        at=at,
        what="whole case",
        report=first.report_id,
        number=number,
        list_sha256=sha256(files[LIST]).hexdigest(),
        purpose=purpose,
    )
    with shift.vault.transaction() as opened:
        opened.append(new_entry(kind, act, at=at, report=first.report_id, actor=shift.officer.id))
    return {**files, STATEMENT: envelope_bytes(act)}


def _copy_of(shift: Shift, cases: Sequence[Case], originals: Mapping[str, str]) -> CaseCopy:
    versions: dict[str, bytes] = {}
    documents: dict[str, bytes] = {}
    witnesses: list[Witness] = []
    with shift.vault.transaction() as opened:
        for case in cases:
            witnesses += opened.witnesses(case.report_id)
    for case in cases:
        for version in case.versions:
            name = f"{version.draft.local_number}-v{version.draft.version}"
            versions[name] = canonical_bytes(version_to_json(version))
        for document in case.documents:
            name = f"{document.kind}-v{document.version}-{document.sha256[:12]}"
            documents[name] = document.pdf
    return CaseCopy(
        number=cases[0].versions[-1].draft.local_number,
        reports=tuple(case.report_id for case in cases),
        versions=versions,
        documents=documents,
        witnesses=witnesses,
        originals=originals,
        certificates=_certificates(shift),
    )


def _certificates(shift: Shift) -> tuple[bytes, ...]:
    issuing, root = shift.vault.signer.chain_der[0], shift.vault.root_der
    members = [
        each.public_bytes(Encoding.DER)
        for officer in shift.vault.roster
        if officer.certificate
        for each in x509.load_pem_x509_certificates(officer.certificate.encode())
    ]
    return (root, issuing, *members)
