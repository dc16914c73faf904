"""Draws pages of ours as pictures."""

import io
from threading import Lock

import pypdfium2
from PIL import Image

_ONE_AT_A_TIME = Lock()
"""PDFium keeps its state in the process: two threads must not be in it at once."""


def png(pdf: bytes, *, scale: float, cropped: tuple[float, float, float, float], size: tuple[int, int]) -> bytes:
    """The first page of a file that we made, as PNG: `cropped` points cut off at left, bottom, right, top; `scale` pixels a point."""
    (picture,) = _drawn(pdf, scale=scale, cropped=cropped, most=1)
    out = io.BytesIO()
    picture.crop((0, 0, *size)).quantize(256).save(out, "PNG")
    return out.getvalue()


def pages_png(pdf: bytes, *, scale: float, cropped: tuple[float, float, float, float], most: int) -> bytes:
    """The first pages, at most so many, one below the other in shades of grey as PNG; `cropped` and `scale` as above."""
    pages = [page.convert("L") for page in _drawn(pdf, scale=scale, cropped=cropped, most=most)]
    whole = Image.new("L", (pages[0].width, sum(page.height for page in pages)), 255)
    for place, page in enumerate(pages):
        whole.paste(page, (0, place * page.height))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def _drawn(pdf: bytes, *, scale: float, cropped: tuple[float, float, float, float], most: int) -> list[Image.Image]:
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [document[index].render(scale=scale, crop=cropped).to_pil() for index in range(min(len(document), most))]
        finally:
            document.close()
