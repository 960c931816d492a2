"""The public page: its structure, its three languages, and what it must not need."""

import re
import tomllib
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ilocdoc.hq.counting import measures
from ilocdoc.hq.method import read_method
from ilocdoc.hq.public_tables import LANGUAGES, read_words
from ilocdoc.hq.publishing import families_of_provisions, publish
from ilocdoc.hq.release_files import COLUMNS, read_rows
from ilocdoc.shelf import resource
from tests.hq.made_up_reports import ANALYST, COUNSEL, many

METHOD = read_method(resource("hq", "public", "method.toml").read_text())
PAGES = ("index.html", "index.es.html", "index.pl.html")
VOID = {"meta", "link", "br", "img", "hr", "wbr"}


class Page(HTMLParser):
    """Reads a page and notes faults of its structure (WCAG 2.2: 1.1.1, 1.3.1, 2.4, 3.1.1)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.references: list[str] = []
        self.loads: list[str] = []
        self.language = ""
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        self._check()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self._note(tag, given)
        self._look_at(tag, given)

    def _note(self, tag, given):
        self.headings += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given.get("href", "")] if tag == "a" else []
        self.loads += [given.get("href", "")] if tag == "link" else []
        self.loads += [given[name] for name in ("src", "srcset") if name in given]
        self.references += given.get("aria-labelledby", "").split()
        self.rows += [[]] if tag == "tr" else []
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def _look_at(self, tag, given):
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "th" and given.get("scope") not in ("col", "row"):
            self.faults.append("a heading cell without scope")
        if tag in ("script", "iframe", "object", "form", "img", "audio", "video"):
            self.faults.append(f"<{tag}> has no place here")
        if tag == "svg" and (given.get("role") != "img" or "aria-labelledby" not in given):
            self.faults.append("a picture without words")
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append("a style or script in an attribute")

    def handle_startendtag(self, tag, attrs):
        self._note(tag, dict(attrs))
        self._look_at(tag, dict(attrs))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data

    def _check(self):
        if self.headings.count(1) != 1 or self.headings[:1] != [1]:
            self.faults.append("not one first heading")
        steps = zip(self.headings, self.headings[1:], strict=False)
        if any(after > before + 1 for before, after in steps):
            self.faults.append("a heading level is skipped")
        if len(set(self.ids)) != len(self.ids):
            self.faults.append("an id stands twice")
        wanted = self.references + [link[1:] for link in self.links if link.startswith("#")]
        self.faults += [f"nothing has the id {each}" for each in wanted if each not in self.ids]
        if not self.language:
            self.faults.append("no language")
        self.faults += ["a table row is empty"] * any(not row for row in self.rows)


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    for as_of in (datetime(2027, 2, 10, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC)):
        publish(
            many(40),
            period="2026-Q4",
            as_of=as_of,
            released_by=(ANALYST, COUNSEL),
            training=False,
            out=folder,
        )
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_sound_structure(out, name):
    for folder in (out, out / "releases" / "20270210T000000Z"):
        assert Page((folder / name).read_text()).faults == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("<h2 ", "<h4 "), "a heading level is skipped"),
        (('scope="row"', ""), "a heading cell without scope"),
        (('role="img"', ""), "a picture without words"),
        (('<html lang="en"', "<html"), "no language"),
        (("<main", '<script src="x"></script><main'), "<script> has no place here"),
        (('id="force"', 'id="farce"'), "nothing has the id force"),
        (("</section>", "", 1), "</main> closes nothing"),
    ],
)
def test_the_structure_test_sees_what_is_wrong(out, change, fault):
    assert fault in Page((out / "index.html").read_text().replace(*change)).faults


@pytest.mark.parametrize(("name", "language"), list(zip(PAGES, LANGUAGES, strict=True)))
def test_a_page_names_its_language_and_leads_to_the_others(out, name, language):
    page = Page((out / name).read_text())
    assert page.language == language
    assert set(PAGES) <= set(page.links)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file_of_the_record(out, name):
    for folder in (out, out / "releases" / "20270210T000000Z"):
        for link in Page((folder / name).read_text()).links:
            if not link.startswith("#"):
                assert (folder / link).is_file(), link


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_nothing_from_anywhere(out, name):
    text = (out / name).read_text()
    assert Page(text).loads == []
    assert "url(" not in text
    assert "//" not in text.replace("<!DOCTYPE html>", "")
    assert "default-src 'none'" in text


def test_the_page_shows_the_numbers_of_the_table(out):
    text = (out / "index.html").read_text()
    cells = {tuple(row) for row in Page(text).rows}
    rows = read_rows(out / "data.csv")
    words = read_words("en")
    checked = 0
    for row in rows:
        one_way = row["measure"] == "incidents" and row["dimension"] in words.dimensions
        if one_way and row["count"] not in ("", "0"):
            label = words.category(row["dimension"], row["category"])
            assert (label, row["count"]) in cells
            assert f"{label}: {row['count']}. " in text, "the words of the chart"
            checked += 1
    assert checked > 15
    assert ("Incidents", "40") in cells


def test_a_hidden_number_is_called_hidden_in_table_and_chart(out):
    text = (out / "index.html").read_text()
    assert '<td class="number hidden">hidden</td>' in text
    assert "hidden. " in text
    assert "any of at least 4 different values" in text


def keys(value: object, path: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return {
            k: v for name, each in value.items() for k, v in keys(each, f"{path}/{name}").items()
        }
    if isinstance(value, list):
        return {f"{path}/{i}": str(each) for i, each in enumerate(value)}
    return {path: str(value)}


def words_of(language: str) -> dict[str, str]:
    path = resource("hq", "public", "words", f"{language}.toml")
    return keys(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["es", "pl"])
def test_every_language_has_every_word_and_no_other(language):
    english, other = words_of("en"), words_of(language)
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip(), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


@pytest.mark.parametrize("language", ["es", "pl"])
def test_hardly_a_word_was_left_in_english(language):
    english, other = words_of("en"), words_of(language)
    same = {key for key, text in other.items() if text == english[key] and len(text) > 3}
    assert {key.rsplit("/", 1)[1] for key in same} <= {"animal", "city", "hospital", "total"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_measure_and_column_has_words(language):
    words = read_words(language)
    assert tuple(words.columns) == COLUMNS
    names = [each.name for each in measures(METHOD, families_of_provisions())]
    assert list(words.measures) == names
    assert list(words.measure_notes) == [*names, "where_recorded"]
    assert words.dimensions.keys() == METHOD.groups.keys()
    for dimension in METHOD.groups:
        for category in METHOD.categories(dimension):
            assert words.category(dimension, category)


def test_a_missing_word_is_noticed():
    with pytest.raises(KeyError):
        read_words("en").category("outcome", "no such outcome")


@pytest.mark.parametrize(
    ("language", "day", "quarter"),
    [
        ("en", "February 9, 2027", "October to December 2026"),
        ("es", "9 de febrero de 2027", "De octubre a diciembre de 2026"),
        ("pl", "9 lutego 2027", "Od października do grudnia 2026"),
    ],
)
def test_days_and_quarters_are_written_as_the_language_writes_them(language, day, quarter):
    words = read_words(language)
    assert words.day(datetime(2027, 2, 10, 5, 59, tzinfo=UTC)) == day
    assert words.quarter("2026-Q4") == quarter


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_give_no_verdict(language):
    verdicts = re.compile(
        r"illegal|criminal|unlawful|brutal|victim|guilty|\bICE agent", re.IGNORECASE
    )
    assert not [text for text in words_of(language).values() if verdicts.search(text)]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_keep_the_contrast_of_wcag_in_light_and_dark():
    css = resource("hq", "public", "style.css").read_text()
    schemes = [dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in css.split("@media")[:2]]
    for scheme in schemes:
        for name in ("ink", "quiet", "link"):
            for paper in ("paper", "soft"):
                assert contrast(scheme[name], scheme[paper]) >= 4.5, (name, paper)
        for name in ("first", "second"):
            assert contrast(scheme[name], scheme["paper"]) >= 3, name
        assert contrast(scheme["mark-ink"], scheme["mark"]) >= 4.5
    assert contrast("#888888", "#ffffff") < 4.5, "the measure itself"
