"""Texts from anywhere, friendly and hostile, and reports that hold them."""

from dataclasses import replace

from ilocdoc.record.report import ReportVersion
from tests.packet.samples import bare_report, rich_report

NAMES = {
    "Spanish": "Íñigo Ñúñez Güell",
    "Polish": "Zażółć Gęślą-Jaźń",
    "Vietnamese": "Nguyễn Thị Phượng",
    "Russian": "Алексей Ёжиков",
    "Greek": "Ελένη Παπαδοπούλου",
    "Chinese": "王小明",
    "Korean": "김민수",
    "Thai": "สมชาย ใจดี",
    "Amharic": "አበበ ቢቂላ",
    "Hindi": "श्रीमती क्षितिजा शर्मा",
    "Japanese": "山田 はなこ",
    "emoji": "Sam 🙂 🚗",
    "quotation": "“O’Neil” — ‘x’ … ≥ 5 × 2",
}
RIGHT_TO_LEFT = {
    "Arabic": "محمد عبد الله",
    "Hebrew": "שרה כהן",
    "Persian": "نمی\u200cخواهم بنویسم",
}

HOSTILE = [
    '<img src="/etc/hostname"/>',
    '<img src="file:///etc/hostname" width="10" height="10"/>',
    '<a href="javascript:app.alert(1)">x</a>',
    '<a href="http://attacker.example/">x</a>',
    '<font name="Nothing" color="[[[getattr(pow,1)]]]">x</font>',
    '<para><onDraw name="evil" label="x"/></para>',
    "a < b & c > d &amp; &#x41; </para><para>",
    "<br/><b>bold</b><!-- -->",
    "%(x)s {0} $HOME `id`",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202etxt.exe\u202c \u2066x\u2069 \u200f",
    "\ue000\uf8ff\U000f0000",
    "\ufeffbyte\u200border\u2060mark\u00ad",
    "e\u0301 decomposed",
    "W" * 20_000,
    "word " * 20_000,
    "\n" * 50 + "end",
    "tab\tand\r\nline",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "\u202e" * 500,
]


def many_names_report() -> ReportVersion:
    """A report with a name in each script, as name, heading and text."""
    people = [
        {"id": f"p{n}", "name": name, "person_roles": ["witness"], "minor": "no"}
        for n, name in enumerate((*NAMES.values(), *RIGHT_TO_LEFT.values()))
    ]
    words = "\n".join((*NAMES.values(), *RIGHT_TO_LEFT.values()))
    return bare_report(people=people, synopsis=words)


def hostile_report() -> ReportVersion:
    """A report whose every answer tries to be something else than text."""
    people = [
        {"id": f"p{n}", "name": text[:80], "description": text[:300], "person_roles": ["witness"]}
        for n, text in enumerate(HOSTILE)
    ]
    agents = [{"id": "a", "label": HOSTILE[0][:40], "agency": HOSTILE[2], "supervisor": "no"}]
    return bare_report(
        people=people,
        agents=agents,
        place=HOSTILE[2],
        synopsis="\n".join(HOSTILE),
        narrative_observed=HOSTILE[14],
        narrative_told=HOSTILE[15],
        unknown_question={"x": HOSTILE},
        district={"absent": "refused", "reason": HOSTILE[0]},
        position={"lat": HOSTILE[0], "lon": HOSTILE[1], "source": HOSTILE[2]},
        occurred_from={"at": HOSTILE[0], "typed": HOSTILE[1], "precision": "exact"},
        weather=[HOSTILE[0], HOSTILE[6]],
    )


SENTENCE = "The driver pointed to the left window of the car. "


def tall_report() -> ReportVersion:
    """A report with values that no page is tall enough for."""
    version = rich_report()
    draft = version.draft
    long = replace(
        draft,
        answers={"place": SENTENCE * 200, "rd_number": {"absent": "unknown", "reason": SENTENCE}},
        prompts=(replace(draft.prompts[1], before=SENTENCE * 200, after=SENTENCE * 200),),
        stamps=(replace(draft.stamps[0], note=SENTENCE * 200),),
        evidence=(replace(draft.evidence[0], caption=SENTENCE * 200),),
    )
    return replace(version, draft=long)
