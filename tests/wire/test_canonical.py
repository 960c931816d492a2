import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.errors import WireError
from ilocdoc.record.report import canonical_text
from ilocdoc.wire.canonical import canonical_bytes, from_canonical

ascii_key = st.text("abcdefghij_", min_size=1, max_size=6)
text = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    text | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_key, inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_is_read_back(value: object) -> None:
    assert from_canonical(canonical_bytes(value)) == value


@given(plain)
def test_the_record_s_own_canonical_text_is_rfc_8785(value: object) -> None:
    assert canonical_text(value) == canonical_bytes(value)


@pytest.mark.parametrize("value", [1.5, True, None, {"a": None}, [0.0], {1: "a"}, b"x"])
def test_values_that_differ_between_machines_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{ "a":1}', b"1.0", b"", b"nul", b'"\\u0041"'])
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        from_canonical(data)
