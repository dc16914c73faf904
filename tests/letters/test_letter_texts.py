"""Letters' texts: what an editor writes is checked before it stands, and none of it can do more than fill in names."""

from pathlib import Path

import pytest

from pledges.domain.languages import INTERFACE
from pledges.domain.problems import Refused
from pledges.letters.html import html, passages, without_secrets
from pledges.letters.kinds import KINDS, may_wait
from pledges.letters.texts import check_text, own_text, placeholders, preview, rendered

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "mail"
PARTS = {"reasons", "text_of_pledge"}
SITE = "https://pledges.example"
GOOD = "For {{ government }}\n\n{{ leader }}\n{{ link }} {{ ask }} {{ expires }}\n"


def test_every_kind_stands_in_six_languages_passes_its_own_check_and_has_a_name() -> None:
    files = {tuple(path.name.split(".")[:2]) for path in FOLDER.glob("*.??.txt")}
    assert {(kind, language) for kind in (*KINDS, *PARTS) for language in INTERFACE} == files
    for kind in KINDS:
        for language in INTERFACE:
            check_text(kind, language, own_text(kind, language))
            subject, body = preview(kind, language, None)
            assert "Konya" in subject or "Rev.0" in subject or kind.startswith("officer_")
            assert "‹" not in body, f"{kind} has a placeholder without a sample"


def test_every_language_of_a_kind_holds_the_same_placeholders() -> None:
    for kind in KINDS:
        for language in INTERFACE:
            assert [name for name in placeholders(kind)[1] if name not in own_text(kind, language)] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("{{ link }}", ""), "needs its placeholder link"),
        (GOOD + "{{ password }}", "no placeholder password"),
        (GOOD + "{% if", "Line 5 cannot be read"),
        (GOOD + "{{ leader.__class__ }}", "Line 5 holds a command"),
        (GOOD + "{{ leader * 1000000000 }}", "holds a command"),
        (GOOD + "{{ leader | indent(900000000) }}", "holds a command"),
        (GOOD + "{{ leader.upper() }}", "holds a command"),
        (GOOD + "{% for a in leader %}{% for b in leader %}{{ b }}{% endfor %}{% endfor %}", "holds a command"),
        (GOOD + "{% include 'sign_link.en.txt' %}", "holds a command"),
        (GOOD + "{% for a in range(9) %}{% endfor %}", "holds a command"),
        ("\n\n" + GOOD.replace("For {{ government }}", ""), "first line is the subject"),
        (GOOD.partition("\n")[0] + " {{ link }}{{ ask }}{{ expires }}", "first line is the subject"),
        ("long" * 50 + GOOD, "subject is too long"),
        (GOOD * 300, "too long"),
    ],
)
def test_a_text_that_could_not_be_sent_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        check_text("accepted", "en", text)


def test_a_placeholder_that_not_every_letter_has_stands_within_its_condition() -> None:
    text = "For {{ government }}\n\n{{ link }} {{ expires }}\n"
    with pytest.raises(Refused, match="within its condition"):
        check_text("sign_link", "en", text + "{{ code }}")
    check_text("sign_link", "en", text + "{% if code is defined %}{{ code }}{% endif %}")


def test_a_text_that_fails_after_all_gives_way_to_the_file_and_loses_no_letter() -> None:
    values = {"government": "Oulu", "link": "L", "expires": "E", "ask": "A"}
    assert rendered("status_link", "en", "Mine\n\n{{ nonsense }}", values)[0] == "Your link to the pledge of Oulu"
    assert rendered("status_link", "en", "Mine for {{ government }}\n\n{{ link }}", values) == ("Mine for Oulu", "L\n")


def test_only_what_a_desk_decides_may_wait_and_nothing_that_is_needed_to_sign() -> None:
    assert {kind for kind in KINDS if not may_wait(kind)} >= {"sign_link", "resume_link", "status_link", "receipt"}
    assert may_wait("accepted")
    assert not may_wait("unheard_of")


def test_html_says_the_same_and_escapes_what_others_typed() -> None:
    made = html("<b>Oulu</b>", "Hello <script>&\n\n    a quote\n", language="en", base_url=SITE)
    assert "&lt;b&gt;Oulu" in made
    assert "Hello &lt;script&gt;&amp;" in made
    assert "<script" not in made
    assert "border-left" in made


def test_only_our_own_addresses_become_links() -> None:
    body = f'{SITE}/leader/ask\n\nhttps://evil.example/x\n\nSee {SITE}/x\n\n{SITE}.evil.example/x\n\n    {SITE}/y"onclick\n'
    made = html("S", body, language="en", base_url=SITE)
    assert made.count("<a ") == 1
    assert f'href="{SITE}/leader/ask"' in made


def test_an_arabic_letter_reads_from_right_to_left_and_words_in_another_script_in_their_own_direction() -> None:
    made = html("رسالة", "مرحبا Konya\n\nAyşe Yıldırım\n", language="ar", base_url=SITE)
    assert '<html lang="ar" dir="rtl">' in made
    assert [part.direction for part in passages("مرحبا Konya\n\nAyşe\n\n12\n", language="ar", base_url=SITE)] == ["rtl", "ltr", "rtl"]


def test_officers_never_see_where_a_link_leads() -> None:
    assert without_secrets("Open [link:0123456789ab] or [code:0123456789ab]") == "Open [link] or [code]"


def test_a_subject_with_names_beyond_anything_ordinary_is_cut_rather_than_lost() -> None:
    values = {"government": "x" * 250, "leader": "y" * 250, "asked": "z", "link": "L", "expires": "E", "ask": "A"}
    subject, _body = rendered("sent_back", "en", None, values)
    assert len(subject) == 400
    assert subject.endswith("…")
