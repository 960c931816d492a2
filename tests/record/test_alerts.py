from dataclasses import replace
from typing import Any

import pytest

from ilocdoc.record.alerts import compile_alerts, prompts_for, read_alert_rules
from ilocdoc.record.errors import FormError
from ilocdoc.record.form import Stage
from ilocdoc.record.report import EvidenceItem, PromptRecord, Stamp
from tests.doubles.shipped_forms import FORM, RULES, WORDS, at, draft_of, prompts_of

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


@pytest.mark.parametrize(("rule", "answers"), FIRES)
def test_a_rule_is_raised_by_what_it_is_about(rule: str, answers: dict[str, Any]) -> None:
    raised = prompts_of(draft_of(answers), stage=Stage.APPROVE)
    assert raised[rule].state == "open", raised


@pytest.mark.parametrize(("rule", "answers"), QUIET_CASES)
def test_a_rule_is_quiet_where_it_has_nothing_to_say(rule: str, answers: dict[str, Any]) -> None:
    assert rule not in prompts_of(draft_of(answers), stage=Stage.APPROVE)


@pytest.mark.parametrize(("rule", "answers"), DONE)
def test_a_rule_sees_that_its_task_was_done(rule: str, answers: dict[str, Any]) -> None:
    assert prompts_of(draft_of(answers))[rule].state == "done"


def test_the_tables_above_hold_every_rule_that_answers_decide() -> None:
    decided = {each.id for each in RULES.rules if type(each.test).__name__ != "ByTime"} - {"A-25"}
    assert {rule for rule, _answers in FIRES} == decided
    assert {rule for rule, _answers in QUIET_CASES} == decided


def test_the_rules_are_the_28_of_the_domain_model() -> None:
    numbers = {each.id.split(".")[0] for each in RULES.rules}
    assert numbers == {f"A-{number:02d}" for number in range(1, 29)}


@pytest.mark.parametrize(
    "seen",
    [
        {"agents": [{"id": "a1", "face_covering": "full", "visible_identifier": ["none"]}]},
        {"agents": [{"id": "a1", "bwc_visible": NO, "announced": NO}]},
        {"vehicles": [{"id": "w1", "plate_observation": "different", "plate_illinois": NO}]},
        {"vehicles": [{"id": "w1", "plate_observation": "covered"}]},
        {"crowd_control_carried": YES},
    ],
)
def test_a_mask_or_a_plate_raises_no_alert_at_all(seen: dict[str, Any]) -> None:
    plain = {"no_attempt_reason": "left"}
    assert prompts_of(draft_of({**plain, **seen})) == prompts_of(draft_of(plain))


@pytest.mark.parametrize("words", ["violat", "offence", "guilty", "illegal", "unlawful"])
def test_no_alert_concludes(words: str) -> None:
    assert not [each.id for each in RULES.rules if words in each.text["en"].lower()]


def test_a_rule_of_a_later_stage_waits_for_it() -> None:
    draft = draft_of({"apparent_violations": ENTRY})
    assert "A-08" not in prompts_of(draft, stage=Stage.DRAFT)
    assert "A-13" not in prompts_of(draft, stage=Stage.SUBMIT)
    assert "A-13" in prompts_of(draft, stage=Stage.APPROVE)


def test_a_prompt_that_is_raised_again_keeps_its_answer() -> None:
    first = prompts_of(draft_of({}))["A-08"]
    answered = replace(first, state="overridden", reason="Written from video only.")
    assert prompts_of(draft_of({}, prompts=(answered,)))["A-08"] == answered


def test_a_new_version_of_a_rule_asks_again() -> None:
    older = PromptRecord(
        rule="A-08", version="0", text="x", state="overridden", severity="stop", reason="y"
    )
    assert prompts_of(draft_of({}, prompts=(older,)))["A-08"].state == "open"


def test_a_word_that_was_not_there_before_asks_again() -> None:
    quoted = draft_of({"synopsis": "A visa card lay there."})
    answered = replace(
        prompts_of(quoted)["A-18"], state="overridden", reason="A name on a bank card."
    )
    same = replace(quoted, prompts=(answered,))
    assert prompts_of(same)["A-18"].state == "overridden"
    more = replace(same, answers={"synopsis": "A visa card lay there. He is undocumented."})
    assert prompts_of(more)["A-18"].state == "open"


def test_a_prompt_that_is_raised_no_more_stays_in_the_record() -> None:
    shown = prompts_of(draft_of({"synopsis": "He is undocumented."}))["A-18"]
    after = prompts_of(draft_of({"synopsis": "He left."}, prompts=(shown,)))["A-18"]
    assert (after.state, after.before) == ("done", "undocumented")
    gone = replace(shown, rule="A-99", state="overridden", reason="r")
    assert prompts_of(draft_of({}, prompts=(gone,)))["A-99"] == gone


def test_a_prompt_names_words_of_the_list_and_never_the_text() -> None:
    found = prompts_of(draft_of({"synopsis": "Number A123456789, illegal, visa."}))["A-18"]
    assert "A123456789" not in found.text + found.before
    assert "“A-number”" in found.text
    many = "visa deport migrant alien illegal asylum refugee daca nationality"
    assert "and 3 more" in prompts_of(draft_of({"synopsis": many}))["A-18"].text


@pytest.mark.parametrize(
    "draft",
    [
        draft_of({"place": {"absent": "unknown", "reason": "an undocumented place"}}),
        draft_of({"people": [{"id": "p1", "description": "undocumented man"}]}),
        draft_of({}, stamps=(Stamp(id="s", kind="o", wall="", mono_ms=0, boot="", note="a visa"),)),
        draft_of(
            {},
            evidence=(
                EvidenceItem(
                    id="e",
                    name="n",
                    media_type="image/jpeg",
                    size_bytes=1,
                    sha256="",
                    container_sha256="",
                    captured_at="",
                    imported_at="",
                    collected_by="",
                    caption="an undocumented man",
                ),
            ),
        ),
    ],
)
def test_reasons_rows_notes_and_captions_are_looked_through_too(draft: Any) -> None:
    assert "A-18" in prompts_of(draft)


def test_a_full_event_number_that_names_no_day_is_a_doubt_in_words() -> None:
    answers = {"event_number_full": "2636699188", "occurred_from": at("1150")}
    assert "no day" in prompts_of(draft_of(answers))["A-24"].text


@pytest.mark.parametrize(
    "broken", [{"occurred_from": {"at": "soon"}}, {"members": "x"}, {"rd_number": 5}]
)
def test_answers_of_a_wrong_shape_raise_no_error(broken: dict[str, Any]) -> None:
    assert prompts_of(draft_of(broken))


MINI = """
alerts = "incident"
version = "1"
forms = ["2026-11.1"]

[[rules]]
id = "A-01"
version = "1"
severity = "stop"
section = "care"
field = "medical"
when = 'hurt'
text = { en = "Has EMS been summoned?" }

[[rules]]
id = "A-02"
version = "1"
severity = "act"
kind = "time"
section = "care"
each = "medical"
open = 'ems_arrived_at == null'
since = "requested_at"
marks = ["10 min", "1 h"]
tell = ["officer", "supervisor"]
text = { en = "Call OEMC again." }

[[rules]]
id = "A-18"
version = "1"
severity = "act"
kind = "words"
section = "account"
list = "status"
without = ["people.name"]
text = { en = "Take out words." }

[[rules]]
id = "A-24"
version = "1"
severity = "info"
kind = "numbers"
section = "scene"
rd = ["rd_number"]
occurred = "occurred_from"
text = { en = "Check this number." }

[[rules]]
id = "A-25"
version = "1"
severity = "info"
kind = "same_event"
where = "hq"
section = "scene"
window = "90 min"
text = { en = "Link the two." }
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("severity = ", "severty = ", "rule 'A-01' has an unknown key 'severty'"),
        ('severity = "stop"', 'severity = "halt"', "no severity 'halt'"),
        ('kind = "time"', 'kind = "tme"', "no kind 'tme'"),
        ("when = 'hurt'", "", "rule 'A-01' has no when"),
        ('id = "A-02"', 'id = "A-01"', "the rule 'A-01' stands twice"),
        ('where = "hq"', 'where = "city"', "'city' is not a valid Where"),
        ('"10 min"', '"10 minutes"', "'10 minutes' is no span"),
        ('["10 min", "1 h"]', '["1 h", "10 min"]', "marks do not rise"),
        ('["officer", "supervisor"]', '["officer"]', "differ in length"),
        ('["officer", "supervisor"]', '["officer", "mayor"]', "'mayor' is not a valid Role"),
        ("[[rules]]", "rules]]", "line 6, column"),
    ],
)
def test_a_rule_file_with_a_mistake_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in MINI
    with pytest.raises(FormError, match=sentence):
        read_alert_rules(MINI.replace(old, new, 1).encode(), file="alerts.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("'hurt'", "'hrt'", r"alerts.toml, rule A-01: line 12, column 9: .*hrt"),
        ("'hurt'", "'size(medical)'", "gives int"),
        ("ems_arrived_at == null", "ems_arived_at == null", r"A-02: line 22, column 9: .*ems_ar"),
        ('each = "medical"', 'each = "medicals"', "no field 'medicals'"),
        ('without = ["people.name"]', 'without = ["people.nmae"]', "no field 'people.nmae'"),
        ('section = "scene"', 'section = "scne"', "no section 'scne'"),
        ('field = "medical"', 'field = "medcal"', "no field 'medcal'"),
        ('occurred = "occurred_from"', 'occurred = "occured"', "no field 'occured'"),
        ('since = "requested_at"', 'since = "asked_at"', "no time 'asked_at'"),
    ],
)
def test_a_rule_that_does_not_fit_the_form_is_refused_with_its_place(
    old: str, new: str, sentence: str
) -> None:
    assert old in MINI
    rules = read_alert_rules(MINI.replace(old, new, 1).encode(), file="alerts.toml")
    with pytest.raises(FormError, match=sentence):
        compile_alerts(rules, FORM)


def test_a_rule_over_a_list_that_is_not_there_is_refused() -> None:
    rules = read_alert_rules(MINI.replace('"status"', '"stats"').encode())
    with pytest.raises(FormError, match="no word list 'stats'"):
        prompts_for(rules, draft_of({}), form=FORM, words=WORDS, stage=Stage.SUBMIT)
