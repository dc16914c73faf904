"""Asks HarfBuzz for the glyphs of a text, and reads them all at once.

The package uharfbuzz hands out an object for each glyph and another for its place, which takes four times as long as the shaping
itself. So its library is called directly here, by HarfBuzz's own, stable interface (hb-buffer.h, hb-shape.h).
"""

import sys
from array import array
from ctypes import POINTER, PyDLL, Structure, byref, c_char_p, c_int, c_uint, c_uint32, c_void_p, string_at
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz

CODE_POINTS = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
LEFT_TO_RIGHT, RIGHT_TO_LEFT = 4, 5
FIELDS = 5
"""hb_glyph_info_t and hb_glyph_position_t are five numbers of 32 bits each."""
UNSAFE_TO_BREAK = 1
_library = PyDLL(uharfbuzz._harfbuzz.__file__)


class Glyphs(NamedTuple):
    """Glyphs in visual order: number, position of the cluster in the text, flags; measures in font units."""

    numbers: list[int]
    clusters: list[int]
    flags: "array[int]"
    """UNSAFE_TO_BREAK: the text may not be cut before this cluster without being shaped anew."""
    advances: list[int]
    shifts: list[int]
    rises: list[int]


class _Segment(Structure):
    """hb_segment_properties_t"""

    _fields_ = (("direction", c_int), ("script", c_uint32), ("language", c_void_p), ("first", c_void_p), ("second", c_void_p))


class _Feature(Structure):
    """hb_feature_t"""

    _fields_ = (("tag", c_uint32), ("value", c_uint32), ("start", c_uint), ("end", c_uint))


def _function(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(_library, f"hb_{name}")
    function.restype, function.argtypes = result, arguments
    return function


_blob_of_file = _function("blob_create_from_file_or_fail", c_void_p, c_char_p)
_face_create = _function("face_create", c_void_p, c_void_p, c_uint)
_font_create = _function("font_create", c_void_p, c_void_p)
_language = _function("language_from_string", c_void_p, c_char_p, c_int)
_script = _function("script_from_string", c_uint32, c_char_p, c_int)
_buffer_create = _function("buffer_create", c_void_p)
_buffer_destroy = _function("buffer_destroy", None, c_void_p)
_add = _function("buffer_add_utf32", None, c_void_p, c_char_p, c_int, c_uint, c_int)
_set_segment = _function("buffer_set_segment_properties", None, c_void_p, c_void_p)
_shape = _function("shape", None, c_void_p, c_void_p, c_void_p, c_uint)
_infos = _function("buffer_get_glyph_infos", c_void_p, c_void_p, POINTER(c_uint))
_positions = _function("buffer_get_glyph_positions", c_void_p, c_void_p, c_void_p)
_NO_LIGATURES = (_Feature * 2)(*(_Feature(int.from_bytes(tag), 0, 0, 0xFFFFFFFF) for tag in (b"liga", b"dlig")))
"""Right-to-left, a ligature of choice would only make the text harder to read back."""


@cache
def _font(path: Path) -> int:
    """The font of a file, open as long as the process lives."""
    blob = _blob_of_file(str(path).encode())
    if not blob:
        raise FileNotFoundError(path)
    font: int = _font_create(_face_create(blob, 0))
    return font


@cache
def _segment(script: str, language: str, rtl: bool) -> Any:
    return _Segment(RIGHT_TO_LEFT if rtl else LEFT_TO_RIGHT, _script(script.encode(), -1), _language(language.encode(), -1))


def glyphs(text: str, path: Path, script: str, language: str, rtl: bool) -> Glyphs:
    """The glyphs of a text of one script (ISO 15924) and language (BCP 47) in the font of a file."""
    buffer = _buffer_create()
    try:
        _add(buffer, text.encode(CODE_POINTS, "surrogatepass"), len(text), 0, len(text))
        _set_segment(buffer, byref(_segment(script, language, rtl)))
        _shape(_font(path), buffer, _NO_LIGATURES if rtl else None, 2 if rtl else 0)
        count = c_uint()
        infos, positions = _infos(buffer, byref(count)), _positions(buffer, None)
        size = count.value * FIELDS * 4
        number, place = array("I", string_at(infos, size)), array("i", string_at(positions, size))
    finally:
        _buffer_destroy(buffer)
    return Glyphs(
        number[::FIELDS].tolist(), number[2::FIELDS].tolist(), number[1::FIELDS],
        place[::FIELDS].tolist(), place[2::FIELDS].tolist(), place[3::FIELDS].tolist(),
    )  # fmt: skip
