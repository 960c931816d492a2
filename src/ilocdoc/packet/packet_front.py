"""The referral packet from the front: cover, notice, synopsis, persons (parts 1 to 4)."""

from collections.abc import Iterator

from ilocdoc.packet.answer_text import machine_time
from ilocdoc.packet.citing import ACCOUNT
from ilocdoc.packet.furniture import AGENCY
from ilocdoc.packet.ledger_text import by_words, find_act
from ilocdoc.packet.packet_pages import PacketPages, has_minor, provision_of
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.styles import NOTE, QUESTION, SMALL
from ilocdoc.packet.tables import add_key_facts, add_listing, digest_markup, strong
from ilocdoc.packet.time_line import time_line
from ilocdoc.packet.wording import texts, zone_words
from ilocdoc.record.answers import absence_of, has_value
from ilocdoc.record.documents import NO_DIRECTION, PacketContents
from ilocdoc.record.form import FieldType
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.times import outside_stamp, read_time, read_utc


def write_front(packet: PacketPages) -> int:
    """Write parts 1 to 4; returns where the contents belong."""
    place = _write_cover(packet)
    _write_notice(packet)
    _write_synopsis(packet)
    _write_persons(packet)
    return place


def _write_cover(packet: PacketPages) -> int:
    story, contents = packet.story, packet.contents
    story.title("Referral packet", "For review by the prosecutor")
    story.contents.append((story.newest, "1. Cover sheet"))
    code = f"ILOCDOC1 {contents.packet_id} v{contents.version} sha256={packet.digest}"
    alt = f"QR code with the number of this packet and the digest {packet.digest}"
    add_key_facts(story, [*_who_and_where(packet), *_at_a_glance(packet)], code=code, alt=alt)
    story.text(texts().text("notice"), style=NOTE)
    story.text(f"Attested by each who signs: \u201c{NO_DIRECTION}\u201d", style=NOTE)
    story.part("Contents", listed=False)
    return story.mark()


def _who_and_where(packet: PacketPages) -> list[tuple[str, SafeMarkup]]:
    contents, author = packet.contents, packet.version.draft.author
    approved = find_act(contents.decisions, EntryKind.REPORT_APPROVED)
    numbers = f"{packet.one('rd_number')}; event {packet.one('event_number')}"
    zone = zone_words(read_utc(contents.prepared_at))
    return [
        ("Packet, version", strong(f"{contents.packet_id}, version {contents.version}")),
        ("RD number", strong(numbers)),
        ("Report", esc(f"{packet.version.draft.local_number}, form {packet.form.version}")),
        ("When", esc(_when(packet))),
        ("Where", esc(_where(packet))),
        ("Times", esc(f"Chicago time, {zone} when prepared; UTC in the embedded records")),
        ("Agency", esc(AGENCY)),
        ("Reporting officer", esc(f"{author.rank} {author.name}, star {author.star}")),
        ("Report approved by", esc(by_words(approved) if approved else "not approved")),
        ("Prepared by", esc(_prepared_by(contents))),
        ("Detective", esc(_detective(packet))),
    ]


def _at_a_glance(packet: PacketPages) -> list[tuple[str, SafeMarkup]]:
    entries = [
        packet.reader.value(row, repeat, "offence")
        for _name, row, repeat in packet.rows("apparent_violations")
    ]
    recordings = len(list(packet.rows("bwc_recordings")))
    others = len(list(packet.rows("external_video")))
    video = f"Body-worn camera: {recordings or 'none'} listed; other video: {others or 'none'}"
    return [
        ("Listed for review", esc("; ".join(entries) or "unclassified: for detective review")),
        ("Felony review", esc(_felony_review(packet))),
        ("Recordings", esc(video)),
        ("Please note first", esc("; ".join(_urgent(packet)) or "nothing urgent is recorded")),
        ("Record SHA-256", digest_markup(packet.digest)),
    ]


def _where(packet: PacketPages) -> str:
    """The place in words, then the address as far as it was given."""
    parts = ("street_number", "street_direction", "street_name")
    street = " ".join(packet.one(name) for name in parts if has_value(packet.answers.get(name)))
    words = [packet.one("place"), street, packet.one("district"), f"beat {packet.one('beat')}"]
    return "; ".join(each for each in words if each)


def _detective(packet: PacketPages) -> str:
    for _name, row, repeat in packet.rows("notifications"):
        if row.get("unit_kind") == "detectives":
            told = (packet.reader.value(row, repeat, name) for name in ("member_notified", "star"))
            when = packet.reader.value(row, repeat, "at")
            return f"told: {', star '.join(told)}, {when}"
    return "no notification of a detective is recorded"


def _felony_review(packet: PacketPages) -> str:
    rows = [provision_of(packet.version, row) for _n, row, _r in packet.rows("apparent_violations")]
    if any(row is not None and row.felony_form for row in rows):
        return "for the detective to ask: an entry names a provision that has a felony form"
    return "no entry names a provision that has a felony form"


def _when(packet: PacketPages) -> str:
    end = packet.answers.get("occurred_to")
    until = f"to {packet.one('occurred_to')}" if has_value(end) else "(no end recorded)"
    began = read_time(packet.answers.get("occurred_from"))
    zone = f", {zone_words(began)}" if began else ""
    return f"{packet.one('occurred_from')} {until}{zone}"


def _prepared_by(contents: PacketContents) -> str:
    officer = contents.prepared_by
    when = machine_time(contents.prepared_at, stamp=outside_stamp)
    return f"{officer.printed_name}, star {officer.star}, {when}"


def _urgent(packet: PacketPages) -> list[str]:
    """Facts that a prosecutor must not find on page nine, as they were selected."""
    notes = []
    injuries = [row.get("severity") for _n, row, _r in packet.rows("injuries")]
    people = [row for _n, row, _r in packet.rows("people")]
    if "death" in injuries:
        notes.append("a death is recorded")
    if any("detained_by_federal_agents" in (row.get("person_roles") or []) for row in people):
        notes.append("a person is recorded as taken by federal agents")
    if has_minor(packet.answers):
        notes.append("a person under 18 is recorded")
    if packet.version.draft.training:
        notes.append("TRAINING: nothing in this packet happened")
    return notes


def _write_notice(packet: PacketPages) -> None:
    story = packet.story
    story.part("2. Notice")
    story.text(texts().text("notice"))
    story.section("Authority and immunity")
    story.text(texts().text("authority"))
    story.text(texts().text("immunity"))
    story.text(f"Text version {texts().printed_version}.", style=SMALL)
    story.section("The words used here")
    story.text(texts().text("about_the_words"))
    story.text(
        "Names of civilians, ways to reach them and medical detail stand in the confidential "
        "annex. In their place stands the number of the annex\u2019s item, and in the embedded "
        "record a salted digest, so that the annex cannot be changed unseen."
    )
    story.section("What is not known")
    unknown = list(_not_known(packet))
    if not unknown:
        story.text("No question was answered with unknown, declined or not asked.")
        return
    story.text("Questions whose answer is that there is none, as recorded:", style=NOTE)
    rows = [(esc(where), esc(question), esc(words)) for where, question, words in unknown]
    add_listing(story, ("About", "Question", "Answer"), rows, widths=(120, 190))


def _not_known(packet: PacketPages) -> Iterator[tuple[str, str, str]]:
    for section, asked in packet.form.placed_fields():
        if asked.type is FieldType.REPEAT:
            for name, row, repeat in packet.rows(asked.name):
                for inner in repeat.fields:
                    if _is_not_known(row.get(inner.name)):
                        words = packet.reader.print(inner, row[inner.name])
                        yield name, packet.reader.label(inner), words
        elif _is_not_known(packet.answers.get(asked.name)):
            words = packet.reader.print(asked, packet.answers[asked.name])
            yield section.label["en"], packet.reader.label(asked), words


def _is_not_known(answer: object) -> bool:
    return answer == "unknown" or absence_of(answer) is not None


def _write_synopsis(packet: PacketPages) -> None:
    story = packet.story
    author = packet.version.draft.author
    story.part("3. Synopsis")
    story.text(
        f"In the words of the reporting officer (star {author.star}). What was observed, told "
        "and seen on video is kept apart in the account.",
        style=NOTE,
    )
    for name in ACCOUNT:
        key = f"account.{name}"
        if key in packet.citations.texts:
            story.text(packet.reader.label(packet.form.field(name)), style=QUESTION)
            packet.write_numbered(key)
            packet.printed.add(name)
    story.section("In order of time")
    rows = [(esc(when), esc(what), esc(source)) for when, what, source in time_line(packet)]
    add_listing(story, ("When", "What", "Where it stands"), rows, widths=(132, 236))
    scene = next((each for each in packet.form.sections if each.name == "scene"), None)
    if scene is not None:
        story.section("Place and circumstances")
        packet.write(*(each.name for each in scene.fields))


def _write_persons(packet: PacketPages) -> None:
    story = packet.story
    story.part("4. Persons")
    rows = [
        (
            strong(name),
            packet.cell(row, repeat, "person_roles"),
            packet.cell(row, repeat, "age_range"),
            packet.cell(row, repeat, "minor"),
            packet.cell(row, repeat, "description"),
            esc(_items(packet, f"people[{number}]")),
        )
        for number, (name, row, repeat) in enumerate(packet.rows("people"))
    ]
    heads = ("Person", "Part in it", "Age", "Under 18", "Description", "Annex")
    if rows:
        add_listing(story, heads, rows, widths=(58, 118, 52, 44, 128))
    packet.write("people")
    story.section("CPD members")
    members = [
        (
            strong(name.partition(": ")[2] or name),
            packet.cell(row, repeat, "star"),
            packet.cell(row, repeat, "member_role"),
            packet.cell(row, repeat, "bwc_assigned"),
            packet.cell(row, repeat, "used_reportable_force"),
        )
        for name, row, repeat in packet.rows("members")
    ]
    heads_members = ("Member", "Star", "Part in it", "Body-worn camera", "Force that a TRR covers")
    if not members:
        story.text("No member is recorded.")
    add_listing(story, heads_members, members, widths=(130, 50, 110, 90))
    packet.printed.add("members")


def _items(packet: PacketPages, path: str) -> str:
    found = [w.number for w in packet.redacted.withheld if w.path.startswith(f"answers.{path}.")]
    return ", ".join(found) or "none"
