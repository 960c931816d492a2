"""Headquarters closes a packet with a time stamp, and says whose certificates ended."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ilocdoc import headquarters
from ilocdoc.hq.authority import About, certificate_for_member, make_keys, read_keys
from ilocdoc.hq.revocation_lists import members_list, root_list
from ilocdoc.hq.stamping import asking
from ilocdoc.packet.press import PdfPress
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.errors import HeadquartersError, InputError
from ilocdoc.wire.envelope import PublicKey, SoftwareKey, key_id_of
from tests.doubles.authority import officers
from tests.doubles.headquarters import ROSTER
from tests.doubles.stamp_authority import StampAuthority
from tests.packet.samples import DAY, FORM, bare_report

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Server(HTTPServer):
    """An authority behind HTTP, good or not."""

    def __init__(self, stamps: StampAuthority) -> None:
        self.stamps, self.behaviour = stamps, "good"
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        request = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.behaviour == "broken":
            self.send_error(503)
            return
        answer = self.server.stamps.ask(request)
        if self.server.behaviour == "endless":
            answer = bytes(2 * 1024 * 1024)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Nothing on the screen of the tests."""


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    served = Server(StampAuthority(tmp_path / "stamps"))
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def keys(tmp_path):
    data = tmp_path / "hq"
    data.mkdir()
    about = About(name="Training Department", training=True, made_at="2026-01-01T00:00:00.000000Z")
    make_keys(data, about=about, now=NOW - timedelta(days=100))
    return data, read_keys(data)


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/"


def test_a_request_reaches_the_authority_and_its_answer_comes_back(server):
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class Local(TimeStamper):
        async def async_request_tsa_response(self, req):
            return tsp.TimeStampResp.load(asking(url(server))(req.dump()))

    import asyncio

    token = asyncio.run(Local().async_timestamp(bytes(32), "sha256"))
    assert token["content_type"].native == "signed_data"


@pytest.mark.parametrize("behaviour", ["broken", "endless"])
def test_an_authority_that_misbehaves_is_named_as_such(server, behaviour):
    server.behaviour = behaviour
    from asn1crypto import tsp

    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump()
    with pytest.raises(HeadquartersError, match="authority"):
        asking(url(server))(request)


def test_an_authority_that_is_not_there_is_named_as_such():
    with pytest.raises(HeadquartersError, match="did not answer"):
        asking("http://127.0.0.1:9/")(b"request")


@pytest.mark.parametrize("other", ["", "file:///etc/passwd", "ftp://127.0.0.1/", "tsa.example"])
def test_only_addresses_of_the_web_are_asked(other):
    with pytest.raises(InputError):
        asking(other)


def test_the_list_of_members_names_who_ended_and_is_signed_by_the_issuer(keys):
    _data, held = keys
    ended = {7: NOW - timedelta(days=2), 9: NOW - timedelta(days=1)}
    crl = x509.load_der_x509_crl(members_list(held, ended, now=NOW))
    assert crl.is_signature_valid(held.issuing.public_key())
    assert crl.issuer == held.issuing.subject
    assert {each.serial_number: each.revocation_date_utc for each in crl} == ended
    assert crl.get_revoked_certificate_by_serial_number(8) is None
    later = x509.load_der_x509_crl(members_list(held, {}, now=NOW + timedelta(seconds=1)))
    number = x509.CRLNumber
    assert (
        later.extensions.get_extension_for_class(number).value.crl_number
        > crl.extensions.get_extension_for_class(number).value.crl_number
    )


def test_the_roots_list_is_kept_for_when_its_key_lies_elsewhere(keys):
    data, held = keys
    made = root_list(data, held, now=NOW)
    assert x509.load_der_x509_crl(made).is_signature_valid(held.root.public_key())
    (data / "keys" / "offline" / "root.key").unlink()
    assert root_list(data, held, now=NOW + timedelta(days=1)) == made
    (data / "keys" / "root.crl").unlink()
    assert root_list(data, held, now=NOW) == b""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training headquarters with the cast in its roster, stopped."""
    data = tmp_path_factory.mktemp("hq") / "data"
    assert headquarters.main(["init", "--data", str(data), "--training"]) == 0
    assert headquarters.main(["roster", "--data", str(data), "--file", str(ROSTER)]) == 0
    return data


def signed_report(keys) -> bytes:
    """A report whose signers hold certificates of this headquarters."""
    press, pdf = PdfPress(), b""
    for star, act in (("99001", press.certify), ("99010", press.approve)):
        officer = officers()[star]
        pdf = pdf or press.report_document(bare_report(), form=FORM, draft=False)
        key = ec.generate_private_key(ec.SECP256R1())
        public = PublicKey(key_id=key_id_of(key.public_key()), key=key.public_key())
        pem = certificate_for_member(
            keys, public, name=officer.printed_name, star=star, at=datetime.now(UTC)
        )
        der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
        chain = tuple(each.public_bytes(Encoding.DER) for each in (keys.issuing, keys.root))
        signer = SoftwareKey(key, certificate_der=der, chain_der=chain)
        pdf = act(pdf, signer=signer, officer=officer, at=DAY)
    return pdf


def test_the_command_writes_a_copy_that_verifies(made, server, tmp_path, capsys):
    keys = read_keys(made)
    path, out = tmp_path / "report.pdf", tmp_path / "stamped.pdf"
    path.write_bytes(signed_report(keys))
    root = server.stamps.folder / "root.pem"
    words = ["timestamp", path, "--data", made, "--tsa", url(server), "--out", out]
    assert headquarters.main([str(each) for each in (*words, "--tsa-root", root)]) == 0
    assert "is closed with a time stamp" in capsys.readouterr().out
    verdict = verify_document(
        out.read_bytes(),
        root_der=keys.root.public_bytes(Encoding.DER),
        stamp_roots=[server.stamps.root_der],
    )
    assert verdict.accepted, verdict.reasons
    assert not any("revoked" in each for each in verdict.not_checked)
    assert headquarters.main([str(each) for each in (*words, "--tsa-root", root)]) == 2
    out.unlink()
    assert headquarters.main([str(each) for each in words]) == 6
    assert "authority that you trust" in capsys.readouterr().err
    assert not out.exists()
