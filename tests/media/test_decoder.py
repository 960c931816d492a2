"""Foreign bytes become a safe picture or nothing; never an exception, never metadata."""

import io
import os
import struct
import subprocess
import sys
import threading

import pytest
from PIL import Image

from ilocdoc.media import decoder
from ilocdoc.media.decoder import jpeg_size, safe_picture
from ilocdoc.media.limits import LONGEST_SIDE, MOST_INPUT_BYTES
from tests.media.pictures import BLUE, ORDINARY, RED, REFUSED, jpeg, scene, with_gps


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 40) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_picture_is_shown_without_metadata(kind):
    picture = safe_picture(ORDINARY[kind]())
    assert picture is not None
    opened = Image.open(io.BytesIO(picture.jpeg))
    assert (opened.format, opened.mode) == ("JPEG", "RGB")
    assert opened.size == (picture.width, picture.height)
    assert not opened.getexif()
    assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_or_a_hostile_one_is_nothing_to_show(kind):
    assert safe_picture(REFUSED[kind]()) is None


def test_colours_and_places_stay(tmp_path):
    picture = safe_picture(jpeg())
    opened = Image.open(io.BytesIO(picture.jpeg))
    assert near(opened.getpixel((60, 150)), RED)
    assert near(opened.getpixel((260, 150)), BLUE)
    assert near(opened.getpixel((5, 5)), (255, 255, 255))


def test_a_picture_lying_on_its_side_is_set_upright():
    picture = safe_picture(with_gps(orientation=6))
    assert (picture.width, picture.height) == (200, 320)
    opened = Image.open(io.BytesIO(picture.jpeg))
    assert near(opened.getpixel((195, 5)), (255, 255, 255))


def test_maker_and_place_are_not_in_the_result():
    data = with_gps()
    assert b"SecretMaker" in data
    assert b"SecretMaker" not in safe_picture(data).jpeg


def test_what_was_appended_is_not_in_the_result():
    assert b"hidden" not in safe_picture(jpeg() + b"PK\x03\x04" + b"hidden" * 100).jpeg


def test_transparent_places_become_white():
    layered = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    out = io.BytesIO()
    layered.save(out, "PNG")
    opened = Image.open(io.BytesIO(safe_picture(out.getvalue()).jpeg))
    assert near(opened.getpixel((20, 20)), (255, 255, 255), by=3)


def test_sixteen_bit_greys_keep_their_brightness():
    from tests.media.pictures import coded

    picture = safe_picture(coded(Image.new("I;16", (64, 48), 40_000), "PNG"))
    grey = Image.open(io.BytesIO(picture.jpeg)).getpixel((30, 20))
    assert near(grey, (156, 156, 156), by=4)


def test_a_large_picture_is_reduced_in_proportion():
    picture = safe_picture(jpeg((4000, 3000)))
    assert (picture.width, picture.height) == (LONGEST_SIDE, 1200)


def test_more_than_the_most_bytes_are_not_even_handed_over():
    assert safe_picture(bytes(MOST_INPUT_BYTES + 1)) is None


def worker_saying(answer: str) -> tuple[str, ...]:
    """A worker that was taken over: it reads, and then answers what it likes."""
    program = f"import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write({answer})"
    return (sys.executable, "-c", program)


TAKEN_OVER = {
    "nothing": "b''",
    "a head only": "bytes(8)",
    "the picture with its metadata": "bytes.fromhex('00000140000000c8') + d",
    "another size than it says": "bytes.fromhex('0000014000000001') + d",
    "no picture": "bytes.fromhex('0000014000000001') + b'<script>'",
    "a flood": "bytes(100_000_000)",
}


@pytest.mark.parametrize("kind", TAKEN_OVER)
def test_a_worker_that_was_taken_over_hands_on_no_more_than_a_picture(kind):
    assert safe_picture(with_gps(), command=worker_saying(TAKEN_OVER[kind])) is None


def test_a_plain_answer_is_believed():
    plain = safe_picture(jpeg()).jpeg
    head = struct.pack(">II", 320, 200).hex()
    command = worker_saying(f"bytes.fromhex('{head}') + bytes.fromhex('{plain.hex()}')")
    assert safe_picture(b"anything", command=command).jpeg == plain


def test_a_worker_that_never_ends_is_killed(monkeypatch):
    monkeypatch.setattr(decoder, "WALL_S", 0.3)
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    assert safe_picture(jpeg(), command=command) is None
    assert threading.active_count() < 20


def test_a_worker_that_cannot_start_is_nothing_to_show():
    assert safe_picture(jpeg(), command=("/nonexistent/worker",)) is None


def test_the_worker_knows_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_PARENT", "1")
    plain = safe_picture(jpeg()).jpeg.hex()
    program = (
        "import os, sys; sys.stdin.buffer.read(); "
        "assert 'SECRET_OF_THE_PARENT' not in os.environ; "
        f"sys.stdout.buffer.write(bytes.fromhex('00000140000000c8{plain}'))"
    )
    assert safe_picture(jpeg(), command=(sys.executable, "-c", program)) is not None


def test_the_worker_opens_no_file_and_starts_no_memory_hog():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from ilocdoc.media import worker\n"
        "worker.give_up_rights()\n"
        "for act in (lambda: open('/etc/hostname'), lambda: bytearray(3 << 30)):\n"
        "    try:\n"
        "        act()\n"
        "    except (OSError, MemoryError):\n"
        "        continue\n"
        "    sys.exit('a limit did not hold')\n"
    )
    source = os.fspath(decoder.Path(decoder.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, source], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()


def test_only_a_plain_baseline_jpeg_has_a_size():
    plain = safe_picture(jpeg()).jpeg
    assert jpeg_size(plain) == (320, 200)
    for other in (
        b"",
        plain[:-2],
        plain + b"x",
        plain + plain,
        plain[:2] + b"\xff\xfe\x00\x06note" + plain[2:],
        with_gps(),
        ORDINARY["progressive jpeg"](),
        ORDINARY["grey jpeg"](),
        plain[:-400] + b"\xff\xda" + plain[-398:],
        scene().tobytes(),
    ):
        assert jpeg_size(other) is None
