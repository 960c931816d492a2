"""Words for states and times; the same words on every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ilocdoc.record.exchange import Exchange, Line, Waiting
from ilocdoc.record.intake import Shelf
from ilocdoc.record.lifecycle import State
from ilocdoc.record.sessions import LockReason
from ilocdoc.record.summary import ReportRow
from ilocdoc.record.times import CHICAGO, internal_date, internal_stamp, read_utc

BANNER = (
    "Chicago Police Department system. For official use by authorized members only. Signing in, "
    "failed tries and everything signed here are recorded with time and name, and may be "
    "disclosed in court. By signing in you accept this."
)
"""Use banner (CJIS AC-8)."""

LOCKED_WORDS = {
    LockReason.KEY: "Locked.",
    LockReason.IDLE: "Locked: nobody was here.",
    LockReason.SUSPEND: "Locked before the laptop went to sleep.",
    LockReason.LID: "Locked when the lid was closed.",
    LockReason.USER_SWITCH: "Locked when another user came.",
    LockReason.SYSTEM: "Locked with the screen.",
    LockReason.LIMIT: "Locked: the longest session ended. Sign in again to go on.",
    LockReason.SHIFT_ENDED: "Your shift is ended on this laptop.",
    LockReason.CLOSED: "",
}
"""Why the laptop is locked; what was typed is kept in every case."""

STAMP_WORDS = {
    "started": "Report started",
    "ems_called": "EMS called",
    "ems_here": "EMS here",
    "supervisor_told": "Supervisor told",
    "video_starts": "Video starts",
    "agents_left": "Agents left",
    "other": "Other",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A state in words, with an icon and the tone of its colour."""

    text: str
    icon: str
    tone: str
    """ok, warn, danger or plain."""


_STATES = {
    State.DRAFT: Told(text="Draft", icon="pencil", tone="accent"),
    State.RETURNED: Told(text="Returned with questions", icon="undo-2", tone="warn"),
    State.APPROVED: Told(text="Approved", icon="circle-check", tone="ok"),
    State.CLOSED_NO_REFERRAL: Told(text="Closed, no referral", icon="circle-check", tone="plain"),
    State.REFERRAL_PREPARED: Told(text="Packet waits to be accepted", icon="file-check", tone="ok"),
    State.REFERRAL_ACCEPTED: Told(text="Referral accepted", icon="badge-check", tone="ok"),
    State.REFERRAL_RELEASED: Told(text="Referral released", icon="badge-check", tone="ok"),
    State.WITH_PROSECUTOR: Told(text="With prosecutor", icon="scale", tone="ok"),
    State.CLOSED: Told(text="Closed", icon="circle-check", tone="plain"),
    State.WITHDRAWN: Told(text="Given up", icon="x", tone="plain"),
}
RECEIVED = "Received by headquarters"
_RECEIVED = Told(text=RECEIVED, icon="check-check", tone="ok")
_TO_SEND = Told(text="Signed, waiting to send", icon="cloud-off", tone="warn")


def told_of(row: ReportRow) -> Told:
    """Return where a report stands. Only a signed receipt makes it received."""
    state = State(row.state)
    if state in {State.SUBMITTED, State.IN_REVIEW}:
        return _RECEIVED if row.confirmed or not row.mine else _TO_SEND
    return _STATES[state]


def sync_words(exchange: Exchange | None, waiting: Waiting) -> Told:
    """Return the state of the line in the words that stay on the screen."""
    if exchange is not None and exchange.line in _TROUBLE:
        return Told(text=_TROUBLE[exchange.line], icon="triangle-alert", tone="danger")
    if waiting.is_nothing:
        if exchange is None or exchange.line is Line.NOT_TRIED:
            return Told(text="Nothing to send", icon="cloud", tone="plain")
        return Told(text="All that is signed is with headquarters", icon="check-check", tone="ok")
    line = exchange.line if exchange is not None else Line.NOT_TRIED
    lead, icon = _WAITING_FOR.get(line, ("Waiting for connection", "cloud-off"))
    return Told(text=f"{lead}: {waiting_words(waiting)}", icon=icon, tone="warn")


_WAITING_FOR = {
    Line.FINE: ("Sending", "cloud"),
    Line.HQ_DOWN: ("Waiting for headquarters", "cloud-off"),
}
_TROUBLE = {
    Line.PORTAL: "This network asks to sign in first",
    Line.INTERCEPTED: "Something answered that is not headquarters",
    Line.REFUSED: "Headquarters did not accept something",
}


def waiting_words(waiting: Waiting) -> str:
    """Return what waits: entries, files with their size, letters."""
    parts = []
    if waiting.entries:
        parts.append(count_words(waiting.entries, "entry", "entries"))
    if waiting.files:
        files = count_words(waiting.files, "file", "files")
        parts.append(f"{files} ({size_words(waiting.size_bytes)})")
    if waiting.letters:
        parts.append(count_words(waiting.letters, "letter", "letters"))
    return ", ".join(parts) or "nothing"


def count_words(number: int, one: str, many: str) -> str:
    """Return a number with its word: "1 entry", "3 entries"."""
    return f"{number} {one if number == 1 else many}"


def shelf_words(shelf: Shelf) -> str:
    """Return how files and records agree, and what to do when they do not."""
    lines = []
    if shelf.missing:
        names = ", ".join(each.name for each in shelf.missing)
        lines.append(
            f"Missing on this laptop: {names}. The record, its digest and its history remain; "
            "headquarters may have the file. Call the device desk."
        )
    if shelf.orphans:
        count = len(shelf.orphans)
        known = count_words(count, "sealed file belongs", "sealed files belong")
        lines.append(
            f"{known} to no report that you know. Another member may have been adding files when "
            "the laptop stopped: then they are offered when that member signs in. Nothing is "
            "deleted."
        )
    return "\n".join(lines) or "Every file you added is here, and every file here is known."


def size_words(size_bytes: int) -> str:
    """Return a size for people: 812 bytes, 4.1 MB, 2.1 GB (powers of ten, as discs are sold)."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size_bytes >= limit:
            return f"{size_bytes / limit:.1f} {unit}"
    return f"{size_bytes} bytes"


def left_words(seconds: float) -> str:
    """Return how long something still takes: "about 2 min left"; empty when nobody can say."""
    if seconds <= 0:
        return ""
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return "less than a minute left"
    return f"about {round(seconds / 60)} min left"


def ago_words(seconds: float) -> str:
    """Return how long ago: "just now", "3 s ago", "2 min ago"."""
    if seconds < 1:
        return "just now"
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{int(seconds)} s ago"
    return f"{int(seconds // 60)} min ago"


def clock_words(utc: str) -> str:
    """Return the wall time of a machine time: "1432"."""
    return internal_stamp(read_utc(utc))[1]


def day_words(utc: str, *, today: datetime) -> str:
    """Return day and time for lists: "Today 1432", "Yesterday 0920", "14 Oct 2026 1802"."""
    day, at = internal_stamp(read_utc(utc))
    for word, back in (("Today", 0), ("Yesterday", 1)):
        if day == internal_date((today.astimezone(CHICAGO) - timedelta(days=back)).date()):
            return f"{word} {at}"
    return f"{day} {at}"
