"""What headquarters decides about sessions reaches laptops inside the signed roster."""

import msgspec
import pytest

from ilocdoc import headquarters
from ilocdoc.hq import roster
from ilocdoc.hq.session_policy import policy_of
from ilocdoc.record.errors import InputError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.policy import Policy
from ilocdoc.vault.lock_side import LockSide
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.messages import ROSTER_TYPE, Roster, SessionPolicy
from tests.doubles.enrolled_laptop import EnrolledLaptop
from tests.hq.desk import Desk


def decide(desk: Desk, **wanted: object) -> None:
    desk.database.change(lambda c: roster.decide_policy(c, wanted))


def signed(desk: Desk) -> Roster:
    envelope = desk.database.change(lambda c: roster.signed_roster(c, desk.keys))
    return msgspec.json.decode(envelope.payload_bytes(), type=Roster)


def test_without_a_decision_the_roster_says_nothing_and_the_defaults_hold(desk):
    assert signed(desk).policy is None
    assert desk.database.change(policy_of) == Policy()


def test_a_decision_is_in_the_next_roster_and_leaves_the_rest_as_it_was(desk):
    before = signed(desk).version
    decide(desk, idle_minutes=5)
    decide(desk, banner="  For members only.\n")
    said = signed(desk)
    assert said.version == before + 2
    assert said.policy == SessionPolicy(
        idle_minutes=5, session_hours=12, banner="For members only.", removable_import=1
    )


@pytest.mark.parametrize(
    "wanted",
    [{"idle_minutes": 0}, {"idle_minutes": 31}, {"session_hours": 13}, {"banner": "x" * 4001}],
)
def test_what_no_laptop_follows_is_refused_not_cut(desk, wanted):
    with pytest.raises(InputError):
        decide(desk, **wanted)
    assert signed(desk).policy is None


def test_the_command_decides_and_shows(tmp_path, capsys):
    data, banner = str(tmp_path / "hq"), tmp_path / "banner.txt"
    banner.write_text("For members only.")
    assert headquarters.main(["init", "--data", data, "--training"]) == 0
    words = ["policy", "--data", data, "--idle-minutes", "7", "--banner-file", str(banner)]
    assert headquarters.main([*words, "--removable-import", "no"]) == 0
    said = capsys.readouterr().out
    assert "after 7 minutes" in said
    assert "removable media: no" in said
    assert "For members only." in said
    assert headquarters.main(["policy", "--data", data, "--idle-minutes", "31"]) == 2


def test_a_laptop_stays_within_the_limits_and_writes_down_what_took_effect(tmp_path):
    """Whatever headquarters signed: a laptop never stays open for more than half an hour."""
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol("99001")
    station = laptop.station()
    side = LockSide(station)
    assert side.policy() == Policy()
    said = SessionPolicy(idle_minutes=600, session_hours=99, banner="Ours.", removable_import=0)
    newer = Roster(version=9, members=tuple(laptop.members.values()), policy=said)
    envelope = seal_envelope(ROSTER_TYPE, msgspec.json.encode(newer), signer=laptop.hq)
    station.volume.keep_roster(msgspec.json.encode(envelope))
    expected = Policy(idle_minutes=30, session_hours=12, banner="Ours.", removable_import=False)
    assert side.policy() == expected
    assert side.policy() == expected
    parcels = station.volume.database.all("SELECT parcel FROM spool")
    kinds = [EntryKind.POLICY_CHANGED.value in _header(each) for (each,) in parcels]
    station.close()
    assert kinds.count(True) == 1, "written once, when it took effect"


def _header(parcel: bytes) -> str:
    from ilocdoc.wire.envelope import Envelope
    from ilocdoc.wire.sealing import Parcel

    envelope = msgspec.convert(msgspec.json.decode(parcel, type=Parcel).envelope, type=Envelope)
    return envelope.payload_bytes().decode()
