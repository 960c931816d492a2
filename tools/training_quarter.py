"""Write a scenario of sixteen short reports of one quarter, so that counts can be shown.

    python tools/training_quarter.py FILE.toml

Each is a variation of scenario S7, with places, numbers and people from the reserved ranges.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from ilocdoc.record.answers import merge  # noqa: E402 - the path is set above
from ilocdoc.record.scenario import Step, read_scenario  # noqa: E402 - as above

REPORTS = 16
FIRST = datetime.fromisoformat("2026-10-02T10:00:00-05:00")
EVERY = 3
BETWEEN = timedelta(days=3, hours=2)
DISTRICTS = ("010", "009")
FORCES = ("oc_spray", "hands_push_grab", "takedown", "restraints")
SEVERITIES = ("minor", "none_apparent", "minor", "alleged_only")
AGENCIES = ("unknown", "ice_ero", "cbp_usbp", "ice_hsi")


def toml_of(value: Any) -> str:
    """Return a value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_of(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_of(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _answers_of_s7() -> dict[str, Any]:
    scenario = read_scenario((ROOT / "forms" / "scenarios" / "S7.toml").read_bytes())
    answers: dict[str, Any] = {}
    for act in scenario.acts:
        if act.do in {Step.START, Step.ANSWER}:
            answers = merge(answers, act.answers)
    return answers


def _time(at: datetime) -> dict[str, str]:
    return {"at": at.isoformat(), "typed": f"{at:%H%M}", "precision": "exact"}


def varied(answers: dict[str, Any], number: int, *, at: datetime) -> dict[str, Any]:
    """Return the answers of one report of the quarter."""
    district, force = DISTRICTS[number % len(DISTRICTS)], FORCES[number % len(FORCES)]
    changed = {
        **answers,
        "place": f"{2000 + 100 * number} W Placeholder Ave",
        "district": district,
        "beat": f"{district[1:]}12",
        "event_number": f"99{200 + number}",
        "rd_number": f"JK{101 + number:06d}",
        "occurred_from": _time(at),
        "reported_at": _time(at + timedelta(minutes=12)),
        "arrived_at": _time(at + timedelta(minutes=20)),
    }
    for name in ("event_number_full", "occurred_to", "cleared_at"):
        changed.pop(name, None)
    changed["force_events"] = [
        {**row, "force_type": force, "at": _time(at)} for row in answers["force_events"]
    ]
    if number % EVERY == EVERY - 1:
        # Force is recorded in every direction.
        turned = {"actor_kind": "person", "actor": "p1", "target_kind": "federal_agent"}
        changed["force_events"] = [
            {**row, **turned, "target": "a1", "force_type": "hands_push_grab"}
            for row in changed["force_events"]
        ]
    changed["injuries"] = [
        {**row, "severity": SEVERITIES[number % len(SEVERITIES)]} for row in answers["injuries"]
    ]
    changed["agents"] = [
        {**row, "agency": AGENCIES[number % len(AGENCIES)]} for row in answers["agents"]
    ]
    return changed


def quarter() -> str:
    """Return the scenario as TOML."""
    answers = _answers_of_s7()
    lines = [
        'scenario = "quarter"',
        'title = "Sixteen short reports"',
        f"starts = {FIRST.isoformat()}",
    ]
    for number in range(REPORTS):
        report, at = f"r{number}", FIRST + number * BETWEEN
        wait = int(BETWEEN.total_seconds()) // 60 - 90 if number else 0
        given = varied(answers, number, at=at - timedelta(hours=1))
        said = "\n".join(f"  {name} = {toml_of(value)}" for name, value in given.items())
        acts = (("99001", "start", wait), ("99001", "submit", 45), ("99010", "approve", 45))
        for by, do, minutes in acts:
            lines.append(
                f'[[acts]]\nby = "{by}"\ndo = "{do}"\nreport = "{report}"\nafter_min = {minutes}'
            )
            if do == "start":
                lines.append(f"  [acts.answers]\n{said}")
    return "\n".join([*lines, '[[acts]]\ndo = "sync"']) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(quarter())
