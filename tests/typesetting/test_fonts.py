import os
import subprocess
import sys
from pathlib import Path

import pytest

from pledges.typesetting.embedding import embedded_font
from pledges.typesetting.faces import HANAZONO, KEPT, sources
from pledges.typesetting.fonts import Face, Family, Style, candidates, face, prepare
from pledges.typesetting.itemising import script_of
from pledges.typesetting.shaping import shape
from pledges.typesetting.text import line

SCRIPTS = [row.split(" ", 1) for row in (Path(__file__).parent / "scripts.txt").read_text("utf-8").splitlines()]
"""Up to four letters of every script that Debian's fonts-noto-core has a font for."""


@pytest.mark.parametrize(("script", "letters"), SCRIPTS, ids=[script for script, _ in SCRIPTS])
def test_every_script_of_debians_core_fonts_has_a_face(script: str, letters: str) -> None:
    for letter in letters:
        found = [source for source in candidates(frozenset(letter), Style(), "SC") if HANAZONO not in source.path.parents]
        assert found, f"{script}: no face has {letter!a}"


def test_a_face_keeps_its_key_and_no_two_share_a_name() -> None:
    names = [source.name for source in sources()]
    assert len(set(names)) == len(names)
    assert face(sources()[7]).key == "F7"


def test_every_kept_font_file_is_asked_and_has_a_licence_beside_it() -> None:
    assert {path.stem for path in KEPT.glob("*.ttf")} <= {source.name for source in sources()}
    assert "SIL Open Font License, Version 1.1" in (KEPT / "OFL.txt").read_text("utf-8")
    assert "Unlimited permission" in (KEPT / "LICENSE-hanazono.txt").read_text("utf-8")


def test_prepared_faces_are_found_again_and_lie_outside_the_instance() -> None:
    assert prepare() == prepare()
    assert prepare().parent.name == "fonts"


def test_two_processes_may_prepare_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", "from pledges.typesetting.fonts import prepare; print(prepare())"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    folders = {process.communicate()[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(folders) == 1
    assert [path.name for path in (tmp_path / "pledges" / "fonts").iterdir()] == [Path(folders.pop()).name]


def test_bold_and_italic_have_faces_of_their_own_and_other_scripts_the_nearest() -> None:
    latin, georgian = frozenset("a"), frozenset("ა")
    assert candidates(latin, Style(bold=True, italic=True), "SC")[0].name == "NotoSerif-BoldItalic"
    assert candidates(latin, Style(Family.SANS), "SC")[0].name == "NotoSans-Regular"
    assert candidates(latin, Style(Family.MONO), "SC")[0].name == "NotoSansMono-Regular"
    assert candidates(georgian, Style(bold=True, italic=True), "SC")[0].name == "NotoSansGeorgian-Bold"


def test_italics_are_those_of_latin_greek_and_cyrillic_in_both_voices() -> None:
    for letter in "aαж":
        for family, name in ((Family.SERIF, "NotoSerif"), (Family.SANS, "NotoSans")):
            assert candidates(frozenset(letter), Style(family, italic=True), "SC")[0].name == f"{name}-Italic"
            assert candidates(frozenset(letter), Style(family, bold=True), "SC")[0].name == f"{name}-Bold"


def test_amiri_is_set_larger_than_the_size_that_is_asked_for() -> None:
    arabic, latin = line("سلام", Style(), "ar"), line("salam", Style(), "en")
    amiri = arabic.runs[0].face
    assert amiri.optical > 1
    own = sum(amiri.advance(glyph) for glyph in shape("سلام", amiri, "Arab", "ar", True).glyphs) * amiri.scale
    assert arabic.width == pytest.approx(own * amiri.optical)
    assert b" %g Tf" % (10 * amiri.optical) in arabic.operators(10)
    assert b" 10 Tf" in latin.operators(10)


def test_each_code_of_a_face_stands_for_one_glyph_and_one_text() -> None:
    amiri = _face("Amiri-Regular")
    assert min(amiri.codes.values()) >= amiri.glyph_count
    assert len(set(amiri.codes.values())) == len(amiri.codes)
    assert all(amiri.usual[glyph] != text for glyph, text in amiri.codes)


def test_an_embedded_font_holds_only_what_was_used_and_keeps_glyph_numbers() -> None:
    serif = _face("NotoSerif-Regular")
    glyph = serif.font.get_nominal_glyph(ord("A"))
    font = embedded_font(serif, frozenset({glyph}))
    assert font == embedded_font(serif, frozenset({glyph}))
    assert font.base_name[6:] == "+NotoSerif-Regular"
    assert list(font.widths) == [glyph]
    assert font.cid_to_gid is None
    assert b"<%04X><0041>" % glyph in font.to_unicode
    assert len(font.program) < serif.path.stat().st_size / 10


def test_a_further_code_is_mapped_to_its_glyph() -> None:
    serif = _face("NotoSerif-Regular")
    (glyph, text), code = next(iter(serif.codes.items()))
    font = embedded_font(serif, frozenset({code}))
    assert font.cid_to_gid is not None
    assert int.from_bytes(font.cid_to_gid[2 * code : 2 * code + 2], "big") == glyph
    assert text.encode("utf-16-be").hex().upper().encode() in font.to_unicode


def test_the_sample_letters_are_of_the_scripts_they_stand_for() -> None:
    assert [script for script, letters in SCRIPTS if script not in ("Hira", "Kana", "Bopo") and script_of(letters[0]) != script] == []


def _face(name: str) -> Face:
    return face(next(source for source in sources() if source.name == name))
