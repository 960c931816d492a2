"""What an act says is read with care: whoever signs can put anything there."""

import pytest

from ilocdoc.record.errors import WireError
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.wire.acts import said_in
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import Envelope, seal_envelope
from tests.doubles.keys import software_key

RETURNED = {
    "kind": "report.returned",
    "at": "2026-10-20T17:00:00.000000Z",
    "by": {"id": "99010", "name": "Rowan Pell"},
    "report": "r1",
    "version": 1,
    "document": "d1",
    "questions": ["Which hospital?"],
}


def act(**changes: object) -> Envelope:
    said = {name: value for name, value in {**RETURNED, **changes}.items() if value is not None}
    return seal_envelope(ACT_TYPE, canonical_bytes(said), signer=software_key())


def test_an_act_says_who_did_what_about_which_document() -> None:
    said = said_in(act())
    assert (said.kind, said.by.id, said.report) == (EntryKind.REPORT_RETURNED, "99010", "r1")
    assert (said.version, said.decided_on, said.packet) == (1, "d1", "")


def test_an_approval_is_about_what_was_read() -> None:
    assert said_in(act(read="d1", document="d1 with a second signature")).decided_on == "d1"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "report.vetoed"},
        {"kind": None},
        {"at": 7},
        {"by": None},
        {"by": {"name": "Rowan Pell"}},
        {"by": "99010"},
        {"version": "1"},
        {"version": -1},
        {"version": 10_000},
        {"document": ["d1"]},
        {"snapshot": []},
    ],
)
def test_an_act_of_another_shape_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WireError, match="does not say"):
        said_in(act(**changes))
