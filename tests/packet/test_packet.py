"""The referral packet: eighteen parts, nothing confidential in the main document."""

import json
import re
from dataclasses import replace

import pikepdf
import pytest

from ilocdoc.packet.binding import BOUND, binding_faults, verify_with_annex
from ilocdoc.packet.redaction import commitment_of
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.report import version_to_json
from tests.packet import judges
from tests.packet.case_file import PHOTO, second_version
from tests.packet.samples import FORM, rich_report

PARTS = (
    "1. Cover sheet",
    "2. Notice",
    "3. Synopsis",
    "4. Persons",
    "5. Federal personnel and tries to identify",
    "6. Facts by possible offence, for and against",
    "7. Force, injury, medical care",
    "8. Evidence inventory",
    "9. Chain of custody",
    "10. Body-worn camera recordings",
    "11. Witness list",
    "12. Statements",
    "13. Notifications",
    "14. Report history",
    "15. Disclosure index",
    "16. Statements of rights given",
    "17. Certifications and signatures",
    "18. Manifest",
    "What this does not prove",
    "How to verify",
)


def flat(text: str) -> str:
    return " ".join(text.split())


def everything_in(pdf: bytes) -> bytes:
    """Every stream and string of a document, unpacked, with what is embedded in it."""
    import io

    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for each in opened.objects:
            found.append(each.unparse(resolved=True) if not hasattr(each, "read_bytes") else b"")
            if isinstance(each, pikepdf.Stream):
                found.append(each.read_bytes() if _is_text(each) else each.read_raw_bytes())
                found.append(pikepdf.Dictionary(dict(each.items())).unparse())
    return b"\n".join(found)


def _is_text(stream: pikepdf.Stream) -> bool:
    return str(stream.get("/Filter")) != "/DCTDecode"


def test_all_parts_stand_in_order_in_the_contents_and_in_the_text(packet, file_of):
    said = flat(judges.words(file_of(packet.signed)))
    first, *others = PARTS
    assert first in said
    assert [said.index(part) for part in PARTS] == sorted(said.index(part) for part in PARTS)
    assert [said.rindex(part) for part in others] == sorted(said.rindex(part) for part in others)
    assert all(said.count(part) >= 2 for part in others)


def test_the_contents_name_the_page_on_which_a_part_begins(packet, file_of):
    pages = judges.words(file_of(packet.signed), "-layout").split("\f")[:-1]
    contents = pages[0].partition("Contents")[2]
    line = r"((?:\d+\. |What this |How to )[^\n]*?) {2,}(\d+)(?: |$)"
    found = re.findall(line, contents, re.MULTILINE)
    listed = {title.strip(): int(number) for title, number in found}
    assert set(listed) == set(PARTS)
    assert listed.pop("1. Cover sheet") == 1
    for title, number in listed.items():
        assert title in flat(pages[number - 1]), title


def test_packet_and_annex_are_genuine_once_signed(house, packet):
    root = house.authority.root_der
    main = house.press.verify(packet.signed, root_der=root)
    assert (main.accepted, main.kind) == (True, "packet")
    assert main.signers == ("Sgt Rowan Pell", "Det. Marlow Finch")
    annex = house.press.verify(packet.signed_annex, root_der=root)
    assert (annex.accepted, annex.kind) == (True, "annex")
    assert house.press.is_certified(packet.signed_annex, root_der=root)
    assert not house.press.verify(packet.annex, root_der=root).accepted


def test_other_programs_accept_the_packet_too(house, packet, file_of):
    path = file_of(packet.signed)
    said = judges.pdfsig(path, root_der=house.authority.root_der)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    assert "Total document signed" in said.split("Signature #2")[1]
    assert "No syntax or stream encoding errors" in judges.run("qpdf", "--check", path)


def test_no_confidential_word_is_anywhere_in_the_main_document(packet):
    answers = packet.contents.report["answers"]
    secrets = [
        "312-555-0143",
        "312-555-0177",
        "Ximena",
        "Muestra",
        "Nico",
        "3301 W Testbed Rd",
        "Asthma, inhaler",
        'watched for breathing"',
        "Spray through the open window, as told",
        "Placeholder Children",
        "Said no when asked",
    ]
    inside = everything_in(packet.signed)
    everywhere = everything_in(packet.signed_annex)
    assert "Ximena" in json.dumps(answers)
    for secret in secrets:
        for form in (secret.encode(), secret.encode("utf-16-be"), secret.encode().hex().encode()):
            assert form not in inside, secret
    assert b"Ximena" in everywhere
    assert b"312-555-0177" in everywhere


def test_the_search_for_secrets_finds_what_is_there(packet):
    inside = everything_in(packet.signed)
    assert b"A bottle was thrown" in inside
    assert b"MarkInfo" in inside


def test_no_confidential_word_is_drawn_on_a_page_of_the_main_document(packet, file_of):
    said = flat(judges.words(file_of(packet.signed)))
    for secret in ("Ximena", "Muestra", "Nico", "312-555-0143", "Asthma", "Children’s Hospital"):
        assert secret not in said
    assert re.search(r"\[annex, item C-\d+\] said that three agents", said)
    assert "Person 1" in said


def test_the_annex_opens_every_commitment_of_the_main_document(packet, file_of):
    main = json.loads(judges.attachment(file_of(packet.signed), "report-without-confidential.json"))
    opened = json.loads(judges.attachment(file_of(packet.signed_annex), "commitments.json"))
    stated = re.findall(r'"commitment": ?"([0-9a-f]{64})"', json.dumps(main))
    assert len(stated) > 10
    computed = {
        commitment_of(bytes.fromhex(each["salt"]), each["path"], each["value"]) for each in opened
    }
    assert set(stated) <= computed
    assert {each["commitment"] for each in opened} == computed
    assert len({each["salt"] for each in opened}) == len(opened)


def test_packet_and_annex_say_that_they_belong_together(house, packet, unsigned, approved):
    assert binding_faults(packet.signed, packet.signed_annex) == ()
    other = replace(packet.contents, packet_id="PKT-LOC-0A1B-261020-01-2")
    main, annex = house.press.packet(other, form=FORM)
    assert binding_faults(packet.signed, annex) == (
        "The annex is not the one that the packet names.",
    )
    people = [{**row, "name": "Somebody"} for row in other.report["answers"]["people"]]
    answers = {**other.report["answers"], "people": people, "place": "elsewhere"}
    _, annex = house.press.packet(
        replace(other, report={**other.report, "answers": answers}), form=FORM
    )
    assert len(binding_faults(packet.signed, annex)) == 3
    second = house.approve(house.certify(unsigned, "99001", minutes=1), "99010", minutes=2)
    _, annex = house.press.packet(replace(packet.contents, documents=(second,)), form=FORM)
    assert "other report documents" in " ".join(binding_faults(packet.signed, annex))
    assert "not a packet and an annex" in binding_faults(packet.signed_annex, main)[0]
    assert "not a packet and an annex" in binding_faults(packet.signed, approved)[0]


def test_packet_and_annex_are_judged_together(house, packet, approved):
    def judged(main, annex):
        return verify_with_annex(main, annex, root_der=house.authority.root_der)

    good = judged(packet.signed, packet.signed_annex)
    assert (good.accepted, good.kind, good.reasons[-1]) == (True, "packet", BOUND)
    for main, annex, reason in (
        (packet.signed + b"\n", packet.signed_annex, "after the last signature"),
        (packet.signed, packet.signed_annex + b"\n", "The annex: Something was added"),
        (packet.signed, approved, "not a packet and an annex"),
        (b"", b"", "cannot be read"),
    ):
        verdict = judged(main, annex)
        assert not verdict.accepted
        assert reason in verdict.reasons[0]


def test_the_annex_names_each_text_by_its_question(packet, file_of):
    said = flat(judges.words(file_of(packet.signed_annex)))
    texts = said.partition("Texts in full")[2].partition("Exhibits")[0]
    assert re.search(r"C-\d+\. Told by others", texts)
    assert "answers." not in texts


def test_packet_and_annexed_reports_say_which_zone_their_times_are_in(packet, certified, file_of):
    assert "Chicago time" in flat(judges.words(file_of(packet.signed), "-l", "1"))
    assert "Chicago time" in flat(judges.words(file_of(certified, "report.pdf"), "-l", "1"))


def test_another_value_does_not_open_a_commitment(packet, file_of):
    opened = json.loads(judges.attachment(file_of(packet.signed_annex), "commitments.json"))
    first = opened[0]
    salt = bytes.fromhex(first["salt"])
    assert commitment_of(salt, first["path"], "somebody else") != first["commitment"]
    assert commitment_of(salt, "answers.place", first["value"]) != first["commitment"]


def test_the_main_document_names_annex_and_signed_reports_by_digest(packet, file_of, approved):
    manifest = json.loads(judges.attachment(file_of(packet.signed), "manifest.json"))
    annex = manifest["annex"]
    assert judges.sha256(packet.signed_annex[: annex["size"]]) == annex["sha256"]
    assert manifest["documents"] == [judges.sha256(approved)]
    inside = judges.attachment(file_of(packet.signed_annex), "report-document-1.pdf")
    assert inside == approved


def test_with_a_child_in_the_report_pictures_stand_in_the_annex_only(packet):
    assert PHOTO[200:400] not in packet.signed
    assert PHOTO[200:400] in packet.signed_annex


def test_without_a_child_pictures_stand_in_the_packet(adults, file_of):
    assert PHOTO[200:400] in adults.main
    assert PHOTO[200:400] not in adults.annex
    path = file_of(adults.main)
    assert judges.vera(path) == []
    assert "Exhibit F-1. Left rear window" in flat(judges.words(path))


def test_the_same_packet_gives_the_same_bytes(house, packet):
    again = house.press.packet(packet.contents, form=FORM)
    assert again == (packet.main, packet.annex)


def test_custody_lines_follow_from_one_another(packet, file_of):
    lines = judges.attachment(file_of(packet.signed), "custody.jsonl").splitlines()
    assert len(lines) == len(packet.contents.custody)
    before = "0" * 64
    for line in lines:
        assert json.loads(line)["line_before"] == before
        before = judges.sha256(line)


def test_earlier_versions_and_their_documents_are_kept(house, packet, certified, approved, file_of):
    second = replace(rich_report(), draft=replace(rich_report().draft, version=2))
    second = house.signed(house.press.report_document(second, form=FORM, draft=False))
    contents = second_version(packet.contents, (certified, second))
    main, annex = house.press.packet(contents, form=FORM)
    signed = house.certify(annex, "99010", minutes=181)
    verdict = house.press.verify(signed, root_der=house.authority.root_der)
    assert verdict.accepted, verdict.reasons
    path = file_of(signed)
    assert judges.attachment(path, "report-document-1.pdf") == certified
    assert json.loads(judges.attachment(path, "earlier-report-1.json"))["version"] == 1
    said = flat(judges.words(file_of(main, "main.pdf")))
    assert "Original, version 1" in said
    assert "Original, version 2" in said


def test_a_document_in_the_annex_that_is_not_genuine_spoils_the_annex(house, packet, approved):
    spoiled = bytearray(approved)
    spoiled[2000] ^= 1
    contents = replace(packet.contents, documents=(approved, bytes(spoiled)))
    with pytest.raises(DocumentError):
        _, annex = house.press.packet(replace(contents, documents=(b"not a document",)), form=FORM)
    _, annex = house.press.packet(contents, form=FORM)
    signed = house.certify(annex, "99010", minutes=181)
    verdict = house.press.verify(signed, root_der=house.authority.root_der)
    assert not verdict.accepted
    assert "report-document-2.pdf" in verdict.reasons[0]


def test_a_packet_needs_the_signed_report(house, packet):
    with pytest.raises(DocumentError, match="needs the signed report"):
        house.press.packet(replace(packet.contents, documents=()), form=FORM)


def test_facts_against_stand_beside_facts_for(packet, file_of):
    said = flat(judges.words(file_of(packet.signed)))
    assert said.index("Facts that may be relevant to: Aggravated battery") > 0
    assert "Person 3 states that a bottle was thrown at the agents first" in said
    assert "left blank for counsel" in said
    assert "whether a federal officer is immune or justified" in said


def test_the_words_stay_neutral(packet, file_of):
    said = flat(judges.words(file_of(packet.signed))).lower()
    for word in ("victim was", "perpetrator", "suspect", "illegal", "guilty", "offender", "brutal"):
        assert word not in said


def test_training_stands_on_every_page_of_packet_and_annex(house, packet, file_of):
    contents = replace(
        packet.contents, training=True, report=version_to_json(rich_report(training=True))
    )
    main, annex = house.press.packet(contents, form=FORM)
    for pdf in (main, annex):
        pages = judges.words(file_of(pdf)).split("\f")[:-1]
        assert all("TRAINING" in page for page in pages)


def test_every_page_of_the_annex_says_that_it_is_confidential(packet, file_of):
    pages = judges.words(file_of(packet.signed_annex)).split("\f")[:-1]
    assert all("CONFIDENTIAL ANNEX" in page for page in pages)
