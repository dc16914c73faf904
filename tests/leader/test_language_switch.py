"""Changing the language keeps the page and what was typed, without JavaScript and whatever the page answers."""

import re
from html import unescape
from typing import Any

from tests.leader.cabinet import GOOD, Cabinet, csrf, path

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
    link = path(cabinet.letter("sign_link")["link"])
    page = switch(cabinet, cabinet.post(f"{link}/send-back", asked=""))
    assert (page.status_code, page.request.path) == (200, link)
    page = switch(cabinet, cabinet.post("certificate"))
    assert (page.status_code, page.request.path) == (200, cabinet.home)
