"""The leader reads on a phone: approves, or sends the text back; everybody gets a copy."""

import re
from html import unescape

from sqlalchemy import select

from pledges.domain.lifecycle import Content
from pledges.extensions import db
from pledges.models import LogEntry
from tests.leader.cabinet import GOOD, LEADER, PREPARER, Cabinet, path

ANN = "ann@konya.example.org"


def leader_of(cabinet: Cabinet) -> tuple[Cabinet, str]:
    """The leader's own browser, and the link of the letter."""
    return Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id), path(cabinet.letter("sign_link")["link"])


def test_above_the_button_stands_who_signs_in_which_office_on_whose_authority(cabinet: Cabinet):
    cabinet.prepare()
    leader, link = leader_of(cabinet)
    page = unescape(leader.client.get(link).text)
    section = re.search(r'<section class="signing-as">.*?</section>', page, re.DOTALL)
    assert section
    for shown in (GOOD["leader_name"], GOOD["office_local"], "Mayor", "Konya", "Türkiye", "council resolution 2024/114"):
        assert shown in section[0]
    assert page.index(section[0]) < page.index("Sign the pledge</button>")


def test_a_leader_who_sends_the_text_back_signs_nothing_and_the_cabinet_reads_why(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    cabinet.post("cabinet", address=ANN)
    colleague = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    colleague.post(path(cabinet.letter("handed_on")["link"]))
    cabinet.send()
    leader, link = leader_of(cabinet)
    code = cabinet.letter("sign_link")["code"]
    before = len(cabinet.letters())
    assert leader.post(f"{link}/send-back", asked="Please name the year: <b>2026</b>.").location == cabinet.home
    assert sorted(cabinet.letters()[before:]) == [("sent_back", ANN), ("sent_back", PREPARER)]
    assert "    Please name the year: <b>2026</b>." in cabinet.letter("sent_back")["text"]
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.DRAFT
        assert db.session.scalars(select(LogEntry.act).order_by(LogEntry.number.desc())).first() == "sent_back"
    assert leader.post(link, consent="yes").status_code == 410
    assert leader.post(f"{link}/send-back", asked="Again.").status_code == 410
    assert cabinet.post("sign", code=code, consent="yes").location == cabinet.home
    for page in ("", "/words"):
        assert "Please name the year: &lt;b&gt;2026&lt;/b&gt;." in cabinet.client.get(cabinet.home + page).text
    elsewhere = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    assert elsewhere.post(path(cabinet.letter("sent_back", to=ANN)["link"])).location == cabinet.home
    assert leader.client.get(f"{cabinet.home}/words").status_code == 200
    cabinet.post("words", actions_digital="Açık veri ofisi kurmak, 2026.")
    cabinet.send()
    assert "Please name the year" not in cabinet.client.get(cabinet.home).text
    leader.post(path(cabinet.letter("sign_link")["link"]), consent="yes")
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.SIGNED


def test_sending_back_wants_a_word_and_nothing_else_sends_back(cabinet: Cabinet):
    cabinet.prepare()
    leader, link = leader_of(cabinet)
    answer = leader.post(f"{link}/send-back", asked="")
    assert answer.status_code == 422
    assert "Say in a few words what should be changed." in answer.text
    assert re.search(r'<details class="send-back" open>', answer.text)
    resume = path(cabinet.letter("resume_link")["link"])
    assert cabinet.post(f"{resume}/send-back", asked="No.").status_code == 410
    assert cabinet.post("/leader/link/made-up/send-back", asked="No.").status_code == 410
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.AWAITING_SIGNATURE


def test_a_leader_whose_cabinet_gave_no_address_is_told_so(cabinet: Cabinet):
    cabinet.begin(preparer_email="")
    cabinet.fill()
    cabinet.send()
    leader, link = leader_of(cabinet)
    assert "Your cabinet gave no address" in leader.client.get(leader.post(f"{link}/send-back", asked="The year.").location).text


def test_leader_and_everybody_of_the_cabinet_get_the_full_text(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    for address in (ANN, "never.opens@konya.example.org"):
        cabinet.post("cabinet", address=address)
        if address == ANN:
            Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id).post(path(cabinet.letter("handed_on")["link"]))
    cabinet.send()
    leader, link = leader_of(cabinet)
    before = len(cabinet.letters())
    leader.post(link, consent="yes")
    assert sorted(cabinet.letters()[before:]) == [("pledge_signed", ANN), ("pledge_signed", PREPARER), ("receipt", LEADER)]
    for kind in ("receipt", "pledge_signed"):
        text = cabinet.letter(kind)["text"]
        for part in (
            "The text that was signed:\n", "    Actions for implementation\n\n    Açık veri ofisi kurmak.\n", "    Barış eğitimi.\n",
            "    Ayşe Yıldırım\n    Büyükşehir Belediye Başkanı\n    Mayor, Konya\n",
            "    On the authority of a council resolution · 2024/114 · 3 September 2024\n",
            "We declare our commitment to digital transformation",
        ):  # fmt: skip
            assert part in text, part
        assert "\n\n\n" not in text
