"""What one exchange moved and what it found, counted while it goes."""

from dataclasses import dataclass, field

from ilocdoc.record.exchange import Line
from ilocdoc.sync.troubles import ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that stops a part of the work while the rest goes on."""

    headline: str
    advice: str
    line: Line = Line.REFUSED


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one exchange. Counted is only what headquarters signed for or answered."""

    entries: int = 0
    files: int = 0
    size_bytes: int = 0
    posted: int = 0
    received: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """Grows with every step that brought something forward."""
        return self.entries + self.files + self.size_bytes + self.posted + self.received

    def note(self, fault: Fault) -> None:
        """Remember a fault once."""
        if fault not in self.faults:
            self.faults.append(fault)

    def note_refusal(self, headline: str, problem: ProblemError) -> None:
        """Remember that headquarters refused one thing."""
        self.note(Fault(headline=headline, advice=problem.advice))
