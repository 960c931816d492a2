"""The tables made of opened acts: versions, evidence they name, where each report stands."""

import hashlib
from typing import Any

from ilocdoc.hq.roster import member, members
from ilocdoc.hq.standing import SealedVersion, SignedAct, standing_of
from ilocdoc.hq.store import Connection
from ilocdoc.record.lifecycle import Verb, involved_members, may
from ilocdoc.record.report import ReportVersion, draft_from_json
from ilocdoc.wire.acts import said_in
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.envelope import envelope_from_bytes
from ilocdoc.wire.snapshots import read_snapshot


def take_version(
    connection: Connection,
    snapshot: dict[str, Any],
    *,
    author: str,
    report: str,
    document: str,
    place: tuple[str, int],
) -> str:
    """Keep a sealed version; return why people must look at it, or the empty string.

    Args:
        connection: In a transaction.
        snapshot: `report.json` as it was signed.
        author: Star of who signed it.
        report: Report id of the ledger entry.
        document: Digest of the certified document.
        place: Stream and seq of the entry.

    Raises:
        WireError: If the snapshot is no `report.json` of a format that is known.
    """
    version = read_snapshot(snapshot)
    draft = version.draft
    if draft.report_id != report or draft.author.id != author:
        return "The report inside is another one, or by another author."
    known = member(connection, author)
    if known is None or not may(known.roles, Verb.SUBMIT):
        return "This member's role does not allow reports."
    kept = canonical_bytes(snapshot)
    digest = hashlib.sha256(kept).hexdigest()
    connection.execute(
        "INSERT INTO report_version (report_id, version, local_number, author, document, "
        "submitted_at, sha256, snapshot, stream_id, seq) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (report_id, version) DO NOTHING",
        (
            report,
            draft.version,
            draft.local_number,
            author,
            document,
            version.submitted_at,
            digest,
            kept,
            *place,
        ),
    )
    rows = connection.execute(
        "SELECT version, sha256, author FROM report_version WHERE report_id = %s", (report,)
    ).fetchall()
    if (draft.version, digest, author) not in rows:
        return "This version of the report was sealed before with other content."
    if any(other != author for _version, _digest, other in rows):
        return "This report was begun by another author."
    _keep_references(connection, version)
    return ""


def _keep_references(connection: Connection, version: ReportVersion) -> None:
    for item in version.draft.evidence:
        connection.execute(
            "INSERT INTO evidence_reference (report_id, version, evidence_id, sha256, "
            "container_sha256, media_type, size_bytes) VALUES (%s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (report_id, version, evidence_id) DO NOTHING",
            (
                version.draft.report_id,
                version.draft.version,
                item.id,
                item.sha256,
                item.container_sha256,
                item.media_type,
                item.size_bytes,
            ),
        )


def project(connection: Connection, report: str) -> list[tuple[str, int, str]]:
    """Work out where a report stands from everything that is known of it.

    Returns:
        Acts that count for nothing: stream, seq, and the reason in words.
    """
    # The row is locked first, so that of two laptops' news none is overwritten.
    connection.execute(
        "INSERT INTO report (report_id, local_number, author, state, divided, newest, approved, "
        "approved_at) VALUES (%s, '', '', '', false, 0, 0, '') ON CONFLICT (report_id) DO NOTHING",
        (report,),
    )
    connection.execute("SELECT 1 FROM report WHERE report_id = %s FOR UPDATE", (report,))
    versions = _versions(connection, report)
    if not versions:
        # A decision can arrive before the report that it is about.
        return []
    standing = standing_of(versions, _acts(connection, report))
    connection.execute(
        "UPDATE report SET state = %s, divided = %s, newest = %s, approved = %s, "
        "approved_at = %s, local_number = v.local_number, author = v.author "
        "FROM report_version AS v WHERE report.report_id = %s AND v.report_id = %s "
        "AND v.version = %s",
        (
            standing.state.value,
            standing.divided,
            standing.newest,
            standing.approved,
            standing.approved_at,
            report,
            report,
            standing.newest,
        ),
    )
    return [(act.stream, act.seq, why) for act, why in standing.ignored]


def _versions(connection: Connection, report: str) -> list[SealedVersion]:
    rows = connection.execute(
        "SELECT version, author, document, snapshot FROM report_version WHERE report_id = %s",
        (report,),
    ).fetchall()
    return [
        SealedVersion(
            number=number,
            author=author,
            document=document,
            involved=involved_members(draft_from_json(from_canonical(bytes(snapshot)))),
        )
        for number, author, document, snapshot in rows
    ]


def _acts(connection: Connection, report: str) -> list[SignedAct]:
    roles = {each.id: each.roles for each in members(connection)}
    rows = connection.execute(
        "SELECT stream_id, seq, kind, actor, at, body FROM act WHERE report_id = %s "
        "ORDER BY at, stream_id, seq",
        (report,),
    ).fetchall()
    acts = []
    for stream, seq, kind, actor, at, body in rows:
        decided = said_in(envelope_from_bytes(bytes(body)))
        acts.append(
            SignedAct(
                stream=stream,
                seq=seq,
                kind=kind,
                actor=actor,
                roles=roles.get(actor, frozenset()),
                at=at,
                version=decided.version,
                read=decided.decided_on,
                packet=decided.packet,
            )
        )
    return acts


def approved_reports(connection: Connection) -> list[dict[str, Any]]:
    """Return `report.json` of the newest approved version of each report.

    Each has two members more: `approved_at`, UTC text of the approval, and
    `earlier_versions`, those that were returned before it, oldest first. In order of report
    id. A version that reviewers decided differently about is not approved.
    """
    rows = connection.execute(
        "SELECT r.report_id, r.approved, r.approved_at, v.version, v.snapshot FROM report AS r "
        "JOIN report_version AS v ON v.report_id = r.report_id AND v.version <= r.approved "
        "ORDER BY r.report_id, v.version"
    ).fetchall()
    reports: list[dict[str, Any]] = []
    earlier: list[dict[str, Any]] = []
    for _report, approved, at, version, snapshot in rows:
        value = from_canonical(bytes(snapshot))
        if version < approved:
            earlier.append(value)
            continue
        reports.append({**value, "approved_at": at, "earlier_versions": earlier})
        earlier = []
    return reports
