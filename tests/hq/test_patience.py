"""Connections that say nothing, or never end what they say, keep nobody out."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from ilocdoc.hq import patience
from ilocdoc.hq.patience import MOST_HEAD_BYTES, WaryProtocol, impatient
from ilocdoc.hq.problems import ProblemError


async def hello(_scope: object, _receive: object, send: uvicorn._types.ASGISendCallable) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": False})
    await send({"type": "http.response.body", "body": b"hello", "more_body": False})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with little patience, in this process."""
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 0.3)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(hello, http=WaryProtocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("said", [b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_request_whose_head_does_not_come_ends(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(said)
        assert client.recv(1000) == b""


def test_a_head_without_end_is_not_taken_in(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 60)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(100_000):
                client.sendall(b"x" * MOST_HEAD_BYTES)


def test_one_request_after_the_other_is_answered(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for size in (0, 10, 3 * MOST_HEAD_BYTES):
            assert client.post("/", content=bytes(size)).text == "hello"


def received(*pieces: tuple[float, bytes, bool]) -> list[bytes]:
    """Receive a body that comes in pieces: seconds to wait, bytes, whether more comes."""

    async def receive_all() -> list[bytes]:
        waiting = list(pieces)

        async def receive() -> Any:
            after, body, more = waiting.pop(0)
            await asyncio.sleep(after)
            return {"type": "http.request", "body": body, "more_body": more}

        wary: Any = impatient(receive)
        return [(await wary())["body"] for _ in pieces]

    return asyncio.run(receive_all())


def test_a_body_that_does_not_go_on_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_PAUSE_S", 0.05)
    with pytest.raises(ProblemError, match="in time"):
        received((0, b"{", True), (60, b"}", False))


def test_a_slow_line_is_given_time_for_what_it_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_PAUSE_S", 0.05)
    assert received((0, bytes(50_000), True), (0.2, b"}", False))[1] == b"}"


def test_the_wait_for_the_end_of_the_connection_has_no_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "BODY_PAUSE_S", 0.05)
    assert received((0, b"{}", False), (0.2, b"", False)) == [b"{}", b""]
