"""The real program over TLS, killed in every way; nothing acknowledged is lost."""

import os
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ilocdoc.hq.authority import read_keys
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.messages import Receipt, WellKnown
from tests.doubles.clocks import StoppedClock
from tests.doubles.headquarters import RealHeadquarters
from tests.hq.desk import Desk, Laptop, Writer
from tests.hq.reports import decide, submit


class FarDesk(Desk):
    """The same vocabulary, spoken to a headquarters in a process of its own."""

    def __init__(self, real: RealHeadquarters) -> None:
        self.real, self.keys, self.clock = real, read_keys(real.data), StoppedClock()
        trusted = ssl.create_default_context(cafile=str(real.root_pem))
        self.http = httpx.Client(base_url=real.url, verify=trusted, trust_env=False, timeout=30)

    def code(self, officer: str = "") -> str:
        return self.real.code_for_officer(officer) if officer else self.real.code_for_device()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHeadquarters]:
    with RealHeadquarters(tmp_path_factory.mktemp("hq") / "data") as headquarters:
        yield headquarters


@pytest.fixture
def far(real: RealHeadquarters) -> Iterator[FarDesk]:
    with FarDesk(real) as desk:
        yield desk


@pytest.fixture
def laptop(far: FarDesk) -> Laptop:
    laptop = far.laptop()
    laptop.hello()
    return laptop


def test_the_server_is_believed_only_below_the_agencys_root(
    real: RealHeadquarters, far: FarDesk
) -> None:
    answer = far.read(far.http.get("/.well-known/ilocdoc?nonce=ab"), WellKnown)
    assert answer.training == 1
    with httpx.Client(trust_env=False) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get(f"{real.url}/healthz")


def test_it_says_that_it_is_well_and_ready(far: FarDesk) -> None:
    for path in ("/healthz", "/readyz"):
        response = far.http.get(path)
        assert (response.status_code, response.text) == (200, "ok\n")


def test_other_commands_work_while_it_serves(real: RealHeadquarters) -> None:
    assert "Sgt Rowan Pell" in real.command("roster")
    assert real.command("check").endswith("Sound.\n")


def test_what_was_sent_is_interpreted_by_itself(real: RealHeadquarters, laptop: Laptop) -> None:
    writer = laptop.streams[laptop.device]
    writer.write(EntryKind.SESSION_FAILED)
    laptop.sync()
    give_up = time.monotonic() + 20
    while not real.sql("SELECT 1 FROM act WHERE stream_id = %s", writer.id):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_what_was_approved_is_published_by_two_people(
    real: RealHeadquarters, far: FarDesk, tmp_path: Path
) -> None:
    laptop = far.laptop("99001", "99010")
    submit(laptop.streams["99001"], training=True)
    decide(laptop.streams["99010"])
    laptop.sync()
    words = ("--period", "2026-Q4", "--out", str(tmp_path), "--by", "99050")
    said = real.command("publish", *words, "--second", "99060")
    assert said.startswith("2026-Q4: ")
    assert "TRAINING" in (tmp_path / "index.html").read_text()
    with pytest.raises(AssertionError, match="may not release"):
        real.command("publish", *words, "--second", "99001")
    with pytest.raises(AssertionError, match="not in the roster"):
        real.command("publish", *words, "--second", "12345")


class Sender(threading.Thread):
    """Writes and sends one entry after another, whatever happens, until told to stop."""

    def __init__(self, laptop: Laptop, writer: Writer) -> None:
        super().__init__()
        self.laptop, self.writer = laptop, writer
        self.acknowledged: list[tuple[int, str]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            self.writer.write()
            while not self._sent():
                time.sleep(0.02)

    def _sent(self) -> bool:
        try:
            response = self.laptop.send(self.writer, self.writer.entries[-1:])
        except httpx.TransportError:
            return False
        if response.status_code != 201:
            return False
        receipt = self.laptop.desk.read(response, Receipt)
        self.acknowledged.append((receipt.seq, receipt.hash))
        return True


def wait_for(sender: Sender, more: int) -> None:
    wanted, give_up = len(sender.acknowledged) + more, time.monotonic() + 60
    while len(sender.acknowledged) < wanted:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def kill_database(real: RealHeadquarters) -> None:
    lines = (real.data / "postgres" / "data" / "postmaster.pid").read_text().split("\n")
    os.kill(int(lines[0]), signal.SIGKILL)


@pytest.mark.parametrize("victim", ["headquarters", "database"])
def test_a_kill_loses_nothing_that_was_acknowledged(
    real: RealHeadquarters, laptop: Laptop, victim: str
) -> None:
    writer = laptop.streams[laptop.device]
    sender = Sender(laptop, writer)
    sender.start()
    try:
        for _ in range(2):
            wait_for(sender, 5)
            if victim == "headquarters":
                real.kill()
                real.restart()
            else:
                kill_database(real)
        wait_for(sender, 5)
    finally:
        sender.enough.set()
        sender.join()
    rows = real.sql("SELECT seq, hash FROM entry WHERE stream_id = %s ORDER BY seq", writer.id)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert set(sender.acknowledged) <= set(rows)
    heads = {head.stream: head for head in laptop.hello().heads}
    assert heads[writer.id].seq == rows[-1][0]


def test_it_ends_in_order_when_told_to(real: RealHeadquarters) -> None:
    assert real.stop() == 0
    assert not (real.data / "postgres" / "data" / "postmaster.pid").exists()
    real.restart()


def test_its_log_names_nobody(real: RealHeadquarters, laptop: Laptop) -> None:
    laptop.enrol_officer("99001")
    laptop.sync()
    laptop.get("/v1/feed", officer="99001", after=0)
    logs = real.log + (Path(real.data) / "postgres" / "postgres.log").read_text()
    assert "Headquarters serves on" in logs
    for word in ("Quill", "99001", laptop.token, real.data.name + "/keys"):
        assert word not in logs
