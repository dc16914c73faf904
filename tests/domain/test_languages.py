import csv
from pathlib import Path

import pytest

from pledges.domain.languages import direction, language_name, language_tag, native_name, punctuation
from pledges.domain.names import check_name
from pledges.domain.problems import Refused


@pytest.mark.parametrize(
    "tag", ["en", "pt-BR", "zh-Hant", "sa-Gran", "nod-Lana", "ff-Adlm", "mn-Mong", "tl-Tglg", "cnr", "es-419", "ca-valencia", "EN", "blt"]
)
def test_a_registered_tag_is_kept_as_typed(tag: str) -> None:
    assert language_tag(tag, "pledge_language") == tag


@pytest.mark.parametrize(
    "tag", ["english", "en_US", "xx-", "x-private", "root", "i-klingon-zz", "en-US-x-", "jp", "de-1901-1901", "en-000", "en-\u0130N"]
)
def test_what_is_not_registered_is_refused(tag: str) -> None:
    with pytest.raises(Refused, match="registered tag"):
        language_tag(tag, "pledge_language")


def test_the_language_decides_the_direction_of_a_mixed_text() -> None:
    assert direction("he", "Smart City 2.0: פרויקט") == "rtl"
    assert direction("ar", "") == "rtl"
    assert direction("ar", "Hello") == "ltr"
    assert direction("ff-Adlm") == direction("syr") == direction("dv") == "rtl"
    assert direction("en", "Hello שלום") == "ltr"
    assert direction("ku", "سڵاو") == "rtl"


def test_a_language_has_its_own_name_and_one_for_the_reader() -> None:
    assert [native_name(tag) for tag in ("fr", "ar", "zh-Hant", "mn-Mong")] == ["français", "العربية", "中文（繁體）", "ᠮᠣᠩᠭᠣᠯ"]
    assert [language_name("de", reader) for reader in ("en", "fr", "ar")] == ["German", "allemand", "الألمانية"]
    assert [language_name(tag, "fr") for tag in ("cnr", "mnw")] == ["Montenegrin", "Mon"]


def test_every_language_of_the_pledges_has_names_that_are_no_codes(shared_data: Path) -> None:
    with (shared_data / "pledges_2000.csv").open(encoding="utf-8", newline="") as lines:
        tags = {row["pledge_language"] for row in csv.DictReader(lines)}
    assert len(tags) > 80
    for tag in tags:
        assert language_tag(tag, "pledge_language") == tag
        assert native_name(tag) != tag != language_name(tag, "fr")


@pytest.mark.parametrize(("language", "scripts"), [("en", "Cyrillic, Latin"), ("zh", "Cyrillic、Latin"), ("ar", "Cyrillic، Latin")])
def test_the_members_of_a_list_stand_apart_as_the_reader_writes_lists(language: str, scripts: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name("Аyşe", "leader_name")
    assert refused.value.problems[0].told("%(scripts)s", punctuation(language).between) == scripts
