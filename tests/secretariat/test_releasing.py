"""Editions at the desk: released by two people, recalled in public."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind, Move
from pledges.extensions import address
from pledges.models import Edition, Letter
from pledges.models.visibility import current_editions
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.actions.releasing import (
    CannotRelease,
    confirm_release,
    propose_release,
    recall_edition,
    take_back_proposal,
    unschedule_release,
)
from tests.accounts.officers import confirm_password, sign_in, sign_in_long_ago, token
from tests.assembly import Assembly, now
from tests.secretariat.admins import FIRST, SECOND, acts, ordered, who, worked
from tests.secretariat.signed import add_revision


def told(assembly: Assembly) -> list[tuple[str, str]]:
    """The letters to officers, by kind."""
    written = select(Letter.kind, Letter.to).where(Letter.to.in_((FIRST, SECOND))).order_by(Letter.id)
    return [(kind, to) for kind, to in assembly.session.execute(written)]


@pytest.mark.usefixtures("officers", "within")
class TestTwoPeople:
    def test_one_proposes_another_confirms_and_both_are_named(self, assembly: Assembly):
        assembly.take_in(1)
        number, first, second = assembly.build(), who(assembly, FIRST), who(assembly, SECOND)
        proposal = propose_release(assembly.session, number, moment=None, by=first, at=now(), address=address)
        seen = proposal.proposed_at
        with pytest.raises(CannotRelease, match="Another officer"):
            confirm_release(assembly.session, number, seen=seen, by=first, at=now(), address=address)
        assembly.session.rollback()
        assembly.build(language="fr", edition=number)
        with pytest.raises(CannotRelease, match="not those that were proposed"):
            confirm_release(assembly.session, number, seen=seen, by=second, at=now(), address=address)
        assembly.session.rollback()
        first.active = False
        with pytest.raises(CannotRelease, match="account that proposed it is closed"):
            confirm_release(assembly.session, number, seen=seen, by=second, at=now(), address=address)
        assembly.session.rollback()
        take_back_proposal(assembly.session, number, by=second, at=now())
        seen = propose_release(assembly.session, number, moment=None, by=first, at=now(), address=address).proposed_at
        released = confirm_release(assembly.session, number, seen=seen, by=second, at=now(), address=address)
        edition = released.edition
        assert (released.languages, edition.break_glass, edition.proposal) == (("en", "fr"), False, None)
        assert edition.released_by == f"{first.label}, {second.label}"
        assert told(assembly) == [("release_proposed", SECOND), ("release_proposed", SECOND), ("edition_released", FIRST)]
        assert acts(assembly) == ["release.proposed", "release.taken_back", "release.proposed", "edition.released"]

    def test_a_language_that_the_desk_adds_to_a_released_edition_waits_for_two(self, assembly: Assembly, client: FlaskClient):
        assembly.take_in(1)
        number, first, second = assembly.release(), who(assembly, FIRST), who(assembly, SECOND)
        ordered(assembly, "fr", edition=number)
        worked(assembly)
        assert client.get(f"/press/editions/{number}.fr.pdf").status_code == 404
        assert f"{number}.fr.pdf" not in client.get("/press/").text
        seen = propose_release(assembly.session, number, moment=None, by=first, at=now(), address=address).proposed_at
        confirm_release(assembly.session, number, seen=seen, by=second, at=now(), address=address)
        with client.get(f"/press/editions/{number}.fr.pdf") as french:
            assert french.status_code == 200

    def test_a_moment_to_come_is_kept_and_one_officer_may_keep_it_back(self, assembly: Assembly):
        assembly.take_in(1)
        number, moment = assembly.build(), now() + timedelta(hours=3)
        seen = propose_release(assembly.session, number, moment=moment, by=who(assembly, FIRST), at=now(), address=address).proposed_at
        with pytest.raises(CannotRelease, match="past"):
            confirm_release(
                assembly.session, number, seen=seen, by=who(assembly, SECOND), at=moment + timedelta(minutes=1), address=address
            )
        assembly.session.rollback()
        confirm_release(assembly.session, number, seen=seen, by=who(assembly, SECOND), at=now(), address=address)
        assert (current_editions(assembly.session, now()), current_editions(assembly.session, moment)) == ([], [number])
        unschedule_release(assembly.session, number, by=who(assembly, FIRST), at=now(), address=address)
        assert current_editions(assembly.session, moment) == []
        assert told(assembly)[-1] == ("edition_unscheduled", SECOND)

    def test_words_that_replace_those_of_a_timed_edition_leave_it_on_the_schedule_and_the_admins_are_told_once(self, assembly: Assembly):
        pledges = [assembly.pledge(public_id) for public_id in assembly.take_in(2)]
        number, moment = assembly.build(), now() + timedelta(hours=3)
        assembly.let_go(number, after=timedelta(hours=3))
        for pledge in pledges:
            newer = add_revision(assembly.session, pledge, name="Another Name")
            decide(
                assembly.session, pledge, Move.ACCEPT, by=who(assembly, FIRST), at=now(), seen_version=version_of(newer), grounds=Grounds(),
                tell=False, address=address,
            )  # fmt: skip
        assert told(assembly)[2:] == [("edition_outdated", FIRST), ("edition_outdated", SECOND)]
        assert current_editions(assembly.session, moment + timedelta(minutes=1)) == [number]

    def test_a_recall_takes_the_addenda_along_and_the_register_is_again_what_it_was(self, assembly: Assembly, client: FlaskClient):
        assembly.take_in(1)
        first = assembly.release()
        [only_later] = assembly.take_in(1)
        newer = assembly.release()
        assembly.take_in(1)
        added = assembly.release(EditionKind.ADD)
        recalled = recall_edition(
            assembly.session, newer, reason="It printed a private address.", by=who(assembly, FIRST), at=now(), address=address
        )
        assert [edition.number for edition in recalled] == [newer, added]
        assert told(assembly)[-1] == ("edition_recalled", SECOND)
        assert current_editions(assembly.session, now()) == [first]
        gone = client.get(f"/press/editions/{newer}.pdf")
        assert (gone.status_code, "It printed a private address." in gone.text) == (410, True)
        assert client.get("/press/").text.count("It printed a private address.") == 2
        assert client.get(f"/pledges/{only_later}").status_code == 404
        listed = {edition["number"]: edition for edition in client.get("/api/v1/editions").json["items"]}
        assert (listed[newer]["recall_reason"], listed[newer]["files"], listed[first]["recalled_at"]) == (
            "It printed a private address.",
            [],
            None,
        )
        assert assembly.session.get_one(Edition, assembly.build()).label == "Rev.2", "a label is never given twice"
        with pytest.raises(CannotRelease, match="not public"):
            recall_edition(assembly.session, newer, reason="again", by=who(assembly, FIRST), at=now(), address=address)


def test_two_admins_release_at_the_desk_and_the_second_gives_the_password_again(
    app: Flask, officers: dict[str, str], tmp_path: Path, client: FlaskClient
):
    assembly, second = Assembly(app, tmp_path), app.test_client()
    with app.app_context():
        assembly.take_in(2)
    sign_in(client, officers[FIRST], email=FIRST)
    sign_in(second, officers[SECOND], email=SECOND)

    def post(visitor: FlaskClient, path: str, page: str = "", **typed: object) -> str:
        address = f"/secretariat/editions/{path}"
        shown = visitor.get(f"/secretariat/editions/{page or path}")
        seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
        return visitor.post(address, data={"csrf_token": token(shown), "seen": seen, **typed}, follow_redirects=True).text

    assert "Waits for the worker" in post(client, "new", kind="rev", languages=["ar"])
    assert "data-progress" in client.get("/secretariat/builds/1").text
    with app.app_context():
        worked(assembly)
    assert "data-progress" not in client.get("/secretariat/builds/1").text
    with client.get("/secretariat/editions/1.ar.pdf") as read_before, client.get("/press/editions/1.ar.pdf") as hidden:
        assert (read_before.data[:4], hidden.status_code) == (b"%PDF", 404)
    assert "Another admin confirms it" in post(client, "1/propose", "1")
    assert "Another officer confirms it." in client.get("/secretariat/editions/1/release").text
    sign_in_long_ago(second)
    asked_again = second.get("/secretariat/editions/1/release")
    assert (asked_again.status_code, client.get("/press/editions/1.pdf").status_code) == (303, 404)
    confirm_password(second, asked_again)
    assert "public from its moment on" in post(second, "1/release")
    with client.get("/press/editions/1.ar.pdf") as released:
        assert released.data.startswith(b"%PDF")
    assert "without a second person" not in client.get("/press/").text
    assert "Recalled." in post(second, "1/recall", reason="The wrong file.")
    assert "The wrong file." in client.get("/press/").text
