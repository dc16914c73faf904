"""Binds chapters without a declaration around them: each is a part, and each page has its number as its foot."""

import io
from collections.abc import Sequence
from dataclasses import replace

from pledges.domain.publication import Attachment
from pledges.typesetting.binding import Book
from pledges.typesetting.chapter import Chapter
from pledges.typesetting.fonts import Style
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.placing import Place, Size, chapter_objects
from pledges.typesetting.text import line


def bound(metadata: Metadata, chapters: Sequence[Chapter], attachments: Sequence[Attachment] = (), *, shift: float = 14.17) -> bytes:
    """The file; every second page is a sheet that stands `shift` points to the right under its text."""
    names = [f"part {number}" for number in range(len(chapters))]
    book = Book(metadata, names)
    for chapter in chapters:
        chapter.close()
    starts = [sum(map(len, chapters[:place])) for place in range(len(chapters) + 1)]
    feet = _feet(starts[-1])
    used: dict[str, set[int]] = {}
    for chapter in (*chapters, feet):
        for key, codes in chapter.used.items():
            used.setdefault(key, set()).update(codes)
    book.use(used)
    marks = [(start, mark) for start, chapter in zip(starts, chapters, strict=False) for mark in chapter.bookmarks]
    book.add_bookmarks([replace(mark, target=mark.target._replace(page=mark.target.page + start)) for start, mark in marks])
    book.attach(attachments)
    numbers = book.place([(name, Size.of(chapter)) for name, chapter in zip(names, chapters, strict=True)])
    pages = dict(enumerate(book.page_numbers()))
    places = [Place(own, book.element_of(name), pages) for own, name in zip(numbers, names, strict=True)]
    out = io.BytesIO()
    book.write(out, map(chapter_objects, chapters, places), [(foot, shift * (index % 2)) for index, foot in enumerate(feet.contents)])
    return out.getvalue()


def _feet(pages: int) -> Chapter:
    chapter = Chapter()
    for index in range(pages):
        page = chapter.add_page()
        with page.artifact():
            page.show(line(str(index + 1), Style(), "en"), 300, 30, 8)
    chapter.close()
    return chapter
