"""Access ends, escrow is planned, wipes are ordered: what headquarters says and signs."""

from datetime import timedelta

import msgspec
import pytest

from ilocdoc.hq import escrow, orders, revoking, roster
from ilocdoc.hq.authority import offline_root
from ilocdoc.hq.interpreting import Interpreter
from ilocdoc.record.errors import HeadquartersError, InputError, RefusedError, WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.envelope import public_key_from_pem, with_signature
from ilocdoc.wire.escrow import plan_in
from ilocdoc.wire.holder_keys import new_holder_key, open_holder_file
from ilocdoc.wire.messages import Feed, Roster
from ilocdoc.wire.orders import read_order
from tests.doubles.keys import software_key
from tests.hq.desk import Desk, Laptop, named

QUILL, VANE, DANE = "99001", "99002", "99030"
HOLDERS = [new_holder_key(f"Vault {number}").public for number in (1, 2, 3)]


def signed_roster(desk: Desk) -> Roster:
    envelope = desk.database.change(lambda c: roster.signed_roster(c, desk.keys))
    return msgspec.json.decode(envelope.payload_bytes(), type=Roster)


def revoke(desk: Desk, name: str) -> None:
    desk.database.change(lambda c: revoking.revoke(c, name, by=DANE, now=desk.clock.now()))


def ask(laptop: Laptop, star: str, code: str):
    return laptop.ask_to_enrol_officer(star, code, signer=software_key())


# --- access ---------------------------------------------------------------------------


def test_a_revoked_member_stays_in_the_roster_without_a_key_to_seal_to(desk):
    desk.laptop(QUILL)
    before = roster_version(desk)
    revoke(desk, QUILL)
    said = signed_roster(desk)
    (quill,) = [each for each in said.members if each.id == QUILL]
    assert said.revoked == (QUILL,)
    assert quill.certificate, "what the member signed before is still checked"
    assert not quill.encryption_key
    assert said.version > before
    revoke(desk, QUILL)
    assert roster_version(desk) == said.version, "saying it twice changes nothing"


def roster_version(desk: Desk) -> int:
    return desk.database.change(roster.roster_version)


def test_access_that_is_given_back_is_as_before(desk):
    desk.laptop(QUILL)
    revoke(desk, QUILL)
    desk.database.change(lambda c: revoking.give_back(c, QUILL))
    said = signed_roster(desk)
    assert said.revoked == ()
    assert next(each for each in said.members if each.id == QUILL).encryption_key
    with pytest.raises(RefusedError):
        desk.database.change(lambda c: revoking.give_back(c, QUILL))


@pytest.mark.parametrize(("name", "by"), [("99077", DANE), (QUILL, "99077"), ("ZZZZ", DANE)])
def test_nobody_unknown_is_revoked_or_revokes(desk, name, by):
    with pytest.raises(RefusedError):
        desk.database.change(lambda c: revoking.revoke(c, name, by=by, now=desk.clock.now()))
    assert signed_roster(desk).revoked == ()


def test_a_revoked_member_gets_no_code_and_no_enrolment(desk):
    laptop = desk.laptop()
    code = desk.code(QUILL)
    revoke(desk, QUILL)
    with pytest.raises(RefusedError):
        desk.code(QUILL)
    assert named(ask(laptop, QUILL, code)) == "forbidden"


def test_a_revoked_laptop_is_not_enrolled_again_and_enrols_nobody(desk):
    laptop = desk.laptop()
    revoke(desk, laptop.device)
    assert named(ask(laptop, QUILL, desk.code(QUILL))) == "forbidden"
    assert named(laptop.ask_to_enrol(desk.code())) == "forbidden"


def test_what_is_sealed_on_a_revoked_laptop_still_comes_in_and_its_mail_stays_here(desk):
    laptop = desk.laptop(QUILL, VANE)
    writer = laptop.streams[QUILL]
    for _ in range(3):
        writer.write()
    revoke(desk, QUILL)
    revoke(desk, laptop.device)
    assert laptop.hello().roster is not None
    assert laptop.send(writer, writer.entries).status_code == 201
    for star in (QUILL, VANE):
        assert desk.read(laptop.get("/v1/feed", officer=star, after=0), Feed).items == ()


# --- escrow ---------------------------------------------------------------------------


def test_the_roster_carries_the_plan_that_the_root_signed(desk, data):
    root = offline_root(data / "keys" / "offline")
    made = desk.database.change(lambda c: escrow.set_plan(c, HOLDERS, threshold=2, root=root))
    envelope = signed_roster(desk).escrow
    assert envelope is not None
    assert plan_in(envelope, root=public_key_from_pem(desk.keys.root_pem)) == made
    with pytest.raises(WireError):
        plan_in(envelope, root=public_key_from_pem(desk.keys.signer_pem))
    again = desk.database.change(lambda c: escrow.set_plan(c, HOLDERS, threshold=3, root=root))
    assert again.version > made.version
    assert desk.database.change(escrow.current_plan) == again


def test_a_plan_that_is_not_sound_leaves_the_one_in_force(desk, data):
    root = offline_root(data / "keys" / "offline")
    assert desk.database.change(escrow.current_plan) is None
    assert signed_roster(desk).escrow is None
    with pytest.raises(InputError):
        desk.database.change(lambda c: escrow.set_plan(c, HOLDERS, threshold=4, root=root))
    assert desk.database.change(escrow.current_plan) is None


def test_without_the_offline_root_there_is_no_new_plan(tmp_path):
    with pytest.raises(HeadquartersError):
        offline_root(tmp_path)


def test_the_key_made_by_default_lies_in_two_files_that_can_be_parted(tmp_path):
    public = escrow.make_default_key(tmp_path)
    words = (tmp_path / "escrow.passphrase").read_text().strip()
    assert open_holder_file((tmp_path / "escrow.key").read_bytes(), words).public == public
    for each in tmp_path.iterdir():
        assert each.stat().st_mode & 0o077 == 0


# --- wipe orders ----------------------------------------------------------------------


def wanted(laptop: Laptop, **changed: object) -> orders.Wanted:
    values: dict[str, object] = {
        "device": laptop.device,
        "officer": QUILL,
        "generation": 1,
        "until": laptop.desk.clock.now() + timedelta(days=2),
        "by": DANE,
        "second": "",
    }
    return orders.Wanted(**(values | changed))  # type: ignore[arg-type]


def order(laptop: Laptop, **changed: object):
    desk, want = laptop.desk, wanted(laptop, **changed)
    return desk.database.change(
        lambda c: orders.make_order(c, desk.keys, want, now=desk.clock.now())
    )


def test_an_order_is_handed_out_with_hello_to_its_laptop_until_it_expires(desk):
    laptop, other = desk.laptop(QUILL), desk.laptop(QUILL)
    made = order(laptop)
    assert laptop.hello().orders == (made,)
    assert other.hello().orders == ()
    said = read_order(made, hq=desk.keys.signer.public)
    assert (said.device, said.officer, said.by) == (laptop.device, QUILL, DANE)
    desk.clock.move_on(days=2)
    assert laptop.hello().orders == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": "ZZZZ"},
        {"officer": "99077"},
        {"by": "99077"},
        {"by": VANE},
        {"second": VANE},
        {"second": DANE},
        {"generation": 0},
    ],
)
def test_an_order_that_nobody_may_give_is_not_signed(desk, wrong):
    laptop = desk.laptop(QUILL)
    with pytest.raises((RefusedError, InputError)):
        order(laptop, **wrong)
    assert laptop.hello().orders == ()


def test_an_approval_that_does_not_count_is_not_taken_in(desk):
    laptop = desk.laptop(QUILL, VANE)
    made = order(laptop)

    def take(envelope):
        return desk.database.change(lambda c: orders.take_approved(c, desk.keys, envelope))

    with pytest.raises(RefusedError, match="no second person"):
        take(with_signature(made, software_key()))
    with pytest.raises(WireError):
        take(msgspec.structs.replace(made, signatures=()))
    assert laptop.hello().orders == (made,)


def test_the_generation_is_1_until_a_ledger_says_otherwise(desk):
    laptop = desk.laptop(QUILL)
    found = desk.database.change(
        lambda c: orders.newest_generation(c, device=laptop.device, officer=QUILL)
    )
    assert found == 1
    rekeyed = laptop.streams[QUILL]
    for generation in ("2", "3"):
        rekeyed.write(EntryKind.VOLUME_REKEYED, generation=generation)
    laptop.streams[laptop.device].write(EntryKind.VOLUME_REKEYED, generation="7", officer=VANE)
    laptop.streams[laptop.device].write(EntryKind.VOLUME_REKEYED, generation="4", officer=QUILL)
    laptop.sync()
    Interpreter(desk.database, desk.keys, clock=desk.clock.now).drain()
    found = desk.database.change(
        lambda c: orders.newest_generation(c, device=laptop.device, officer=QUILL)
    )
    assert found == 4
