"""The incident form against the domain model: every attribute has its question."""

import copy
import re
from typing import Any

import pytest

from ilocdoc.record.answers import Absence, absent
from ilocdoc.record.form import Field, FieldType, Sensitivity, Stage
from ilocdoc.record.form_check import check
from tests.doubles.shipped_forms import FORM

MODEL = {
    "report": "event_number event_number_full rd_number related_rd_numbers information_source"
    " occurred_from occurred_to reported_at arrived_at cleared_at synopsis narrative_arrival"
    " narrative_observed narrative_told narrative_actions narrative_supervisor narrative_outcome"
    " exculpatory exculpatory_facts bwc_viewed bwc_viewed_at conflict_declared own_part",
    "location": "place street_number street_direction street_name street_unit cross_street landmark"
    " zip position beat district ward community_area location_type indoor_outdoor lighting weather"
    " sensitive_locations courthouse_distance_ft courthouse_purpose federal_property city_property"
    " posted_notice school_contact",
    "aid request": "aid_requested aid_requested_by aid_purpose aid_decision aid_decided_by"
    " aid_oemc_notified_at",
    "members": "name rank star employee_number pc_number unit radio_call member_role bwc_assigned"
    " used_reportable_force",
    "people": "name description birth_date age_range sex race described_by minor guardian contact"
    " address phone email safe_to_contact language interpreter_needed person_roles care_need wishes"
    " wants_prosecution taken_by taken_at destination_stated consent_prosecutor",
    "agents": "label agency agency_basis name badge_number rank supervisor agent_roles description"
    " uniform face_covering visible_identifier announced bwc_visible assignment_unit telephone"
    " stated_authority stated_reason statement credentials_consistent",
    "identification_attempts": "at by_member agent requested method outcome refusal_words"
    " reason_given bwc_recording bwc_time",
    "warrants": "warrant_type number court shown_to photographed",
    "force_events": "at actor_kind actor target_kind target force_type perceived_reason"
    " stated_reason warning_given warning_words target_restrained resistance body_area applications"
    " distance_ft duration_s munition basis source firearm_type shots shots_precision"
    " shot_direction struck struck_object fired_first shooter_position casings_marked",
    "chemical": "chemical_exposed chemical_air chemical_minors chemical_decontamination"
    " chemical_recovered",
    "injuries": "person_kind person severity basis body_part mechanism before_force photographed"
    " later_outcome",
    "medical": "person need requested_at requested_by requested_via ems_unit ems_arrived_at"
    " first_aid first_aid_at transported_to transported_by declined_words declined_to"
    " access_limited_by access_limited_how access_bwc_time",
    "vehicles": "side plate plate_rear plate_state plate_observation plate_illinois make_model"
    " colour markings vin damage use",
    "property_damage": "item owner by by_whom value_usd value_source photographed",
    "apparent_violations": "offence actor_kind actor alleged_victim facts facts_against proposed_by"
    " authority_stated warrant_seen on_duty task_stated iucr nibrs review_decision decision_reason",
    "element_facts": "entry element element_state fact source_kind source_of source_time"
    " source_note",
    "victim_notices": "person given_at notice_place form_number notice_language given_by",
    "items": "item_kind description source_person found_at collected_by collected_at inventory"
    " kept_at hold",
    "bwc_recordings": "member device_serial recording_id started_at ended_at recording_event flag"
    " flagged_by flagged_at flag_category retention_end",
    "bwc_moments": "recording time_code moment_kind note",
    "external_video": "video_source holder preservation_requested_at obtained_at file_name"
    " original_kept",
    "statements": "person taken_by at mode language interpreter interpreter_certified words"
    " translation recorded_on signed",
    "notifications": "unit_kind unit member_notified star at via content_class by",
    "civil flags": "crowd_control_carried court_order_stated court_order_words",
}
FORCE = (
    "verbal_only display_weapon firearm_pointed firearm_discharged ecw_taser oc_spray chem_cs_cn"
    " pepper_projectile impact_40mm less_lethal_shotgun noise_light_device lrad baton_body"
    " baton_head_neck hands_control_hold hands_push_grab takedown strike kick_knee neck_airway"
    " body_weight_on_person restraints drag_remove_from_vehicle vehicle_contact vehicle_pursuit"
    " vehicle_block canine forced_entry window_break other unknown"
)
AGENCIES = (
    "ice_ero ice_hsi ice_unspec cbp_usbp cbp_ofo cbp_unspec fps usss usms fbi dea atf irs_ci uspis"
    " dss fams uscg national_guard_fed fed_contractor other_fed claimed_fed_unverified unknown"
)
SEVERITIES = (
    "none_apparent alleged_only minor serious_hospital_admission great_bodily_harm life_threatening"
    " death unknown"
)


def every_field() -> dict[str, Field]:
    fields = {field.name: field for _section, field in FORM.placed_fields()}
    inner = {f"{each.name}.{row.name}": row for each in FORM.repeats() for row in each.fields}
    return {**fields, **inner}


@pytest.mark.parametrize("entity", sorted(MODEL))
def test_every_attribute_of_the_domain_model_has_its_question(entity: str) -> None:
    repeats = {each.name for each in FORM.repeats()}
    start = f"{entity}." if entity in repeats else ""
    wanted = {start + name for name in MODEL[entity].split()}
    assert wanted <= every_field().keys(), wanted - every_field().keys()


@pytest.mark.parametrize(
    ("name", "values"), [("force_type", FORCE), ("agency", AGENCIES), ("severity", SEVERITIES)]
)
def test_a_list_holds_every_value_of_the_domain_model(name: str, values: str) -> None:
    assert [choice.name for choice in FORM.lists[name]] == values.split()


def test_the_quick_page_asks_seven_things() -> None:
    assert [field.name for field in FORM.quick_fields()] == [
        "place",
        "occurred_from",
        "force_reported",
        "injury_reported",
        "supervisor_identified",
        "supervisor_told",
        "first_line",
    ]


def test_the_quick_page_has_few_answers_to_each() -> None:
    for field in FORM.quick_fields():
        if field.list_name:
            assert len(FORM.lists[field.list_name]) <= 5
            assert field.appearance == "segmented"


def test_an_empty_report_asks_at_submit_for_what_an_officer_can_know() -> None:
    missing = [each.path for each in check(FORM, {}, stage=Stage.SUBMIT).missing]
    assert len(missing) <= 25
    assert "rd_number" not in missing
    assert not [name for name in missing if name.startswith("position")]


def test_every_required_question_takes_an_absence_where_reality_needs_it() -> None:
    for field in every_field().values():
        if field.required != "false" and field.type is not FieldType.ACKNOWLEDGE:
            assert field.absences, field.name


def with_absences(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers with a stated absence wherever something is missing, until it rests."""
    filled = copy.deepcopy(answers)
    for _ in range(20):
        missing = check(FORM, filled, stage=Stage.SUBMIT).missing
        for each in missing:
            holder, name = filled, each.path
            if found := re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", each.path):
                holder, name = filled[found[1]][int(found[2])], found[3]
            holder[name] = absent(Absence.UNKNOWN, reason="The agents had left.")
        if not missing:
            break
    return filled


EVERY_ROW = {each.name: [{"id": f"{each.name}-1"}] for each in FORM.repeats()}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"agents_present": "no", "supervisor_identified": "not_identified"},
        {"supervisor_identified": "refused"},
        {"force_reported": "yes", "injury_reported": "yes", "aid_requested": "yes"},
        {**EVERY_ROW, "force_reported": "yes", "injury_reported": "yes"},
        {**EVERY_ROW, "bwc_viewed": "own", "own_part": ["injured"]},
    ],
)
def test_no_question_is_a_dead_end_for_an_officer_who_can_only_say_why(
    answers: dict[str, Any],
) -> None:
    found = check(FORM, with_absences(answers), stage=Stage.SUBMIT)
    assert found.is_complete, (found.missing, found.failures)


def test_nothing_is_required_before_the_report_is_handed_in() -> None:
    everything = {each.name: [{"id": "x"}] for each in FORM.repeats()}
    yes = {"force_reported": "yes", "injury_reported": "yes", "aid_requested": "yes"}
    assert check(FORM, {**everything, **yes}, stage=Stage.DRAFT).missing == ()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("people.name", Sensitivity.IDENTITY),
        ("people.birth_date", Sensitivity.IDENTITY),
        ("people.phone", Sensitivity.CONTACT),
        ("people.address", Sensitivity.CONTACT),
        ("people.guardian", Sensitivity.MINOR),
        ("people.care_need", Sensitivity.MEDICAL),
        ("injuries.body_part", Sensitivity.MEDICAL),
        ("injuries.mechanism", Sensitivity.MEDICAL),
        ("medical.transported_to", Sensitivity.MEDICAL),
        ("external_video.holder", Sensitivity.CONTACT),
        ("street_unit", Sensitivity.CONTACT),
    ],
)
def test_what_belongs_in_the_annex_is_marked(path: str, why: Sensitivity) -> None:
    assert every_field()[path].sensitive is why


def test_only_categories_and_the_time_are_published() -> None:
    published = {name: field for name, field in every_field().items() if field.published}
    assert all(field.list_name for name, field in published.items() if name != "occurred_from")
    assert {"force_events.force_type", "injuries.severity", "people.minor"} <= published.keys()
    assert not [name for name, field in published.items() if field.sensitive]


def test_facts_about_masks_and_plates_say_that_they_are_observations() -> None:
    for path in (
        "agents.face_covering",
        "agents.visible_identifier",
        "agents.bwc_visible",
        "vehicles.plate_observation",
    ):
        assert every_field()[path].hint["en"].startswith("An observation. It is not an offence.")


def test_a_shooting_takes_the_free_narrative_away() -> None:
    shot = {
        "force_reported": "yes",
        "force_events": [{"id": "f1", "force_type": "firearm_discharged"}],
    }
    asked = check(FORM, shot, stage=Stage.SUBMIT).asked
    assert "synopsis" in asked
    assert not [name for name in asked if name.startswith("narrative_")]


def test_an_involved_member_is_not_pressed_for_a_narrative() -> None:
    found = check(FORM, {"own_part": ["used_force"]}, stage=Stage.SUBMIT)
    missing = {each.path for each in found.missing}
    assert not missing & {"synopsis", "narrative_arrival", "narrative_observed", "exculpatory"}
    assert "involved_note" in found.asked


def test_duties_speak_of_the_supervisory_agent() -> None:
    labels = " ".join(duty.label["en"] for duty in FORM.duties)
    assert "supervisory agent" in labels
    assert not re.search(r"each agent|every agent", labels)


def test_force_is_asked_of_anyone_and_not_of_agents_only() -> None:
    force = FORM.field("force_reported")
    assert force.label["en"] == "Force used by anyone?"
    assert "anyone" in force.hint["en"]
