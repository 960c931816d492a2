"""First contact over real HTTPS: only the headquarters that gave the code is believed."""

import socket

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ilocdoc.record.errors import (
    HeadquartersError,
    InputError,
    NotHeadquartersError,
    RefusedByHeadquartersError,
    UnreachableError,
)
from ilocdoc.sync.enrolling import enrol_device, enrol_officer
from ilocdoc.sync.line import PinnedLine
from ilocdoc.wire.envelope import SoftwareKey, seal_envelope
from ilocdoc.wire.messages import ROSTER_TYPE, EnrolOfficer
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.authority import Authority
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import AlteringRoad, Fault, FaultyRoad, https_server
from tests.doubles.simulated_headquarters import SimulatedHeadquarters


def request_for(key: ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Car 1012")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_a_laptop_learns_what_it_must_know(road, hq, key):
    with https_server(road) as url:
        answer, root = enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))
    assert answer.device == "0A1B"
    assert root == hq.root_pem
    assert answer.hq_certificate_pem == hq.certificate_pem


def test_the_code_is_taken_as_people_type_it(road, hq, key):
    secret, _, pin = hq.code().partition(".")
    typed = f" {secret.lower()}.{pin.upper()} "
    with https_server(road) as url:
        answer, _ = enrol_device(url, code=typed, name="Car 1012", csr_pem=request_for(key))
    assert answer.device == "0A1B"


def test_another_headquarters_at_the_address_gets_nothing(hq, key):
    stranger = SimulatedHeadquarters(Authority())
    with https_server(FaultyRoad(stranger)) as url, pytest.raises(NotHeadquartersError):
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))
    assert [asked.path for asked in stranger.log] == ["/v1/root.pem"], "the code was not sent"


def test_a_stranger_who_shows_our_root_gets_nothing(road, hq, key):
    with https_server(road, authority=Authority()) as url, pytest.raises(NotHeadquartersError):
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))
    assert [asked.path for asked in hq.log] == ["/v1/root.pem"], "the code was not sent"


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.REDIRECT, Fault.OK_JSON, Fault.EMPTY])
@pytest.mark.parametrize("path", ["/v1/root.pem", "/v1/enrol"])
def test_a_portal_is_not_headquarters(road, hq, key, fault, path):
    road.once(fault, path=path)
    with https_server(road) as url, pytest.raises(NotHeadquartersError):
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))


def test_a_lost_answer_is_asked_for_again_with_the_same_code(road, hq, key):
    code, csr = hq.code(), request_for(key)
    road.once(Fault.LOST_ANSWER, path="/v1/enrol")
    with https_server(road) as url:
        with pytest.raises(UnreachableError):
            enrol_device(url, code=code, name="Car 1012", csr_pem=csr)
        answer, _ = enrol_device(url, code=code, name="Car 1012", csr_pem=csr)
    assert answer.device == "0A1B"


def test_a_wrong_code_is_said_in_plain_words(road, hq, key):
    wrong = "ZZZZ-ZZZZ-ZZZZ." + hq.code().partition(".")[2]
    with https_server(road) as url, pytest.raises(RefusedByHeadquartersError) as caught:
        enrol_device(url, code=wrong, name="Car 1012", csr_pem=request_for(key))
    assert caught.value.headline == "Headquarters does not accept this code."


@pytest.mark.parametrize("code", ["", "ABCD-EF23-0000", "ABCD-EF23-0000.12", "AB CD.xyz", "é.1"])
def test_an_incomplete_code_is_refused_before_anything_is_sent(code):
    with pytest.raises(InputError):
        enrol_device("https://127.0.0.1:1", code=code, name="Car 1012", csr_pem="")


def altered_answers(hq: SimulatedHeadquarters) -> dict[str, dict[str, object]]:
    stranger = SimulatedHeadquarters(Authority())
    other_key = request_for(ec.generate_private_key(ec.SECP256R1()))
    ours_for_other, _ = hq._certificate(other_key, "Device 0A1B", "0A1B")
    not_a_roster = seal_envelope(ROSTER_TYPE, b"[]", signer=hq.signer)
    return {
        "a roster that is none": {"roster": msgspec.to_builtins(not_a_roster)},
        "a certificate for another key": {"certificate_pem": ours_for_other},
        "another device's id": {"device": "ZZ99"},
        "headquarters' certificate of a stranger": {"hq_certificate_pem": stranger.certificate_pem},
        "a stranger's chain": {"chain_pem": stranger.root_pem + stranger.root_pem},
        "no chain": {"chain_pem": ""},
        "a roster that a stranger signed": {"roster": msgspec.to_builtins(stranger.roster())},
        "a certificate that cannot be read": {"certificate_pem": "none"},
        "headquarters' certificate issued by no authority": {
            "chain_pem": hq.certificate_pem + hq.root_pem
        },
        "an ingest key that cannot be read": {"ingest_key": "AAAA"},
        "an evidence key that cannot be read": {"evidence_key": "?"},
    }


@pytest.mark.parametrize("name", altered_answers(SimulatedHeadquarters()))
def test_an_answer_that_does_not_lead_to_the_root_is_refused(hq, key, name):
    road = AlteringRoad(hq, "/enrol", **altered_answers(hq)[name])
    with https_server(road) as url, pytest.raises(NotHeadquartersError):
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))


def officer_request(key: ec.EllipticCurvePrivateKey) -> EnrolOfficer:
    return EnrolOfficer(
        code="",
        star="99001",
        device="0A1B",
        csr_pem=request_for(key),
        encryption_key=OpeningKey.generate().public.encoded,
    )


def test_an_officer_gets_a_certificate_and_a_roster_that_names_the_keys(road, hq, key):
    device = ec.generate_private_key(ec.SECP256R1())
    with https_server(road) as url:
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(device))
        line = PinnedLine(url, root_pem=hq.root_pem, hq_certificate_pem=hq.certificate_pem)
        ask = officer_request(key)
        answer = enrol_officer(
            line,
            code=hq.code("99001"),
            root_pem=hq.root_pem,
            device_signer=SoftwareKey(device),
            ask=ask,
        )
        line.close()
    assert "BEGIN CERTIFICATE" in answer.certificate_pem
    assert hq.members["99001"].encryption_key == ask.encryption_key


def test_a_roster_that_does_not_name_the_officer_is_refused(hq, key):
    laptop = PatrolLaptop(
        AlteringRoad(hq, "/enrol", roster=msgspec.to_builtins(hq.roster())),
        device="0A1B",
        officers=(),
    )
    del hq.members["99002"]
    altered = msgspec.to_builtins(hq.roster())
    laptop.road.changes = {"roster": altered}
    hq.members["99002"] = hq.members["99001"]
    with pytest.raises(NotHeadquartersError):
        enrol_officer(
            laptop.line(),
            code=hq.code("99002"),
            root_pem=hq.root_pem,
            device_signer=laptop.key,
            ask=msgspec.structs.replace(officer_request(key), star="99002"),
        )


def test_nobody_at_the_address_is_being_down(hq, key):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(UnreachableError):
        enrol_device(url, code=hq.code(), name="Car 1012", csr_pem=request_for(key))


def test_an_officers_code_of_another_headquarters_is_refused(road, hq, laptop, key):
    code = SimulatedHeadquarters(Authority()).code("99001")
    with pytest.raises(InputError):
        enrol_officer(
            laptop.line(),
            code=code,
            root_pem=hq.root_pem,
            device_signer=laptop.key,
            ask=officer_request(key),
        )
    assert hq.log == []


def test_an_officers_code_is_good_for_that_officer_only(road, hq, laptop, key):
    with pytest.raises(HeadquartersError):
        enrol_officer(
            laptop.line(),
            code=hq.code("99010"),
            root_pem=hq.root_pem,
            device_signer=laptop.key,
            ask=officer_request(key),
        )
