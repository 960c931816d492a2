"""What is fetched is what was reviewed, or nothing is installed."""

import hashlib
import io
import tarfile
import tomllib

import pytest

from tools.fetch import RESOURCES, address_of, require_digest, unpack


def archive(**members: bytes) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


def test_an_archive_with_another_digest_is_refused():
    with pytest.raises(SystemExit, match="Nothing was installed"):
        require_digest(b"other bytes", expected="0" * 64, name="a-font")


def test_an_archive_with_the_reviewed_digest_passes():
    require_digest(b"bytes", expected=hashlib.sha256(b"bytes").hexdigest(), name="a-font")


def test_only_named_members_are_written(tmp_path):
    unpack(archive(wanted=b"A", other=b"B"), [["wanted", "fonts/A.ttf"]], into=tmp_path)
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["A.ttf"]


def test_a_scoped_package_is_found_at_the_registry():
    package = {"name": "@scope/a-font", "version": "1.2.3"}
    assert address_of(package).endswith("/@scope/a-font/-/a-font-1.2.3.tgz")


def test_every_fetched_file_lands_in_a_folder_that_is_not_committed():
    for package in tomllib.loads((RESOURCES / "fetched.toml").read_text())["package"]:
        for _member, place in package["files"]:
            assert place.startswith(("fonts/", "icons/")), place
