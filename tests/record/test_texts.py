"""The sentences that counsel settles: all there, once, and marked until they are approved."""

import pytest

from ilocdoc.record.catalogue import Approval
from ilocdoc.record.errors import FormError
from ilocdoc.record.texts import PASSAGES, read_texts
from ilocdoc.shelf import newest_form_file

SHIPPED = newest_form_file("texts").read_bytes()
REVIEWED = b"""status = "counsel_approved"
reviewed_by = "Linden Shaw"
reviewed_on = 2026-10-20
"""


def test_every_passage_has_words() -> None:
    texts = read_texts(SHIPPED)
    assert texts.passages.keys() == PASSAGES
    assert all(texts.text(name).endswith(".") for name in PASSAGES)
    assert "  " not in " ".join(texts.text(name) for name in PASSAGES)


def test_texts_say_beside_their_version_that_counsel_has_not_approved_them() -> None:
    assert read_texts(SHIPPED).printed_version == "2026-11.1, not yet approved by counsel"


def test_approved_texts_are_named_by_their_version_alone() -> None:
    approved = read_texts(SHIPPED.replace(b'status = "draft"', REVIEWED, 1))
    assert (approved.approval, approved.printed_version) == (Approval.APPROVED, "2026-11.1")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'status = "draft"', b'status = "counsel_approved"', "approved by nobody"),
        (b'status = "draft"', b'status = "fine"', "'fine' is not a valid Approval"),
        (b'name = "truth"', b'name = "trth"', "'trth' is unknown"),
        (b'name = "truth"', b'name = "notice"', "'notice' is unknown or stands twice"),
        (b'name = "truth"', b'nmae = "truth"', "unknown key 'nmae'"),
        (b'texts = "documents"', b'titel = "documents"', "unknown key 'titel'"),
        (b"{ en = ", b"{ es = ", "no English text"),
    ],
)
def test_a_mistake_is_named(old: bytes, new: bytes, sentence: str) -> None:
    assert old in SHIPPED
    with pytest.raises(FormError, match=sentence):
        read_texts(SHIPPED.replace(old, new, 1), file="texts.toml")


def test_a_file_that_lacks_a_passage_is_refused() -> None:
    start = SHIPPED.index(b"[[passages]]", SHIPPED.index(b'name = "truth"'))
    with pytest.raises(FormError, match="'truth' is missing"):
        read_texts(SHIPPED[: SHIPPED.index(b"[[passages]]")] + SHIPPED[start:])
