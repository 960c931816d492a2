"""A draft that a laptop saved elsewhere, read at headquarters."""

from argparse import Namespace
from pathlib import Path
from typing import cast

import pytest

from ilocdoc.ceremony import ACTS
from ilocdoc.hq.authority import Keys
from ilocdoc.hq.store import Database
from ilocdoc.record.errors import InputError, WireError
from ilocdoc.wire.copies import seal_copy
from ilocdoc.wire.sealing import OpeningKey, SealingKey

NO_DATABASE = cast("Database", None)


def copy_for(ingest: SealingKey) -> bytes:
    own = OpeningKey.generate().public
    at = "2026-10-20T17:00:00.000000Z"
    return seal_copy(b'{"answers":{}}', copy_id="c1", author="99001", at=at, keys=(own, ingest))


def test_headquarters_prints_the_draft_of_a_sealed_copy(
    data: Path, keys: Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draft.sealed"
    path.write_bytes(copy_for(keys.ingest.public))
    assert ACTS["open-copy"](Namespace(data=data, file=path), NO_DATABASE) == 0
    assert capsys.readouterr().out == '{"answers":{}}\n'


def test_a_copy_for_another_headquarters_is_refused(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.sealed"
    path.write_bytes(copy_for(OpeningKey.generate().public))
    with pytest.raises(WireError):
        ACTS["open-copy"](Namespace(data=data, file=path), NO_DATABASE)
    with pytest.raises(InputError):
        ACTS["open-copy"](Namespace(data=data, file=tmp_path / "none"), NO_DATABASE)
