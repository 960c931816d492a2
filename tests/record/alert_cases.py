"""Answers that raise each alert rule, leave it quiet, and show that its task was done."""

from typing import Any

from tests.doubles.shipped_forms import at

YES, NO = "yes", "no"
SPRAY = [{"id": "f1", "force_type": "oc_spray", "actor_kind": "federal_agent"}]
SHOT = [{"id": "f1", "force_type": "firearm_discharged", "actor_kind": "federal_agent"}]
HOLD = [{"id": "f1", "force_type": "hands_control_hold", "actor_kind": "federal_agent"}]
MINOR_INJURY = [{"id": "i1", "person_kind": "person", "severity": "minor"}]
DEATH = [{"id": "i1", "person_kind": "person", "severity": "death"}]
CALLED = [{"id": "m1", "requested_at": at("1152")}]
HURT = {"injury_reported": YES, "injuries": MINOR_INJURY}
KILLED = {"injury_reported": YES, "injuries": DEATH}
QUIET = {"force_reported": NO, "injury_reported": NO}
CAMERA = [{"id": "c1", "star": "99001", "bwc_assigned": YES}]
TRIED = [{"id": "t1", "outcome": "refused", "at": at("1155")}]
ENTRY = [{"id": "v1", "offence": "agg_batt", "facts": "a", "facts_against": "none known"}]
PLATE = [{"id": "v1", "offence": "plate_disp", "facts": "a", "facts_against": "none known"}]
TIED = [
    {"id": "e1", "entry": "v1", "element_state": "seen", "fact": "a", "source_kind": "observed"}
]


def force(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"force_reported": YES, "force_events": rows}


def notified(*units: str) -> dict[str, Any]:
    rows = [{"id": unit, "unit_kind": unit, "at": at("1230"), "star": "99020"} for unit in units]
    return {"notifications": rows}


def member(**answers: str) -> dict[str, Any]:
    return {"members": [{"id": "c1", "star": "99001", **answers}]}


def person(**answers: Any) -> dict[str, Any]:
    return {"people": [{"id": "p1", **answers}]}


def agent(**answers: Any) -> dict[str, Any]:
    return {"agents": [{"id": "a1", "label": "Agent 1", **answers}]}


PRESENT = {"agents_present": YES}

FIRES: list[tuple[str, dict[str, Any]]] = [
    ("A-01", HURT),
    ("A-01", {**QUIET, **force(SPRAY)}),
    ("A-03", {**HURT, "medical": [{"id": "m1", "access_limited_by": "Agent 2"}]}),
    ("A-04", KILLED),
    (
        "A-04",
        {
            "injury_reported": YES,
            "injuries": [{"id": "i1", "severity": "serious_hospital_admission"}],
        },
    ),
    ("A-05", force(SHOT)),
    ("A-06", person(minor=YES)),
    ("A-07", {**PRESENT, "supervisor_identified": "refused"}),
    ("A-07", {**PRESENT, "supervisor_identified": "partly"}),
    ("A-07", {**PRESENT, "identification_attempts": TRIED}),
    ("A-08", {}),
    ("A-09", agent(agency="claimed_fed_unverified")),
    ("A-09", agent(agency="cbp_usbp", credentials_consistent=NO)),
    ("A-10", {"sensitive_locations": ["place_of_worship"]}),
    ("A-10.courthouse", {"sensitive_locations": ["courthouse"]}),
    ("A-10.school", {"sensitive_locations": ["day_care"]}),
    ("A-10.hospital", {"sensitive_locations": ["hospital"]}),
    ("A-11", {"federal_property": YES}),
    ("A-12", {"apparent_violations": ENTRY}),
    ("A-12", {"apparent_violations": [{**ENTRY[0], "offence": "unclassified"}]}),
    ("A-13", {"apparent_violations": ENTRY}),
    ("A-13", {"apparent_violations": [{"id": "v1", "offence": "batt"}], "element_facts": TIED}),
    ("A-14", {"members": CAMERA}),
    ("A-17", {"bwc_viewed": "own", **force(SHOT)}),
    ("A-17", {"bwc_viewed": "others", **KILLED}),
    ("A-18", {"synopsis": "The undocumented man left."}),
    ("A-19", {"synopsis": "The agent brutally pushed him."}),
    (
        "A-20",
        {"aid_requested": YES, "aid_purpose": "civil_enforcement", "aid_decision": "declined"},
    ),
    ("A-23", member(used_reportable_force=YES)),
    ("A-24", {"rd_number": "JL000036", "occurred_from": at("1150")}),
    ("A-24", {"event_number_full": "2630099188", "occurred_from": at("1150")}),
    ("A-26", {"narrative_told": "The Mayor called about it."}),
    ("A-27", {**HURT, "injuries": [{"id": "i1", "person_kind": "federal_agent"}]}),
    ("A-27", force([{"id": "f1", "actor_kind": "person", "force_type": "hands_push_grab"}])),
    ("A-28", force(SPRAY)),
]

QUIET_CASES: list[tuple[str, dict[str, Any]]] = [
    ("A-01", QUIET),
    ("A-01", {**HURT, "medical": CALLED}),
    ("A-01", {**HURT, "no_ems_reason": "Already at the hospital."}),
    ("A-01", {**HURT, "no_ems_reason": {"absent": "unknown"}}),
    ("A-01", {**QUIET, **force(HOLD)}),
    ("A-03", {**HURT, "medical": CALLED}),
    ("A-04", HURT),
    ("A-05", force(SPRAY)),
    ("A-06", person(minor=NO)),
    ("A-06", person(minor="unknown")),
    ("A-07", {**PRESENT, "supervisor_identified": "identified"}),
    ("A-07", {"agents_present": NO, "supervisor_identified": "not_identified"}),
    ("A-08", {"identification_attempts": TRIED}),
    ("A-08", {"no_attempt_reason": "left"}),
    ("A-08", {"no_attempt_reason": {"absent": "not_applicable"}}),
    ("A-09", agent(agency="cbp_usbp", credentials_consistent=YES)),
    ("A-10", {"sensitive_locations": []}),
    ("A-10", {"sensitive_locations": ["school"]}),
    ("A-10.courthouse", {"sensitive_locations": ["school"]}),
    ("A-10.school", {"sensitive_locations": ["library"]}),
    ("A-10.hospital", {"sensitive_locations": ["school"]}),
    ("A-11", {"federal_property": "unknown"}),
    ("A-12", {"apparent_violations": PLATE}),
    ("A-13", {"apparent_violations": ENTRY, "element_facts": TIED}),
    ("A-13", {}),
    ("A-14", {"members": [{**CAMERA[0], "bwc_assigned": NO}]}),
    ("A-14", {"members": CAMERA, "bwc_recordings": [{"id": "r1", "member": "c1"}]}),
    ("A-14", {"members": CAMERA, "no_bwc_reason": "The camera failed."}),
    ("A-17", {"bwc_viewed": "none", **force(SHOT)}),
    ("A-17", {"bwc_viewed": "own", **HURT}),
    ("A-18", {"synopsis": "He said “I am undocumented”."}),
    ("A-18", {"statements": [{"id": "s1", "words": "They said I was illegal."}]}),
    ("A-18", {"place": "2650 S Testbed Ave"}),
    ("A-19", {"synopsis": 'She said "they brutally pushed him".'}),
    ("A-19", {"synopsis": "The agent pushed him twice."}),
    ("A-20", {"aid_requested": YES, "aid_purpose": "public_safety"}),
    ("A-23", member(used_reportable_force=NO)),
    ("A-24", {"rd_number": "JK000036", "occurred_from": at("1150")}),
    ("A-24", {"event_number_full": "2629399188", "occurred_from": at("1150")}),
    ("A-24", {"rd_number": "JL000036"}),
    ("A-24", {"related_rd_numbers": "none yet, JK000037", "occurred_from": at("1150")}),
    ("A-26", {"people": [{"id": "p1", "name": "Maria Mayor"}]}),
    ("A-26", {"narrative_told": "The sergeant called about it."}),
    ("A-27", HURT),
    ("A-28", force(HOLD)),
]

DONE: list[tuple[str, dict[str, Any]]] = [
    (
        "A-03",
        {
            **HURT,
            "supervisor_told": YES,
            "medical": [
                {"id": "m1", "access_limited_by": "Agent 2", "access_limited_how": "Door held."}
            ],
        },
    ),
    ("A-04", {**KILLED, **notified("violent_crimes", "cpic", "street_deputy", "watch_lieutenant")}),
    (
        "A-05",
        {
            **force([{**SHOT[0], "shots_precision": "at_least", "casings_marked": YES}]),
            **notified(
                "violent_crimes", "cpic", "street_deputy", "watch_lieutenant", "evidence_technician"
            ),
        },
    ),
    ("A-06", person(minor=YES, guardian="Parent, person 2")),
    ("A-06", person(minor=YES, guardian={"absent": "unknown"})),
    (
        "A-07",
        {
            **PRESENT,
            "supervisor_identified": "refused",
            "identification_attempts": [{**TRIED[0], "bwc_time": "00:04:12"}],
        },
    ),
    (
        "A-07",
        {
            **PRESENT,
            "supervisor_identified": "not_identified",
            "no_attempt_reason": "would_interfere",
        },
    ),
    (
        "A-09",
        {
            **agent(agency="claimed_fed_unverified"),
            "supervisor_told": YES,
            **notified("property_crimes", "bia"),
        },
    ),
    (
        "A-10.courthouse",
        {
            "sensitive_locations": ["courthouse"],
            "courthouse_distance_ft": 240,
            "courthouse_purpose": YES,
        },
    ),
    ("A-10.school", {"sensitive_locations": ["school"], "school_contact": "The principal"}),
    (
        "A-10.hospital",
        {"sensitive_locations": ["hospital"], "hospital_bwc_approved_by": "99010"},
    ),
    ("A-11", {"federal_property": YES, "narrative_supervisor": "Jurisdiction checked."}),
    ("A-12", {"apparent_violations": ENTRY, **notified("detectives")}),
    (
        "A-20",
        {
            "aid_requested": YES,
            "aid_purpose": "civil_enforcement",
            "aid_decision": "Declined.",
            "aid_oemc_notified_at": at("0718"),
        },
    ),
    ("A-23", {**member(used_reportable_force=YES), "related_rd_numbers": "JK000037"}),
    (
        "A-28",
        {
            **force(SPRAY),
            "chemical_exposed": 2,
            "chemical_air": "wind",
            "chemical_minors": YES,
            "chemical_decontamination": {"absent": "unknown"},
            "chemical_recovered": NO,
        },
    ),
]
