import re

import pytest
from sqlalchemy import select

from pledges.domain.lifecycle import Content
from pledges.extensions import db
from pledges.models import AccessLink, Government, GovernmentName, LinkPurpose, LogDetail, LogEntry, Network, Pledge
from tests.leader.cabinet import GOOD, LEADER, PREPARER, Cabinet, add_government, path


def test_a_cabinet_prepares_and_the_leader_gets_a_letter(cabinet: Cabinet):
    begun = cabinet.begin()
    assert begun.location == f"{cabinet.home}/office"
    assert cabinet.letter("resume_link")["to"] == PREPARER
    answers = cabinet.fill()
    following = {step: answer.location.removeprefix(f"{cabinet.home}/") for step, answer in answers.items()}
    assert following == {"office": "mandate", "mandate": "language", "language": "themes", "themes": "words", "words": "review"}
    review = cabinet.client.get(f"{cabinet.home}/review")
    for shown in (
        GOOD["leader_name"],
        GOOD["office_local"],
        "Mayor",
        "Türkiye",
        "2024/114",
        "Açık veri ofisi kurmak.",
        "Barış eğitimi.",
        "Turkish",
    ):
        assert shown in review.text
    assert cabinet.send().location == cabinet.home
    letter = cabinet.letter("sign_link")
    assert letter["to"] == LEADER
    assert re.fullmatch(r"\d{4} \d{4}", letter["code"])
    with cabinet.app.app_context():
        revision = cabinet.pledge().current
        assert revision.content is Content.AWAITING_SIGNATURE
        assert revision.fingerprint in letter["text"]
        assert revision.fingerprint[:8] in review.text


def test_the_cookie_is_hidden_from_scripts_and_only_its_hash_is_kept(cabinet: Cabinet):
    cookie = cabinet.begin().headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/leader", "Max-Age=2592000"} <= set(cookie.split("; "))
    token = cookie.split(";")[0].split("=", 1)[1]
    with cabinet.app.app_context():
        hashes = list(db.session.scalars(select(AccessLink.token_hash).where(AccessLink.purpose == LinkPurpose.SESSION)))
    assert len(hashes) == 1
    assert token not in hashes


def test_a_draft_opens_by_its_cookie_and_its_id_alone_opens_nothing(cabinet: Cabinet):
    cabinet.prepare()
    stranger = cabinet.app.test_client()
    pages = ("", "/office", "/words", "/review", "/sign", "/receipt", "/record.json", "/withdraw")
    assert {stranger.get(cabinet.home + page).status_code for page in pages} == {404}
    stranger.set_cookie(f"draft-{cabinet.public_id}", "guessed", path="/leader")
    assert stranger.get(cabinet.home).status_code == 404
    assert cabinet.client.get(cabinet.home).status_code == 200


def test_a_draft_survives_a_closed_browser_by_the_resume_link(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    link = path(cabinet.letter("resume_link")["link"])
    elsewhere = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    shown = elsewhere.client.get(link)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert elsewhere.client.get(cabinet.home).status_code == 404
    assert elsewhere.post(link).location == cabinet.home
    assert 'value="Ayşe Yıldırım"' in elsewhere.client.get(f"{cabinet.home}/office").text
    assert "Açık veri ofisi kurmak." in elsewhere.client.get(f"{cabinet.home}/words").text
    assert elsewhere.client.get(link).status_code == 410
    assert elsewhere.post(link).status_code == 410


def test_what_was_typed_is_kept_when_something_else_is_missing(cabinet: Cabinet):
    cabinet.begin()
    answer = cabinet.post("office", leader_name="Ayşe Yıldırım", leader_role="Mayor", leader_email="no address")
    assert answer.status_code == 422
    assert 'href="#leader_email"' in answer.text
    assert 'value="no address"' in answer.text
    again = cabinet.client.get(f"{cabinet.home}/office").text
    assert 'value="Ayşe Yıldırım"' in again
    assert "no address" not in again


def test_errors_are_told_in_the_readers_language_and_lead_to_their_fields(cabinet: Cabinet):
    cabinet.begin()
    answer = cabinet.post("office", leader_name="", leader_role="", leader_email="")
    assert re.search(r'<a href="#leader_name"><b>[^<]*</b> Please give the leader', answer.text)
    assert 'aria-describedby="leader_name-hint leader_name-error"' in answer.text
    assert "<title>Error:" in answer.text


def test_coming_back_later_needs_nothing_complete_but_loses_nothing_broken(cabinet: Cabinet):
    cabinet.begin()
    assert cabinet.post("office", leader_name="Ayşe Yıldırım", later="1").location == cabinet.home
    assert cabinet.post("office", leader_name="Ayşe Yıldırım", leader_email="mayor@", later="1").status_code == 422
    assert 'value="Ayşe Yıldırım"' in cabinet.client.get(f"{cabinet.home}/office").text


def test_the_same_form_sent_twice_makes_one_draft(cabinet: Cabinet):
    key = "ab" * 16
    first = cabinet.begin(submission_key=key)
    second = cabinet.begin(submission_key=key)
    assert first.location == second.location
    assert cabinet.client.get(cabinet.home).status_code == 200
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Pledge)))) == 1
    assert [kind for kind, _ in cabinet.letters()] == ["resume_link"]


def test_a_government_that_the_directory_lacks_is_known_to_its_draft_only(cabinet: Cabinet):
    typed = {"government_name": "Union of the Coast", "government_native_name": "", "kind": "association", "country_code": "SN"}
    assert cabinet.begin("own", **typed).status_code == 303
    with cabinet.app.app_context():
        government = cabinet.pledge().government
        assert (government.name, government.kind, government.country_code) == ("Union of the Coast", "association", "SN")
        assert government.id.startswith("own-")
        assert not list(db.session.scalars(select(GovernmentName).where(GovernmentName.government_id == government.id)))
        own = government.id
    assert cabinet.begin(own).status_code == 422


def test_an_entered_government_is_made_with_the_draft_only(cabinet: Cabinet):
    answer = cabinet.begin("own", government_name="Nowhere", kind="city", country_code="XX")
    assert answer.status_code == 422
    assert "two-letter code" in answer.text
    with cabinet.app.app_context():
        assert not list(db.session.scalars(select(Government).where(Government.id.startswith("own-"))))


def test_the_name_of_a_government_can_be_mended_for_its_pledge(cabinet: Cabinet):
    cabinet.begin()
    cabinet.post("government", government_name="Konya Metropolitan Municipality", government_native_name="Konya Büyükşehir Belediyesi")
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        assert pledge.current.government_native_name == "Konya Büyükşehir Belediyesi"
        assert pledge.government.name == "Konya"


def test_a_latin_spelling_is_suggested_and_kept_only_once_confirmed(cabinet: Cabinet):
    with cabinet.app.app_context():
        add_government(db.session(), "gn-498817", "Saint Petersburg", country_code="RU", main_language="ru")
    cabinet.begin("gn-498817")
    office = {"leader_name": "Мария Соколова", "leader_role": "Governor", "leader_email": LEADER}
    asked = cabinet.post("office", **office)
    assert asked.location.endswith("/office?latin=ask")
    assert "Mariya Sokolova" in cabinet.client.get(asked.location).text
    with cabinet.app.app_context():
        assert cabinet.pledge().current.leader_name_latin == ""
    assert cabinet.post("office", **office, latin_asked="1").location.endswith("/mandate")
    assert cabinet.post("office", **office, use_latin="Mariya Sokolova", latin_asked="1").location.endswith("/mandate")
    with cabinet.app.app_context():
        assert cabinet.pledge().current.leader_name_latin == "Mariya Sokolova"


def test_taking_up_a_theme_adopts_its_text_in_the_language_of_the_pledge(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill(pledge_language="fr")
    with cabinet.app.app_context():
        assert [(words.theme, words.adopted.language) for words in cabinet.pledge().current.commitments] == [
            ("digital", "fr"),
            ("peaceful", "fr"),
        ]
    cabinet.post("language", pledge_language="tr")
    with cabinet.app.app_context():
        assert {words.adopted.language for words in cabinet.pledge().current.commitments} == {"en"}


def test_a_language_outside_the_list_is_given_by_its_tag(cabinet: Cabinet):
    cabinet.begin()
    assert cabinet.post("language", pledge_language="other", other_language="yua").status_code == 303
    assert 'value="yua"' in cabinet.client.get(f"{cabinet.home}/language").text


def test_words_of_a_theme_that_is_kept_stay_when_another_is_left_out(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    cabinet.post("themes", themes=["digital", "sustainable"])
    with cabinet.app.app_context():
        words = {one.theme: one.actions for one in cabinet.pledge().current.commitments}
    assert words == {"digital": "Açık veri ofisi kurmak.", "sustainable": ""}
    assert cabinet.post("themes").status_code == 422
    with cabinet.app.app_context():
        assert cabinet.pledge().current.themes == ["digital", "sustainable"]


def test_own_words_are_written_in_the_direction_of_their_language(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill(pledge_language="ar")
    page = cabinet.client.get(f"{cabinet.home}/words").text
    field = re.search(r"<textarea[^>]*id=\"actions_digital\"[^>]*>", page)
    assert field
    assert 'lang="ar"' in field[0]
    assert 'dir="rtl"' in field[0]
    assert 'data-limit="5000"' in field[0]


def test_an_incomplete_draft_is_not_sent_and_says_what_is_missing(cabinet: Cabinet):
    cabinet.begin()
    page = cabinet.client.get(f"{cabinet.home}/review").text
    assert f'href="{cabinet.home}/office"' in page
    assert "Please take up at least one theme." in page
    assert "Send to the leader" not in page
    cabinet.post("review", shown="")
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.DRAFT


def test_what_changed_after_the_review_is_reviewed_again(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    shown = re.search(r'name="shown" value="([^"]+)"', cabinet.client.get(f"{cabinet.home}/review").text)
    cabinet.post("words", actions_digital="Başka bir şey.")
    assert shown
    assert cabinet.post("review", shown=shown[1]).location == f"{cabinet.home}/review"
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.DRAFT


def test_what_awaits_the_signature_cannot_be_changed_behind_the_leaders_back(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.client.get(f"{cabinet.home}/words").location == cabinet.home
    assert cabinet.post("words", actions_digital="Etwas anderes").status_code == 409
    with cabinet.app.app_context():
        assert cabinet.pledge().current.commitments[0].actions == "Açık veri ofisi kurmak."


def test_a_network_is_chosen_among_those_of_the_secretariat(cabinet: Cabinet):
    with cabinet.app.app_context():
        db.session.add(Network(name="UCLG MEWA"))
        db.session.commit()
    cabinet.begin()
    cabinet.post("office", leader_name="Ayşe Yıldırım", leader_role="Mayor", leader_email=LEADER, network="UCLG MEWA")
    with cabinet.app.app_context():
        assert cabinet.pledge().network.name == "UCLG MEWA"


def test_a_form_without_its_token_is_refused(cabinet: Cabinet):
    cabinet.begin()
    assert cabinet.client.post(f"{cabinet.home}/office", data={"leader_name": "X"}).status_code == 400


@pytest.mark.parametrize("address", [LEADER, PREPARER, "nobody@example.org"])
def test_asking_for_a_link_is_answered_alike_whoever_asks(cabinet: Cabinet, address: str):
    cabinet.prepare()
    before = len(cabinet.letters())
    answer = cabinet.post("/leader/ask", address=address)
    assert (answer.status_code, answer.location) == (303, "/leader/ask?sent=yes")
    expected = {LEADER: [("sign_link", LEADER)], PREPARER: [("resume_link", PREPARER)]}.get(address, [])
    assert cabinet.letters()[before:] == expected


def test_acts_are_logged_without_secrets_and_without_people_in_their_subject(cabinet: Cabinet):
    cabinet.prepare().sign()
    with cabinet.app.app_context():
        entries = list(db.session.scalars(select(LogEntry).order_by(LogEntry.number)))
        details = " ".join(db.session.scalars(select(LogDetail.details)))
    acts = [(entry.act, entry.changes_register) for entry in entries]
    assert acts == [("draft_made", False), ("submitted", False), ("signed", True)]
    assert {entry.subject for entry in entries} == {f"pledge:{cabinet.public_id}"}
    letter = cabinet.letter("sign_link")
    assert letter["code"] not in details
    assert letter["link"].rsplit("/", 1)[1] not in details
