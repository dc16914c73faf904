import csv
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest

from pledges.typesetting.direction import RIGHT_TO_LEFT, by_direction, steady
from pledges.typesetting.faces import HANAZONO
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.text import Line, clear_caches, line, paragraph
from tests.typesetting.plain import plain_pdf

SERIF, SANS = Style(), Style(Family.SANS)


def read_back(lines: Sequence[Line], folder: Path) -> str:
    file = folder / "lines.pdf"
    file.write_bytes(plain_pdf(lines))
    return subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True).stdout.decode()


def essence(text: str, *, marks: bool = True) -> str:
    """NFKC without spaces and format characters, and without combining marks where asked."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c) != "Cf")
    if marks:
        return unicodedata.normalize("NFC", kept)
    return "".join(c for c in unicodedata.normalize("NFD", kept) if unicodedata.category(c)[0] != "M")


def faces(result: Line) -> list[str]:
    return [run.face.name for run in result.runs]


def shown(result: Line) -> str:
    """The texts of the codes from left to right."""
    texts = []
    for run in result.runs:
        known = {cid: run.face.further[cid][1] if cid in run.face.further else run.face.usual.get(cid, "?") for cid in run.cids}
        for _, operator in run.operators:
            codes = "".join(part.split(">")[0] for part in operator.decode().split("<")[1:]) if operator[-2:] in (b"Tj", b"TJ") else ""
            texts += [known[int(codes[at : at + 4], 16)] for at in range(0, len(codes), 4)]
    return "".join(texts)


# ---------------------------------------------------------------- reading back


@pytest.mark.parametrize("register", ["pledges_300.csv", "pledges_2000.csv"])
def test_every_name_of_the_example_registers_reads_back(register: str, shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / register).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [line(part, Style(bold=True), row["pledge_language"]) for row in rows for part in by_direction(row["leader_name"])]
    assert {character for result in lines for character in result.missing} == set()
    found = read_back(lines, tmp_path)
    whole, bare = essence(found), essence(found, marks=False)
    lost = []
    for name in (row["leader_name"] for row in rows):
        right = RIGHT_TO_LEFT.search(name) is not None
        if essence(name) not in whole and not (right and essence(name, marks=False) in bare):
            lost.append(name)
    assert lost == []


def test_the_declaration_of_human_rights_reads_back_in_every_language(shared_data: Path, tmp_path: Path) -> None:
    poor = {}
    for entry in json.loads((shared_data / "udhr" / "index.json").read_text("utf-8")):
        if entry["code"] == "vie_han" and not HANAZONO.exists():
            continue
        source = json.loads((shared_data / "udhr" / f"{entry['code']}.json").read_text("utf-8"))
        texts = [text for article in source["articles"][:4] for text in article["paragraphs"]]
        lines = [part for text in texts for part in paragraph(text, SERIF, source["bcp47"], size=12, width=700)]
        assert [part.missing for part in lines if part.missing] == [], entry["code"]
        found = essence(read_back(lines, tmp_path))
        words = [essence(word) for text in texts for word in text.split()]
        share = sum(word in found for word in words) / max(len(words), 1)
        if share < 0.98:
            poor[entry["code"]] = round(share, 3)
    assert poor == {}


def test_another_reader_finds_the_same_words() -> None:
    texts = ["Città di Ōtsu", "Ελλάδα", "ประเทศไทย", "भारत के लोग", "서울특별시", "東京都", "القاهرة"]
    found = essence(in_chromium([line(text, SERIF, "und") for text in texts]))
    assert [text for text in texts if essence(text) not in found] == []


def in_chromium(lines: Sequence[Line]) -> str:
    """The lines as pdfium reads them, Chromium's reader."""
    document = pypdfium2.PdfDocument(plain_pdf(lines))
    found = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return found


def test_words_with_marks_above_and_below_are_whole_and_in_order_in_two_readers(tmp_path: Path) -> None:
    def words(read: str) -> list[str]:
        plain = "".join(c for c in unicodedata.normalize("NFKC", read) if unicodedata.category(c) != "Cf" and c not in "،,.")
        return plain.split()

    for text, language in (
        ("أحرارًا لا عقلاً. من", "ar"), ("ހުރިހާ އިންސާނުން، އެވެ", "dv"), ("פֿרײַ און זאָל, גלײַך", "yi"), ("עִבְרִית", "he"),
        ("عقیدهٔ تأمین", "fa"), ("kọ̀ọ̀kan bẹ́ẹ̀.", "yo"), ("Nguyễn Thị", "vi"),
    ):  # fmt: skip
        lines = [line(text, SERIF, language)]
        assert (words(read_back(lines, tmp_path)), words(in_chromium(lines))) == (words(text), words(text))


def test_a_mark_stands_where_it_stood_and_its_blanks_take_no_room() -> None:
    for text, language in (("ހުރި", "dv"), ("זאָל", "yi"), ("أحرارًا", "ar")):
        result = line(text, SERIF, language)
        bare = line("".join(c for c in text if unicodedata.category(c)[0] != "M"), SERIF, language)
        assert result.width == pytest.approx(bare.width, abs=20)


def test_a_variation_selector_that_no_font_has_shows_its_base_and_stays_in_the_text(tmp_path: Path) -> None:
    plain, selected = line("葛城", SERIF, "ja"), line("葛\U000e0103城", SERIF, "ja")
    assert selected.missing == ()
    assert selected.width == plain.width
    assert "葛\U000e0103城" in read_back([selected], tmp_path)


def test_joiners_change_the_letters_and_stay_in_the_text(tmp_path: Path) -> None:
    joined, parted = line("نیکنژاد", SERIF, "fa"), line("نیک\u200cنژاد", SERIF, "fa")
    assert joined.runs[0].operators != parted.runs[0].operators
    assert "نیک\u200cنژاد" in read_back([parted], tmp_path)


def test_a_hyphen_at_the_end_of_a_line_is_kept(tmp_path: Path) -> None:
    lines = paragraph("Marie-Claire", SERIF, "fr", size=10, width=40)
    assert [part.text for part in lines] == ["Marie-", "Claire"]
    assert essence(read_back(lines, tmp_path)) == "Marie-Claire"


def test_a_space_or_filler_that_a_face_lacks_is_set_in_another_or_named() -> None:
    for character in "\u1680\u115f\u1160\u3164\uffa0\u3000\u202f\u200b\u00ad\ufe0f":
        result = line(f"a{character}b", SERIF, "en")
        assert result.missing or all(0 not in run.cids for run in result.runs), ascii(character)


# ---------------------------------------------------------------- direction


def test_numbers_and_latin_words_stand_in_their_own_direction_within_arabic() -> None:
    result = line("عام 2024 في Paris", SERIF, "ar")
    assert result.rtl
    assert shown(result) == "Paris يف 2024 ماع"


def test_brackets_turn_with_the_direction_and_keep_their_text() -> None:
    result = line("א (ב) ג", SERIF, "he")
    assert shown(result) == "ג )ב( א"


def test_the_first_strong_letter_gives_the_direction_unless_it_is_given() -> None:
    assert line("12 שלום", SERIF, "he").rtl
    assert not line("Paris שלום", SERIF, "he").rtl
    assert line("Paris", SERIF, "ar", rtl=True).rtl
    assert shown(line("Paris!", SERIF, "ar", rtl=True)) == "!Paris"


def test_letters_beyond_the_basic_plane_are_ordered_too() -> None:
    result = line("𞤀𞤣 abc 𞤤", SERIF, "ff-Adlm")
    assert result.rtl
    assert result.said == result.text
    assert [run.actual_text for run in result.runs if run.actual_text] == []
    assert shown(result).index("abc") > 0


def test_a_sign_at_the_edge_of_a_name_stays_beside_it_in_a_line_from_right_to_left() -> None:
    assert shown(line(steady("'Eua") + "، تونغا", SERIF, "ar", rtl=True)).endswith("'Eua")
    assert "Washington D.C." in shown(line(f"{steady('Washington D.C.')}، كندا", SERIF, "ar", rtl=True))
    assert (steady("Bo"), steady("עכו (ישן)"), steady("")) == ("Bo", "עכו (ישן)", "")


def test_a_name_of_two_directions_is_cut_where_it_turns() -> None:
    assert by_direction("ד״ר יעל כהן (Dr. Yael Cohen)") == ["ד״ר יעל כהן", "(Dr. Yael Cohen)"]
    assert by_direction("عمر 12 علي") == ["عمر 12 علي"]
    assert by_direction("Jean-Paul O’Neil") == ["Jean-Paul O’Neil"]


# ---------------------------------------------------------------- faces


def test_han_characters_take_the_forms_of_their_language() -> None:
    forms = {
        language: faces(line("直骨", SERIF, language)) for language in ("zh-Hans", "zh-Hant", "ja", "ko", "zh", "zh-HK", "en", "en-TW")
    }
    assert forms == {
        "zh-Hans": ["NotoSansSC-Regular"],
        "zh-Hant": ["NotoSansTC-Regular"],
        "ja": ["NotoSansJP-Regular"],
        "ko": ["NotoSansKR-Regular"],
        "zh": ["NotoSansSC-Regular"],
        "zh-HK": ["NotoSansTC-Regular"],
        "en": ["NotoSansSC-Regular"],
        "en-TW": ["NotoSansTC-Regular"],
    }
    assert faces(line("直骨のまち", SERIF, "en")) == ["NotoSansJP-Regular"]


def test_a_rare_han_character_of_the_example_has_a_face() -> None:
    assert line("𤭢", SERIF, "zh-Hant").missing == ()


def test_shared_characters_have_the_face_of_the_word_that_they_begin_and_of_the_letters_that_follow() -> None:
    latin, arabic = "NotoSans-Regular", "Amiri-Regular"
    assert faces(line("الجذر 8747de51", SANS, "ar")) == [latin, arabic]
    assert faces(line("ختم (PAdES)", SANS, "ar")) == [latin, latin, latin, arabic]  # each bracket turns by itself
    assert set(faces(line("1 آب 2024", SANS, "ar"))) == {arabic}
    assert faces(line("12 漢字", SANS, "zh")) == [latin, "NotoSansSC-Regular"]


def test_marks_stay_in_the_face_of_their_base() -> None:
    assert faces(line("Ọ̀ṣọ́-Ẹ̀gbẹ́", SERIF, "yo")) == ["NotoSerif-Regular"]


def test_signs_and_pictures_print_and_leave_spaces_to_the_text() -> None:
    result = line("5º 3³ ₿ → ✓ ☎️ 👩‍🚒 🌍 a", SERIF, "en")
    assert result.missing == ()
    assert faces(result)[-1] == "NotoSerif-Regular"


def test_a_missing_glyph_is_named_and_never_replaced() -> None:
    result = line("a\u0378b\U00010fb0", SERIF, "en")
    assert result.missing == ("\u0378", "\U00010fb0")
    assert [part.missing for part in paragraph("abc\n\u0378", SERIF, "en", size=10, width=100)] == [(), ("\u0378",)]


def test_a_mark_alone_in_a_face_without_a_space_shows_nothing() -> None:
    name = line("𤭢\u200f، mayor", SERIF, "ar", rtl=True)
    assert "PledgesHan-Regular" in faces(name)
    assert "mayor" in shown(name)


def test_characters_without_a_form_are_never_missing() -> None:
    assert line("a\u200bb\u200d\ufe0fc\u2060\u2009d", SERIF, "en").missing == ()


# ---------------------------------------------------------------- lines


def test_lines_are_no_wider_than_allowed_and_lose_no_character() -> None:
    text = "Local and regional governments commit to digital, peaceful and sustainable futures for all their people."
    lines = paragraph(text, SERIF, "en", size=10, width=120)
    assert all(part.width * 10 / 1000 <= 120 for part in lines)
    assert " ".join(part.text for part in lines) == text


def test_thai_breaks_between_words_and_korean_at_spaces() -> None:
    thai = paragraph("มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน", SERIF, "th", size=10, width=60)
    assert [part.text for part in thai][:2] == ["มนุษย์ทั้งหลาย", "เกิดมามีอิสระ"]
    korean = paragraph("모든 인간은 태어날 때부터 자유로우며", SERIF, "ko", size=10, width=50)
    assert all(part.text in ["모든", "인간은", "태어날", "때부터", "자유로우며"] or " " in part.text for part in korean)


def test_a_word_too_long_for_the_line_breaks_between_clusters() -> None:
    lines = paragraph("e\u0301" * 60, SERIF, "fr", size=10, width=50)
    assert len(lines) > 2
    assert all(len(part.text) % 2 == 0 and part.width * 10 / 1000 <= 50 for part in lines)


def test_a_line_feed_ends_a_line_and_an_empty_line_stays() -> None:
    assert [part.text for part in paragraph("a\n\nb", SERIF, "en", size=10, width=100)] == ["a", "", "b"]


def test_a_tab_is_two_ems_wide() -> None:
    assert line("a\tb", SERIF, "en").width == pytest.approx(line("a", SERIF, "en").width + line("b", SERIF, "en").width + 2000)


def test_a_soft_hyphen_shows_only_at_the_end_of_a_line() -> None:
    text = "Donau\u00addampf\u00adschiff"
    whole = paragraph(text, SERIF, "de", size=10, width=400)
    assert whole[0].width == pytest.approx(line("Donaudampfschiff", SERIF, "de").width, abs=40)
    first = paragraph(text, SERIF, "de", size=10, width=40)[0]
    assert first.runs[-1].actual_text == "Donau\u00ad"
    assert first.width == pytest.approx(line("Donau-", SERIF, "de").width)


def test_the_first_line_may_be_shorter() -> None:
    lines = paragraph("one two three four", SERIF, "en", size=10, width=60, first_indent=40)
    assert lines[0].text == "one"


def test_a_cut_line_looks_like_one_shaped_by_itself() -> None:
    for text, language in (
        ("السلام عليكم ورحمة الله وبركاته", "ar"),
        ("सभी मनुष्यों को गौरव और अधिकारों", "hi"),
        ("AVAST Toy Wave office", "en"),
    ):
        for part in paragraph(text, SERIF, language, size=10, width=60):
            assert part.operators(10) == line(part.text, SERIF, language, rtl=part.rtl).operators(10)


def test_the_same_text_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib, sys; from tests.typesetting.plain import plain_pdf; from pledges.typesetting.text import Style, line;"
        "texts = ['office', 'السلام عليكم', 'क्षेत्र', '東京 ☎️ 👩‍🚒', 'Ọ̀ṣọ́', 'ދިވެހި'];"
        "print(hashlib.sha256(plain_pdf([line(text, Style(), 'und') for text in texts])).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_forgotten_lines_are_made_again_alike() -> None:
    before = line("Żółć", SERIF, "pl")
    clear_caches()
    assert line("Żółć", SERIF, "pl") == before


def test_the_comma_of_chinese_is_that_of_the_chinese_font_also_after_latin_words() -> None:
    for text, language, font in (
        ("Pest、匈牙利", "zh", "NotoSansSC"),
        ("Pest、匈牙利", "zh-TW", "NotoSansTC"),
        ("Pest。", "ja", "NotoSansJP"),
    ):
        faces = dict.fromkeys(run.face.name.partition("-")[0] for run in line(text, Style(), language).runs)
        assert list(faces) == ["NotoSerif", font]


def test_khmer_lao_and_burmese_break_between_words_of_their_dictionaries() -> None:
    for text, language in (
        ("មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាព", "km"),
        ("ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ", "lo"),
        ("လူတိုင်းသည်တူညီလွတ်လပ်သောဂုဏ်သိက္ခာဖြင့်", "my"),
    ):
        lines = paragraph(text, SERIF, language, size=10, width=60)
        assert len(lines) > 1
        assert "".join(part.text for part in lines) == text
        assert all(part.width * 10 / 1000 <= 60 for part in lines)
