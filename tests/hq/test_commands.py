"""The `ilocdoc-hq` command: what it prints, and its exit codes."""

import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ilocdoc import headquarters
from ilocdoc.hq.authority import read_keys
from ilocdoc.hq.store import embedded
from tests.doubles.headquarters import ROSTER

GOOD = '[[members]]\nstar = "99001"\nname = "A"\nrank = "P.O."\nunit = "010"\nroles = {roles}\n'


LOST_ENTRIES = """
INSERT INTO stream (stream_id, device, public_key, owner, previous, seq, hash, opened_at)
VALUES ('s', 'd', '', 'd', '', 2, 'h', now())
"""
LOST_EVIDENCE = """
INSERT INTO blob (sha256, size_bytes, device, offered_at, completed_at)
VALUES ('ab', 1, 'd', now(), now())
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training headquarters with the cast in its roster, stopped."""
    data = tmp_path_factory.mktemp("hq") / "data"
    assert headquarters.main(["init", "--data", str(data), "--training"]) == 0
    assert headquarters.main(["roster", "--data", str(data), "--file", str(ROSTER)]) == 0
    return data


@pytest.fixture
def keys_only(made: Path, tmp_path: Path) -> Path:
    """The keys alone, to be spoilt."""
    shutil.copytree(made / "keys", tmp_path / "spoilt" / "keys")
    return tmp_path / "spoilt"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = headquarters.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_init_refuses_a_folder_that_holds_a_headquarters(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (made / "keys" / "root.pem").read_bytes()
    code, said = run(capsys, "init", "--data", made)
    assert code == 3
    assert "already holds a headquarters" in said
    assert (made / "keys" / "root.pem").read_bytes() == before


def test_init_begins_again_after_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys.new").mkdir()
    (tmp_path / "keys.new" / "root.pem").write_text("half")
    assert run(capsys, "init", "--data", tmp_path)[0] == 0
    assert not (tmp_path / "keys.new").exists()
    assert not read_keys(tmp_path).about.training


def test_keys_are_for_their_owner_only(made: Path) -> None:
    for each in (made / "keys").rglob("*"):
        assert each.stat().st_mode & 0o077 == 0, each


def test_the_roster_is_printed_and_taken_in_once(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, "roster", "--data", made, "--file", ROSTER)
    assert (code, said) == (0, "8 members in the file, 0 new or changed.\n")
    code, said = run(capsys, "roster", "--data", made)
    assert "99010  Sgt Rowan Pell" in said
    assert "not enrolled" in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no toml", "not sound"),
        ("", "not sound"),
        ('[[members]]\nstar = "99001"', "not sound"),
        (GOOD.format(roles='["mayor"]'), "does not exist"),
        (GOOD.format(roles="[]"), "at least one role"),
        (GOOD.format(roles='["referral_officer", "data_analyst"]'), "Nobody is both"),
        (GOOD.format(roles='["officer"]') * 2, "twice"),
        (GOOD.format(roles='["officer"]').replace("99001", "x"), "no star number"),
        (GOOD.format(roles='["officer"]') + 'party = "any"\n', "not sound"),
    ],
)
def test_a_roster_that_is_not_sound_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str, made: Path
) -> None:
    (tmp_path / "roster.toml").write_text(text)
    code, said = run(capsys, "roster", "--data", made, "--file", tmp_path / "roster.toml")
    assert code == 2
    assert reason in said


def test_a_roster_that_is_not_there_is_refused(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "roster", "--data", made, "--file", made / "none.toml")[0] == 2


def test_a_code_is_printed_with_the_pin_of_the_root(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["--device"], ["--officer", "99001"]):
        code, said = run(capsys, "enrol-code", "--data", made, *words)
        assert code == 0
        assert said.strip().partition(".")[2] == read_keys(made).root_pin()


def test_a_stranger_gets_no_code(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "enrol-code", "--data", made, "--officer", "12345")
    assert code == 3
    assert "not in the roster" in said


@pytest.mark.parametrize("name", ["serve", "check", "enrol-code"])
def test_an_empty_folder_is_said_to_hold_no_headquarters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    more = ["--device"] if name == "enrol-code" else []
    code, said = run(capsys, name, "--data", tmp_path, *more)
    assert code == 8
    assert "holds no headquarters" in said


@pytest.mark.parametrize("name", ["about.json", "answers.key", "issuing.pem", "ingest.key"])
def test_keys_that_cannot_be_read_are_said_in_words(
    keys_only: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (keys_only / "keys" / name).write_text("spoilt")
    code, said = run(capsys, "check", "--data", keys_only)
    assert code == 8
    assert "cannot be read" in said


def test_a_port_that_is_taken_is_said_in_words(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    code, said = run(capsys, "serve", "--data", made, "--host", "203.0.113.1")
    signal.signal(signal.SIGTERM, before)
    assert code == 8
    assert "cannot be used" in said


# --- check ----------------------------------------------------------------------------


def test_a_sound_headquarters_is_said_to_be_sound(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, "check", "--data", made)
    assert code == 0
    assert said.endswith("Sound.\n")
    assert "0 laptops, 8 members" in said
    assert "keep" in said


def test_offline_keys_may_lie_elsewhere(
    keys_only: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(keys_only / "keys" / "offline")
    code, said = run(capsys, "check", "--data", keys_only)
    assert "keep" not in said
    assert code == 8
    assert "at step none" in said


def test_keys_that_others_can_read_are_found(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (made / "keys" / "answers.key").chmod(0o644)
    code, said = run(capsys, "check", "--data", made)
    (made / "keys" / "answers.key").chmod(0o600)
    assert code == 8
    assert "can reach keys/answers.key" in said


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(days=3 * 365 + 1), "server.pem ended on"),
        (timedelta(days=3 * 365 - 10), "server.pem ends on"),
        (timedelta(days=-800), "not valid yet"),
    ],
)
def test_certificates_out_of_their_time_are_found(
    made: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    after: timedelta,
    words: str,
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(headquarters, "_now", lambda: now + after)
    code, said = run(capsys, "check", "--data", made)
    assert code == 8
    assert words in said


def test_renewing_changes_certificates_and_keeps_keys(
    keys_only: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_keys(keys_only)
    later = datetime.now(UTC) + timedelta(days=3 * 365 - 10)
    monkeypatch.setattr(headquarters, "_now", lambda: later)
    assert "server.pem ends on" in run(capsys, "check", "--data", keys_only)[1]
    assert run(capsys, "renew", "--data", keys_only)[0] == 0
    assert "The certificate" not in run(capsys, "check", "--data", keys_only)[1]
    after = read_keys(keys_only)
    assert after.signer.key_id == before.signer.key_id
    assert after.signer.certificate_der != before.signer.certificate_der


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (LOST_ENTRIES, "Stream s… should hold 2 entries"),
        ("INSERT INTO feed_head (recipient, last) VALUES ('99001', 3)", "99001 has a gap"),
        (LOST_EVIDENCE, "container ab… has a receipt"),
    ],
)
def test_what_is_missing_is_found(
    made: Path, capsys: pytest.CaptureFixture[str], spoil: str, words: str
) -> None:
    tables = ("stream", "feed_head", "blob")
    with embedded(made) as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(spoil)
        code, said = run(capsys, "check", "--data", made)
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
    assert code == 8
    assert words in said


def test_what_needs_attention_is_listed(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with embedded(made) as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO stream (stream_id, device, public_key, owner, previous, seq, hash, "
            "opened_at) VALUES ('s', '0A1B', '', '99001', '', 0, 'h', now())"
        )
        connection.execute(
            "INSERT INTO attention (stream_id, seq, reason, noticed_at) "
            "VALUES ('s', 3, 'Looks odd.', now())"
        )
        _code, said = run(capsys, "attention", "--data", made)
        assert "device 0A1B  stream of 99001  entry 3: Looks odd." in said
        code, said = run(capsys, "check", "--data", made)
        assert code == 0
        assert "1 entries need attention" in said
        connection.execute("DELETE FROM attention")
        connection.execute("DELETE FROM stream")


def test_another_database_and_another_store_can_be_named(
    keys_only: Path, conninfo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = ["--database", conninfo, "--objects", f"file://{keys_only}/bucket"]
    code, said = run(capsys, "check", "--data", keys_only, *elsewhere)
    assert (code, said.splitlines()[-1]) == (0, "Sound.")
    assert (keys_only / "bucket").is_dir()
    assert run(capsys, "roster", "--data", keys_only, *elsewhere)[0] == 0
    assert not (keys_only / "postgres").exists()


def test_a_database_that_is_not_there_is_said_in_words(
    keys_only: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ilocdoc.hq.store._WAIT_FOR_CONNECTION_S", 0.1)
    monkeypatch.setattr("ilocdoc.hq.store._FIRST_WAIT_S", 0.001)
    code, said = run(capsys, "roster", "--data", keys_only, "--database", "host=/nowhere")
    assert code == 8
    assert "does not answer" in said


def test_ctrl_c_is_no_crash(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(headquarters.COMMANDS, "roster", interrupted)
    assert run(capsys, "roster", "--data", made)[0] == 130


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init", "--data", "{here}/file"), 2),
        (("init", "--data", "{here}/" + 300 * "x"), 2),
        (("roster", "--data", "{here}/misspelt"), 8),
        (("roster", "--data", "{here}/misspelt", "--file", ROSTER), 8),
        (("attention", "--data", "{here}/misspelt"), 8),
        (("enrol-code", "--data", "{made}", "--officer", ""), 2),
        (("backup", "--data", "{made}", "--out", "/proc/nothing"), 2),
        (("check", "--data", "{made}", "--objects", "bogus://x"), 2),
        (("check", "--data", "{made}", "--objects", "::"), 2),
    ],
)
def test_what_cannot_be_used_is_said_in_words_and_makes_nothing(
    made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[object, ...],
    code: int,
) -> None:
    (tmp_path / "file").touch()
    given = [str(each).format(here=tmp_path, made=made) for each in words]
    assert headquarters.main(given) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert all(line.endswith(".") for line in told.err.splitlines())
    assert len(told.err.splitlines()) == 2
    assert not (tmp_path / "misspelt").exists()
