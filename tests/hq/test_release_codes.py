"""Ending a lock-out from afar, and acts that came before their certificate."""

import pytest

from ilocdoc import headquarters
from ilocdoc.hq.authority import read_keys
from ilocdoc.hq.interpreting import Interpreter
from ilocdoc.hq.release_codes import code_for, keep_release_key
from ilocdoc.hq.store import Database, embedded
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.release import challenge_text, release_code, release_purpose
from ilocdoc.wire.sealing import SealingKey
from tests.doubles.keys import software_key
from tests.hq.desk import Desk, Laptop, named

QUILL, VANE = "99001", "99002"
KEY = bytes(range(32))


def sealed(desk: Desk, device: str, officer: str, key: bytes = KEY) -> str:
    ingest = SealingKey(encoded=desk.keys.ingest.public.encoded)
    return ingest.seal(key, purpose=release_purpose(device, officer))


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    """Enrolled with Quill and Quill's release key."""
    laptop = desk.laptop()
    enrol(desk, laptop, release_key=sealed(desk, laptop.device, QUILL))
    return laptop


def enrol(desk: Desk, laptop: Laptop, *, release_key: str):
    return laptop.ask_to_enrol_officer(
        QUILL, desk.code(QUILL), signer=software_key(), release_key=release_key
    )


def answer(desk: Desk, challenge: str, *, device: str, officer: str = QUILL) -> str:
    return desk.database.change(
        lambda c: code_for(
            c, desk.keys, challenge, device=device, officer=officer, now=desk.clock.now()
        )
    )


def test_headquarters_and_laptop_make_the_same_code(desk: Desk, laptop: Laptop) -> None:
    device = laptop.device
    shown = challenge_text("K7QM2RTX", counter=1, device=device, officer=QUILL)
    expected = release_code(KEY, shown, device=device, officer=QUILL)
    assert answer(desk, shown, device=device) == expected
    assert answer(desk, shown.lower(), device=device) == expected
    given = desk.database.rows("SELECT device, officer, challenge FROM release_given")
    assert given == [(device, QUILL, shown)] * 2, "every code that was given is written down"


def test_a_challenge_of_somebody_else_or_misheard_gets_no_code(desk: Desk, laptop: Laptop) -> None:
    for device, officer in ((laptop.device, VANE), ("ZZZZ", QUILL)):
        shown = challenge_text("K7QM2RTX", counter=1, device=device, officer=officer)
        with pytest.raises(InputError, match="not of this officer"):
            answer(desk, shown, device=laptop.device)
    with pytest.raises(InputError):
        answer(desk, "", device=laptop.device)
    assert desk.database.rows("SELECT 1 FROM release_given") == []


def test_without_a_key_from_enrolment_there_is_no_code(desk: Desk, laptop: Laptop) -> None:
    shown = challenge_text("K7QM2RTX", counter=1, device=laptop.device, officer=VANE)
    with pytest.raises(RefusedError):
        answer(desk, shown, device=laptop.device, officer=VANE)


def test_a_key_sealed_for_another_officer_or_not_a_key_is_refused(desk: Desk) -> None:
    laptop = desk.laptop()
    for wrong in (
        sealed(desk, laptop.device, VANE),
        sealed(desk, "ZZZZ", QUILL),
        sealed(desk, laptop.device, QUILL, b"short"),
        "not base64",
    ):
        assert named(enrol(desk, laptop, release_key=wrong)) in {"request", "signature"}
    assert desk.database.rows("SELECT 1 FROM release_key") == []
    assert desk.database.rows("SELECT 1 FROM enrolled") == []


def test_a_later_enrolment_replaces_the_key(desk: Desk, laptop: Laptop) -> None:
    device, other = laptop.device, bytes(32)
    enrol(desk, laptop, release_key=sealed(desk, device, QUILL, other))
    shown = challenge_text("K7QM2RTX", counter=1, device=device, officer=QUILL)
    assert answer(desk, shown, device=device) == release_code(
        other, shown, device=device, officer=QUILL
    )


def test_the_command_prints_the_code(tmp_path, capsys) -> None:
    data = tmp_path / "data"
    assert headquarters.main(["init", "--data", str(data), "--training"]) == 0
    keys = read_keys(data)
    stanza = SealingKey(encoded=keys.ingest.public.encoded).seal(
        KEY, purpose=release_purpose("0A2B", QUILL)
    )
    with embedded(data) as conninfo, Database(conninfo) as database:
        database.change(
            lambda c: keep_release_key(c, keys, device="0A2B", officer=QUILL, sealed=stanza)
        )
    capsys.readouterr()
    shown = challenge_text("K7QM2RTX", counter=1, device="0A2B", officer=QUILL)
    words = ["release-code", "--data", str(data), "--device", "0a2b", "--officer", QUILL]
    assert headquarters.main([*words, "--challenge", shown]) == 0
    expected = release_code(KEY, shown, device="0A2B", officer=QUILL)
    assert capsys.readouterr().out == f"{expected}\n"
    assert headquarters.main([*words, "--challenge", "nonsense"]) == 2
    assert "misheard" in capsys.readouterr().err


# --- acts before their certificate ----------------------------------------------------------


def test_an_act_that_came_before_its_certificate_counts_once_it_is_there(desk: Desk) -> None:
    laptop, renewed = desk.laptop(QUILL, VANE), software_key()
    laptop.streams[QUILL].write(EntryKind.SESSION_UNLOCKED, signer=renewed)
    laptop.streams[VANE].write(EntryKind.SESSION_UNLOCKED, signer=software_key())
    laptop.sync()
    interpreter = Interpreter(desk.database, desk.keys, clock=desk.clock.now)
    interpreter.drain()
    assert len(desk.attention()) == 2
    laptop.ask_to_enrol_officer(QUILL, desk.code(QUILL), signer=renewed)
    assert interpreter.drain() == 1
    assert desk.database.rows("SELECT actor FROM act") == [(QUILL,)]
    assert len(desk.attention()) == 1, "the other member's stays before people"
    laptop.ask_to_enrol_officer(VANE, desk.code(VANE), signer=software_key())
    interpreter.drain()
    assert len(desk.attention()) == 1, "another new key does not make it right"
