"""The QR code that leads from paper to the page where a copy is verified."""

from itertools import groupby

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import FILL_NON_ZERO, Drawing, Path

from pledges.typesetting.chapter import Target
from pledges.typesetting.colour import INK
from pledges.typesetting.composition import Composition
from pledges.typesetting.graphics import paint, show_drawing
from pledges.typesetting.structure import alternative

QUIET_ZONE = 4
"""Modules that stay white around the code (ISO/IEC 18004, 5.3.8); whoever places it leaves them."""


def verification_address(base_url: str) -> str:
    """Where a copy is verified."""
    return f"{base_url.rstrip('/')}/verify"


def show_code(composition: Composition, address: str, *, x: float, y: float, size: float) -> None:
    """Show the code of an address with its lower left corner at x, y as a picture that is a link to the address."""
    words = composition.words
    leads = words("verify_address", address=address)
    link = composition.document.structure.add("Link", composition.section, alternative(leads))
    show_drawing(composition, code(address, size), x=x, y=y, words=words("verify_code", address=address), parent=link)
    composition.page.link(link, (x, y, x + size, y + size), leads, Target(address=address))


def code(address: str, size: float) -> Drawing:
    """The code as one shape, without its quiet zone, at the level of correction M (15 % may be damaged)."""
    encoder = QrCodeWidget(address, barLevel="M").qr
    encoder.make()
    module = size / encoder.getModuleCount()
    path = Path(fillColor=paint(INK), strokeColor=None, fillMode=FILL_NON_ZERO)
    for row, modules in enumerate(encoder.modules):
        top, place = size - row * module, 0
        for dark, run in groupby(modules):
            width = len(list(run))
            if dark:
                left, right = place * module, (place + width) * module
                path.moveTo(left, top)
                for corner in ((right, top), (right, top - module), (left, top - module)):
                    path.lineTo(*corner)
                path.closePath()
            place += width
    return Drawing(size, size, path)
