import msgspec
import pytest

from ilocdoc.record.errors import WireError
from ilocdoc.wire.envelope import (
    Envelope,
    envelope_bytes,
    envelope_from_bytes,
    open_envelope,
    public_key_from_der,
    seal_envelope,
    spki_of,
)
from tests.doubles.keys import software_key

TYPE = "application/vnd.ilocdoc.act.v1+json"


def test_what_was_sealed_opens_to_the_same_bytes() -> None:
    key = software_key()
    envelope = seal_envelope(TYPE, b'{"kind":"x"}', signer=key)
    again = envelope_from_bytes(envelope_bytes(envelope))
    assert open_envelope(again, TYPE, key=key.public) == b'{"kind":"x"}'


def test_another_payload_under_the_same_signature_is_refused() -> None:
    key = software_key()
    sealed = seal_envelope(TYPE, b"one", signer=key)
    forged = msgspec.structs.replace(sealed, payload="dHdv")
    with pytest.raises(WireError):
        open_envelope(forged, TYPE, key=key.public)


def test_another_type_over_the_same_bytes_is_refused() -> None:
    key = software_key()
    sealed = seal_envelope(TYPE, b"one", signer=key)
    forged = Envelope(
        payload_type="text/plain", payload=sealed.payload, signatures=sealed.signatures
    )
    with pytest.raises(WireError):
        open_envelope(forged, TYPE, key=key.public)
    with pytest.raises(WireError):
        open_envelope(forged, "text/plain", key=key.public)


def test_a_stranger_s_signature_is_refused() -> None:
    sealed = seal_envelope(TYPE, b"one", signer=software_key())
    with pytest.raises(WireError):
        open_envelope(sealed, TYPE, key=software_key().public)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"\xff\xfe", b'{"payloadType":"a","payload":"!!","signatures":[]}', b"[" * 9999],
)
def test_bytes_that_are_no_envelope_give_one_clear_error(data: bytes) -> None:
    with pytest.raises(WireError):
        open_envelope(envelope_from_bytes(data), "a", key=software_key().public)


def test_a_key_of_another_curve_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    with pytest.raises(WireError):
        public_key_from_der(spki_of(other))
    with pytest.raises(WireError):
        public_key_from_der(b"no key")
