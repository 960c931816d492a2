"""Draw a photograph and a short film for demonstrations: real files, nothing real in them.

python tools/sample_media.py FOLDER      writes photo.jpg and video.avi
"""

import io
import struct
import sys
from pathlib import Path

from PIL import Image, ImageDraw

PHOTO_SIZE = (1600, 1066)
FILM_SIZE = (320, 214)
FRAMES, FRAMES_PER_SECOND = 48, 12
SKY, GROUND, ROAD, KERB = "#9db4c4", "#8a9a7b", "#54585c", "#b9b4a8"


def street(size: tuple[int, int], *, moved: float) -> Image.Image:
    """Return a drawn street with a parked car; `moved` from 0 to 1 shifts the second car."""
    width, height = size
    picture = Image.new("RGB", size, SKY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height * 0.45, width, height), fill=GROUND)
    for number in range(6):
        left = width * number / 6
        top = height * (0.18 + 0.03 * (number % 3))
        pen.rectangle((left, top, left + width / 6.6, height * 0.52), fill=_brick(number))
        for row in range(3):
            for column in range(3):
                x = left + width * (0.02 + 0.045 * column)
                y = top + height * (0.03 + 0.09 * row)
                pen.rectangle((x, y, x + width * 0.022, y + height * 0.05), fill="#2f3b45")
    pen.rectangle((0, height * 0.58, width, height * 0.92), fill=ROAD)
    pen.rectangle((0, height * 0.55, width, height * 0.58), fill=KERB)
    for dash in range(8):
        left = width * (dash / 8 + 0.02)
        pen.rectangle((left, height * 0.74, left + width * 0.06, height * 0.755), fill="#e6e2d4")
    _car(pen, size, left=0.12, top=0.60, colour="#7a2e2e")
    _car(pen, size, left=0.45 + 0.25 * moved, top=0.70, colour="#e8e8e4")
    pen.text((width * 0.01, height * 0.95), "TRAINING: drawn, nothing real", fill="#ffffff")
    return picture


def _brick(number: int) -> str:
    return ("#8c5a48", "#a17762", "#7d6a5c")[number % 3]


def _car(
    pen: ImageDraw.ImageDraw, size: tuple[int, int], *, left: float, top: float, colour: str
) -> None:
    width, height = size
    x, y, long, tall = width * left, height * top, width * 0.2, height * 0.1
    pen.rounded_rectangle((x, y + tall * 0.4, x + long, y + tall), radius=tall * 0.2, fill=colour)
    roof = (x + long * 0.2, y, x + long * 0.8, y + tall * 0.6)
    pen.rounded_rectangle(roof, radius=tall * 0.25, fill=colour)
    pen.rectangle(
        (x + long * 0.26, y + tall * 0.1, x + long * 0.74, y + tall * 0.4), fill="#26323b"
    )
    for wheel in (0.22, 0.78):
        middle = x + long * wheel
        radius = tall * 0.28
        pen.ellipse(
            (middle - radius, y + tall - radius, middle + radius, y + tall + radius), "#111"
        )


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as JPEG."""
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=85)
    return data.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def motion_jpeg(frames: list[bytes], *, size: tuple[int, int], rate: int) -> bytes:
    """Return an AVI file of JPEG frames (RIFF, OpenDML not needed below 1 GB)."""
    width, height = size
    largest = max(len(each) for each in frames)
    main = struct.pack(
        "<10I16x", 1_000_000 // rate, largest * rate, 0, 0x10, len(frames), 0, 1, largest, *size
    )
    stream = b"vidsMJPG" + struct.pack(
        "<IHH8I4H", 0, 0, 0, 0, 1, rate, 0, len(frames), largest, 0xFFFFFFFF, 0, 0, 0, width, height
    )
    form = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", largest, 0, 0, 0, 0)
    lists = _chunk(b"LIST", b"strl" + _chunk(b"strh", stream) + _chunk(b"strf", form))
    head = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", main) + lists)
    movie, index, offset = b"movi", b"", 4
    for frame in frames:
        chunk = _chunk(b"00dc", frame)
        index += b"00dc" + struct.pack("<III", 0x10, offset, len(frame))
        movie += chunk
        offset += len(chunk)
    return _chunk(b"RIFF", b"AVI " + head + _chunk(b"LIST", movie) + _chunk(b"idx1", index))


def write_samples(folder: Path) -> tuple[Path, Path]:
    """Write photo.jpg and video.avi into a folder; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    photo, film = folder / "photo.jpg", folder / "video.avi"
    photo.write_bytes(jpeg(street(PHOTO_SIZE, moved=0)))
    frames = [jpeg(street(FILM_SIZE, moved=each / FRAMES)) for each in range(FRAMES)]
    film.write_bytes(motion_jpeg(frames, size=FILM_SIZE, rate=FRAMES_PER_SECOND))
    return photo, film


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]))
