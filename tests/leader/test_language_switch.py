"""Changing the language keeps the page and what was typed, without JavaScript and whatever the page answers."""

import re
from html import unescape
from typing import Any

from pledges.domain.lifecycle import Move
from tests.leader.cabinet import GOOD, Cabinet, csrf, path
from tests.leader.decided import decide

ANN = "ann@konya.example.org"


def switch(browser: Cabinet, page: Any, **typed: str) -> Any:
    """Press العربية on a page whose form holds what was typed; where nothing is typed, it is a link."""
    button = re.search(r'<button type="submit" form="typed" formaction="([^"]+lang=ar)" formnovalidate name="stay" value="ar"', page.text)
    if button is None:
        link = re.search(r'<a href="([^"]+lang=ar)"', page.text)
        assert link
        return browser.client.get(unescape(link[1]))
    form = re.search(r'<form method="post" id="typed".*?</form>', page.text, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', form[0]))
    return browser.client.post(unescape(button[1]), data=hidden | {"csrf_token": csrf(page), "stay": "ar"} | typed, follow_redirects=True)


def test_words_of_a_step_are_there_in_the_other_language_good_and_bad_ones(cabinet: Cabinet) -> None:
    cabinet.begin()
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/office"), leader_name="Ayşe Yıldırım", leader_email="mayor@")
    assert (page.status_code, page.request.path) == (422, f"{cabinet.home}/office")
    assert 'lang="ar" dir="rtl"' in page.text
    assert 'value="Ayşe Yıldırım"' in page.text
    assert 'value="mayor@"' in page.text
    fields = {name: GOOD[name] for name in ("leader_name", "leader_role", "office_local", "leader_email")}
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/office?lang=en"), **fields)
    assert (page.status_code, page.request.path) == (200, f"{cabinet.home}/office")
    assert 'lang="ar" dir="rtl"' in page.text
    assert f'value="{GOOD["leader_email"]}"' in page.text


def test_words_that_two_changed_are_both_there_in_the_other_language(cabinet: Cabinet) -> None:
    cabinet.begin()
    cabinet.fill()
    page = cabinet.client.get(f"{cabinet.home}/words")
    cabinet.post("words", actions_digital="Theirs.")
    page = switch(cabinet, page, actions_digital="Mine.")
    assert page.status_code == 409
    page = switch(cabinet, page, actions_digital="Mine.")
    assert page.status_code == 409
    assert "Theirs" in page.text
    assert "Mine.</textarea>" in page.text


def test_other_forms_come_back_as_they_were_typed_and_nothing_is_done(cabinet: Cabinet) -> None:
    page = switch(cabinet, cabinet.client.get("/leader/start?government=own"), government_name="Springfield", preparer_email="a@b.example")
    assert 'value="Springfield"' in page.text
    assert 'value="a@b.example"' in page.text
    cabinet.begin()
    before = cabinet.letters()
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/cabinet?lang=en"), address=ANN, note="Please read.", keeps="no")
    assert page.status_code == 200
    assert f'value="{ANN}"' in page.text
    assert "Please read.</textarea>" in page.text
    assert 'value="no" checked' in page.text
    assert 'class="error"' not in page.text
    assert cabinet.letters() == before


def test_a_page_that_only_answers_a_form_leads_to_the_one_it_came_from(cabinet: Cabinet) -> None:
    cabinet.prepare()
    page = switch(cabinet, cabinet.post("certificate"))
    assert (page.status_code, page.request.path) == (200, cabinet.home)


def test_an_answer_to_the_officers_and_the_slip_in_a_name_come_back_as_they_were_typed(cabinet: Cabinet) -> None:
    decide(cabinet.prepare().sign(), Move.RETURN, told=True, message="Please name a year.")
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/keep"), note="The council fixed no year.")
    assert (page.status_code, page.request.path) == (200, f"{cabinet.home}/keep")
    assert "The council fixed no year.</textarea>" in page.text
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/correct?lang=en"), field="leader_name", wanted="Ayşe Yıldız")
    assert (page.status_code, page.request.path) == (200, f"{cabinet.home}/correct")
    assert 'value="Ayşe Yıldız"' in page.text
    assert re.search(r'<input[^>]*value="leader_name"[^>]* checked', page.text)


def test_what_the_leader_asks_for_and_the_code_come_back_as_they_were_typed_and_nothing_is_signed(cabinet: Cabinet) -> None:
    cabinet.prepare()
    letter = cabinet.letter("sign_link")
    page = switch(cabinet, cabinet.client.get(path(letter["link"])), asked="Please name the year.")
    assert (page.status_code, page.request.path) == (200, f"{path(letter['link'])}/send-back")
    assert 'class="send-back" open' in page.text
    assert "Please name the year.</textarea>" in page.text
    assert switch(cabinet, page, asked="Please name the year.").status_code == 200
    page = switch(cabinet, cabinet.client.get(f"{cabinet.home}/sign?lang=en"), code="1234 5678", consent="y")
    assert (page.status_code, page.request.path) == (200, f"{cabinet.home}/sign")
    assert 'value="1234 5678"' in page.text
    assert cabinet.post(path(letter["link"]), consent="yes").status_code == 303
