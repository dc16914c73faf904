"""Draws a page of ours as a picture."""

import io
from threading import Lock

import pypdfium2

_ONE_AT_A_TIME = Lock()
"""PDFium keeps its state in the process: two threads must not be in it at once."""


def png(pdf: bytes, *, scale: float, cropped: tuple[float, float, float, float], size: tuple[int, int]) -> bytes:
    """The first page of a file that we made, as PNG: `cropped` points cut off at left, bottom, right, top; `scale` pixels a point."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture = document[0].render(scale=scale, crop=cropped).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    picture.crop((0, 0, *size)).quantize(256).save(out, "PNG")
    return out.getvalue()
