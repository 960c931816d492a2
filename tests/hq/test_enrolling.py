"""Laptops and members become known."""

import base64
import hashlib
import re

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.verification import PolicyBuilder, Store

from ilocdoc.hq import roster
from ilocdoc.hq.store import Database
from ilocdoc.record.errors import RefusedError
from ilocdoc.wire.envelope import key_id_of
from ilocdoc.wire.messages import EnrolAnswer, EnrolDevice, EnrolOfficerAnswer, WellKnown
from tests.doubles.keys import software_key
from tests.hq.desk import Desk, Laptop, named, names_in


def test_the_pin_of_a_code_is_that_of_the_root_that_is_handed_out(desk: Desk) -> None:
    code, _, pin = desk.code().partition(".")
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    root = x509.load_pem_x509_certificate(desk.http.get("/v1/root.pem").content)
    der = root.public_bytes(serialization.Encoding.DER)
    assert pin == hashlib.sha256(der).hexdigest()[:32]


def test_a_laptop_gets_a_certificate_below_the_root(desk: Desk) -> None:
    laptop = Laptop(desk)
    answer = laptop.enrol()
    certificate = x509.load_pem_x509_certificate(answer.certificate_pem.encode())
    issuing, root = x509.load_pem_x509_certificates(answer.chain_pem.encode())
    certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    assert key_id_of(certificate.public_key()) == laptop.key.key_id
    assert names_in(answer.certificate_pem) == (
        f"2.5.4.5={answer.device},CN=Device {answer.device},O=Training Department"
    )
    assert len(answer.device) == 4
    assert answer.training == 1


def test_stock_code_accepts_the_servers_certificate(desk: Desk) -> None:
    pems = desk.keys.server_certificate.read_bytes()
    server, issuing = x509.load_pem_x509_certificates(pems)
    verifier = (
        PolicyBuilder()
        .store(Store([desk.keys.root]))
        .time(desk.clock.now())
        .build_server_verifier(x509.DNSName("localhost"))
    )
    assert len(verifier.verify(server, [issuing])) == 3


def test_a_code_is_good_for_one_laptop(desk: Desk) -> None:
    code = desk.code()
    Laptop(desk).enrol(code)
    response = Laptop(desk).ask_to_enrol(code)
    assert (response.status_code, named(response)) == (403, "code")


def test_a_laptop_whose_answer_was_lost_may_ask_again(desk: Desk) -> None:
    code, laptop = desk.code(), Laptop(desk)
    first, second = laptop.enrol(code), laptop.enrol(code)
    assert (first.device, first.certificate_pem) == (second.device, second.certificate_pem)


def test_a_laptop_that_enrols_again_with_a_new_code_stays_the_same(desk: Desk) -> None:
    laptop = Laptop(desk)
    assert laptop.enrol().device == laptop.enrol().device


def test_a_code_may_be_typed_in_any_way(desk: Desk) -> None:
    code = desk.code().partition(".")[0]
    assert Laptop(desk).enrol(code.replace("-", " ").lower())


def test_a_code_ends_after_three_days(desk: Desk) -> None:
    code = desk.code()
    desk.clock.move_on(hours=72)
    assert named(Laptop(desk).ask_to_enrol(code)) == "code"


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA", "x" * 1000, "\N{SNOWMAN}"])
def test_a_wrong_code_lets_nobody_in(desk: Desk, code: str) -> None:
    assert named(Laptop(desk).ask_to_enrol(code)) == "code"


def test_a_members_code_enrols_no_laptop(desk: Desk) -> None:
    assert named(Laptop(desk).ask_to_enrol(desk.code("99001"))) == "code"


def test_codes_are_not_kept_readable(desk: Desk) -> None:
    code = desk.code().partition(".")[0].replace("-", "")
    plain = hashlib.sha256(code.encode()).hexdigest()
    assert desk.database.rows("SELECT digest FROM code")[0][0] not in (code, plain)


def _enrol_device(desk: Desk, **changes: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = EnrolDevice(code=desk.code(), name="Car", csr_pem=_request(key))
    asked = msgspec.structs.replace(asked, **changes)
    return named(desk.http.post("/v1/enrol", content=msgspec.json.encode(asked)))


def _request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_a_key_of_another_algorithm_is_refused(desk: Desk) -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        assert _enrol_device(desk, csr_pem=_request(key)) == "request"


def test_a_request_that_its_own_key_did_not_sign_is_refused(desk: Desk) -> None:
    pem = _request(ec.generate_private_key(ec.SECP256R1()))
    der = bytearray(base64.b64decode("".join(pem.splitlines()[1:-1])))
    der[-1] ^= 1
    body = base64.b64encode(bytes(der)).decode()
    altered = f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n"
    assert _enrol_device(desk, csr_pem=altered) == "request"


@pytest.mark.parametrize("name", ["", "x" * 61, "two\nlines"])
def test_a_laptops_name_is_a_short_line(desk: Desk, name: str) -> None:
    assert _enrol_device(desk, name=name) == "request"


def test_a_bad_request_does_not_spend_the_code(desk: Desk) -> None:
    code, laptop = desk.code(), Laptop(desk)
    asked = EnrolDevice(code=code, name="Car", csr_pem="nothing")
    assert named(desk.http.post("/v1/enrol", content=msgspec.json.encode(asked))) == "request"
    assert laptop.enrol(code).device


# --- members --------------------------------------------------------------------------


def test_a_member_gets_a_certificate_with_the_rosters_name(desk: Desk) -> None:
    laptop = desk.laptop()
    answer = laptop.enrol_officer("99001")
    assert names_in(answer.certificate_pem) == (
        "2.5.4.5=99001,CN=P.O. Alder Quill,O=Training Department"
    )
    issuing, _root = x509.load_pem_x509_certificates(answer.chain_pem.encode())
    x509.load_pem_x509_certificate(answer.certificate_pem.encode()).verify_directly_issued_by(
        issuing
    )


def test_a_members_code_is_for_that_member(desk: Desk) -> None:
    laptop, signer = desk.laptop(), software_key()
    response = laptop.ask_to_enrol_officer("99002", desk.code("99001"), signer=signer)
    assert (response.status_code, named(response)) == (403, "code")


def test_a_members_code_is_used_once_but_its_answer_can_be_repeated(desk: Desk) -> None:
    laptop, code, signer = desk.laptop(), desk.code("99001"), software_key()
    answers = [
        desk.read(
            laptop.ask_to_enrol_officer("99001", code, signer=signer), EnrolOfficerAnswer
        ).certificate_pem
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    again = laptop.ask_to_enrol_officer("99001", code, signer=software_key())
    assert named(again) == "code"


def test_a_member_is_enrolled_by_a_known_laptop_only(desk: Desk) -> None:
    laptop, signer = desk.laptop(), software_key()
    code = desk.code("99001")
    response = laptop.ask_to_enrol_officer("99001", code, signer=signer, by=software_key())
    assert named(response) == "signature"
    laptop.device = "ZZZZ"
    assert named(laptop.ask_to_enrol_officer("99001", code, signer=signer)) == "unknown"


def test_the_address_names_the_member_that_the_message_names(desk: Desk) -> None:
    laptop = desk.laptop()
    content = laptop.signed(laptop.hello_message())
    assert named(desk.http.post("/v1/officers/99001/enrol", content=content)) == "request"
    assert named(desk.http.post("/v1/officers/99001/enrol", content=b"{}")) == "request"


def test_every_enrolment_gives_the_roster_a_new_version(desk: Desk) -> None:
    versions = "SELECT value FROM setting WHERE name = 'roster_version'"
    before = int(desk.database.rows(versions)[0][0])
    desk.laptop("99001", "99002")
    assert int(desk.database.rows(versions)[0][0]) == before + 2


def test_no_code_is_made_for_a_stranger(desk: Desk) -> None:
    with pytest.raises(RefusedError):
        desk.code("12345")


# --- who answers ----------------------------------------------------------------------


def test_headquarters_proves_itself_with_our_nonce(desk: Desk) -> None:
    answer = desk.read(desk.http.get("/.well-known/ilocdoc?nonce=0011aa"), WellKnown)
    assert (answer.nonce, answer.training, answer.versions) == ("0011aa", 1, ("v1",))
    again = desk.read(desk.http.get("/.well-known/ilocdoc?nonce=00"), WellKnown)
    assert answer.epoch == again.epoch != ""


@pytest.mark.parametrize("query", ["", "?nonce=", "?nonce=xyz", "?nonce=" + "0" * 65])
def test_a_nonce_is_hex(desk: Desk, query: str) -> None:
    assert named(desk.http.get(f"/.well-known/ilocdoc{query}")) == "request"


def test_the_epoch_is_the_same_everywhere(desk: Desk, database: Database) -> None:
    enrolled: EnrolAnswer = Laptop(desk).enrol()
    known = desk.read(desk.http.get("/.well-known/ilocdoc?nonce=00"), WellKnown)
    assert enrolled.epoch == known.epoch


def test_a_member_on_two_laptops_has_both_certificates_in_the_roster(desk: Desk) -> None:
    first, second = desk.laptop("99001"), desk.laptop("99001")
    (quill,) = [each for each in desk.database.change(roster.members) if each.id == "99001"]
    assert quill.certificate == second.certificates["99001"] + first.certificates["99001"]


def test_the_oldest_certificates_of_many_leave_the_roster(desk: Desk) -> None:
    for number in range(roster.MOST_LAPTOPS + 2):
        pem = f"-----BEGIN CERTIFICATE-----\n{number}\n-----END CERTIFICATE-----\n"
        desk.database.change(
            lambda c, pem=pem: roster.set_member_keys(
                c, "99001", certificate=pem, encryption_key="key"
            )
        )
    (quill,) = [each for each in desk.database.change(roster.members) if each.id == "99001"]
    assert re.findall(r"^\d+$", quill.certificate, re.MULTILINE) == [
        str(each) for each in range(9, 1, -1)
    ]
