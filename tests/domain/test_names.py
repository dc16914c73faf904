import csv
from pathlib import Path

import pytest

from pledges.domain.cleaning import clean_line
from pledges.domain.names import check_latin_name, check_name, check_words, holds_seen, look_alike
from pledges.domain.problems import Refused


@pytest.mark.parametrize(
    "name",
    [
        "Siobhán O'Brien",
        "Brian O’Connor-D’Arcy",
        "ʻAna Taufeʻulungaki",
        "ǃNanseb ǂKhari ǀUirab",
        "Adébáyọ̀ Ọ̀ṣọ́-Ẹ̀gbẹ́yẹmí",
        "Nguyễn Thị Hồng",
        "Martin L. Hughes, Jr., Ph.D.",
        "Gert Weiß",
        "ნინო ბერიძე",
        "ᏣᎳᎩ ᎠᏂᏴᏫᏯ",
        "ߒߞߏ ߡߊ߲",
        "علی‌رضا نیک‌نژاد",
        "क्‍षत्रिय",
        "རྡོ་རྗེ བློ་ལྡན",
        "ลักษณ์ น้ำ",
        "メアリー・スミス",
        "髙橋 ゆき子",
        "ㄅ阿",
        "김 秀",
        "이석李",
        "陳𠮷𤭢",
        "𱍊㐂",
        "阿卜杜拉·买买提",
        "ד״ר יעל כהן (Dr. Yael Cohen)",
        "Иван Petrov-Петров II",
        "မြို့ လျှို့",
        "ᾧ Ὦ",
        "Suharyanto",
    ],
)
def test_a_name_of_the_world_is_taken(name: str) -> None:
    check_name(clean_line(name), "leader_name")


@pytest.mark.parametrize("name", ["...", "12345", "🙂🙂", "\u3164", "\u115f\u1160", "\uffa0", "\u0301", "١٢٣", "-"])
def test_a_name_without_a_letter_that_can_be_seen_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="at least one letter"):
        check_name(name, "leader_name")


@pytest.mark.parametrize(
    ("name", "word"), [("Marie Dupоnt", "Dupоnt"), ("Karl Κaufmann", "Κaufmann"), ("Anna-Мaria", "Мaria"), ("김A", "김A"), ("カA", "カA")]
)
def test_a_word_in_two_scripts_is_refused_by_name(name: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name(name, "leader_name")
    assert refused.value.problems[0].values["word"] == word
    assert refused.value.problems[0].field == "leader_name"


@pytest.mark.parametrize(
    "office",
    [
        "Büyükşehir Belediye Başkanı",
        "市長",
        "IT推進部長",
        "カナダ大使・市長",
        "Ville n° 3 (2024)",
        "e-хокимият",
        "AI시장",
        "رئيس البلدية",
        "...",
    ],
)
def test_an_office_of_the_world_is_taken(office: str) -> None:
    check_words(clean_line(office), "leader_role")


@pytest.mark.parametrize("office", ["Mаyor", "Мayor of Konya", "Prеsident", "Κonya", "市Мэр"])
def test_an_office_that_poses_in_another_script_is_refused(office: str) -> None:
    with pytest.raises(Refused, match="mixes letters"):
        check_words(office, "leader_role")


def test_four_marks_stand_on_one_base_and_five_do_not() -> None:
    check_name("Z\u0301\u0317\u0323\u0332 a\u0301", "leader_name")
    for five in ("Z\u0301\u0317\u0323\u0332\u0353", "á\u0317\u0323\u0332\u0353", "Z\u0301\u0317\u200d\u0323\u034f\u0332\u0353"):
        with pytest.raises(Refused, match="More than 4 marks"):
            check_name(five, "leader_name")


def test_a_latin_name_is_latin_throughout() -> None:
    check_latin_name("Khaled al-ʿAsad", "leader_name_latin")
    with pytest.raises(Refused, match="Latin letters"):
        check_latin_name("Khaled خالد", "leader_name_latin")


def test_look_alikes_are_found_and_other_names_are_not() -> None:
    assert look_alike("Раul", "Paul")
    assert not look_alike("Paul", "Paul")
    assert not look_alike("Paula", "Paul")


@pytest.mark.parametrize(
    ("text", "seen"), [("\u200b\u2060", False), ("\u2800\u3164 \n", False), ("🙂", True), (".", True), ("ก", True), ("\ufe0f\u200d", False)]
)
def test_what_cannot_be_seen_is_no_text(text: str, seen: bool) -> None:
    assert holds_seen(text) is seen


def test_every_real_leader_may_sign(shared_data: Path) -> None:
    with (shared_data / "leaders_real.csv").open(encoding="utf-8", newline="") as lines:
        names = {row["name"] for row in csv.DictReader(lines)}
    assert len(names) > 1_000
    for name in names:
        check_name(clean_line(name), "leader_name")
