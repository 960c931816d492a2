"""The program that decodes one foreign picture and ends. Holds no keys, opens no files.

Started by `decoder` as a process of its own: bytes on standard input, on standard output
width and height (two big-endian words) and a JPEG without metadata, or nothing. It gives
up its rights before it reads the first byte. A fault here is a missing picture.
"""

import io
import struct
import sys
import warnings
from collections.abc import Callable

from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import register_heif_opener

from ilocdoc.media.jail import jail
from ilocdoc.media.limits import (
    CPU_S,
    LONGEST_SIDE,
    MEMORY_BYTES,
    MOST_INPUT_BYTES,
    MOST_PIXELS,
    QUALITY,
)

if sys.platform != "win32":
    import resource

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")
"""Decided by the bytes, never by a file name."""

LOADED = (
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
"""Loaded here, because after `give_up_rights` nothing can be."""


def give_up_rights() -> None:
    """Limit memory and time, and open no file from now on; what has no limits here has none."""
    if sys.platform == "win32":
        return
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        # Standard streams only.
        resource.RLIMIT_NOFILE: 3,
    }
    for limit, value in limits.items():
        _soft, hard = resource.getrlimit(limit)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowest, lowest))
    jail()


def prepare(data: bytes) -> tuple[bytes, int, int]:
    """Return (JPEG, width, height) of a picture: upright, sRGB, reduced, without metadata.

    Raises:
        Exception: Whatever a decoder raises; the caller is a process that then ends.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        scale = max(opened.width, opened.height) / LONGEST_SIDE
        if scale > 1:
            # Only a request in the same proportions lets the JPEG decoder reduce.
            opened.draft("RGB", (int(opened.width / scale), int(opened.height / scale)))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    profile = upright.info.get("icc_profile")
    picture = _on_white(_eight_bit(upright))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _in_srgb(picture, profile)
    out = io.BytesIO()
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(out, "JPEG", quality=QUALITY, subsampling=1)
    return out.getvalue(), clean.width, clean.height


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Return a picture of 8 bits a channel; 16-bit greys keep their high byte."""
    if picture.mode.startswith("I"):
        whole = picture.convert("I")
        return whole.point(lambda value: value * (1 / 256)).convert("L")
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, layered).convert("RGB")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return picture.convert("RGB")
        assert turned is not None
        return turned
    return picture.convert("RGB")


def main(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> int:
    """Decode what stands on standard input; returns the exit code."""
    register_heif_opener()
    Image.preinit()
    assert LOADED, "the plugins are there before rights are given up"
    warnings.simplefilter("error")
    give_up_rights()
    data = read(MOST_INPUT_BYTES + 1)
    if len(data) > MOST_INPUT_BYTES:
        return 1
    jpeg, width, height = prepare(data)
    write(struct.pack(">II", width, height) + jpeg)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer.read, sys.stdout.buffer.write))
