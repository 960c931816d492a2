"""Laptops that are dear to make, made once and copied."""

import pytest

from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop


@pytest.fixture(scope="package")
def supervised(tmp_path_factory) -> EnrolledLaptop:
    """Pell signed in before Quill did, so Quill's volume has a way in for Pell."""
    made = EnrolledLaptop(tmp_path_factory.mktemp("laptop")).enrol("99001", "99002", "99010")
    station = made.station()
    for star in ("99010", "99001"):
        station.unlock(star, PASSPHRASE).close()
    station.close()
    return made
