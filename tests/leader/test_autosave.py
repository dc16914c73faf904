"""A page that saves by itself: what it sends is kept like any other save, and it is told what to carry on with."""

from tests.leader.cabinet import GOOD, Cabinet
from tests.leader.test_together import seen, value

WORDS = {name: GOOD[name] for name in ("actions_digital", "multilateral_peaceful")}


def quietly(cabinet: Cabinet, step: str, **fields: str):
    """Send a step as the page does by itself."""
    data = fields | {"csrf_token": cabinet.token()}
    return cabinet.client.post(f"{cabinet.home}/{step}", data=data, headers={"X-Saved-Quietly": "1"})


def test_what_is_saved_quietly_is_kept_and_the_next_save_goes_on_from_there(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    marks = seen(cabinet, "words")
    for text in ("One", "One and two"):
        answer = quietly(cabinet, "words", seen=marks, **WORDS | {"actions_digital": text})
        assert answer.status_code == 200
        assert (answer.json["whole"], answer.json["both"]) == (True, False)
        marks = answer.json["seen"]
        assert value(cabinet, "words", "actions_digital") == text


def test_what_is_not_complete_yet_is_not_kept_and_the_rest_is(cabinet: Cabinet):
    cabinet.begin()
    answer = quietly(cabinet, "office", seen=seen(cabinet, "office"), leader_name="Ayşe", leader_email="ayse@")
    assert answer.json["whole"] is False
    assert (value(cabinet, "office", "leader_name"), value(cabinet, "office", "leader_email")) == ("Ayşe", "")


def test_what_two_change_at_once_waits_for_a_person_to_choose(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    mine = hers = seen(cabinet, "words")
    cabinet.post("words", seen=hers, **WORDS | {"actions_digital": "Hers", "multilateral_peaceful": "Hers too"})
    answer = quietly(cabinet, "words", seen=mine, **WORDS | {"actions_digital": "Mine"})
    assert answer.json["both"] is True
    assert value(cabinet, "words", "actions_digital") == "Hers"
    again = cabinet.post("words", seen=answer.json["seen"], **WORDS | {"actions_digital": "Mine"})
    assert again.status_code == 409
    assert value(cabinet, "words", "multilateral_peaceful") == "Hers too"


def test_a_text_that_was_sent_meanwhile_is_not_changed(cabinet: Cabinet):
    cabinet.prepare()
    assert quietly(cabinet, "words", **WORDS).status_code == 409
