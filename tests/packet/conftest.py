"""Documents that many tests look at, rendered once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import PacketContents
from ilocdoc.record.people import Officer
from tests.doubles.authority import Authority, Member, cast
from tests.packet.case_file import PHOTO, PHOTO_SIZE, case_file
from tests.packet.samples import DAY, FORM, rich_report
from tests.packet.scenario_case import hard_case, scenario_case
from tests.packet.texts import hostile_report, many_names_report, tall_report


@dataclass
class House:
    """A press, a small PKI and the reserved cast."""

    press: PdfPress
    authority: Authority
    members: dict[str, Member]

    def certify(self, pdf: bytes, star: str, *, minutes: int) -> bytes:
        member = self.members[star]
        at = DAY + timedelta(minutes=minutes)
        return self.press.certify(pdf, signer=member.signer, officer=member.officer, at=at)

    def approve(self, pdf: bytes, star: str, *, minutes: int) -> bytes:
        member = self.members[star]
        at = DAY + timedelta(minutes=minutes)
        return self.press.approve(pdf, signer=member.signer, officer=member.officer, at=at)

    def signed(self, pdf: bytes) -> bytes:
        """A report certified by its author and approved by the sergeant."""
        return self.approve(self.certify(pdf, "99001", minutes=121), "99010", minutes=161)


@pytest.fixture(scope="session")
def house() -> House:
    authority = Authority()
    return House(press=PdfPress(), authority=authority, members=cast(authority))


@pytest.fixture(scope="session")
def unsigned(house: House) -> bytes:
    return house.press.report_document(rich_report(), form=FORM, draft=False)


@pytest.fixture(scope="session")
def certified(house: House, unsigned: bytes) -> bytes:
    return house.certify(unsigned, "99001", minutes=121)


@pytest.fixture(scope="session")
def approved(house: House, certified: bytes) -> bytes:
    return house.approve(certified, "99010", minutes=161)


@pytest.fixture
def file_of(tmp_path: Path):
    def write(pdf: bytes, name: str = "document.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(pdf)
        return path

    return write


@dataclass
class Packet:
    """A signed packet with its annex, and what it was made of."""

    contents: PacketContents
    main: bytes
    annex: bytes
    signed: bytes
    signed_annex: bytes


@pytest.fixture(scope="session")
def packet(house: House, approved: bytes) -> Packet:
    officers = {star: member.officer for star, member in house.members.items()}
    contents = case_file(rich_report(), (approved,), officers, jpeg=PHOTO, size=PHOTO_SIZE)
    main, annex = house.press.packet(contents, form=FORM)
    prepared = house.certify(main, "99010", minutes=181)
    return Packet(
        contents=contents,
        main=main,
        annex=annex,
        signed=house.approve(prepared, "99020", minutes=281),
        signed_annex=house.certify(annex, "99010", minutes=181),
    )


@pytest.fixture(scope="session")
def officers(house: House) -> dict[str, Officer]:
    return {star: member.officer for star, member in house.members.items()}


@pytest.fixture(scope="session")
def family(house: House, officers) -> tuple[bytes, bytes]:
    """Packet and annex of the shipped scenario S7."""
    return house.press.packet(scenario_case("S7", officers), form=FORM)


@pytest.fixture(scope="session")
def courthouse(house: House, officers) -> tuple[bytes, bytes]:
    """Packet and annex of the shipped scenario S5."""
    return house.press.packet(scenario_case("S5", officers), form=FORM)


@pytest.fixture(scope="session")
def hard(house: House, officers) -> tuple[bytes, bytes]:
    """Packet and annex of a case that is hard to lay out."""
    return house.press.packet(hard_case(officers, people=12, rows=60), form=FORM)


@pytest.fixture(scope="session")
def adults(house: House, approved: bytes) -> Packet:
    """The same case without a person under 18, so that pictures stand in the packet."""
    version = rich_report()
    people = [{**row, "minor": "no"} for row in version.draft.answers["people"]]
    draft = replace(version.draft, answers={**version.draft.answers, "people": people})
    officers = {star: member.officer for star, member in house.members.items()}
    contents = case_file(
        replace(version, draft=draft), (approved,), officers, jpeg=PHOTO, size=PHOTO_SIZE
    )
    main, annex = house.press.packet(contents, form=FORM)
    prepared = house.certify(main, "99010", minutes=181)
    return Packet(
        contents=contents,
        main=main,
        annex=annex,
        signed=house.approve(prepared, "99020", minutes=281),
        signed_annex=house.certify(annex, "99010", minutes=181),
    )


@pytest.fixture(scope="session")
def many_names(house: House) -> bytes:
    return house.press.report_document(many_names_report(), form=FORM, draft=False)


@pytest.fixture(scope="session")
def hostile(house: House) -> bytes:
    return house.press.report_document(hostile_report(), form=FORM, draft=False)


@pytest.fixture(scope="session")
def tall(house: House) -> bytes:
    return house.press.report_document(tall_report(), form=FORM, draft=False)
