"""Editions at the desk: built by a job, checked before, released by two people, recalled in public."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind, Move
from pledges.domain.protocol import RulingKind
from pledges.extensions import adapters, address, settings
from pledges.models import Account, BuildState, Edition, EditionBuild, Letter, LogEntry, Ruling
from pledges.models.visibility import current_editions
from pledges.secretariat.actions.builds import LEASE, Blocked, NotNow, carry_out, order_build, stop_build
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.actions.releasing import (
    CannotRelease,
    confirm_release,
    propose_release,
    recall_edition,
    take_back_proposal,
    unschedule_release,
)
from pledges.secretariat.queries.builds import differences
from pledges.secretariat.queries.preflight import FaultKind, preflight
from tests.accounts.officers import confirm_password, make_officer, sign_in, sign_in_long_ago, token
from tests.asked import asked
from tests.assembly import Assembly, now
from tests.secretariat.signed import add_revision

UNPRINTABLE = "\U0001e6c0"  # Tai Yo, which no font of ours has
FIRST, SECOND = "first@secretariat.example", "second@secretariat.example"


@pytest.fixture
def assembly(app: Flask, tmp_path: Path) -> Iterator[Assembly]:
    with app.app_context():
        yield Assembly(app, tmp_path)


@pytest.fixture
def officers(app: Flask) -> dict[str, str]:
    """Two admins; their authenticators' keys by address."""
    return {email: make_officer(app, role="admin", email=email) for email in (FIRST, SECOND)}


def who(assembly: Assembly, email: str) -> Account:
    return assembly.session.scalars(select(Account).where(Account.email == email)).one()


def ordered(assembly: Assembly, *languages: str, kind: EditionKind = EditionKind.REV, edition: int | None = None) -> EditionBuild:
    return order_build(assembly.session, adapters(), kind, languages or ("en",), edition=edition, by=who(assembly, FIRST), at=now())


def worked(assembly: Assembly, at: datetime | None = None) -> int:
    return carry_out(assembly.session, adapters(), settings(), lambda: at or now())


def acts(assembly: Assembly) -> list[str]:
    return list(assembly.session.scalars(select(LogEntry.act).where(LogEntry.account_id.is_not(None)).order_by(LogEntry.number)))


def told(assembly: Assembly) -> list[tuple[str, str]]:
    """The letters to officers, by kind."""
    written = select(Letter.kind, Letter.to).where(Letter.to.in_((FIRST, SECOND))).order_by(Letter.id)
    return [(kind, to) for kind, to in assembly.session.execute(written)]


@pytest.mark.usefixtures("officers")
class TestBuilds:
    def test_what_is_ordered_is_built_in_its_languages_and_the_log_names_who_ordered_it(self, assembly: Assembly):
        assembly.take_in(2)
        build = ordered(assembly, "en", "fr")
        with pytest.raises(NotNow):
            ordered(assembly)
        assert worked(assembly) == 1
        edition = assembly.session.get_one(Edition, 1)
        assert (build.state, build.edition_number, [file.language for file in edition.files]) == (BuildState.DONE, 1, ["en", "fr"])
        assert build.done == build.total > 0
        assert acts(assembly) == ["edition.ordered", "edition.built", "edition.built"]
        assert worked(assembly) == 0

    def test_a_build_whose_worker_was_lost_is_taken_up_where_it_stood_and_given_up_in_the_end(self, assembly: Assembly):
        assembly.take_in(1)
        number = assembly.build()
        build = ordered(assembly, "en", "ar", edition=number)
        build.state, build.tries, build.leased_until = BuildState.RUNNING, 1, now() + LEASE
        assembly.session.commit()
        assert worked(assembly) == 0, "its worker may still live"
        assert worked(assembly, now() + LEASE * 2) == 1
        assert (build.state, {file.language for file in assembly.session.get_one(Edition, number).files}) == (BuildState.DONE, {"en", "ar"})
        build.state, build.tries, build.leased_until = BuildState.RUNNING, 3, now() - LEASE
        assembly.session.commit()
        assert worked(assembly) == 0
        assert (build.state, "lost several times" in build.told) == (BuildState.STOPPED, True)

    def test_an_officer_stops_a_build_and_nothing_is_kept(self, assembly: Assembly):
        assembly.take_in(1)
        build, officer = ordered(assembly), who(assembly, SECOND)
        moments = iter(now() + timedelta(seconds=step) for step in range(1000))

        def clock() -> datetime:
            at = next(moments)
            if build.part == "themes":
                stop_build(assembly.session, build, by=officer, at=at)
            return at

        carry_out(assembly.session, adapters(), settings(), clock)
        assert (build.state, build.told, assembly.session.get(Edition, 1)) == (BuildState.STOPPED, "An officer stopped it.", None)
        assert not stop_build(assembly.session, build, by=officer, at=now())

    def test_a_worker_that_comes_back_after_another_took_its_build_up_leaves_it_to_that_one(self, assembly: Assembly):
        assembly.take_in(1)
        build = ordered(assembly)
        moments = iter(now() + timedelta(seconds=step) for step in range(1000))

        def clock() -> datetime:
            if build.part == "themes" and build.tries == 1:
                build.tries = 2
                assembly.session.commit()
            return next(moments)

        carry_out(assembly.session, adapters(), settings(), clock)
        assert (build.state, build.tries, build.told, assembly.session.get(Edition, 1)) == (BuildState.RUNNING, 2, "", None)

    def test_what_was_built_is_compared_with_the_build_before(self, assembly: Assembly):
        leaves, changes, _stays = assembly.take_in(3)
        first = assembly.session.get_one(Edition, assembly.build())
        assert differences(assembly.session, first) is None
        assembly.withdraw(leaves)
        pledge = assembly.pledge(changes)
        add_revision(assembly.session, pledge, name="Another Name").move(Move.ACCEPT)
        pledge.accepted_revision = pledge.current
        [comes] = assembly.take_in(1)
        second = assembly.session.get_one(Edition, assembly.build())
        found = differences(assembly.session, second)
        assert found is not None
        assert [(count, [one.public_id for one in rows]) for count, rows in (found.added, found.removed, found.reworded)] == [
            (1, [comes]), (1, [leaves]), (1, [changes]),
        ]  # fmt: skip
        assert found.removed[1][0].withdrawn


@pytest.mark.usefixtures("officers")
class TestPreflight:
    def test_everything_that_stands_in_the_way_is_named_and_nothing_is_built(self, assembly: Assembly):
        [asked_again] = assembly.take_in(1)
        [unprintable] = assembly.take_in(1, actions=f"We plant {UNPRINTABLE} trees.")
        add_revision(assembly.session, assembly.pledge(asked_again), name="Newer").move(Move.RETURN)
        ruling = {"kind": RulingKind.NAME, "subject": "TR", "language": "en", "value": "Türkiye", "reason": "asked for"}
        assembly.session.add(Ruling(**ruling, proposed_by=who(assembly, FIRST), proposed_at=now()))
        assembly.session.commit()
        with asked(assembly.session.get_bind().engine) as sent, pytest.raises(Blocked) as blocked:
            ordered(assembly)
        assert [one for one in sent if one.startswith("BEGIN")][-1] == "BEGIN", "it would keep everybody else from writing"
        found = {fault.kind: fault for fault in blocked.value.faults}
        assert found.keys() == {FaultKind.GLYPHS, FaultKind.SUGGESTION, FaultKind.RULING}
        assert (found[FaultKind.GLYPHS].public_id, found[FaultKind.GLYPHS].detail) == (unprintable, "U+1E6C0")
        assert found[FaultKind.SUGGESTION].public_id == asked_again
        assert [fault.kind for fault in preflight(assembly.session, EditionKind.ADD, now()).faults] == [FaultKind.NO_REV]

    def test_an_expired_key_stands_in_the_way(self, assembly: Assembly):
        assembly.take_in(1)
        adapters().open_sealer(now())  # the instance's own key is made when it is first used
        at = now() + timedelta(days=20_000)
        with pytest.raises(Blocked, match="key"):
            order_build(assembly.session, adapters(), EditionKind.REV, ("en",), by=who(assembly, FIRST), at=at)

    def test_it_asks_as_many_questions_for_many_pledges_as_for_one(self, assembly: Assembly):
        counts = []
        for more in (1, 6):
            assembly.take_in(more)
            assembly.session.expunge_all()
            with asked(assembly.session.get_bind()) as questions:
                assert preflight(assembly.session, EditionKind.REV, now()).faults == []
            counts.append(len(questions))
        assert counts[0] == counts[1]


@pytest.mark.usefixtures("officers")
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
