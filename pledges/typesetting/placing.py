"""Gives the objects of a chapter their numbers: what its pages show, its links and its elements."""

from collections.abc import Mapping
from dataclasses import dataclass

from pledges.typesetting.chapter import Annotation, Chapter, Target
from pledges.typesetting.objects import text_string, uri
from pledges.typesetting.output import Objects
from pledges.typesetting.structure import Numbers

SEAL_FIELD = "Seal"


@dataclass(frozen=True, slots=True)
class Size:
    """How many pages and elements a chapter has, the page of each annotation, and which annotation is the field for the seal."""

    pages: int
    elements: int
    annotated: tuple[int, ...] = ()
    seal: int | None = None

    @classmethod
    def of(cls, chapter: Chapter) -> "Size":
        """The size of a finished chapter."""
        fields = [place for place, annotation in enumerate(chapter.annotations) if annotation.target is None]
        annotated = tuple(annotation.page for annotation in chapter.annotations)
        return cls(len(chapter), len(chapter.structure), annotated, next(iter(fields), None))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chapter stands: its numbers, the number of its part's element, and the numbers of the pages that its links lead to."""

    numbers: Numbers
    part: int
    destinations: Mapping[int, int]


def chapter_objects(chapter: Chapter, place: Place) -> Objects:
    """All objects of a chapter but its page dictionaries and feet, which need the numbers of the pages."""
    numbers, objects = place.numbers, Objects()
    for index, content in enumerate(chapter.contents):
        objects.stream(numbers.content(index), b"", content)
    small = list(chapter.structure.marks(numbers))
    for index, annotation in enumerate(chapter.annotations):
        number, body = numbers.annotation(index), _annotation(annotation, numbers, index, place.destinations)
        if annotation.target is None:
            objects.put(number, body)  # the seal is written by changing this object, so it must be found
            objects.put(numbers.appearance, _bare(annotation))
        else:
            small.append((number, body))
    small += chapter.structure.objects(numbers, place.part)
    objects.pack(small, numbers.streams.start)
    return objects


def _annotation(annotation: Annotation, numbers: Numbers, index: int, destinations: Mapping[int, int]) -> bytes:
    left, bottom, right, top = annotation.area
    entries = b"/Type/Annot/Rect[%.2f %.2f %.2f %.2f]/StructParent %d" % (left, bottom, right, top, numbers.annotation(index))
    target, words = annotation.target, text_string(annotation.words)
    if target is None:
        shown = b"/AP<</N %d 0 R>>/P %d 0 R" % (numbers.appearance, numbers.page(annotation.page))
        return b"<<%s/Subtype/Widget/FT/Sig/T(%s)/TU%s/F 132%s>>" % (entries, SEAL_FIELD.encode(), words, shown)
    leads = b"/A<</S/URI/URI%s>>" % uri(target.address) if target.address else b"/Dest%s" % destination(target, destinations)
    return b"<<%s/Subtype/Link/Border[0 0 0]/F 4/Contents%s%s>>" % (entries, words, leads)


def _bare(annotation: Annotation) -> bytes:
    """What the field shows: nothing, since the page itself says what it is."""
    left, bottom, right, top = annotation.area
    box = b"[0 0 %.2f %.2f]" % (right - left, top - bottom)
    return b"<</Type/XObject/Subtype/Form/BBox%s/Resources<<>>/Length 1>>\nstream\n \nendstream\n" % box


def destination(target: Target, pages: Mapping[int, int]) -> bytes:
    """The place on the page, at the reader's own zoom."""
    return b"[%d 0 R/XYZ null %.1f null]" % (pages[target.page], target.top)
