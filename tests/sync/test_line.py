"""The line over real HTTPS: what counts as headquarters, and what everything else is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from ilocdoc.record.errors import HeadquartersError, InputError
from ilocdoc.record.exchange import Line
from ilocdoc.sync import road as road_module
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.troubles import HqDownError, ProblemError, line_of
from tests.doubles.authority import Authority
from tests.doubles.roads import RETRY_AFTER_S, Fault, https_server
from tests.doubles.simulated_headquarters import SimulatedHeadquarters

NONCE = "0123456789abcdef0123456789abcdef"


@contextmanager
def line_to(url: str, hq: SimulatedHeadquarters) -> Iterator[PinnedLine]:
    line = PinnedLine(url, root_pem=hq.root_pem, hq_certificate_pem=hq.certificate_pem)
    try:
        yield line
    finally:
        line.close()


def trouble(line: PinnedLine) -> HeadquartersError:
    with pytest.raises(HeadquartersError) as caught:
        line.probe(NONCE)
    return caught.value


def test_headquarters_proves_itself_over_https(road, hq):
    with https_server(road) as url, line_to(url, hq) as line:
        assert line.probe(NONCE).epoch == "epoch-1"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.CUT, Line.OFFLINE),
        (Fault.LOST_ANSWER, Line.OFFLINE),
        (Fault.HALF_ANSWER, Line.OFFLINE),
        (Fault.BROKEN_JSON, Line.PORTAL),
        (Fault.HTML, Line.PORTAL),
        (Fault.REDIRECT, Line.PORTAL),
        (Fault.SIGN_IN, Line.PORTAL),
        (Fault.OK_JSON, Line.PORTAL),
        (Fault.EMPTY, Line.PORTAL),
        (Fault.BUSY, Line.HQ_DOWN),
    ],
)
def test_what_is_not_a_proven_answer_has_a_name(road, hq, fault, expected):
    with https_server(road) as url, line_to(url, hq) as line:
        road.once(fault)
        assert line_of(trouble(line)) is expected
        assert line.probe(NONCE).nonce == NONCE, "the line is good again afterwards"


def test_an_old_answer_is_not_an_answer(road, hq):
    with https_server(road) as url, line_to(url, hq) as line:
        line.probe("f" * 32)
        road.once(Fault.REPLAY)
        assert line_of(trouble(line)) is Line.PORTAL


def test_headquarters_says_how_long_to_wait(road, hq):
    with https_server(road) as url, line_to(url, hq) as line:
        road.once(Fault.BUSY)
        found = trouble(line)
        assert isinstance(found, HqDownError)
        assert found.retry_after_s == RETRY_AFTER_S


@pytest.mark.parametrize(
    ("said", "expected"),
    [("17", 17), ("999999999999", 3600), ("Wed, 25 Nov 2026 10:00:30 GMT", 30), ("soon", 0)],
)
def test_retry_after_is_read_by_the_servers_own_clock(said, expected):
    response = requests.Response()
    response.headers["Retry-After"] = said
    response.headers["Date"] = "Wed, 25 Nov 2026 10:00:00 GMT"
    assert road_module._retry_after_s(response) == expected


def test_a_problem_keeps_its_name(road, hq):
    with https_server(road) as url, line_to(url, hq) as line:
        with pytest.raises(ProblemError) as caught:
            line.ask("GET", "/v1/feed?officer=99001&after=0")
        assert caught.value.name == "session"
        assert line_of(caught.value) is Line.REFUSED


def test_a_certificate_of_another_authority_is_an_interception(road, hq):
    with https_server(road, authority=Authority()) as url, line_to(url, hq) as line:
        assert line_of(trouble(line)) is Line.INTERCEPTED
    assert hq.log == [], "nothing was sent"


def test_bundles_and_proxies_of_the_environment_are_not_believed(road, hq, monkeypatch, tmp_path):
    stranger = Authority()
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(SimulatedHeadquarters(stranger).root_pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with https_server(road) as url, line_to(url, hq) as line:
        line.probe(NONCE)
    with https_server(road, authority=stranger) as url, line_to(url, hq) as line:
        assert line_of(trouble(line)) is Line.INTERCEPTED


def test_a_certificate_that_ended_is_refused_and_the_date_is_named(road, hq):
    with https_server(road, expired=True) as url, line_to(url, hq) as line:
        found = trouble(line)
        assert line_of(found) is Line.INTERCEPTED
        assert "not valid today" in found.headline


def test_a_certificate_for_another_machine_is_refused(road, hq):
    with https_server(road) as url, line_to(url.replace("127.0.0.1", "localhost"), hq) as line:
        assert line_of(trouble(line)) is Line.INTERCEPTED


def test_a_closed_port_is_headquarters_being_down(hq):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with line_to(f"https://127.0.0.1:{port}", hq) as line:
        assert line_of(trouble(line)) is Line.HQ_DOWN


def test_a_name_that_does_not_resolve_is_being_offline(hq):
    with line_to("https://headquarters.invalid", hq) as line:
        assert line_of(trouble(line)) is Line.OFFLINE


def test_a_portal_that_speaks_plain_http_on_our_port_is_a_portal(hq):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://portal.invalid\r\n\r\n")
                connection.recv(4096)

        thread = threading.Thread(target=speak)
        thread.start()
        with line_to(f"https://127.0.0.1:{listening.getsockname()[1]}", hq) as line:
            assert line_of(trouble(line)) is Line.PORTAL
        thread.join()


def test_an_answer_has_a_largest_size(road, hq, monkeypatch):
    monkeypatch.setattr(road_module, "MAX_ANSWER_BYTES", 100)
    with https_server(road) as url, line_to(url, hq) as line:
        assert "too large" in trouble(line).headline


@pytest.mark.parametrize("url", ["http://hq.test", "hq.test", "https://", "https://hq.test/?a=1"])
def test_an_address_without_tls_is_refused(hq, url):
    with pytest.raises(InputError):
        PinnedLine(url, root_pem=hq.root_pem, hq_certificate_pem=hq.certificate_pem)


def test_a_root_that_is_no_certificate_is_refused(hq):
    with pytest.raises(InputError):
        PinnedLine("https://hq.test", root_pem="none", hq_certificate_pem=hq.certificate_pem)
