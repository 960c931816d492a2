import msgspec
import pytest

from ilocdoc.record.errors import WireError
from ilocdoc.wire.sealing import (
    OpeningKey,
    SealingKey,
    open_body,
    open_delivery,
    open_session,
    seal_delivery,
    session_key,
)

SALT = bytes(range(32))


def test_headquarters_opens_a_body_through_the_session() -> None:
    ingest = OpeningKey.generate()
    session = open_session(ingest.public)
    box = session.seal_body(SALT, b"body")
    key = session_key(session.sealed, ingest=OpeningKey.from_bytes(ingest.to_bytes()))
    assert open_body(box, key=key) == (SALT, b"body")


def test_a_body_of_another_session_does_not_open() -> None:
    ingest = OpeningKey.generate()
    box = open_session(ingest.public).seal_body(SALT, b"body")
    with pytest.raises(WireError):
        open_body(box, key=open_session(ingest.public).key)


def test_an_altered_body_does_not_open() -> None:
    session = open_session(OpeningKey.generate().public)
    box = session.seal_body(SALT, b"body")
    altered = msgspec.structs.replace(box, nonce=session.seal_body(SALT, b"body").nonce)
    with pytest.raises(WireError):
        open_body(altered, key=session.key)


def test_a_session_sealed_with_an_unknown_suite_is_refused() -> None:
    ingest = OpeningKey.generate()
    sealed = msgspec.structs.replace(open_session(ingest.public).sealed, suite="rot13")
    with pytest.raises(WireError):
        session_key(sealed, ingest=ingest)


def test_a_key_that_is_no_key_is_refused() -> None:
    with pytest.raises(WireError):
        open_session(SealingKey(encoded="AAAA"))


def test_mail_opens_for_its_recipient_only() -> None:
    pell, finch = OpeningKey.generate(), OpeningKey.generate()
    mail = seal_delivery(
        b"letter",
        delivery_id="d1",
        to="99010",
        sender="99001",
        kind="report",
        at="2026-10-20T16:50:00.000000Z",
        key=pell.public,
    )
    assert open_delivery(mail, key=pell) == b"letter"
    with pytest.raises(WireError):
        open_delivery(mail, key=finch)


@pytest.mark.parametrize(
    "change", [{"to": "99020"}, {"sender": "99002"}, {"kind": "packet"}, {"id": "d2"}]
)
def test_mail_with_another_address_does_not_open(change: dict[str, str]) -> None:
    pell = OpeningKey.generate()
    mail = seal_delivery(
        b"letter",
        delivery_id="d1",
        to="99010",
        sender="99001",
        kind="report",
        at="",
        key=pell.public,
    )
    with pytest.raises(WireError):
        open_delivery(msgspec.structs.replace(mail, **change), key=pell)
