"""Pictures as they come from outside: ordinary, odd and hostile. Made here, not kept."""

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw
from pillow_heif import from_pillow

RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(size: tuple[int, int] = (320, 200), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, a white corner at the top left."""
    picture = Image.new("RGB", size, RED)
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle((size[0] // 2, 0, size[0], size[1]), fill=BLUE)
    drawn.rectangle((0, 0, size[0] // 8, size[1] // 8), fill=(255, 255, 255))
    return picture.convert(mode)


def coded(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (320, 200), **more: object) -> bytes:
    return coded(scene(size), "JPEG", quality=90, **more)


def heic() -> bytes:
    out = io.BytesIO()
    from_pillow(scene()).save(out, format="HEIF", quality=80)
    return out.getvalue()


def with_gps(orientation: int = 1) -> bytes:
    """A JPEG that says where and with what it was taken, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretMaker"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (41.0, 50.0, 39.87)
    place[3], place[4] = "W", (87.0, 42.0, 18.43)
    return jpeg(exif=exif.tobytes())


def lying_about_its_size() -> bytes:
    """A JPEG whose header claims 65500 by 65500."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(data)


def png_bomb(side: int = 20_000) -> bytes:
    """A PNG of a few hundred kilobytes that unfolds to 400 million pixels."""
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(side + 1)) for _ in range(side)) + rows.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a compressed text of 200 million letters."""
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("note", "a" * 200_000_000, zip=True)
    return coded(scene(), "PNG", pnginfo=info)


def wide_gamut() -> bytes:
    """A JPEG with a profile that is not sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    return jpeg(icc_profile=profile.tobytes())


ORDINARY = {
    "jpeg": jpeg,
    "progressive jpeg": lambda: jpeg(progressive=True),
    "grey jpeg": lambda: coded(scene(mode="L"), "JPEG"),
    "cmyk jpeg": lambda: coded(scene(mode="CMYK"), "JPEG"),
    "jpeg with profile": wide_gamut,
    "jpeg with gps": with_gps,
    "jpeg with a trailing archive": lambda: jpeg() + b"PK\x03\x04" + b"hidden" * 100,
    "png": lambda: coded(scene(), "PNG"),
    "png with alpha": lambda: coded(scene(mode="RGBA"), "PNG"),
    "png with palette": lambda: coded(scene().quantize(16), "PNG"),
    "16 bit png": lambda: coded(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "black and white tiff": lambda: coded(scene(mode="1"), "TIFF", compression="group4"),
    "tiff": lambda: coded(scene(), "TIFF", compression="tiff_lzw"),
    "webp": lambda: coded(scene(), "WEBP"),
    "webp with alpha": lambda: coded(scene(mode="RGBA"), "WEBP", lossless=True),
    "heic": heic,
}

REFUSED = {
    "nothing": lambda: b"",
    "text": lambda: b"not a picture at all",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>',
    "pdf": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "gif": lambda: coded(scene().quantize(8), "GIF"),
    "bmp": lambda: coded(scene(), "BMP"),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "truncated jpeg": lambda: jpeg()[:1500],
    "truncated png": lambda: coded(scene((900, 900)), "PNG")[:900],
    "lying jpeg": lying_about_its_size,
    "png bomb": png_bomb,
    "text bomb": text_bomb,
    "start of a heic": lambda: heic()[:200],
}
