"""The offence catalogue: drafts stay drafts, and nobody is offered what counsel did not approve."""

from datetime import date

import pytest

from ilocdoc.record.catalogue import Approval, RowKind, offered, read_catalogue
from ilocdoc.record.errors import FormError
from tests.doubles.shipped_forms import CATALOGUE

DAY = date(2026, 10, 20)
OFFENCES = """
aslt agg_aslt batt agg_batt reck_con intim hate murd1 murd2 inv_mans kidnap agg_kidn unl_rest
agg_rest ch_abd sex agg_disch reck_disch uuw_mask tresp_res home_inv tresp_prop tresp_veh damage
theft false_pers obs_just resist off_misc le_misc ch_endg false_rep plate_disp plate_swap
plate_false reck_drv leave_scn
"""


def test_every_shipped_row_is_a_draft_that_nobody_reviewed() -> None:
    assert {row.approval for row in CATALOGUE.rows} == {Approval.DRAFT}
    assert not [row.key for row in CATALOGUE.rows if row.reviewed_by or row.reviewed_on]


def test_the_offences_are_those_of_the_domain_model() -> None:
    keys = [row.key for row in CATALOGUE.rows if row.kind is RowKind.OFFENCE]
    assert sorted(keys) == sorted(OFFENCES.split())


def test_production_offers_only_the_unclassified_row_before_counsel_approves() -> None:
    rows = offered(CATALOGUE, training=False, on=DAY)
    assert [row.key for row in rows] == ["unclassified"]
    assert rows[0].title == "Unclassified: for detective review"


def test_training_offers_every_draft_but_the_disabled_one() -> None:
    keys = {row.key for row in offered(CATALOGUE, training=True, on=DAY)}
    assert keys == {*OFFENCES.split(), "unclassified"} - {"off_misc"}


def test_context_and_civil_rows_are_never_offered() -> None:
    kinds = {row.kind for row in offered(CATALOGUE, training=True, on=DAY)}
    assert kinds == {RowKind.OFFENCE, RowKind.UNCLASSIFIED}
    assert {row.key for row in CATALOGUE.rows if row.kind is RowKind.CIVIL} >= {"bivens", "trust"}


def test_each_offence_lists_its_elements_as_sentences() -> None:
    for row in CATALOGUE.rows:
        if row.kind is RowKind.OFFENCE:
            assert row.elements
            assert all(each[0].isupper() and each.endswith(".") for each in row.elements)


def test_no_element_speaks_of_agents() -> None:
    texts = [each for row in CATALOGUE.rows for each in row.elements]
    assert not [each for each in texts if "federal" in each.lower() or "ice" in each.split()]


def test_a_row_is_found_by_its_key() -> None:
    row = CATALOGUE.row("agg_batt")
    assert row is not None
    assert (row.title, row.felony_form) == ("Aggravated battery", True)
    assert CATALOGUE.row("nothing") is None


MINI = """
catalogue = "offences"
version = "1"
notice = { en = "Listed for review." }

[[rows]]
key = "a"
citation = "1 X 2"
title = "A"
kind = "offence"
family = "bodily"
felony_form = true
elements = ["One.", "Two."]
iucr = ["0460"]
effective_from = 2026-06-01
effective_to = 2026-06-30
status = "counsel_approved"
reviewed_by = "Counsel"
reviewed_on = 2026-05-30

[[rows]]
key = "b"
title = "B"
kind = "offence"
family = "bodily"
effective_from = 2026-01-01
status = "withdrawn"
"""


@pytest.mark.parametrize(
    ("on", "keys"),
    [
        (date(2026, 5, 31), []),
        (date(2026, 6, 1), ["a"]),
        (date(2026, 6, 30), ["a"]),
        (date(2026, 7, 1), []),
    ],
)
@pytest.mark.parametrize("training", [True, False])
def test_an_approved_row_is_offered_while_it_is_in_force(
    on: date, keys: list[str], training: bool
) -> None:
    rows = offered(read_catalogue(MINI.encode()), training=training, on=on)
    assert [row.key for row in rows] == keys


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("family", "famly", "row 'a' has an unknown key 'famly'"),
        ('kind = "offence"', 'kind = "crime"', "'crime' is not a valid RowKind"),
        ('status = "withdrawn"', 'status = "gone"', "'gone' is not a valid Approval"),
        ('reviewed_by = "Counsel"', "", "row 'a' is approved by nobody"),
        ("reviewed_on = 2026-05-30", "", "row 'a' is approved by nobody"),
        ('key = "b"', 'key = "a"', "the key 'a' stands twice"),
        ("effective_from = 2026-06-01", 'effective_from = "2026-06-01"', "is not a date"),
        ("effective_from = 2026-06-01", "effective_from = 2026-06-01T00:00:00", "is not a date"),
        ("effective_from = 2026-06-01\n", "", "row 'a' has no effective_from"),
        ('elements = ["One.", "Two."]', 'elements = "One."', "elements is not a list of texts"),
        ('notice = { en = "Listed for review." }', "", "the catalogue has no notice"),
    ],
)
def test_a_catalogue_with_a_mistake_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in MINI
    with pytest.raises(FormError, match=sentence):
        read_catalogue(MINI.replace(old, new, 1).encode(), file="catalogue.toml")
