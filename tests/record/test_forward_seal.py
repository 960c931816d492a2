"""Who has the newest key can seal what comes, and nothing that was."""

import hashlib

import pytest

from ilocdoc.record.forward_seal import (
    SealedLink,
    closing_seal,
    first_bad_seal,
    next_seal_key,
    seal_key_at,
    seal_of,
)
from ilocdoc.record.ids import Sha256

FIRST = bytes(range(32))


def digest(number: int) -> Sha256:
    return Sha256(hashlib.sha256(b"%d" % number).hexdigest())


def links(count: int, *, start: int = 1) -> list[SealedLink]:
    return [
        SealedLink(
            seq=start + step,
            hash=digest(start + step),
            seal=seal_of(seal_key_at(FIRST, step), digest(start + step)),
        )
        for step in range(count)
    ]


def test_the_bytes_of_a_seal_are_promised():
    zeros = Sha256("00" * 32)
    assert seal_of(FIRST, zeros) == (
        "416c5392b9f36df188e90eb14d17bf0da190bfdb7f1f4956e6e566a569c8b15c"
    )
    assert next_seal_key(FIRST).hex() == (
        "913ad68d755f29eaababb60328d2983b9afb59d7b659ea60df26430472d35f09"
    )
    assert closing_seal(FIRST, zeros) == (
        "81e1b9a1cfcb1e7e3326d125389d9b3f5b0a10724f84675c4546606d11f90e1f"
    )


def test_a_sound_stream_has_no_bad_seal():
    assert first_bad_seal(FIRST, links(20)) == ""
    assert first_bad_seal(FIRST, links(20, start=7)) == ""
    assert first_bad_seal(FIRST, []) == ""


@pytest.mark.parametrize("place", [0, 7, 19])
def test_the_first_entry_that_was_written_anew_is_named(place):
    made = links(20)
    made[place] = SealedLink(seq=place + 1, hash=digest(99), seal=made[place].seal)
    assert first_bad_seal(FIRST, made) == f"entry {place + 1} does not fit its seal"


def test_an_entry_without_a_seal_is_named():
    made = links(5)
    made[3] = SealedLink(seq=4, hash=made[3].hash, seal="")
    assert first_bad_seal(FIRST, made) == "entry 4 has no seal"


def test_a_cut_end_does_not_fit_the_seal_of_the_end():
    made, key = links(20), seal_key_at(FIRST, 20)
    closing = closing_seal(key, made[-1].hash)
    assert first_bad_seal(FIRST, made, closing=closing) == ""
    # The thief has the newest key only, and closes the shorter ledger with it.
    cut = made[:15]
    forged = closing_seal(key, cut[-1].hash)
    assert first_bad_seal(FIRST, cut, closing=forged) == "entries after 15 were cut off"


def test_the_newest_key_seals_nothing_that_was():
    stolen = seal_key_at(FIRST, 10)
    assert all(seal_of(stolen, each.hash) != each.seal for each in links(10))
