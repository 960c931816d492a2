"""Cases for measuring: as many pages and photographs as asked, photographs prepared."""

import hashlib
import io
import random
from dataclasses import replace
from typing import Any

from PIL import Image, ImageFilter

from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import Exhibit, PacketContents
from ilocdoc.record.report import version_from_json
from tests.doubles.authority import Authority, cast
from tests.packet.samples import DAY, FORM
from tests.packet.scenario_case import scenario_case

SIZE = (1600, 1200)


def photograph(number: int) -> bytes:
    """A picture of the size and the weight of a prepared one, about 380 kB."""
    grain = random.Random(number).randbytes(400 * 300 * 3)
    small = Image.frombytes("RGB", (400, 300), grain).filter(ImageFilter.GaussianBlur(1))
    out = io.BytesIO()
    small.resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=88, subsampling=1)
    return out.getvalue()


def sized_case(*, people: int, rows: int, photos: int, sentences: int) -> PacketContents:
    """Scenario S7 without a child, with more of everything.

    Args:
        people: Of whom each has an injury.
        rows: Entries of ledgers.
        photos: Exhibits.
        sentences: Of the account.
    """
    authority = Authority()
    members = cast(authority)
    officers = {star: member.officer for star, member in members.items()}
    case = scenario_case("S7", officers)
    report = {**case.report, "answers": _answers(case.report["answers"], people, sentences)}
    item = case.report["evidence"][0]
    report["evidence"] = [
        {**item, "id": f"ph{n}", "name": f"IMG_{n:04d}.JPG", "caption": f"Street, view {n + 1}"}
        for n in range(photos)
    ]
    press, author, sergeant = PdfPress(), members["99001"], members["99010"]
    document = press.report_document(version_from_json(report), form=FORM, draft=False)
    document = press.certify(document, signer=author.signer, officer=author.officer, at=DAY)
    document = press.approve(document, signer=sergeant.signer, officer=sergeant.officer, at=DAY)
    return replace(
        case,
        report=report,
        earlier=(),
        documents=(document,),
        custody=tuple(_entry(case.custody, n) for n in range(rows)),
        exhibits=tuple(_exhibit(n) for n in range(photos)),
    )


def _answers(answers: dict[str, Any], people: int, sentences: int) -> dict[str, Any]:
    person, injury = answers["people"][0], answers["injuries"][1]
    words = " ".join(
        f"Sentence {n} of the account says what was seen then." for n in range(sentences)
    )
    return {
        **answers,
        "people": [
            {**person, "id": f"p{n + 1}", "name": f"Dana Exemplar {n}"} for n in range(people)
        ],
        "injuries": [{**injury, "id": f"i{n}", "person": f"p{n + 1}"} for n in range(people)],
        "narrative_observed": words,
    }


def _entry(custody: tuple[dict[str, Any], ...], number: int) -> dict[str, Any]:
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    return {**custody[number % len(custody)], "seq": number + 2, "hash": digest}


def _exhibit(number: int) -> Exhibit:
    width, height = SIZE
    return Exhibit(evidence_id=f"ph{number}", jpeg=photograph(number), width=width, height=height)
