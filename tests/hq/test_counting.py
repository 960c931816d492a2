"""Made-up reports in, counts out: every measure, every way of having no answer."""

import pytest

from ilocdoc.hq.counting import count
from ilocdoc.hq.incidents import incidents_in
from ilocdoc.hq.method import read_method
from ilocdoc.hq.publishing import families_of_provisions
from ilocdoc.record.disclosure import Cell
from ilocdoc.record.errors import FormError
from ilocdoc.record.form_reading import read_form
from ilocdoc.shelf import form_file, resource
from tests.hq.made_up_reports import at, attempt, entry, force, injury, many, report

TEXT = resource("hq", "public", "method.toml").read_text()
METHOD = read_method(TEXT)
FORM = form_file("incident", "2026-11.1.toml").read_bytes()


def counted(*reports, period="2026-Q4"):
    """Shown counts that are not zero, as (measure, dimension, category) of the city."""
    table = whole(*reports, period=period)
    return {
        (cell.measure, cell.dimension, cell.category): number
        for cell, number in table.counts.items()
        if cell.geography_type == "city" and number
    }


def whole(*reports, period="2026-Q4"):
    incidents = incidents_in(reports, period=period)
    return count(incidents, method=METHOD, families=families_of_provisions())


def of(counts, measure, dimension="all"):
    return {c: n for (m, d, c), n in counts.items() if (m, d) == (measure, dimension)}


def test_incidents_are_counted_by_each_published_answer():
    counts = counted(
        report(1, answers={"location_type": "school", "sensitive_locations": ["school"]}),
        report(2, answers={"location_type": "alley", "information_source": "video_only"}),
    )
    assert of(counts, "incidents") == {"all": 2}
    assert of(counts, "incidents", "place_kind") == {"school_or_care": 1, "public_way": 1}
    assert of(counts, "incidents", "protected_place") == {"one_or_more": 1, "none_recorded": 1}
    assert of(counts, "incidents", "information_source") == {
        "observed_by_member": 1,
        "video_only": 1,
    }
    assert of(counts, "incidents", "supervisor_identified") == {"identified": 2}
    assert of(counts, "incidents", "identification_tried") == {"left": 2}


def test_force_is_counted_in_every_direction():
    events = [
        force(1, "federal_agent", "oc_spray"),
        force(2, "federal_agent", "takedown"),
        force(3, "member", "restraints"),
        force(4, "person", "strike", target="federal_agent"),
        force(5, "unknown", "firearm_discharged"),
    ]
    counts = counted(report(1, answers={"force_reported": "yes", "force_events": events}))
    assert of(counts, "force_applications") == {"all": 5}
    assert of(counts, "force_applications", "actor_kind") == {
        "federal_agent": 2,
        "member": 1,
        "person": 1,
        "unknown": 1,
    }
    crossed = of(counts, "force_applications", "actor_kind | force_kind")
    assert crossed["federal_agent | chemical_agent"] == 1
    assert crossed["person | blow"] == 1
    assert sum(crossed.values()) == 5
    toward = of(counts, "force_applications", "actor_kind | target_kind")
    assert toward["person | federal_agent"] == 1
    assert sum(toward.values()) == 5


def test_apparent_violations_are_counted_by_family_and_never_by_provision():
    entries = [
        entry(1, "federal_agent", "batt"),
        entry(2, "federal_agent", "sex"),
        entry(3, "person", "damage"),
        entry(4, "federal_agent", "a provision of tomorrow"),
    ]
    counts = counted(report(1, answers={"apparent_violations": entries}))
    assert of(counts, "apparent_violation_entries", "family") == {
        "against_a_person": 2,
        "property": 1,
        "unclassified": 1,
    }
    assert of(counts, "apparent_violation_entries", "actor_kind") == {
        "federal_agent": 3,
        "person": 1,
    }


def test_a_person_is_injured_once_with_the_most_serious_entry():
    injuries = [
        injury(1, "person", "minor", person="p1"),
        injury(2, "person", "life_threatening", person="p1"),
        injury(3, "person", "unknown", person="p1"),
        injury(4, "federal_agent", "alleged_only"),
        injury(5, "member", "none_apparent"),
    ]
    counts = counted(report(1, answers={"injury_reported": "yes", "injuries": injuries}))
    assert of(counts, "persons_injured") == {"all": 3}
    assert of(counts, "persons_injured", "severity") == {
        "serious_or_worse": 1,
        "unknown": 1,
        "none_apparent": 1,
    }
    assert of(counts, "persons_injured", "actor_kind") == {
        "person": 1,
        "federal_agent": 1,
        "member": 1,
    }


def test_tries_and_refusals_are_counted():
    tries = [attempt(1, "refused"), attempt(2, "refused"), attempt(3, "unable_unsafe")]
    counts = counted(report(1, answers={"identification_attempts": tries}))
    assert of(counts, "identification_attempts", "outcome") == {"refused": 2, "unsafe": 1}
    assert of(counts, "identification_refusals") == {"all": 2}
    assert of(counts, "incidents", "identification_tried") == {"tried": 1}


@pytest.mark.parametrize(
    ("answers", "stamps", "category"),
    [
        (
            {"medical": [{"id": "c1", "requested_at": at("2026-10-20T11:55:00-05:00")}]},
            [],
            "called",
        ),
        ({}, [{"kind": "ems_called", "struck": ""}], "called"),
        ({}, [{"kind": "ems_called", "struck": "pressed by mistake"}], "not_applicable"),
        ({"injury_reported": "yes", "no_ems_reason": "declined"}, [], "not_called"),
        ({"injury_reported": "yes"}, [], "no_answer"),
        ({"medical": [{"id": "c1", "requested_at": {"absent": "unknown"}}]}, [], "unknown"),
    ],
)
def test_ems_is_called_when_the_time_of_a_call_is_recorded(answers, stamps, category):
    counts = counted(report(1, answers=answers, stamps=stamps))
    assert of(counts, "incidents", "ems_summoned") == {category: 1}
    assert of(counts, "ems_summoned") == ({"all": 1} if category == "called" else {})


@pytest.mark.parametrize(
    ("answer", "category"),
    [
        ({"absent": "unknown"}, "unknown"),
        ({"absent": "refused", "reason": "said no"}, "answer_refused"),
        ({"absent": "not_asked"}, "not_asked"),
        ({"absent": "not_applicable"}, "not_applicable"),
        ("unknown", "unknown"),
        ("", "no_answer"),
        ("a choice of tomorrow", "unclassified"),
    ],
)
def test_no_way_of_having_no_value_is_dropped(answer, category):
    counts = counted(report(1, answers={"video_exists": answer}), report(2))
    assert of(counts, "incidents", "video_exists") == {category: 1, "yes": 1}
    known = 2 if category == "unclassified" else 1
    assert of(counts, "incidents_where_recorded", "video_exists") == {"recorded": known}


@pytest.mark.parametrize(
    ("agents", "category"),
    [
        (["ice_ero"], "ice"),
        (["ice_ero", "ice_hsi"], "ice"),
        (["ice_ero", "cbp_usbp"], "more_than_one"),
        (["ice_ero", "unknown"], "ice"),
        (["unknown"], "unknown"),
        ([{"absent": "not_asked"}], "not_asked"),
        ([], "no_answer"),
        (["an agency of tomorrow"], "unclassified"),
    ],
)
def test_an_incident_has_one_agency_more_than_one_or_none_known(agents, category):
    rows = [{"id": f"a{index}", "agency": agency} for index, agency in enumerate(agents)]
    counts = counted(report(1, answers={"agents": rows}))
    assert of(counts, "incidents", "agency") == {category: 1}


def supplement(number: int, parent: int, **changed):
    usual = {"kind": "supplement", "parent": f"0199-{parent:06d}"}
    made = report(number, **usual | changed)
    return made | {"answers": changed.get("own", {})}


def test_a_supplement_belongs_to_the_incident_of_its_original():
    first = report(
        1,
        answers={"injury_reported": "yes", "injuries": [injury(1, "person", "minor", person="p1")]},
    )
    worse = supplement(
        2, 1, own={"injuries": [injury(9, "person", "great_bodily_harm", person="p1")]}
    )
    later = supplement(
        3, 2, own={"video_exists": "no", "force_events": [force(1, "person", "strike")]}
    )
    counts = counted(later, worse, first)
    assert of(counts, "incidents") == {"all": 1}
    assert of(counts, "persons_injured", "severity") == {"serious_or_worse": 1}
    assert of(counts, "incidents", "video_exists") == {"no": 1}
    assert of(counts, "force_applications") == {"all": 1}


def test_supplements_are_laid_over_in_the_order_of_approval():
    newest = supplement(2, 1, own={"video_exists": "no"}, approved_at="2026-11-03T00:00:00.000000Z")
    older = supplement(3, 1, own={"video_exists": "unknown"})
    counts = counted(report(1), newest, older)
    assert of(counts, "incidents", "video_exists") == {"no": 1}


def test_a_supplement_without_an_approved_original_is_not_counted():
    lost, ring = supplement(2, 1), supplement(3, 3)
    assert of(counted(lost, ring), "incidents") == {}


def test_of_several_versions_the_highest_counts():
    older = report(1, answers={"video_exists": "no"})
    newer = report(1, answers={"video_exists": "yes"}, version=2)
    for reports in ((older, newer), (newer, older)):
        assert of(counted(*reports), "incidents", "video_exists") == {"yes": 1}


def test_the_quarter_is_that_of_the_beginning_in_chicago():
    late = report(1, answers={"occurred_from": at("2026-12-31T23:50:00-06:00")})
    assert of(counted(late, period="2026-Q4"), "incidents") == {"all": 1}
    assert of(counted(late, period="2027-Q1"), "incidents") == {}


def test_without_a_beginning_the_time_of_the_report_to_police_decides():
    absent = {"absent": "unknown"}
    known = report(
        1, answers={"occurred_from": absent, "reported_at": at("2026-09-30T12:00:00-05:00")}
    )
    neither = report(2, answers={"occurred_from": absent, "reported_at": absent})
    assert of(counted(known, neither, period="2026-Q3"), "incidents") == {"all": 1}
    assert of(counted(known, neither, period="2026-Q4"), "incidents") == {"all": 1}


def test_entries_that_were_removed_before_approval_are_counted_by_whom_they_were_about():
    first = report(
        1,
        answers={
            "apparent_violations": [entry(1, "person", "batt"), entry(2, "federal_agent", "theft")]
        },
    )
    second = report(
        1, version=2, answers={"apparent_violations": [entry(2, "federal_agent", "theft")]}
    )
    counts = counted({**second, "earlier_versions": [first]}, report(2))
    assert of(counts, "entries_removed_by_reviewer", "actor_kind") == {"person": 1}
    assert of(counts, "apparent_violation_entries") == {"all": 1}


def test_without_the_earlier_versions_removed_entries_are_left_out_altogether():
    table = whole(report(1, version=2), report(2))
    assert not [c for c in table.counts if c.measure.startswith("entries_removed")]
    table = whole(report(2))
    assert [c for c in table.counts if c.measure.startswith("entries_removed")]


def test_districts_add_up_to_the_city_and_a_missing_district_is_a_row():
    counts = whole(*many(40)).counts
    districts = {
        cell.geography: number
        for cell, number in counts.items()
        if (cell.geography_type, cell.measure, cell.category) == ("district", "incidents", "all")
    }
    assert sum(districts.values()) == 40
    assert districts["not_recorded"] > 0
    assert districts["025"] == 0
    assert set(districts) == {*METHOD.districts, "not_recorded"}


def test_no_cell_crosses_more_than_two_dimensions():
    for cell in whole(*many(40)).counts:
        place = int(cell.geography_type == "district")
        assert place + (cell.dimension != "all") + cell.dimension.count("|") <= 2


def test_a_quarter_without_reports_is_a_table_of_zeros():
    counts = whole().counts
    assert set(counts.values()) == {0}
    assert Cell("city", "Chicago", "incidents", "all", "all") in counts


def test_only_questions_that_the_form_marks_as_published_are_read():
    form = read_form(FORM)
    published = {field.name for _section, field in form.placed_fields() if field.published}
    published |= {f.name for repeat in form.repeats() for f in repeat.fields if f.published}
    read = {
        "district",
        "location_type",
        "sensitive_locations",
        "information_source",
        "agency",
        "supervisor_identified",
        "no_attempt_reason",
        "force_reported",
        "injury_reported",
        "video_exists",
        "actor_kind",
        "force_type",
        "target_kind",
        "occurred_from",
        "person_kind",
        "severity",
        "offence",
        "outcome",
    }
    # The age of a person is published as a flag in the form; a public table never has it.
    assert published - {"minor"} == read


def test_every_choice_of_the_form_has_its_group():
    form = read_form(FORM)
    lists = {
        "information_source": "information_source",
        "location_type": "place_kind",
        "agency": "agency",
        "supervisor_identified": "supervisor_identified",
        "no_attempt": "identification_tried",
        "actor_kind": "actor_kind",
        "severity": "severity",
        "force_type": "force_kind",
        "target_kind": "target_kind",
        "attempt_outcome": "outcome",
        "yes_no": "force_reported",
    }
    for name, dimension in lists.items():
        for choice in form.lists[name]:
            assert METHOD.category(dimension, choice.name) != "unclassified", choice.name
    for family in set(families_of_provisions().values()) - {"unclassified"}:
        assert METHOD.category("family", family) != "unclassified", family
    assert METHOD.districts == tuple(choice.name for choice in form.lists["district"])


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("threshold = 5", "threshold = 2"),
        TEXT.replace("close_days = 30", ""),
        TEXT.replace("[districts]", "[districs]"),
        "not toml at all =",
    ],
)
def test_a_method_that_is_not_sound_is_refused(text):
    with pytest.raises(FormError):
        read_method(text)
