"""The confidential annex: what the main document only commits to."""

from ilocdoc.packet.archive import Attachment
from ilocdoc.packet.figures import add_signatures
from ilocdoc.packet.packet_evidence import exhibits_in_main, write_exhibits
from ilocdoc.packet.packet_pages import PacketPages
from ilocdoc.packet.packet_records import PREPARER
from ilocdoc.packet.safe_markup import esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import NOTE, SMALL
from ilocdoc.packet.tables import (
    add_key_facts,
    add_listing,
    digest_markup,
    lines,
    strong,
)
from ilocdoc.packet.wording import texts
from ilocdoc.record.report import ReportVersion
from ilocdoc.wire.canonical import canonical_bytes

WHY = {
    "contact": "how to reach a person",
    "medical": "medical detail",
    "minor": "a person under 18",
    "identity": "who a person is",
    "repeats": "free text that repeats a confidential answer",
}


def annex_story(packet: PacketPages, full: ReportVersion, *, digest: str) -> Story:
    """Return the story of the annex.

    Args:
        packet: The main document's pages; its story is not touched.
        full: The report with all its answers.
        digest: SHA-256 of the embedded full record.
    """
    story, contents = Story(), packet.contents
    story.title("Confidential annex", f"To packet {contents.packet_id}")
    add_key_facts(
        story,
        [
            ("Belongs to", strong(f"{contents.packet_id}, version {contents.version}")),
            ("Record in the packet", digest_markup(packet.digest)),
            ("Full record, here", digest_markup(digest)),
            ("Prepared by", esc(contents.prepared_by.printed_name)),
            ("Prepared", esc(packet.time(contents.prepared_at))),
        ],
        code=f"ILOCDOC1 {contents.packet_id} annex sha256={digest}",
        alt=f"QR code with the number of this packet and the digest {digest}",
    )
    story.text(
        "Holds contact data, medical detail and identities. Keep apart from the packet; do not "
        "copy into a public file. Each item is bound to the packet by its salted digest.",
        style=NOTE,
    )
    _write_items(story, packet)
    _write_repeats(story, packet)
    if not exhibits_in_main(contents, full.draft.answers) and any(
        each.jpeg for each in contents.exhibits
    ):
        story.part("Exhibits", listed=False)
        write_exhibits(story, full, contents)
    _write_documents(story, packet)
    story.keep_free(190)
    story.part("Certification", listed=False)
    story.text(texts().text("annex_assembled"))
    story.text(f"Text version {texts().printed_version}.", style=SMALL)
    story.space(4)
    add_signatures(story, [(*PREPARER, False)])
    return story


def _write_items(story: Story, packet: PacketPages) -> None:
    story.part("Confidential answers", listed=False)
    rows = [
        (
            strong(each.number),
            lines([esc(each.question), esc(f"({WHY[each.why]})")]),
            esc(packet.reader.print(each.field, each.value) if each.field else str(each.value)),
            lines([digest_markup(each.salt.hex()), digest_markup(each.commitment)]),
        )
        for each in packet.redacted.withheld
        if each.why != "repeats"
    ]
    if not rows:
        story.text("The report holds no confidential answer.")
    heads = ("Item", "Question", "Answer", "Salt, then commitment")
    add_listing(story, heads, rows, widths=(34, 120, 156))


def _write_repeats(story: Story, packet: PacketPages) -> None:
    repeated = [each for each in packet.redacted.withheld if each.why == "repeats"]
    if not repeated:
        return
    story.part("Texts in full", listed=False)
    story.text(
        "In the packet, words of these texts are replaced because they repeat a confidential "
        "answer. Here they stand as they were written.",
        style=NOTE,
    )
    for each in repeated:
        story.section(f"{each.number}. {each.question}")
        story.text(str(each.value))


def _write_documents(story: Story, packet: PacketPages) -> None:
    story.part("Embedded documents", listed=False)
    story.text(
        "Signed report documents, oldest first, byte for byte. Each can be taken out and "
        "verified by itself."
    )
    story.bullets(
        [f"report-document-{n}.pdf" for n, _d in enumerate(packet.contents.documents, start=1)]
    )


def annex_files(packet: PacketPages, record: bytes) -> list[Attachment]:
    """Return the annex's attachments but the manifest: full records, signed documents."""
    contents = packet.contents
    commitments = [
        {
            "number": each.number,
            "path": each.path,
            "why": each.why,
            "value": each.value,
            "salt": each.salt.hex(),
            "commitment": each.commitment,
        }
        for each in packet.redacted.withheld
    ]
    files = [
        _json("report.json", record, "The full record of the newest version", "Source"),
        _json(
            "commitments.json",
            canonical_bytes(commitments),
            "Each confidential answer with its salt",
            "Data",
        ),
    ]
    for number, earlier in enumerate(contents.earlier, start=1):
        name = f"earlier-report-{number}.json"
        files.append(_json(name, canonical_bytes(earlier), "An earlier version", "Data"))
    for number, document in enumerate(contents.documents, start=1):
        files.append(
            Attachment(
                name=f"report-document-{number}.pdf",
                content=document,
                media_type="application/pdf",
                relation="Supplement",
                words="A signed report document",
            )
        )
    return files


def _json(name: str, content: bytes, words: str, relation: str) -> Attachment:
    return Attachment(
        name=name,
        content=content,
        media_type="application/json",
        relation=relation,
        words=words,
    )
