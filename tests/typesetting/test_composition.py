from itertools import groupby

import pytest

from pledges.typesetting.chapter import Chapter, Page
from pledges.typesetting.composition import BODY, BOTTOM, COUNTRY, TOP, WIDTH, Composition
from pledges.typesetting.text import Line
from pledges.typesetting.words import Words

LINES_OF_A_PAGE = int((TOP - BOTTOM) / BODY.leading)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """(page, text) of each line in the order in which it was shown."""
    found: list[tuple[int, str]] = []
    show = Page.show

    def noted(page: Page, line: Line, *place: object) -> None:
        found.append((page.index, line.text))
        show(page, line, *place)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "show", noted)
    return found


def composition() -> Composition:
    made = Composition(Chapter(), Words("en"))
    made.new_page()
    return made


def lines_by_page(shown: list[tuple[int, str]]) -> list[int]:
    return [len(list(members)) for _, members in groupby(page for page, _ in shown)]


def text_of_lines(count: int) -> str:
    """A text that takes so many lines."""
    made = composition()
    words = "local and regional governments "
    text = words
    while len(made.lines(text, BODY, width=WIDTH)) < count:
        text += words
    assert len(made.lines(text, BODY, width=WIDTH)) == count
    return text


@pytest.mark.parametrize("count", range(2, 9))
def test_no_line_of_a_paragraph_stands_alone_at_the_foot_or_the_head_of_a_page(count: int, shown: list[tuple[int, str]]) -> None:
    text = text_of_lines(count)
    for free in range(1, count + 3):
        made = composition()
        made.y = BOTTOM + free * BODY.leading + 1
        shown.clear()
        made.text(text, BODY)
        pages = lines_by_page(shown)
        assert sum(pages) == count
        assert len(pages) == 1 or (count > 3 and min(pages) >= 2)


def test_a_paragraph_of_several_pages_fills_them_and_leaves_no_line_alone(shown: list[tuple[int, str]]) -> None:
    count = 2 * LINES_OF_A_PAGE + 1
    composition().text(text_of_lines(count), BODY)
    assert lines_by_page(shown) == [LINES_OF_A_PAGE, LINES_OF_A_PAGE - 1, 2]


def test_a_heading_goes_with_what_it_is_to_be_kept_with(shown: list[tuple[int, str]]) -> None:
    made = composition()
    made.y = BOTTOM + COUNTRY.leading + 2.5 * BODY.leading
    made.heading(2, "Kenya", COUNTRY, keep=2 * BODY.leading)
    assert shown[-1] == (0, "Kenya")
    made.y = BOTTOM + COUNTRY.leading + 1.5 * BODY.leading
    made.heading(2, "Mali", COUNTRY, keep=2 * BODY.leading)
    assert shown[-1] == (1, "Mali")
