"""The colours of the document, and the profile that tells a printer what they mean."""

import struct
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue from 0 to 1, in sRGB."""

    red: float
    green: float
    blue: float

    @property
    def fill(self) -> bytes:
        """The operator that fills with this colour."""
        return b"%.3f %.3f %.3f rg" % self

    @property
    def stroke(self) -> bytes:
        """The operator that draws lines with this colour."""
        return b"%.3f %.3f %.3f RG" % self


def _of(code: str) -> Colour:
    return Colour(*(int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)))


INK = _of("#16181d")
QUIET = _of("#4b5160")
RULE = _of("#c3c7d0")
PAPER = _of("#ffffff")
TINT = _of("#f1f2f5")
WATER = _of("#e1e3e8")
WARNING = _of("#8f1d1d")
DIGITAL = _of("#173a8f")
PEACEFUL = _of("#a8480b")
SUSTAINABLE = _of("#1c7a4d")
ACCENT = _of("#0b3d91")
LAND = _of("#e4e7ec")
"""Land without signatories on a map: lighter than the lightest class, darker than paper."""


def tone(colour: Colour, share: float) -> Colour:
    """The colour thinned with white, from 0 (white) to 1 (the colour itself)."""
    return Colour(*(1 - share * (1 - value) for value in colour))


_CURVE_POINTS = 1024
_PRIMARIES = {"rXYZ": (0.43607, 0.22249, 0.01392), "gXYZ": (0.38515, 0.71687, 0.09708), "bXYZ": (0.14307, 0.06061, 0.71410)}
"""The primaries of IEC 61966-2-1 adapted to D50, as ICC publishes them."""
_WHITE = (0.9642, 1.0, 0.8249)


def _fixed(values: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def srgb_profile() -> bytes:
    """An ICC profile of sRGB, version 2.1 (ICC.1:1998-09), the same bytes every time."""
    name = b"sRGB IEC61966-2.1\0"
    description = b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(8 + 2 + 1 + 67)
    curve = [round(_linear(point / (_CURVE_POINTS - 1)) * 65535) for point in range(_CURVE_POINTS)]
    tones = b"curv" + bytes(4) + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *curve)
    bodies = {
        b"desc": description,
        b"cprt": b"text" + bytes(4) + b"Public domain\0",
        b"wtpt": b"XYZ " + bytes(4) + _fixed(_WHITE),
        **{tag.encode(): b"XYZ " + bytes(4) + _fixed(values) for tag, values in _PRIMARIES.items()},
        b"rTRC": tones,
    }
    offset = 128 + 4 + 12 * (len(bodies) + 2)
    table, data = b"", b""
    for tag, body in bodies.items():
        padded = body + bytes(-len(body) % 4)
        # one curve serves the three colours
        for shared in (b"rTRC", b"gTRC", b"bTRC") if tag == b"rTRC" else (tag,):
            table += struct.pack(">4sII", shared, offset + len(data), len(body))
        data += padded
    size = offset + len(data)
    made = struct.pack(">6H", 2024, 9, 19, 0, 0, 0)
    header = struct.pack(">I4sI4s4s4s12s4s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ", made, b"acsp", bytes(4))
    header += bytes(4 + 4 + 4 + 8 + 4) + _fixed(_WHITE)
    return header + bytes(128 - len(header)) + struct.pack(">I", len(bodies) + 2) + table + data
