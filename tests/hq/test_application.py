"""Whatever happens, a laptop gets an answer it can act on, and no log holds what was said."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import TestClient

from ilocdoc.hq import application, feed
from ilocdoc.hq.application import _Door, make_application
from ilocdoc.hq.store import BusyError
from ilocdoc.wire.messages import OfferBlob, Post
from tests.hq.desk import Desk, Laptop, named


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    laptop = desk.laptop("99001")
    laptop.hello()
    return laptop


def broken(*_anything: object, **_more: object) -> None:
    raise RuntimeError("P.O. Quill wrote this")


def test_an_error_of_ours_is_a_problem_and_its_text_is_kept_from_the_log(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(feed, "feed", broken)
    response = laptop.get("/v1/feed", officer="99001", after=0)
    assert (response.status_code, named(response)) == (500, "fault")
    assert "RuntimeError" in caplog.text
    assert "Quill" not in caplog.text + response.text


def test_a_database_that_does_not_answer_is_busy_not_broken(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_anything: object, **_more: object) -> None:
        raise BusyError

    monkeypatch.setattr("ilocdoc.hq.store.Database.rows", away)
    monkeypatch.setattr("ilocdoc.hq.store.Database.change", away)
    for response in (
        laptop.desk.http.get("/readyz"),
        laptop.get("/v1/feed", officer="99001", after=0),
    ):
        assert (response.status_code, named(response)) == (503, "busy")
        assert int(response.headers["retry-after"]) > 0


def test_more_requests_than_can_be_worked_on_are_told_to_come_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "MOST_AT_ONCE", 0)
    response = desk.http.get("/healthz")
    assert (response.status_code, named(response)) == (503, "busy")
    assert int(response.headers["retry-after"]) > 0


def test_what_nobody_else_caught_is_answered_at_the_door(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def inner(*_anything: object) -> None:
        raise RuntimeError("P.O. Quill wrote this")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(_Door(inner)({"type": "http"}, None, send))
    assert sent[0]["status"] == 500
    assert "Quill" not in caplog.text
    assert caplog.records[0].levelno == logging.ERROR


def test_a_full_disk_is_said_before_a_body_is_read(desk: Desk, laptop: Laptop) -> None:
    hq = replace(desk.hq, has_room=lambda: False)
    with TestClient(make_application(hq)) as client:
        desk.http, http = client, desk.http
        offered = OfferBlob(sha256="0" * 64, size_bytes=0, parts=("0" * 64,))
        for response in (
            laptop.send(laptop.streams["99001"], []),
            laptop.post("/v1/blobs", offered),
            laptop.post("/v1/deliveries", Post(deliveries=())),
        ):
            assert (response.status_code, named(response)) == (503, "full")
        assert laptop.get("/v1/feed", officer="99001", after=0).status_code == 200
        desk.http = http


def test_an_address_without_anything_is_a_problem(desk: Desk) -> None:
    assert named(desk.http.get("/v1/nothing")) == "unknown"
    assert named(desk.http.get("/v1/hello")) == "method"


def test_the_interface_is_described_for_machines(desk: Desk) -> None:
    described = desk.http.get("/schema/openapi.json").json()
    assert "/v1/streams/{stream}/entries" in described["paths"]
    for path in ("/schema", "/schema/swagger", "/schema/redoc"):
        assert "<script" not in desk.http.get(path).text, "no page that loads foreign scripts"


@pytest.mark.parametrize("path", ["/v1/enrol", "/v1/hello", "/v1/officers/99001/enrol"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_without_end_is_the_fault_of_whoever_sent_it(
    desk: Desk, path: str, opening: bytes
) -> None:
    body = opening * 100_000
    response = desk.http.post(path, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, named(response)) == (400, "request")


def test_a_token_that_ends_in_a_number_without_end_is_no_token(desk: Desk) -> None:
    token = f"Bearer 0A1B.{'9' * 5000}.{'0' * 64}"
    response = desk.http.get("/v1/feed", headers={"authorization": token})
    assert (response.status_code, named(response)) == (401, "session")
