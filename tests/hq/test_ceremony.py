"""The ceremonies at the command line: escrow keys, a plan, ended access, a wipe order."""

from pathlib import Path

import pytest

from ilocdoc import headquarters
from ilocdoc.hq.escrow import current_plan
from ilocdoc.hq.store import Database, embedded
from ilocdoc.wire.envelope import envelope_from_bytes
from ilocdoc.wire.holder_keys import open_holder_file
from tests.doubles.headquarters import ROSTER

NAMES = ("Vault North", "Vault South", "Chief's safe")
WORDS = "three lamps by the old pier"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = headquarters.main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Public files of three holders, each made by the command."""
    folder = tmp_path_factory.mktemp("holders")
    (folder / "words").write_text(f"{WORDS}\n")
    for number, name in enumerate(NAMES):
        line = ["escrow-key", "--holder", name, "--out", str(folder / f"{number}.key")]
        made = headquarters.main([*line, "--passphrase-file", str(folder / "words")])
        assert made == 0
    return [folder / f"{number}.public" for number in range(3)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, holders: list[Path]) -> Path:
    """A headquarters whose volumes two of three holders open."""
    data = tmp_path_factory.mktemp("hq") / "data"
    files = [str(each) for each in holders]
    line = ["init", "--data", str(data), "--training", "--escrow-threshold", "2"]
    assert headquarters.main([*line, "--escrow", *files]) == 0
    assert headquarters.main(["roster", "--data", str(data), "--file", str(ROSTER)]) == 0
    return data


def test_a_holders_key_opens_with_its_passphrase_and_is_for_its_owner_only(holders: list[Path]):
    secret = holders[0].with_suffix(".key")
    assert open_holder_file(secret.read_bytes(), WORDS).name == NAMES[0]
    assert secret.stat().st_mode & 0o077 == 0


def test_a_holders_key_is_never_overwritten(holders: list[Path], tmp_path: Path, capsys):
    secret = holders[0].with_suffix(".key")
    before = secret.read_bytes()
    code, said = run(capsys, "escrow-key", "--holder", "X", "--out", secret)
    assert (code, "never overwritten" in said) == (3, True)
    assert secret.read_bytes() == before
    code, _ = run(capsys, "escrow-key", "--holder", "X", "--out", tmp_path / "x.public")
    assert code == 3, "the secret must not lie where the public one belongs"


def test_a_short_passphrase_makes_no_key(tmp_path: Path, capsys):
    (tmp_path / "words").write_text("short\n")
    line = ("escrow-key", "--holder", "X", "--out", tmp_path / "x.key")
    assert run(capsys, *line, "--passphrase-file", tmp_path / "words")[0] == 2
    assert not (tmp_path / "x.key").exists()


def test_init_with_holders_makes_no_key_here_and_shows_the_plan(made: Path, capsys):
    assert not (made / "keys" / "offline" / "escrow.key").exists()
    code, said = run(capsys, "escrow", "--data", made)
    assert code == 0
    assert "2 of 3 open a volume together" in said
    assert all(name in said for name in NAMES)


def test_no_part_of_an_escrow_key_is_in_the_database(made: Path, holders: list[Path]):
    secrets = [
        open_holder_file(each.with_suffix(".key").read_bytes(), WORDS).key.to_bytes()
        for each in holders
    ]
    with embedded(made) as conninfo, Database(conninfo) as database:
        (kept,) = database.rows("SELECT string_agg(value, '|') FROM setting")
        assert database.change(current_plan) is not None
    for secret in secrets:
        assert secret.hex() not in kept[0]
    keys = b"".join(each.read_bytes() for each in (made / "keys").rglob("*") if each.is_file())
    assert not any(secret in keys for secret in secrets)


def test_a_plan_is_said_anew_only_with_the_offline_root(made: Path, holders, tmp_path, capsys):
    line = ("escrow", "--data", made, "--threshold", 3, *holders)
    code, said = run(capsys, *line, "--offline", tmp_path)
    assert (code, "root key cannot be read" in said) == (8, True)
    code, said = run(capsys, "escrow", "--data", made, "--threshold", 4, *holders)
    assert code == 2
    code, said = run(capsys, "escrow", "--data", made, holders[0].with_suffix(".key"))
    assert (code, "secret file" in said) == (2, True)


def test_access_is_ended_and_given_back(made: Path, capsys):
    assert run(capsys, "revoke", "--data", made, "--officer", "99001")[0] == 2
    code, said = run(capsys, "revoke", "--data", made, "--officer", "99001", "--by", "99030")
    assert (code, "Nothing is deleted" in said) == (0, True)
    code, said = run(capsys, "enrol-code", "--data", made, "--officer", "99001")
    assert (code, "ended" in said) == (3, True)
    assert run(capsys, "revoke", "--data", made, "--officer", "99001", "--undo")[0] == 0
    assert run(capsys, "enrol-code", "--data", made, "--officer", "99001")[0] == 0


@pytest.mark.parametrize("missing", ["--device", "--officer", "--by"])
def test_a_wipe_order_names_laptop_member_and_who_orders_it(made: Path, missing, capsys):
    given = {"--device": "ABCD", "--officer": "99001", "--by": "99030"}
    words = [word for each in given.items() if each[0] != missing for word in each]
    assert run(capsys, "wipe-order", "--data", made, *words)[0] == 2


def test_a_wipe_order_is_for_a_known_laptop_and_a_short_time(made: Path, tmp_path, capsys):
    line = ("wipe-order", "--data", made, "--device", "ABCD", "--officer", "99001", "--by", "99030")
    code, said = run(capsys, *line)
    assert (code, "no laptop ABCD" in said) == (3, True)
    assert run(capsys, *line, "--days", 91)[0] == 2
    with embedded(made) as conninfo, Database(conninfo) as database:
        database.change(
            lambda c: c.execute("INSERT INTO device VALUES ('ABCD', 'Car', 'k', 'c', now())")
        )
    out = tmp_path / "order.json"
    code, said = run(capsys, *line, "--out", out)
    assert code == 0
    assert "generation 1" in said
    assert len(envelope_from_bytes(out.read_bytes()).signatures) == 1
    code, said = run(capsys, "wipe-order", "--data", made, "--approved", out)
    assert (code, "does not count" in said) == (3, True)
