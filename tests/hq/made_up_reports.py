"""Made-up approved reports, as headquarters hands them to publishing."""

import random
from typing import Any

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role

CANARIES = (
    "Deja Placeholder",
    "Canary Lane",
    "312-555-0147",
    "JK000031",
    "99102",
    "canary narrative",
    "canary refusal words",
    "QX CANARY 7",
    "canary hospital",
    "Alder Quill",
    "99001",
    "41.844410",
    "canary reason",
    "canary.jpg",
)
"""Stand in every made-up report and must stand in no public file."""

ANALYST = Officer(
    id=OfficerId("99050"),
    name="Perrin Ash",
    rank="Analyst",
    unit="125",
    roles=frozenset({Role.DATA_ANALYST}),
)
COUNSEL = Officer(
    id=OfficerId("99051"),
    name="Wren Colley",
    rank="Counsel",
    unit="114",
    roles=frozenset({Role.LEGAL}),
)


def at(moment: str) -> dict[str, str]:
    return {"at": moment, "typed": "1150", "precision": "exact"}


def report(number: int, *, answers: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """An approved report with a canary in every place that is not published."""
    reference = {"name": "incident", "version": "2026-11.1", "sha256": "0" * 64}
    return {
        "format": "ilocdoc.report/1",
        "report_id": f"0199-{number:06d}",
        "local_number": f"LOC-0A1B-261020-{number:02d}",
        "version": 1,
        "kind": "original",
        "parent": "",
        "training": 0,
        "form": reference,
        "catalogue": reference,
        "device": "0A1B",
        "author": {
            "id": "99001",
            "name": "Alder Quill",
            "rank": "P.O.",
            "star": "99001",
            "unit": "010",
        },
        "created_at": "2026-10-20T17:30:00.000000Z",
        "submitted_at": "2026-10-20T19:30:00.000000Z",
        "approved_at": "2026-10-21T02:00:00.000000Z",
        "answers": private() | usual() | (answers or {}),
        "stamps": [],
        "evidence": [{"id": "e1", "name": "canary.jpg", "caption": "canary narrative"}],
        "prompts": [],
        "app": "1.0",
        **members,
    }


def private() -> dict[str, Any]:
    return {
        "place": "4321 S Canary Lane",
        "position": {"lat": "41.844410", "lon": "-87.705120", "accuracy_m": 6, "source": "gps"},
        "event_number": "99102",
        "rd_number": "JK000031",
        "synopsis": "canary narrative",
        "narrative_observed": "canary narrative of Deja Placeholder",
        "people": [{"id": "p1", "name": "Deja Placeholder", "telephone": "312-555-0147"}],
        "members": [{"id": "m1", "star": "99001", "name": "Alder Quill"}],
        "vehicles": [{"id": "v1", "plate": "QX CANARY 7"}],
    }


def usual() -> dict[str, Any]:
    return {
        "occurred_from": at("2026-10-20T11:50:00-05:00"),
        "reported_at": at("2026-10-20T12:00:00-05:00"),
        "district": "010",
        "location_type": "street",
        "information_source": "observed_by_member",
        "supervisor_identified": "identified",
        "no_attempt_reason": "left",
        "force_reported": "no",
        "injury_reported": "no",
        "video_exists": "yes",
        "agents": [{"id": "a1", "agency": "ice_ero", "name": "Deja Placeholder"}],
    }


def force(row: int, actor: object, kind: object, *, target: object = "unknown") -> dict[str, Any]:
    return {
        "target_kind": target,
        "id": f"f{row}",
        "actor_kind": actor,
        "force_type": kind,
        "stated_reason": "canary reason",
    }


def entry(row: int, actor: object, offence: object) -> dict[str, Any]:
    return {
        "id": f"x{row}",
        "actor_kind": actor,
        "offence": offence,
        "facts": "canary narrative",
    }


def attempt(row: int, outcome: object) -> dict[str, Any]:
    return {"id": f"t{row}", "outcome": outcome, "refusal_words": "canary refusal words"}


def injury(row: int, who: object, severity: object, *, person: str = "") -> dict[str, Any]:
    made = {
        "id": f"i{row}",
        "person_kind": who,
        "severity": severity,
        "body_part": "canary hospital",
    }
    return {**made, "person": person} if person else made


ACTORS = ("federal_agent",) * 5 + ("member", "person", "unknown")
TARGETS = ("person",) * 6 + ("crowd", "federal_agent", "member", "vehicle")
FORCE = ("oc_spray", "takedown", "restraints", "hands_push_grab", "window_break")
OFFENCES = ("batt", "batt", "agg_batt", "damage", "unl_rest")
HURT = ("person",) * 5 + ("federal_agent", "member")
SEVERITIES = ("minor", "minor", "none_apparent", "alleged_only", "death")
OUTCOMES = ("verified", "refused", "partly", "left_before")
DISTRICTS = ("001", "009", "009", "010", "010", "010", "017", "")
SUPERVISOR = ("identified", "partly", "refused", "not_identified")
SOURCES = ("observed_by_member", "observed_then_reported", "reported_by_person")
PLACES = ("street", "street", "residence", "store", "courthouse")
VIDEO = ("yes", "yes", "no", "unknown", {"absent": "not_asked", "reason": "canary reason"})


def many(
    how_many: int, *, seed: int = 7, month: int = 10, first: int = 0, training: int = 0
) -> list[dict[str, Any]]:
    """Reports of one month with answers of every kind, the same for the same seed."""
    chance = random.Random(seed)
    return [
        report(number, answers=by_chance(chance, month=month), training=training)
        for number in range(first, first + how_many)
    ]


def by_chance(chance: random.Random, *, month: int) -> dict[str, Any]:
    pick = chance.choice
    rows = range(pick((0, 0, 1, 1, 2, 4)))
    is_used = "yes" if rows else "no"
    ems = {"id": "c1", "requested_at": at("2026-10-20T11:55:00-05:00")}
    return {
        "occurred_from": at(f"2026-{month:02d}-{chance.randint(1, 28):02d}T11:50:00-05:00"),
        "district": pick(DISTRICTS),
        "location_type": pick(PLACES),
        "sensitive_locations": pick(([], ["school"], ["hospital", "library"])),
        "information_source": pick(SOURCES),
        "supervisor_identified": pick(SUPERVISOR),
        "force_reported": is_used,
        "force_events": [
            force(row, pick(ACTORS), pick(FORCE), target=pick(TARGETS)) for row in rows
        ],
        "apparent_violations": [entry(row, pick(ACTORS), pick(OFFENCES)) for row in rows],
        "injury_reported": is_used,
        "injuries": [injury(row, pick(HURT), pick(SEVERITIES)) for row in rows],
        "medical": [ems] if rows else [],
        "identification_attempts": [
            attempt(row, pick(OUTCOMES)) for row in range(pick((0, 1, 1, 2)))
        ],
        "video_exists": pick(VIDEO),
        "agents": [{"id": "a1", "agency": pick(("ice_ero", "cbp_usbp", "unknown"))}],
    }
