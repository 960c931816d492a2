from typing import Any

import pytest

from ilocdoc.record.sources import UNSAID, row_label, source_tag
from tests.doubles.shipped_forms import FORM
from tests.record.test_shipped_scenarios import last

ANSWERS: dict[str, Any] = {
    "members": [{"id": "m1", "star": "99001"}, {"id": "m2", "star": {"absent": "unknown"}}],
    "people": [{"id": "p1"}, {"id": "p2"}],
    "external_video": [{"id": "x1"}],
    "bwc_recordings": [{"id": "b1"}],
    "items": [
        {"id": "e1", "inventory": "9900418"},
        {"id": "e2", "inventory": {"absent": "unknown"}},
    ],
}


@pytest.mark.parametrize(
    ("fact", "tag"),
    [
        ({"source_kind": "observed", "source_of": "m1"}, "OBS:99001"),
        ({"source_kind": "told", "source_of": "p2"}, "TOLD:P-2"),
        (
            {"source_kind": "video", "source_of": "x1", "source_time": "00:03:12"},
            "VID:V-1@00:03:12",
        ),
        ({"source_kind": "video", "source_of": "b1"}, "VID:B-1"),
        ({"source_kind": "document", "source_note": "Release form"}, "DOC:Release form"),
        ({"source_kind": "item", "source_of": "e1"}, "PHYS:9900418"),
        ({"source_kind": "item", "source_of": "e2"}, "PHYS:E-2"),
        ({"source_kind": "observed", "source_of": "m2"}, UNSAID),
        ({"source_kind": "told", "source_of": "gone"}, UNSAID),
        ({"source_kind": "video"}, UNSAID),
        ({"source_kind": "document"}, UNSAID),
        ({"source_kind": "item", "source_of": "gone"}, UNSAID),
        ({"source_kind": {"absent": "unknown"}}, UNSAID),
        ({}, UNSAID),
    ],
)
def test_a_fact_is_followed_by_its_source(fact: dict[str, Any], tag: str) -> None:
    assert source_tag(fact, ANSWERS) == tag


def test_a_row_is_called_by_its_place() -> None:
    assert [row_label(ANSWERS, each) for each in ("m2", "p1", "zz")] == ["M-2", "P-1", ""]


def test_every_kind_of_source_that_the_form_offers_has_a_tag() -> None:
    kinds = {choice.name for choice in FORM.lists["source_kind"]}
    every = {"source_of": "m1", "source_note": "note"}
    assert [
        k for k in sorted(kinds) if source_tag({**every, "source_kind": k}, ANSWERS) == UNSAID
    ] == []


def test_every_seen_fact_of_the_family_car_has_its_source() -> None:
    answers = last("S7").answers
    seen = [each for each in answers["element_facts"] if each["element_state"] == "seen"]
    tags = [source_tag(each, answers) for each in seen]
    assert UNSAID not in tags
    assert {"OBS:99001", "TOLD:P-1", "PHYS:9900418", "VID:V-1@00:00:02"} <= set(tags)
