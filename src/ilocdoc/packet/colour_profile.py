"""The sRGB colour profile that PDF/A asks for, made from the numbers of the standard.

ICC.1:2010 (version 4.2) with the primaries of IEC 61966-2-1, adapted to D50, and the
parametric curve of sRGB. Made here, its bytes are the same on every machine.
"""

import struct
from functools import lru_cache

_DESCRIPTION = "sRGB"
_COPYRIGHT = "No copyright, use freely"
_D50 = (0.9642, 1.0, 0.8249)
_COLOURS = {
    b"rXYZ": (0.4360657, 0.2224884, 0.0139160),
    b"gXYZ": (0.3851471, 0.7168732, 0.0970764),
    b"bXYZ": (0.1430664, 0.0606169, 0.7140961),
}
_ADAPTATION = (
    (1.0478112, 0.0228866, -0.0501270),
    (0.0295424, 0.9904844, -0.0170491),
    (-0.0092345, 0.0150436, 0.7521316),
)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _words(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(encoded), 28) + encoded


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return the profile."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _words(_DESCRIPTION),
        b"cprt": _words(_COPYRIGHT),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_D50),
        b"chad": b"sf32\0\0\0\0" + _fixed(*(each for row in _ADAPTATION for each in row)),
        **{name: b"XYZ \0\0\0\0" + _fixed(*xyz) for name, xyz in _COLOURS.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    at = 128 + 4 + 12 * len(tags)
    table, content = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(content), len(value))
        content += value + b"\0" * (-len(value) % 4)
    size = at + len(content)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += _fixed(*_D50) + b"\0" * 48
    return head + table + content
