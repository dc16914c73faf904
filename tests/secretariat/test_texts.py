"""The next version of a published text: written by some, published by another, and every pledge keeps its own."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pledges.domain.languages import INTERFACE
from pledges.domain.problems import Refused
from pledges.domain.themes import Theme
from pledges.models import Account
from pledges.models.frozen import holds_together, newest, texts_in
from pledges.secretariat.actions import texts
from pledges.secretariat.queries import protocol as queries
from tests.accounts.officers import make_officer, sign_in, token
from tests.assembly import Assembly, now
from tests.secretariat.signed import AT, make_account, make_pledge

THEME = Theme.SUSTAINABLE
LATER = AT + timedelta(hours=1)


def words(more: str = " And more.") -> dict[str, dict[str, str]]:
    """The published text with something added in each language."""
    return {language: {"title": f"Title {language}", "text": f"Text in {language}.{more}"} for language in INTERFACE}


def seen(session: Session) -> int:
    draft = queries.draft(session, THEME)
    return draft.row_version if draft else 0


def publish(session: Session, writer: Account, other: Account) -> int:
    texts.save_draft(session, THEME, words(), seen=seen(session), by=writer, at=AT)
    return texts.publish(session, THEME, seen=seen(session), by=other, at=LATER)


def test_a_new_version_is_published_by_somebody_who_wrote_none_of_it(session: Session):
    writer, other = make_account(session), make_account(session, "M. Abebe")
    texts.save_draft(session, THEME, words(), seen=0, by=writer, at=AT)
    with pytest.raises(Refused, match="You wrote in this text"):
        texts.publish(session, THEME, seen=seen(session), by=writer, at=LATER)
    texts.save_draft(session, THEME, words(" And less."), seen=seen(session), by=other, at=AT)
    with pytest.raises(Refused, match="You wrote in this text"):
        texts.publish(session, THEME, seen=seen(session), by=other, at=LATER)
    third = make_account(session, "A third")
    assert texts.publish(session, THEME, seen=seen(session), by=third, at=LATER) == 2
    assert newest(texts_in(session, "fr"))[THEME].text == "Text in fr. And less."
    assert queries.draft(session, THEME) is None


def test_a_pledge_keeps_the_version_that_was_signed(session: Session):
    pledge = make_pledge(session, themes=[THEME])
    publish(session, make_account(session), make_account(session, "M. Abebe"))
    newer = make_pledge(session, themes=[THEME])
    assert [one.current.commitments[0].adopted.version for one in (pledge, newer)] == [1, 2]
    assert holds_together(pledge.current)
    assert [(version.number, version.pledges) for version in queries.versions(session)[THEME]] == [(2, 1), (1, 1)]


def test_a_language_that_lacks_or_a_draft_that_changed_meanwhile_is_not_published(session: Session):
    writer, other = make_account(session), make_account(session, "M. Abebe")
    texts.save_draft(session, THEME, words() | {"ar": {"title": "", "text": ""}}, seen=0, by=writer, at=AT)
    with pytest.raises(Refused, match="ar"):
        texts.publish(session, THEME, seen=seen(session), by=other, at=LATER)
    shown = seen(session)
    texts.save_draft(session, THEME, words(), seen=shown, by=writer, at=AT)
    for act in (texts.publish, texts.discard_draft):
        with pytest.raises(texts.ChangedMeanwhile):
            act(session, THEME, seen=shown, by=other, at=LATER)
    with pytest.raises(texts.ChangedMeanwhile):
        texts.save_draft(session, THEME, words(" Mine."), seen=0, by=other, at=AT)
    texts.discard_draft(session, THEME, seen=seen(session), by=writer, at=LATER)
    assert newest(texts_in(session, "en"))[THEME].version == 1


def test_another_language_of_an_edition_prints_the_texts_that_stood_when_it_was_built(assembly: Assembly):
    with assembly.app.app_context():
        session = assembly.session
        assembly.take_in(3)
        number = assembly.build()
        writer, other = make_account(session), make_account(session, "M. Abebe")
        texts.save_draft(session, THEME, words(), seen=0, by=writer, at=now())
        texts.publish(session, THEME, seen=seen(session), by=other, at=now())
        from pledges.secretariat.queries.editions import edition, published_texts

        built = edition(session, number)
        assert built
        assert {text.version for text in published_texts(session, built.built_at)} == {1}
        assert {text.version for text in published_texts(session, now())} == {1, 2}


def test_six_languages_are_written_side_by_side_and_published_after_a_second_look(app: Flask, client: FlaskClient):
    key, second = make_officer(app, role="editor"), make_officer(app, role="admin", email="m.abebe@secretariat.example")
    sign_in(client, key)
    address = "/secretariat/texts/digital"
    page = client.get(address)
    typed = {f"{part}_{language}": value for language, told in words(" <i>new</i>").items() for part, value in told.items()}
    assert client.post(address, data=typed | {"csrf_token": token(page), "seen": "0", "title_en": "\x00"}).status_code == 422
    assert client.post(address, data=typed | {"csrf_token": token(page), "seen": "0"}).status_code == 303
    stale = client.post(address, data=typed | {"csrf_token": token(page), "seen": "0", "text_en": "Mine."})
    assert (stale.status_code, "Mine." in stale.text) == (409, True)
    look = client.get(f"{address}/publish")
    assert "You wrote in this text" in look.text
    assert "&lt;i&gt;new&lt;/i&gt;" in look.text
    colleague = app.test_client()
    sign_in(colleague, second, email="m.abebe@secretariat.example")
    look = colleague.get(f"{address}/publish")
    published = colleague.post(f"{address}/publish", data={"csrf_token": token(look), "seen": "1"}, follow_redirects=True)
    assert "Version 2 is published." in published.text
    assert client.get(f"{address}/publish").status_code == 404
