"""Judging and signing documents, beside drawing them and beside what they may cost."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from bench.harness import Bench
from ilocdoc.packet.press import PdfPress
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.report import ReportVersion
from tests.doubles.authority import Authority, cast
from tests.packet.samples import DAY, FORM, bare_report

PRESS = PdfPress()
BUDGET_MS = 6000.0
"""CPU that judging 50 pages may take, the change analysis and the drawing again included."""
SIGNING_MS = 1000.0


@cache
def authority() -> Authority:
    return Authority()


@cache
def long_report(paragraphs: int) -> ReportVersion:
    """340 paragraphs make 50 pages, 3,500 make 500."""
    line = "The officer stood at the corner and wrote down what was seen, no more and no less. " * 6
    return bare_report(narrative_observed="\n".join([line] * paragraphs))


@cache
def drawn(paragraphs: int) -> bytes:
    return PRESS.report_document(long_report(paragraphs), form=FORM, draft=False)


def sign_twice(paragraphs: int) -> bytes:
    pdf, members = drawn(paragraphs), cast(authority())
    for minute, (star, act) in enumerate((("99001", PRESS.certify), ("99010", PRESS.approve))):
        member = members[star]
        at = DAY + timedelta(minutes=minute)
        pdf = act(pdf, signer=member.signer, officer=member.officer, at=at)
    return pdf


@cache
def signed(paragraphs: int) -> bytes:
    return sign_twice(paragraphs)


def cpu_ms(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def judge(paragraphs: int) -> float:
    """CPU of one judgment, which must be in favour."""

    def work() -> None:
        verdict = verify_document(signed(paragraphs), root_der=authority().root_der)
        assert verdict.accepted, verdict.reasons

    return cpu_ms(work)


def draw(paragraphs: int) -> float:
    version = long_report(paragraphs)
    return cpu_ms(lambda: PRESS.report_document(version, form=FORM, draft=False))


def benches() -> list[Bench]:
    """CPU in ms; drawing is the floor of a judge that draws again."""
    return [
        Bench(
            name="verify 50 pages",
            run=lambda: judge(340),
            against="the 6 s of CPU that it may take",
            peer=lambda: BUDGET_MS,
            target=1.0,
            repeats=5,
        ),
        Bench(
            name="verify 50 pages, drawn again",
            run=lambda: judge(340),
            against="drawing the same 50 pages once",
            peer=lambda: draw(340),
            target=2.0,
            repeats=5,
        ),
        Bench(
            name="verify 500 pages, drawn again",
            run=lambda: judge(3500),
            against="drawing the same 500 pages once",
            peer=lambda: draw(3500),
            target=2.0,
            repeats=3,
        ),
        Bench(
            name="sign 50 pages twice",
            run=lambda: cpu_ms(lambda: sign_twice(340)),
            against="the 1 s of CPU that it may take",
            peer=lambda: SIGNING_MS,
            target=1.0,
            repeats=5,
        ),
    ]
