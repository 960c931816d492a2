"""Root hands the binaries to a user who cannot reach the package: the copy must run."""

import subprocess

import pytest

from ilocdoc.hq import postgres_program


@pytest.mark.parametrize("name", ["initdb", "postgres"])
def test_a_copy_of_the_programs_runs_without_the_package(tmp_path, monkeypatch, name):
    monkeypatch.setattr(postgres_program, "_COPIES", tmp_path)
    shipped = postgres_program.shipped_program()
    copy = postgres_program._copied(shipped) / shipped.parent.name / shipped.name
    done = subprocess.run(
        [copy / "bin" / name, "--version"], env={}, cwd="/", capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
