"""Several people on one draft: nobody's words are lost, and each is told what the others changed."""

import re
import threading
from html import unescape

import pytest

from tests.leader.cabinet import GOOD, LEADER, Cabinet, path

pytestmark = pytest.mark.both_engines

ANN = "ann@konya.example.org"
OFFICE = {name: GOOD[name] for name in ("leader_name", "leader_role", "office_local", "leader_email")}


@pytest.fixture
def ann(cabinet: Cabinet) -> Cabinet:
    """A colleague on the draft of Konya, which is filled in."""
    cabinet.begin()
    cabinet.fill()
    cabinet.post("cabinet", address=ANN)
    colleague = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    colleague.post(path(cabinet.letter("handed_on")["link"]))
    return colleague


def seen(browser: Cabinet, step: str) -> str:
    """What the form of a step carries."""
    return carried(browser.client.get(f"{browser.home}/{step}").text)


def carried(page: str) -> str:
    found = re.search(r'name="seen" id="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def value(browser: Cabinet, step: str, field: str) -> str:
    """What a field holds for whoever opens the page now."""
    page = browser.client.get(f"{browser.home}/{step}").text
    typed = (rf'<textarea[^>]*id="{field}"[^>]*>\r?\n?([^<]*)<', rf'<input[^>]*id="{field}"[^>]*value="([^"]*)"')
    found = re.search(typed[0], page) or re.search(typed[1], page)
    assert found, field
    return unescape(found[1]).replace("\r\n", "\n")


def test_what_two_change_in_different_fields_is_merged_and_told(cabinet: Cabinet, ann: Cabinet):
    mine, hers = seen(cabinet, "office"), seen(ann, "office")
    assert ann.post("office", seen=hers, **OFFICE | {"office_local": "Başkan"}).status_code == 303
    answer = cabinet.post("office", seen=mine, **OFFICE | {"leader_name": "Ayşe Nur Yıldırım"})
    assert answer.status_code == 303
    told = unescape(cabinet.client.get(answer.location).text)
    assert f"Meanwhile {ANN} changed: Office, as it is styled in your language. That stays." in told
    assert value(cabinet, "office", "office_local") == "Başkan"
    assert value(ann, "office", "leader_name") == "Ayşe Nur Yıldırım"


def test_what_two_change_in_one_field_comes_back_with_both_texts(cabinet: Cabinet, ann: Cabinet):
    mine, hers = seen(cabinet, "words"), seen(ann, "words")
    ann.post("words", seen=hers, actions_digital="Açık veri ofisi kurmak, 2026.", multilateral_peaceful=GOOD["multilateral_peaceful"])
    answer = cabinet.post("words", seen=mine, actions_digital="Veri ofisi kurmak.", multilateral_peaceful="Barış.")
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert f"Meanwhile {ANN} changed this too." in page
    assert '<mark><span class="visually-hidden">only there: </span>Açık veri </mark>' in page
    assert value(ann, "words", "actions_digital") == "Açık veri ofisi kurmak, 2026."
    assert value(ann, "words", "multilateral_peaceful") == "Barış."
    theirs = re.search(r'name="theirs-actions_digital" value="(\w+)"', answer.text)
    assert theirs
    fields = {"seen": carried(answer.text), "actions_digital": "Veri ofisi kurmak.", "theirs-actions_digital": theirs[1]}
    assert cabinet.post("words", **fields, multilateral_peaceful="Barış.").status_code == 409
    hers, mine = "Açık veri ofisi kurmak, 2026.", "Veri ofisi kurmak."
    for choice, kept in {"theirs": hers, "both": f"{hers}\n\n{mine}", "mine": mine}.items():
        ann.post("words", actions_digital="Açık veri ofisi kurmak, 2026.", multilateral_peaceful="Barış.")
        assert cabinet.post("words", **fields | {"choice-actions_digital": choice}, multilateral_peaceful="Barış.").status_code == 303
        assert value(cabinet, "words", "actions_digital") == kept


def test_a_choice_between_texts_that_changed_again_is_asked_again(cabinet: Cabinet, ann: Cabinet):
    mine, hers = seen(cabinet, "office"), seen(ann, "office")
    ann.post("office", seen=hers, **OFFICE | {"honorific": "Dr."})
    answer = cabinet.post("office", seen=mine, **OFFICE | {"honorific": "H.E."})
    theirs = re.search(r'name="theirs-honorific" value="(\w+)"', answer.text)
    assert theirs
    ann.post("office", seen=seen(ann, "office"), **OFFICE | {"honorific": "Prof. Dr."})
    chosen = {"seen": carried(answer.text), "theirs-honorific": theirs[1], "choice-honorific": "mine"}
    again = cabinet.post("office", **OFFICE | {"honorific": "H.E."} | chosen)
    assert again.status_code == 409
    assert "Prof. " in again.text
    assert value(ann, "office", "honorific") == "Prof. Dr."


def test_words_for_a_theme_that_somebody_left_out_are_not_lost(cabinet: Cabinet, ann: Cabinet):
    mine = seen(cabinet, "words")
    ann.post("themes", seen=seen(ann, "themes"), themes=["digital"])
    typed = {"actions_digital": GOOD["actions_digital"], "multilateral_peaceful": "Barış eğitimi, her okulda."}
    answer = cabinet.post("words", seen=mine, **typed)
    assert answer.status_code == 409
    assert f"Meanwhile {ANN} left this theme out." in unescape(answer.text)
    theirs = re.search(r'name="theirs-multilateral_peaceful" value="(\w+)"', answer.text)
    assert theirs
    chosen = {"seen": carried(answer.text), "theirs-multilateral_peaceful": theirs[1], "choice-multilateral_peaceful": "mine"}
    assert cabinet.post("words", **typed | chosen).status_code == 303
    assert value(ann, "words", "multilateral_peaceful") == "Barış eğitimi, her okulda."


def test_a_theme_is_not_left_out_with_words_that_nobody_saw(cabinet: Cabinet, ann: Cabinet):
    mine = seen(cabinet, "themes")
    ann.post("words", seen=seen(ann, "words"), actions_digital=GOOD["actions_digital"], multilateral_peaceful="Yeni sözler.")
    answer = cabinet.post("themes", seen=mine, themes=["digital"])
    assert answer.status_code == 409
    assert "Yeni sözler." in answer.text
    theirs = re.search(r'name="theirs-themes" value="(\w+)"', answer.text)
    assert theirs
    chosen = {"seen": carried(answer.text), "theirs-themes": theirs[1]}
    assert cabinet.post("themes", themes=["digital"], **chosen, **{"choice-themes": "theirs"}).status_code == 303
    assert value(ann, "words", "multilateral_peaceful") == "Yeni sözler."


def test_what_broke_a_rule_still_does_not_overwrite_what_others_wrote(cabinet: Cabinet, ann: Cabinet):
    mine = seen(cabinet, "office")
    ann.post("office", seen=seen(ann, "office"), **OFFICE | {"leader_email": "other@konya.example.org"})
    wrong = cabinet.post("office", seen=mine, **OFFICE | {"leader_email": "mayor@"})
    assert wrong.status_code == 422
    again = cabinet.post("office", seen=carried(wrong.text), **OFFICE | {"leader_email": "third@konya.example.org"})
    assert again.status_code == 409
    assert value(ann, "office", "leader_email") == "other@konya.example.org"


def test_words_typed_after_the_text_was_sent_stay_on_the_page(cabinet: Cabinet, ann: Cabinet):
    mine = seen(cabinet, "words")
    ann.send()
    answer = cabinet.post("words", seen=mine, actions_digital="Sonradan yazılan.")
    assert answer.status_code == 409
    assert "Sonradan yazılan." in answer.text
    assert "was sent to the leader meanwhile" in answer.text


def test_who_else_is_at_work_is_shown_to_the_cabinet_alone(cabinet: Cabinet, ann: Cabinet):
    ann.post("office", seen=seen(ann, "office"), **OFFICE)
    page = unescape(cabinet.client.get(f"{cabinet.home}/words").text)
    assert re.search(rf"{ANN}</bdi> is working on this too \(\d+ seconds? ago\)", page)
    assert LEADER not in page
    own = unescape(ann.client.get(f"{ann.home}/words").text)
    assert f"{ANN}</bdi> is working" not in own


def test_of_many_who_save_at_once_nobody_gets_an_error_and_nobody_loses_a_word(cabinet: Cabinet, ann: Cabinet):
    fields = ("leader_name", "office_local", "leader_role", "honorific")
    browsers = [ann, cabinet, ann, cabinet]
    forms = [
        {"seen": seen(one, "office"), "csrf_token": one.token(), **OFFICE | {field: f"Yeni {field.replace('_', ' ')}"}}
        for one, field in zip(browsers, fields, strict=True)
    ]
    clients = [cabinet.app.test_client() for _ in browsers]
    for one, client in zip(browsers, clients, strict=True):
        for name in (f"draft-{one.public_id}", "session"):
            cookie = one.client.get_cookie(name, path="/leader" if name != "session" else "/")
            assert cookie
            client.set_cookie(name, cookie.value, path=cookie.path)
    answers = [0] * len(forms)
    start = threading.Barrier(len(forms))

    def save(number: int) -> None:
        start.wait()
        answers[number] = clients[number].post(f"{cabinet.home}/office", data=forms[number]).status_code

    threads = [threading.Thread(target=save, args=(number,)) for number in range(len(forms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert {field: value(cabinet, "office", field) for field in fields} == {field: f"Yeni {field.replace('_', ' ')}" for field in fields}


def test_a_text_goes_to_no_other_address_than_its_reviewer_saw(cabinet: Cabinet, ann: Cabinet):
    seen_by_me = cabinet.shown("review")
    ann.post("office", **OFFICE | {"leader_email": ANN})
    assert cabinet.post("review", shown=seen_by_me).location == f"{cabinet.home}/review"
    assert "sign_link" not in dict(cabinet.letters())
    assert ANN in cabinet.client.get(f"{cabinet.home}/review").text
    ann.post("office", **OFFICE)
    cabinet.post("review", shown=seen_by_me)
    assert cabinet.letter("sign_link")["to"] == LEADER
