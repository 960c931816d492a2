"""The public record: who may release what when, and what stands in the files."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ilocdoc.hq.publishing import publish
from ilocdoc.hq.release_files import COLUMNS, release_faults, show_release
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.people import Role
from tests.hq.made_up_reports import ANALYST, CANARIES, COUNSEL, many, report

CLOSED = datetime(2027, 2, 10, 15, tzinfo=UTC)
TOP_FILES = {
    "index.html",
    "index.es.html",
    "index.pl.html",
    "data.csv",
    "data.json",
    "changes.csv",
    "release.json",
    "SHA256SUMS",
}


def released(reports, out: Path, **changed):
    usual = {
        "period": "2026-Q4",
        "as_of": CLOSED,
        "released_by": (ANALYST, COUNSEL),
        "training": False,
        "out": out,
    }
    return publish(reports, **usual | changed)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("public")
    released(many(40), out)
    return out


def test_the_public_folder_shows_every_file_and_its_release_keeps_them(record):
    shown = {each.name for each in record.iterdir() if each.is_file()}
    assert shown == TOP_FILES
    kept = {each.name for each in (record / "releases" / "20270210T150000Z").iterdir()}
    assert kept == TOP_FILES | {"front"}


def test_the_checksums_are_those_that_sha256sum_checks(record):
    for folder in (record, record / "releases" / "20270210T150000Z"):
        ran = subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert release_faults(folder) == []


def test_a_changed_a_missing_and_an_unnamed_file_are_told(record, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(record, copy)
    data = copy / "data.csv"
    data.write_bytes(data.read_bytes().replace(b",false,", b",true,", 1))
    (copy / "index.pl.html").unlink()
    assert release_faults(copy) == ["data.csv was changed", "index.pl.html is missing"]
    (copy / "SHA256SUMS").write_text("")
    assert release_faults(copy) == ["SHA256SUMS does not name data.csv"]
    (copy / "SHA256SUMS").unlink()
    assert release_faults(copy) == ["SHA256SUMS cannot be read"]


def test_the_table_has_the_promised_columns_and_line_ends(record):
    content = (record / "data.csv").read_bytes()
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    rows = table(record / "data.csv")
    assert {row["period_start"] for row in rows} == {"2026-10-01"}
    assert {row["period_type"] for row in rows} == {"quarter"}
    assert {row["geography_type"] for row in rows} == {"city", "district"}
    assert {row["data_as_of"] for row in rows} == {"2027-02-10T15:00:00Z"}
    assert {row["method_version"] for row in rows} == {"2026-11.1"}


def test_a_suppressed_count_is_empty_and_a_zero_is_a_zero(record):
    rows = table(record / "data.csv")
    assert {row["count"] == "" for row in rows if row["suppressed"] == "true"} == {True}
    shown = [int(row["count"]) for row in rows if row["suppressed"] == "false"]
    assert 0 in shown
    assert not [number for number in shown if 0 < number < 5]


def test_the_json_holds_the_same_counts(record):
    value = json.loads((record / "data.json").read_bytes())
    assert value["suppression_threshold"] == 5
    for row, same in zip(table(record / "data.csv"), value["rows"], strict=True):
        assert same["suppressed"] is (row["suppressed"] == "true")
        assert same["count"] == (int(row["count"]) if row["count"] else None)
        assert {**same, "count": row["count"], "suppressed": row["suppressed"]} == row


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_that_was_written_about_a_person_or_place_is_published(record, canary):
    for name, content in snapshot(record).items():
        assert canary.encode() not in content, name


def test_counts_by_district_need_ten_incidents(tmp_path):
    released(many(9), tmp_path)
    rows = table(tmp_path / "data.csv")
    assert {row["geography_type"] for row in rows} == {"city"}
    assert b"at least 10 incidents" in (tmp_path / "index.html").read_bytes()


def test_only_the_reports_of_the_quarter_are_counted(tmp_path):
    released(many(20, month=10) + many(15, month=9, first=50), tmp_path)
    assert count_of(tmp_path, "incidents") == "20"


def count_of(out: Path, measure: str, *, dimension="all", category="all", start="2026-10-01"):
    (row,) = [
        row
        for row in table(out / "data.csv")
        if (row["period_start"], row["geography_type"]) == (start, "city")
        and (row["measure"], row["dimension"], row["category"]) == (measure, dimension, category)
    ]
    return "suppressed" if row["suppressed"] == "true" else row["count"]


def test_reports_approved_in_the_last_seven_days_wait_for_the_next_release(tmp_path):
    late = [{**each, "approved_at": "2027-02-03T15:00:01.000000Z"} for each in many(6, first=50)]
    just = [{**each, "approved_at": "2027-02-03T15:00:00.000000Z"} for each in many(6, first=60)]
    released(many(20) + late + just, tmp_path)
    assert count_of(tmp_path, "incidents") == "26"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ((ANALYST, replace(COUNSEL, id=ANALYST.id)), "One person alone"),
        ((ANALYST, ANALYST), "One person alone"),
        ((ANALYST, replace(COUNSEL, roles=frozenset({Role.DATA_ANALYST}))), "may not release"),
        ((COUNSEL, replace(ANALYST, roles=frozenset({Role.LEGAL}))), "may not release"),
        ((COUNSEL, replace(ANALYST, roles=frozenset({Role.AUDITOR}))), "may not release"),
        (
            (
                replace(ANALYST, roles=frozenset({Role.DATA_ANALYST, Role.LEGAL})),
                replace(COUNSEL, roles=frozenset({Role.OFFICER})),
            ),
            "may not release",
        ),
        (
            (replace(ANALYST, roles=ANALYST.roles | {Role.REFERRAL_OFFICER}), COUNSEL),
            "both referral officer and data analyst",
        ),
    ],
)
def test_two_people_of_two_roles_release_and_no_others(tmp_path, people, words):
    with pytest.raises(RefusedError, match=words):
        released(many(20), tmp_path / "out", released_by=people)
    assert not (tmp_path / "out").exists()


def test_legal_counsel_may_be_named_first(tmp_path):
    assert released(many(20), tmp_path, released_by=(COUNSEL, ANALYST)).is_new


@pytest.mark.parametrize("as_of", ["2026-12-31T12:00", "2027-01-01T12:00", "2027-01-31T05:59"])
def test_a_quarter_that_is_not_closed_is_refused(tmp_path, as_of):
    moment = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with pytest.raises(RefusedError, match="can be released from 31 Jan 2027"):
        released(many(20), tmp_path / "out", as_of=moment)
    assert not (tmp_path / "out").exists()


def test_a_quarter_is_released_from_the_thirtieth_day_after_its_end(tmp_path):
    # Midnight in Chicago, 31 January.
    moment = datetime(2027, 1, 31, 6, tzinfo=UTC)
    assert released(many(20), tmp_path, as_of=moment).stamp == "20270131T060000Z"


@pytest.mark.parametrize("period", ["2026-Q5", "2026", "2026-10", "Q4-2026", "2026-Q4; "])
def test_what_is_no_quarter_is_refused(tmp_path, period):
    with pytest.raises(InputError, match="not a quarter"):
        released([], tmp_path, period=period)


def test_a_report_that_is_not_approved_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="not approved"):
        released([*many(20), report(99, approved_at="")], tmp_path)


def test_training_reports_and_real_ones_are_never_counted_together(tmp_path):
    with pytest.raises(RefusedError, match="never counted together"):
        released([*many(20), report(99, training=1)], tmp_path)
    with pytest.raises(RefusedError, match="never counted together"):
        released([*many(20, training=1), report(99)], tmp_path, training=True)


def test_training_releases_an_open_quarter_and_marks_every_file(tmp_path):
    early = datetime(2026, 10, 21, 15, tzinfo=UTC)
    release = released(many(3, training=1), tmp_path, training=True, as_of=early)
    assert release.training
    assert count_of(tmp_path, "incidents") == "suppressed"
    assert not [n for n, content in snapshot(tmp_path).items() if b"TRAINING" not in content]
    assert {row["method_version"] for row in table(tmp_path / "data.csv")} == {"2026-11.1 TRAINING"}


def test_a_real_record_is_marked_nowhere(record):
    assert not [n for n, content in snapshot(record).items() if b"TRAINING" in content]


def test_a_folder_holds_one_mode_only(tmp_path):
    released(many(20, training=1), tmp_path, training=True)
    before = snapshot(tmp_path)
    with pytest.raises(RefusedError, match="another mode"):
        released(many(20), tmp_path, as_of=CLOSED + timedelta(days=1))
    assert snapshot(tmp_path) == before


def test_the_same_moment_and_data_again_change_nothing(tmp_path):
    released(many(20), tmp_path)
    before = snapshot(tmp_path)
    again = released(many(20), tmp_path)
    assert not again.is_new
    assert snapshot(tmp_path) == before


def test_the_same_moment_with_other_data_is_refused(tmp_path):
    released(many(20), tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(RefusedError, match="this very moment"):
        released(many(30), tmp_path)
    assert snapshot(tmp_path) == before


def test_an_older_moment_than_the_newest_release_is_refused(tmp_path):
    released(many(20), tmp_path)
    with pytest.raises(RefusedError, match="newer release"):
        released(many(20), tmp_path, as_of=CLOSED - timedelta(days=1))


def test_the_same_data_later_is_a_release_without_changes(tmp_path):
    first = released(many(20), tmp_path)
    kept = snapshot(first.folder)
    second = released(many(20), tmp_path, as_of=CLOSED + timedelta(days=30))
    assert second.is_new
    assert second.changes == 0
    assert table(tmp_path / "changes.csv") == []
    assert snapshot(first.folder) == kept
    assert b"No count changed." in (tmp_path / "index.html").read_bytes()


def test_every_changed_count_stands_in_the_change_log_with_old_and_new(tmp_path):
    released(many(20), tmp_path)
    old = (tmp_path / "data.csv").read_bytes()
    release = released(many(20) + many(9, first=50, seed=8), tmp_path, as_of=CLOSED + timedelta(30))
    changes = table(tmp_path / "changes.csv")
    assert len(changes) == release.changes > 0
    (total,) = [row for row in changes if row["measure"] == "incidents" and total_of_city(row)]
    assert (total["old"], total["new"]) == ("20", "29")
    assert total["reason"] == "reports_added_or_corrected"
    assert total["old_data_as_of"] == "2027-02-10T15:00:00Z"
    assert (tmp_path / "releases" / "20270210T150000Z" / "data.csv").read_bytes() == old
    assert f"{release.changes} counts changed" in (tmp_path / "index.html").read_text()


def total_of_city(row: dict[str, str]) -> bool:
    return row["geography_type"] == "city" and row["dimension"] == "all"


def test_what_one_release_hid_stays_hidden_in_the_next(tmp_path):
    released(many(3), tmp_path)
    assert count_of(tmp_path, "incidents") == "suppressed"
    released(many(25), tmp_path, as_of=CLOSED + timedelta(days=30))
    assert count_of(tmp_path, "incidents") == "suppressed"


def test_an_earlier_quarter_stays_in_the_table_as_it_was(tmp_path):
    summer = many(15, month=9, first=50)
    released(summer, tmp_path, period="2026-Q3", as_of=datetime(2026, 11, 10, tzinfo=UTC))
    before = table(tmp_path / "data.csv")
    release = released(summer + many(20), tmp_path)
    rows = table(tmp_path / "data.csv")
    assert [row for row in rows if row["period_start"] == "2026-07-01"] == before
    assert count_of(tmp_path, "incidents") == "20"
    assert release.changes == 0


def test_a_release_that_is_not_whole_stops_the_next(tmp_path):
    first = released(many(20), tmp_path)
    (first.folder / "data.csv").write_text("tampered")
    with pytest.raises(RefusedError, match="not whole"):
        released(many(20), tmp_path, as_of=CLOSED + timedelta(days=1))


def test_without_links_the_public_folder_holds_plain_copies(tmp_path):
    release = released(many(20), tmp_path)
    show_release(tmp_path, release.stamp, can_link=False)
    assert not [name for name in TOP_FILES if (tmp_path / name).is_symlink()]
    assert release_faults(tmp_path) == []


KILLED = 9


def publish_until(step: int, out: Path) -> bool:
    """Release anew in a child that dies before its n-th touch of a file; True if it died."""
    child = os.fork()
    if child == 0:
        touched = 0

        def die(event: str, args: tuple[object, ...]) -> None:
            nonlocal touched
            names = {"os.mkdir", "os.rename", "os.symlink", "os.remove"}
            writes = event == "open" and isinstance(args[1], str) and "w" in args[1]
            if (event in names or writes) and str(out) in str(args[0]) + str(args[1]):
                touched += 1
                if touched == step:
                    os._exit(KILLED)

        sys.addaudithook(die)
        released([], out, as_of=CLOSED + timedelta(days=30))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def test_killed_at_any_step_the_record_stays_whole_and_the_next_run_ends_it(tmp_path):
    start = tmp_path / "start"
    first = released([], start)
    step, deaths = 1, 0
    while True:
        out = tmp_path / f"step-{step}"
        shutil.copytree(start, out, symlinks=True)
        died = publish_until(step, out)
        assert release_faults(out) == [], step
        assert snapshot(out / "releases" / first.stamp) == snapshot(first.folder)
        if not died:
            break
        deaths, step = deaths + 1, step + 1
        released([], out, as_of=CLOSED + timedelta(days=30))
        assert {row["data_as_of"] for row in table(out / "data.csv")} == {"2027-03-12T15:00:00Z"}
        assert not list(out.rglob(".making-*"))
        shutil.rmtree(out)
    assert deaths > 12
