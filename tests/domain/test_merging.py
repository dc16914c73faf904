import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.merging import differences, mark, merge, read_marks, told_marks

SHOWN = {field: mark("before") for field in ("mine", "theirs", "both", "same", "neither")}


def test_each_field_is_told_apart_by_who_changed_it():
    stored = {"mine": "before", "theirs": "other", "both": "other", "same": "new", "neither": "before"}
    typed = {"mine": "new", "theirs": "before", "both": "new", "same": "new", "neither": "before"}
    merged = merge(SHOWN, stored, typed)
    assert merged.write == {"mine": "new"}
    assert merged.both == {"both": ("new", "other")}
    assert merged.theirs == ("theirs",)


def test_a_field_without_a_mark_is_this_persons_alone():
    assert merge({}, {"one": "other"}, {"one": "new"}).write == {"one": "new"}


def test_words_for_a_field_that_is_gone_are_never_dropped():
    shown = {"empty": mark(""), "full": mark("before"), "left": mark("before")}
    merged = merge(shown, {}, {"empty": "new", "full": "new", "left": "before"})
    assert merged.both == {"empty": ("new", ""), "full": ("new", "")}
    assert merged.theirs == ("left",)
    assert merge({"empty": mark(None)}, {}, {"empty": "new"}).write == {"empty": "new"}


def test_marks_travel_in_one_line_and_anything_else_in_it_is_ignored():
    assert read_marks(told_marks(SHOWN)) == SHOWN
    assert read_marks("nonsense mine:short :  both:" + mark("x")) == {"both": mark("x")}


@pytest.mark.parametrize(
    ("before", "after", "language", "only"),
    [
        ("Open data office by 2026.", "Open data bureau by the end of 2026.", "en", ["office ", "bureau ", "the end of "]),
        ("我们将在2026年开放数据办公室", "我们将在2027年开放公共数据办公室", "zh", ["2026", "2027", "公共"]),
        ("𝒳 🙂 مكتب البيانات", "𝒳 🙂 مكتب بيانات عامة", "ar", ["البيانات", "بيانات عامة"]),
        ("", "new", "en", ["new"]),
        ("same", "same", "", []),
    ],
)
def test_differences_are_told_word_by_word(before: str, after: str, language: str, only: list[str]):
    assert [piece.text for piece in differences(before, after, language) if not (piece.before and piece.after)] == only


@given(st.text("ab c.\n"), st.text("ab c.\n"))
def test_both_texts_can_be_read_from_their_differences(before: str, after: str):
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.before) == before
    assert "".join(piece.text for piece in pieces if piece.after) == after


def test_texts_that_share_nothing_are_told_as_two():
    before, after = "a " * 2400, "b " * 2400
    assert [(piece.before, piece.after) for piece in differences(before, after)] == [(True, False), (False, True)]
