"""A redacted edition holds nothing of what is withheld, and nothing else is different."""

import io
import json
import re

import pikepdf
import pytest

from ilocdoc.packet.attachments import RECORDS, read_contents
from ilocdoc.packet.editions import faithful, redacted
from ilocdoc.packet.editions.faithful import edition_faults, opens
from ilocdoc.packet.editions.redacted import EDITION, RedactedEdition, redacted_edition
from ilocdoc.packet.editions.withholding import Wish, answers_in, read_wishes
from ilocdoc.record.errors import DocumentError, InputError
from ilocdoc.record.form_reading import read_form
from ilocdoc.wire.canonical import canonical_bytes
from tests.packet.conftest import House, Packet
from tests.packet.judges import run, vera, words
from tests.packet.samples import FORM

SECRET = bytes(range(32))
DESCRIPTION, SHOPPER = "tan vest, helmet", "shopper"
WISHES = (
    Wish(path="answers.agents[0].description", reason="5 ILCS 140/7(1)(c)"),
    Wish(path="answers.weather", reason="5 ILCS 140/7(1)(d)(iv)"),
    Wish(words=SHOPPER, reason="5 ILCS 140/7(1)(d)(iv)"),
)


@pytest.fixture(scope="module")
def wishes(adults: Packet) -> tuple[Wish, ...]:
    shown = next(each for each in adults.contents.exhibits if each.jpeg)
    return (*WISHES, Wish(picture=shown.evidence_id, reason="5 ILCS 140/7(1)(b)"))


@pytest.fixture(scope="module")
def edition(house: House, adults: Packet, wishes: tuple[Wish, ...]) -> RedactedEdition:
    root = house.authority.root_der
    return redacted_edition(adults.signed, wishes, root_der=root, secret=SECRET)


def everything_in(pdf: bytes) -> bytes:
    """Every byte that any reader could find: as it lies, and each stream unpacked."""
    found = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream):
                found.append(each.read_raw_bytes())
                if each.get("/Filter") == pikepdf.Name.FlateDecode:
                    found.append(each.read_bytes())
            else:
                found.append(repr(each).encode())
    return b"\n".join(found)


def test_what_is_withheld_is_nowhere_in_the_file(
    edition: RedactedEdition, adults: Packet, file_of
) -> None:
    picture = next(each.jpeg for each in adults.contents.exhibits if each.jpeg)
    secrets = [DESCRIPTION.encode(), SHOPPER.encode(), picture]
    for secret in secrets:
        assert secret in everything_in(adults.signed), "the look finds it in the packet"
        assert secret not in everything_in(edition.pdf)
    assert SHOPPER not in words(file_of(edition.pdf)).casefold()
    assert SHOPPER in words(file_of(adults.signed, "signed.pdf")).casefold()
    assert edition.pdf.count(b"%%EOF") == 1, "no older revision"
    metadata = run("exiftool", file_of(edition.pdf)) + run("pdfinfo", "-meta", file_of(edition.pdf))
    assert SHOPPER not in metadata.casefold()


def test_no_salt_stands_in_the_file(edition: RedactedEdition) -> None:
    for opened in json.loads(edition.openings).values():
        assert opened["salt"].encode() not in everything_in(edition.pdf)
        assert bytes.fromhex(opened["salt"]) not in everything_in(edition.pdf)


def test_each_item_is_listed_with_its_reason_and_place(edition: RedactedEdition, file_of) -> None:
    text = " ".join(words(file_of(edition.pdf)).split())
    assert "What is withheld in this edition" in text
    assert text.count("5 ILCS 140/7(1)(c)") == 1
    assert "[withheld, item R-1]" in text
    assert "In the original signed electronically (approval) by Det. Marlow Finch" in text


def test_it_is_a_faithful_copy_of_its_packet(
    edition: RedactedEdition, house: House, adults: Packet
) -> None:
    root = house.authority.root_der
    faults = edition_faults(edition.pdf, adults.signed, root_der=root, openings=edition.openings)
    assert faults == []


def test_one_item_can_be_shown_later_and_another_value_cannot(edition: RedactedEdition) -> None:
    with pikepdf.open(io.BytesIO(edition.pdf)) as opened:
        said = json.loads(opened.attachments[EDITION].get_file().read_bytes())
    item, opened = said["items"][0], json.loads(edition.openings)["R-1"]
    assert DESCRIPTION in opened["value"]
    assert opens(item, opened)
    assert not opens(item, {**opened, "value": "About 5 ft"})
    assert not opens(item, {**opened, "salt": "00" * 32}), "guessing needs the salt"


def test_a_change_that_is_not_listed_is_found(
    house: House, adults: Packet, wishes: tuple[Wish, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = house.authority.root_der
    honest = redacted._without

    def dishonest(original, wishes, taker):
        files = honest(original, wishes, taker)
        record = json.loads(files[RECORDS["packet"]])
        record["answers"]["lighting"] = "dark_unlit"
        return {**files, RECORDS["packet"]: canonical_bytes(record)}

    monkeypatch.setattr(redacted, "_without", dishonest)
    edition = redacted_edition(adults.signed, wishes, root_der=root, secret=SECRET)
    faults = edition_faults(edition.pdf, adults.signed, root_der=root)
    assert len(faults) == 1
    assert "differs from the packet at answers.lighting, which is not listed" in faults[0]


def test_another_value_in_the_place_of_a_withheld_one_is_found(
    house: House, adults: Packet, wishes: tuple[Wish, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The item is listed; what stands there is neither the mark nor the packet's words."""
    root = house.authority.root_der
    honest = redacted._without

    def dishonest(original, wishes, taker):
        files = honest(original, wishes, taker)
        record = json.loads(files[RECORDS["packet"]])
        record["answers"]["weather"] = "clear"
        held = record["answers"]["agents"][2]
        held["description"] = held["description"].replace("Held his hand", "Held nothing")
        return {**files, RECORDS["packet"]: canonical_bytes(record)}

    monkeypatch.setattr(redacted, "_without", dishonest)
    edition = redacted_edition(adults.signed, wishes, root_der=root, secret=SECRET)
    faults = edition_faults(edition.pdf, adults.signed, root_der=root)
    assert len(faults) == 2
    assert all("says something else than the packet at" in each for each in faults)


def test_pages_that_show_something_else_are_found(
    edition: RedactedEdition, house: House, adults: Packet
) -> None:
    with pikepdf.open(io.BytesIO(edition.pdf)) as opened:
        page = opened.pages[0]
        page.contents_coalesce()
        page.Contents = opened.make_stream(page.Contents.read_bytes() + b" q Q")
        out = io.BytesIO()
        opened.save(out)
    faults = edition_faults(out.getvalue(), adults.signed, root_der=house.authority.root_der)
    assert faults == ["The pages do not show the record inside the edition."]


def test_an_edition_of_another_packet_and_false_openings_are_found(
    edition: RedactedEdition, house: House, adults: Packet
) -> None:
    root = house.authority.root_der
    again = house.approve(house.certify(adults.main, "99010", minutes=182), "99020", minutes=282)
    faults = edition_faults(edition.pdf, again, root_der=root)
    assert "The edition was made from another packet." in faults
    openings = json.loads(edition.openings)
    openings["R-1"]["salt"] = "11" * 32
    del openings["R-2"]
    faults = edition_faults(
        edition.pdf, adults.signed, root_der=root, openings=json.dumps(openings).encode()
    )
    assert faults == [
        "The commitment of item R-1 does not fit its opening.",
        "Item R-2 has no opening.",
    ]


def test_other_files_are_no_editions(house: House, adults: Packet) -> None:
    for other in (adults.signed, b"%PDF-1.7 nothing", b""):
        with pytest.raises(DocumentError, match="no redacted edition"):
            edition_faults(other, adults.signed, root_der=house.authority.root_der)


@pytest.mark.parametrize(
    "said", [b"[" * 100_000, b"{}", b"null", b'{"format":"ilocdoc.redacted-edition/1"}', b"\xff"]
)
def test_a_hostile_list_inside_is_one_clear_error(
    edition: RedactedEdition, house: House, adults: Packet, said: bytes
) -> None:
    with pikepdf.open(io.BytesIO(edition.pdf)) as opened:
        stream = opened.attachments[EDITION].get_file().obj
        stream.write(said)
        out = io.BytesIO()
        opened.save(out, compress_streams=False)
    with pytest.raises(DocumentError, match="no redacted edition"):
        edition_faults(out.getvalue(), adults.signed, root_der=house.authority.root_der)


def test_the_same_wishes_and_secret_give_the_same_bytes(
    edition: RedactedEdition, house: House, adults: Packet, wishes: tuple[Wish, ...]
) -> None:
    root = house.authority.root_der
    assert redacted_edition(adults.signed, wishes, root_der=root, secret=SECRET) == edition
    other = redacted_edition(adults.signed, wishes, root_der=root, secret=bytes(32))
    assert other.pdf != edition.pdf, "commitments have other salts"


def test_it_can_be_read_out_and_kept(edition: RedactedEdition, file_of) -> None:
    assert vera(file_of(edition.pdf)) == []


def test_a_picture_that_only_the_annex_shows_cannot_be_left_out(
    house: House, packet: Packet, wishes: tuple[Wish, ...]
) -> None:
    with pytest.raises(InputError, match="shows no picture"):
        redacted_edition(packet.signed, wishes, root_der=house.authority.root_der, secret=SECRET)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(path="answers.agents[9].description", reason="x"), "has nothing at"),
        (Wish(path="answers.agents", reason="x"), "has rows"),
        (Wish(path="answers.agents[0].id", reason="x"), "no path of an answer"),
        (Wish(path="author.name", reason="x"), "no path of an answer"),
        (Wish(path="answers.agents[0].description; drop", reason="x"), "no path of an answer"),
        (Wish(picture="no-such-file", reason="x"), "shows no picture"),
    ],
)
def test_a_wish_that_names_nothing_is_refused(
    house: House, adults: Packet, wish: Wish, why: str
) -> None:
    with pytest.raises(InputError, match=re.escape(why)):
        redacted_edition(adults.signed, [wish], root_der=house.authority.root_der, secret=SECRET)


def test_what_the_annex_holds_cannot_be_withheld_twice(house: House, adults: Packet) -> None:
    record = json.loads(read_contents(adults.signed).files[RECORDS["packet"]])
    number = next(n for n, row in enumerate(record["answers"]["people"]) if "contact" in row)
    wish = Wish(path=f"answers.people[{number}].contact", reason="x")
    with pytest.raises(InputError, match="in the annex already"):
        redacted_edition(adults.signed, [wish], root_der=house.authority.root_der, secret=SECRET)


def test_answers_are_named_with_their_questions(adults: Packet) -> None:
    record = json.loads(read_contents(adults.signed).files[RECORDS["packet"]])
    named = dict(answers_in(record, read_form(FORM)))
    assert named["answers.agents[0].description"] == "Federal agent 1: Description"
    assert named["answers.weather"] == "Weather"
    assert "answers.people[0].contact" not in named


def test_a_list_of_wishes_is_read_and_mistakes_are_named() -> None:
    text = b'[[withhold]]\npath = "answers.weather"\nreason = "why"\n'
    assert read_wishes(text, file="w.toml") == (Wish(path="answers.weather", reason="why"),)
    for wrong in (
        b"",
        b"[[withhold]]\nreason = 'x'\n",
        b"[[withhold]]\npath = 'a'\n",
        b"[[withhold]]\npath = 'a'\nwords = 'b'\nreason = 'x'\n",
        b"[[withhold]]\npath = 'a'\nreason = 'x'\nextra = 1\n",
        b"withhold = 3\n",
        b"\xff",
        b"[[",
    ):
        with pytest.raises(InputError):
            read_wishes(wrong, file="w.toml")


@pytest.mark.parametrize("lie", ["signed", "training", "picture", "item", "row"])
def test_an_edition_that_says_something_untrue_about_its_packet_is_found(
    lie: str, house: House, adults: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, honest = house.authority.root_der, redacted.draw_edition

    def dishonest(files, pictures, said, *, form):
        if lie == "signed":
            said["signed"] = {
                name: [each.replace("Finch", "Vane") for each in lines]
                for name, lines in said["signed"].items()
            }
        if lie == "training":
            said["training"] = 1 - said["training"]
        if lie == "row":
            said["pictures"].append({"evidence_id": "no-such-file", "reason": "x"})
        if lie == "item":
            said["items"].append({**said["items"][0], "path": "answers.lighting"})
        return honest(files, {} if lie == "picture" else pictures, said, form=form)

    monkeypatch.setattr(redacted, "draw_edition", dishonest)
    edition = redacted_edition(adults.signed, WISHES, root_der=root, secret=SECRET)
    assert edition_faults(edition.pdf, adults.signed, root_der=root)


def test_many_marks_in_a_text_are_judged_by_one_look() -> None:
    mark = "[withheld, item R-1]"
    item = {"number": "R-1", "commitment": ""}
    assert not faithful._is_cut("a" * 3000, f"{mark}a" * 500 + "b", item)
    assert faithful._is_cut("one two three", f"one {mark} three", item)
    assert not faithful._is_cut("one  three", f"one {mark}  three", item), "nothing was there"
