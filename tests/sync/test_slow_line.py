"""A weak line: it takes long for a part, and the part arrives all the same."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter

from ilocdoc.record.errors import UnreachableError
from ilocdoc.sync import road as road_module
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.road import translated
from ilocdoc.wire.messages import PART_BYTES
from tests.doubles.roads import server_pem
from tests.doubles.simulated_headquarters import SimulatedHeadquarters

PART = bytes(6 * PART_BYTES)
"""More than the kernel takes at once."""
SIP_BYTES, SIP_S = 16 * 1024, 0.004


@contextmanager
def slow_reader(hq: SimulatedHeadquarters) -> Iterator[tuple[str, list[int]]]:
    """Reads one request in sips and answers 204; yields its URL and what it read."""
    read: list[int] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(server_pem(hq.authority))
        context.load_cert_chain(path)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def sip() -> None:
        plain, _ = listening.accept()
        with plain, context.wrap_socket(plain, server_side=True) as connection:
            try:
                while sum(read) < len(PART):
                    threading.Event().wait(SIP_S)
                    block = connection.recv(SIP_BYTES)
                    if not block:
                        return
                    read.append(len(block))
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            except OSError:
                return

    thread = threading.Thread(target=sip)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", read
    finally:
        thread.join()
        listening.close()


def test_a_part_arrives_although_it_takes_longer_than_connecting_may(hq, monkeypatch):
    monkeypatch.setattr(road_module, "CONNECT_S", 0.3)
    with slow_reader(hq) as (url, read):
        line = PinnedLine(url, root_pem=hq.root_pem, hq_certificate_pem=hq.certificate_pem)
        line.put_part("/v1/blobs/0/parts/0", PART, sha256="00", session="s")
        line.close()
    assert sum(read) >= len(PART)


def test_the_usual_way_of_sending_does_not_stand_this_line(hq, tmp_path):
    """The counter-example: urllib3 takes the connect timeout for every write."""
    root = tmp_path / "root.pem"
    root.write_text(hq.root_pem)
    with slow_reader(hq) as (url, _read), requests.Session() as session:
        session.mount("https://", HTTPAdapter())
        with pytest.raises(requests.RequestException) as caught:
            session.put(url, data=PART, verify=str(root), timeout=(0.3, 20))
    assert isinstance(translated(caught.value), UnreachableError)
