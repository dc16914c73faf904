"""Binds a few sheets that are no book: one chapter and what stands at the foot of its pages."""

import io

from pledges.typesetting.binding import Book
from pledges.typesetting.chapter import Chapter
from pledges.typesetting.composition import LABEL, WIDTH, Composition, Type
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.objects import Written
from pledges.typesetting.placing import Place, Size, chapter_objects
from pledges.typesetting.structure import language_attribute

_PART = "sheets"


def bind(chapter: Chapter, feet: Chapter, metadata: Metadata, *, empty_form: bool = False) -> bytes:
    """The file of a finished chapter and the feet of its pages. With `empty_form` it has a form without fields."""
    out, used = io.BytesIO(), {key: set(codes) for key, codes in feet.used.items()}
    for key, codes in chapter.used.items():
        used.setdefault(key, set()).update(codes)
    book = Book(metadata, [_PART])
    if empty_form:
        book.Catalog.AcroForm = Written(b"<</Fields[]>>")
    book.use(used)
    book.add_bookmarks(chapter.bookmarks)
    (numbers,) = book.place([(_PART, Size.of(chapter))])
    place = Place(numbers, book.element_of(_PART), dict(enumerate(book.page_numbers())))
    book.write(out, [chapter_objects(chapter, place)], [(foot, 0) for foot in feet.contents])
    return out.getvalue()


def show_digits(composition: Composition, label: str, code: str, kind: Type, *, width: float) -> None:
    """A label, and digits that run from left to right in every language."""
    composition.text(label, LABEL, width=width)
    element = composition.document.structure.add("P", composition.section, language_attribute("en"))
    x = composition.left + (WIDTH - width if composition.words.rtl else 0)
    lines = composition.lines(code, kind, width=width, language="en", rtl=False)
    composition.y = composition.show(element, lines, kind, x=x, top=composition.y, width=width) - 2
