"""Whoever holds the key: memory, a token, an agent. Both places of a document, and acts."""

import threading

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pkcs11.util.ec import encode_named_curve_parameters

from ilocdoc.record.errors import FactorError, WireError
from ilocdoc.vault.token_key import TokenKey
from ilocdoc.wire.envelope import CallbackKey, Signer, open_envelope, seal_envelope
from tests.doubles.authority import Authority
from tests.doubles.soft_card import MODULE, PIN, SoftCard, put_all_in, take_all_out
from tests.packet import judges
from tests.packet.samples import DAY, FORM, bare_report

SLOT_9C = b"\x02"


@pytest.fixture(scope="module", autouse=True)
def reader():
    """Other tests of this process find their cards as they left them."""
    yield
    take_all_out()


def public_key_on(label: str) -> ec.EllipticCurvePublicKey:
    """Make a signing key on a new card and return its public half."""
    SoftCard(label, curve=None).put_in()
    token = pkcs11.lib(str(MODULE)).get_token(token_label=label)
    with token.open(rw=True, user_pin=PIN) as session:
        params = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        public, _private = params.generate_keypair(store=True, label=label, id=SLOT_9C)
        der = pkcs11.util.ec.encode_ec_public_key(public)
    key = serialization.load_der_public_key(der)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def on_token(authority: Authority, name: str, star: str, *, pin: str = PIN) -> TokenKey:
    public = public_key_on(f"{name} {star}")
    return TokenKey(
        MODULE,
        key=SLOT_9C,
        pin=lambda: pin,
        certificate_der=authority.certificate_for(public, name, serial=star),
        chain_der=authority.chain_der,
    )


def by_agent(authority: Authority, name: str, star: str) -> CallbackKey:
    key = ec.generate_private_key(ec.SECP256R1())
    return CallbackKey(
        lambda digest: key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))),
        certificate_der=authority.certificate_for(key.public_key(), name, serial=star),
        chain_der=authority.chain_der,
    )


MAKERS = {"a token": on_token, "an agent": by_agent}


@pytest.mark.parametrize("certifier", MAKERS)
@pytest.mark.parametrize("approver", MAKERS)
def test_both_places_are_signed_by_whoever_holds_the_key(house, certifier, approver, file_of):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    for star, maker, act in (
        ("99001", MAKERS[certifier], house.press.certify),
        ("99010", MAKERS[approver], house.press.approve),
    ):
        officer = house.members[star].officer
        signer: Signer = maker(house.authority, officer.printed_name, star)
        pdf = act(pdf, signer=signer, officer=officer, at=DAY)
    verdict = house.press.verify(pdf, root_der=house.authority.root_der)
    assert verdict.accepted, verdict.reasons
    path = file_of(pdf)
    said = judges.pdfsig(path, root_der=house.authority.root_der)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    told = judges.openssl_cades(path, house.authority)
    assert all("CAdES Verification successful" in each for each in told)


@pytest.mark.parametrize("maker", MAKERS.values())
def test_acts_are_signed_by_whoever_holds_the_key(house, maker):
    signer = maker(house.authority, "P.O. Alder Quill", "99001")
    envelope = seal_envelope("application/x", b"{}", signer=signer)
    assert open_envelope(envelope, "application/x", key=signer.public) == b"{}"


def test_the_pin_is_asked_for_on_the_thread_that_signs(house):
    signer = on_token(house.authority, "P.O. Alder Quill", "99001")
    asked = []

    def pin() -> str:
        asked.append(threading.current_thread())
        return PIN

    signer._pin = pin
    worker = threading.Thread(target=signer.sign, args=(b"data",))
    worker.start()
    worker.join()
    assert asked == [worker]


def test_a_wrong_pin_signs_nothing(house):
    signer = on_token(house.authority, "P.O. Alder Quill", "99001", pin="000000")
    with pytest.raises(FactorError, match="PIN"):
        signer.sign(b"data")


def test_a_card_that_is_not_there_signs_nothing(house):
    signer = on_token(house.authority, "P.O. Alder Quill", "99001")
    take_all_out()
    with pytest.raises(FactorError, match="not in the reader"):
        signer.sign(b"data")
    put_all_in()


def test_the_key_of_another_card_is_not_taken_for_the_certificates(house):
    signer = on_token(house.authority, "P.O. Alder Quill", "99001")
    on_token(house.authority, "P.O. Juniper Vane", "99002")
    with pytest.raises(FactorError, match="another key"):
        signer.sign(b"data")


def test_an_agent_that_signs_something_else_is_not_believed(house):
    good = by_agent(house.authority, "P.O. Alder Quill", "99001")
    for answer in (b"", b"junk", good.sign(b"other")):
        lying = CallbackKey(
            lambda _digest, answer=answer: answer,
            certificate_der=good.certificate_der,
            chain_der=good.chain_der,
        )
        with pytest.raises(WireError, match="no signature"):
            lying.sign(b"data")


def test_a_certificate_of_another_curve_is_refused(house):
    key = ec.generate_private_key(ec.SECP384R1())
    other = (
        x509.CertificateBuilder()
        .subject_name(house.authority.root.subject)
        .issuer_name(house.authority.root.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(DAY)
        .not_valid_after(DAY)
        .sign(house.authority.root_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    with pytest.raises(FactorError):
        TokenKey(MODULE, key=SLOT_9C, pin=str, certificate_der=other, chain_der=())
    with pytest.raises(WireError):
        CallbackKey(bytes, certificate_der=other, chain_der=())
