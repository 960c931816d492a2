"""Cases that look like real ones: the shipped scenarios, and one that is hard to lay out.

Documents in them are unsigned: signatures differ each time, and these cases are compared
as pictures and by digest.
"""

import hashlib
import io
import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from ilocdoc.casework.shift import by_line
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import Exhibit, PacketContents
from ilocdoc.record.people import Officer
from ilocdoc.record.report import EvidenceItem, ReportVersion, Stamp, version_to_json
from ilocdoc.record.times import utc_text
from ilocdoc.shelf import form_file
from tests.packet.samples import FORM, rich_report

REPORT = "0192a7c0-0000-7000-8000-0000000000a7"
DEVICE = "0A1B"
DECIDED = {"submit": "report.submitted", "return": "report.returned", "approve": "report.approved"}


@dataclass
class _Play:
    """What a scenario's acts have made so far."""

    officers: dict[str, Officer]
    now: datetime
    answers: dict[str, Any] = field(default_factory=dict)
    stamps: list[Stamp] = field(default_factory=list)
    evidence: list[EvidenceItem] = field(default_factory=list)
    versions: list[ReportVersion] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    custody: list[dict[str, Any]] = field(default_factory=list)

    def entry(self, kind: str, star: str, **ids: str) -> None:
        own = sum(each["ids"].get("actor") == star for each in self.custody)
        self.custody.append(
            {
                "stream": star.encode().hex() * 3,
                "seq": own + 2,
                "hash": hashlib.sha256(f"{star}{own}{kind}".encode()).hexdigest(),
                "kind": kind,
                "at": utc_text(self.now),
                "ids": {"report": REPORT, "actor": star, **ids},
            }
        )

    def version(self) -> ReportVersion:
        base = rich_report(training=True)
        number = len(self.versions) + 1
        draft = replace(
            base.draft,
            report_id=REPORT,
            local_number=f"LOC-{DEVICE}-261020-01",
            version=number,
            answers=dict(self.answers),
            stamps=tuple(self.stamps),
            evidence=tuple(self.evidence),
            prompts=base.draft.prompts[:1],
        )
        return replace(base, draft=draft, submitted_at=utc_text(self.now))


def drawn_photo(number: int = 0, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A drawn street, another for each number."""
    picture = Image.new("RGB", size, (150, 160, 175))
    drawn = ImageDraw.Draw(picture)
    width, height = size
    for house in range(6):
        left = house * width // 6 + 8
        top = height // 4 + (house * 37 + number * 53) % (height // 6)
        drawn.rectangle((left, top, left + width // 7, height * 3 // 5), fill=(95, 92, 90))
    drawn.rectangle((0, height * 3 // 5, width, height * 9 // 10), fill=(70, 70, 74))
    car = (number * 97) % (width * 2 // 3)
    drawn.rectangle((car, height * 3 // 5, car + width // 4, height * 3 // 4), fill=(30, 30, 40))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


PICTURE = drawn_photo()


def scenario_case(name: str, officers: dict[str, Officer]) -> PacketContents:
    """Everything a packet of a shipped scenario is made of, as far as it is played."""
    scenario = tomllib.loads(form_file("scenarios", f"{name}.toml").read_text(encoding="utf-8"))
    play = _Play(officers=officers, now=scenario["starts"])
    for act in scenario["acts"]:
        play.now += timedelta(minutes=act.get("after_min", 0))
        _perform(play, act)
    return _contents(play)


def _perform(play: _Play, act: dict[str, Any]) -> None:
    play.answers.update(act.get("answers", {}))
    done, star = act["do"], act.get("by", "")
    if done == "stamp":
        play.stamps.append(
            Stamp(
                id=f"s{len(play.stamps)}",
                kind=act["stamp"],
                wall=utc_text(play.now),
                mono_ms=0,
                boot="b",
                note=act.get("note", ""),
            )
        )
    elif done == "attach":
        _attach(play, star, file=act["file"], caption=act.get("caption", ""))
    elif done in DECIDED:
        _decide(play, act)


def _attach(play: _Play, star: str, *, file: str, caption: str) -> None:
    number = len(play.evidence) + 1
    item = EvidenceItem(
        id=f"0192a7c0-0000-7000-8000-0000000e{number:04d}",
        name=file,
        media_type="image/jpeg" if file.endswith(".jpg") else "video/x-msvideo",
        size_bytes=84_608 * number,
        sha256=hashlib.sha256(f"original {number}".encode()).hexdigest(),
        container_sha256=hashlib.sha256(f"container {number}".encode()).hexdigest(),
        captured_at="",
        imported_at=utc_text(play.now),
        collected_by=star,
        caption=caption,
    )
    play.evidence.append(item)
    play.entry("evidence.imported", star, evidence=item.id)
    play.entry("evidence.verified", star, evidence=item.id)


def _decide(play: _Play, act: dict[str, Any]) -> None:
    kind, star = DECIDED[act["do"]], act["by"]
    if act["do"] == "submit":
        play.versions.append(play.version())
    said = {name: act[name] for name in ("questions", "checks") if name in act}
    play.decisions.append(
        {
            "kind": kind,
            "at": utc_text(play.now),
            "by": by_line(play.officers[star]),
            "report": REPORT,
            **said,
        }
    )
    play.entry(kind, star)


def _contents(play: _Play) -> PacketContents:
    newest = play.versions[-1]
    press = PdfPress()
    return PacketContents(
        packet_id=f"PKT-{newest.draft.local_number}-1",
        version=1,
        report=version_to_json(newest),
        earlier=tuple(version_to_json(each) for each in play.versions[:-1]),
        documents=tuple(
            press.report_document(each, form=FORM, draft=False) for each in play.versions
        ),
        decisions=tuple(play.decisions),
        custody=tuple(play.custody),
        exhibits=tuple(
            Exhibit(evidence_id=each.id, jpeg=PICTURE, width=1200, height=900)
            for each in newest.draft.evidence
            if each.media_type == "image/jpeg"
        ),
        prepared_by=play.officers["99010"],
        prepared_at=utc_text(play.now),
        training=True,
    )


LONG_NAME = "Maximiliana-Wilhelmina von und zu Beispielhausen-Placeholder y Muestra de la Vega"
SCRIPTS = (
    "Íñigo Ñúñez Güell",
    "Zażółć Gęślą-Jaźń",
    "Nguyễn Thị Phượng",
    "محمد عبد الله",
    "שרה כהן",
    "श्रीमती क्षितिजा शर्मा",
    "王小明",
    "김민수",
    "Sam 🙂 🚗",
    LONG_NAME,
)


def hard_case(
    officers: dict[str, Officer], *, people: int = 30, photos: int = 4, rows: int = 200
) -> PacketContents:
    """Thirty people with names from anywhere, a table of 200 rows, photographs, long words."""
    case = scenario_case("S7", officers)
    report = case.report
    answers = dict(report["answers"])
    answers["people"] = [_person(number) for number in range(people)]
    answers["agents"] = [_agent(number) for number in range(12)]
    answers["injuries"] = [
        {**answers["injuries"][1], "id": f"i{n}", "person": f"p{n}"} for n in range(12)
    ]
    answers["force_events"] = [
        {**answers["force_events"][0], "id": f"f{n}", "target": f"p{n}"} for n in range(14)
    ]
    for name in ("statements", "victim_notices", "medical", "items"):
        answers[name] = [
            {**row, **{k: "p3" for k in ("person", "source_person") if k in row}}
            for row in answers[name]
        ]
    answers["narrative_observed"] = " ".join(f"Observed sentence {n}." for n in range(400))
    item = report["evidence"][0]
    evidence = [
        {**item, "id": f"ph{n}", "name": f"IMG_{n:04d}.JPG", "caption": f"Street, view {n + 1}"}
        for n in range(photos)
    ]
    entries = [
        {
            **case.custody[n % len(case.custody)],
            "seq": n + 2,
            "hash": hashlib.sha256(b"%d" % n).hexdigest(),
        }
        for n in range(rows)
    ]
    return replace(
        case,
        report={**report, "answers": answers, "evidence": evidence},
        custody=tuple(entries),
        exhibits=tuple(
            Exhibit(evidence_id=f"ph{n}", jpeg=drawn_photo(n, size), width=size[0], height=size[1])
            for n, size in enumerate([(1200, 900), (675, 1200), (1200, 400), (400, 300)] * 50)
            if n < photos
        ),
    )


def _person(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "name": SCRIPTS[number % len(SCRIPTS)],
        "description": f"Bystander {number + 1} in a {'very ' * (number % 9)}long grey coat",
        "person_roles": ["witness", "bystander"],
        "age_range": "adult",
        "minor": "no",
        "phone": f"312-555-01{number % 100:02d}",
        "consent_prosecutor": "yes" if number % 2 else "unknown",
    }


def _agent(number: int) -> dict[str, Any]:
    return {
        "id": f"a{number + 1}",
        "label": f"Agent {number + 1}",
        "agency": "unknown",
        "agency_basis": "inferred",
        "supervisor": "unknown",
        "agent_roles": ["present"],
        "description": SCRIPTS[(number + 3) % len(SCRIPTS)],
        "uniform": "generic_police",
        "face_covering": "full",
        "statement": "“Step back.” " * (number % 4),
    }
