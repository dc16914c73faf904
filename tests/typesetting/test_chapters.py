import io
import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest

from pledges.domain.declaration import Declaration, Entry, signatory
from pledges.domain.themes import Theme
from pledges.typesetting import binding, keeping, plan
from pledges.typesetting.binding import TooManyObjects
from pledges.typesetting.declaration import Workshop, typeset
from pledges.typesetting.keeping import ChapterGone
from pledges.typesetting.plan import Part, in_reading_order, signature_tasks, words_tasks
from pledges.typesetting.workshop import ProcessEnded, chapter_file, lay_out, take_in
from tests.typesetting.test_declaration import FILES, declaration, entry, printed, text_of


@pytest.fixture
def small_chapters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chapters of few entries, so that few entries make many."""
    for name, most in (("_WORDS", 6), ("_SIGNATURES", 5), ("_REGION", 3)):
        monkeypatch.setattr(plan, name, most)


def register(count: int = 24, **changes: object) -> Declaration:
    entries = [entry(place, actions=f"We plant trees in street {place}.", language=("en", "fr", "ar")[place % 3]) for place in range(count)]
    return declaration(entries, **changes)


def printed_by(workshop: Workshop, value: Declaration) -> str:
    out = io.BytesIO()
    return typeset(value, FILES, out, seal_field=True, workshop=workshop).sha256


def groups(tasks: Iterator[plan.Task]) -> list[list[str]]:
    return [[one.public_id for one in task.entries] for task in tasks]


@pytest.mark.usefixtures("small_chapters")
def test_one_process_and_several_give_the_same_bytes_as_chapters_kept_from_before(tmp_path: Path) -> None:
    value = register()
    alone = printed_by(Workshop(), value)
    assert printed_by(Workshop(processes=3), value) == alone
    assert [printed_by(Workshop(processes=1, folder=tmp_path / "kept"), value) for _ in range(2)] == [alone, alone]
    assert printed_by(Workshop(processes=2, folder=tmp_path / "kept"), value) == alone


@pytest.mark.usefixtures("small_chapters")
def test_a_changed_entry_sets_its_own_chapters_anew_and_no_others(tmp_path: Path) -> None:
    value, folder = register(), tmp_path / "kept"
    printed_by(Workshop(folder=folder), value)
    before = set(folder.iterdir())
    changed = replace(value.entries[7], actions="We plant more trees.")
    value = replace(value, entries=(*value.entries[:7], changed, *value.entries[8:]))
    again = printed_by(Workshop(folder=folder), value)
    assert again == printed_by(Workshop(), value)
    made = {path.name for path in set(folder.iterdir()) - before if path.suffix == ".chapter"}
    assert len(made) == 2  # its words, its signature


@pytest.mark.usefixtures("small_chapters")
def test_a_file_that_is_kept_and_damaged_is_set_anew(tmp_path: Path) -> None:
    value, folder = register(8), tmp_path / "kept"
    whole = printed_by(Workshop(folder=folder), value)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:50])
    assert printed_by(Workshop(folder=folder), value) == whole


@pytest.mark.usefixtures("small_chapters")
def test_every_pledge_is_in_one_chapter_of_words_and_in_one_of_signatures() -> None:
    value = register(40)
    signatories = in_reading_order(value)
    expected = sorted(one.public_id for one in value.entries)
    for chapters in (groups(words_tasks(value, signatories, None)), groups(signature_tasks(value, signatories))):
        assert len(chapters) > 4
        assert sorted(one for chapter in chapters for one in chapter) == expected
        assert max(map(len, chapters)) <= 6


def test_words_for_one_theme_are_a_chapter_of_that_theme_only_where_there_are_any() -> None:
    spoken: Entry = entry(1)
    spoken = replace(spoken, themes=(replace(spoken.themes[0], actions="Fibre for all."), *spoken.themes[1:]))
    value = declaration([spoken, entry(2)])
    signatories = [signatory(one, place) for place, one in enumerate(value.entries)]
    assert groups(words_tasks(value, signatories, Theme.DIGITAL)) == [["P1"]]
    assert groups(words_tasks(value, signatories, Theme.PEACEFUL)) == []


def test_the_pages_follow_the_order_of_their_language_and_the_tree_keeps_its_own() -> None:
    germany, spain, egypt = (entry(place, country_code=code) for place, code in enumerate(("DE", "ES", "EG")))
    value = declaration([egypt, germany, spain], language="es")
    assert [value.entries[one.position].country_code for one in in_reading_order(value)] == ["DE", "EG", "ES"]
    text = text_of(printed(value))
    assert text.index("Leader Number0") < text.index("Leader Number2") < text.index("Leader Number1")


@pytest.mark.usefixtures("small_chapters")
def test_the_parts_of_the_structure_stand_in_the_order_of_the_book() -> None:
    pdf = pikepdf.open(io.BytesIO(printed(register())))
    (document,) = pdf.Root.StructTreeRoot.K
    assert [str(part.S) for part in document.K] == ["/Part"] * len(Part)
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    firsts = [min(pages[one.Pg.objgen] for one in within(part) if "/Pg" in one) for part in document.K]
    assert firsts == sorted(firsts)
    assert firsts[0] == 0


def within(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from within(kid)


def test_what_was_used_longest_ago_makes_room_and_what_another_takes_away_meanwhile_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_MOST_KEPT", 0)
    old, gone = tmp_path / "old.chapter", tmp_path / ".writing-by-another"
    old.touch()
    os.utime(old, (0, 0))
    gone.symlink_to(tmp_path / "renamed")  # listed, and not there when it is looked at
    printed_by(Workshop(folder=tmp_path), register(3))
    assert not old.exists()
    assert [path for path in tmp_path.iterdir() if path.suffix == ".chapter"]


def test_nothing_is_left_behind_where_nothing_is_kept(tmp_path: Path) -> None:
    assert len(bytes.fromhex(printed_by(Workshop(scratch=tmp_path), register(3)))) == sha256().digest_size
    assert list(tmp_path.iterdir()) == []


def test_a_workshop_that_nobody_enters_makes_no_folder(tmp_path: Path) -> None:
    Workshop(scratch=tmp_path, folder=tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small_chapters")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_kept_chapter_that_vanishes_before_it_is_bound_is_named_as_gone(tmp_path: Path, processes: int) -> None:
    def empty(part: str, _done: int, _total: int) -> None:
        for file in tmp_path.glob("*.chapter") if part == "index" else ():
            file.unlink()

    shop = Workshop(processes=processes, folder=tmp_path)
    with pytest.raises(ChapterGone, match=tmp_path.name):
        typeset(register(), FILES, io.BytesIO(), seal_field=True, workshop=shop, progress=empty)


@pytest.mark.usefixtures("small_chapters")
def test_a_process_that_is_killed_ends_the_build_with_a_sentence() -> None:
    shop = Workshop(processes=2)

    def kill(part: str, _done: int, _total: int) -> None:
        assert shop._pool is not None
        for process in shop._pool._processes if part == "signatures" else ():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    with pytest.raises(ProcessEnded, match="memory"):
        typeset(register(), FILES, io.BytesIO(), seal_field=True, workshop=shop, progress=kill)


def test_a_document_of_more_objects_than_an_archive_may_hold_is_refused_before_a_byte_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(binding, "MOST_OBJECTS", 50_100)
    with pytest.raises(TooManyObjects, match="50,100"):
        typeset(register(24), FILES, out, seal_field=True)
    assert out.getvalue() == b""


class _Touches:
    """What a hostile pickle does as soon as it is read by a reader that trusts it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("place", ["summary", "chapter"])
def test_a_chapter_from_elsewhere_that_names_any_function_is_neither_run_nor_kept(tmp_path: Path, place: str) -> None:
    value = register(3)
    task = next(signature_tasks(value, in_reading_order(value)))
    (tmp_path / "good").mkdir()
    summary = lay_out(task, tmp_path / "good")
    touched, file = tmp_path / "touched", chapter_file(task, tmp_path)
    hostile = _Touches(touched)
    content = pickle.dumps(hostile if place == "summary" else (summary, pickle.dumps(hostile)))
    signed = sha256(content).digest() + content  # whole by its own hash, which anybody can make
    take_in(signed, file)
    assert not file.exists()
    file.write_bytes(signed)
    lay_out(task, tmp_path)
    assert not touched.exists()
    pickle.loads(pickle.dumps(hostile))  # noqa: S301 (our own, to show that it would have done it)
    assert touched.exists()


@pytest.mark.usefixtures("small_chapters")
def test_two_builds_in_one_folder_at_once_give_the_bytes_of_one_alone(tmp_path: Path) -> None:
    value = register()
    alone = printed_by(Workshop(), value)
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(printed_by, Workshop(processes=2, folder=tmp_path), value) for _ in range(2)]
        assert [one.result() for one in both] == [alone, alone]
    assert not list(tmp_path.glob(".writing-*"))
