"""Nothing unreleased is visible to anyone without a role, by any path or identifier: every route is walked as each role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import config
from pledges.app import create_app
from pledges.domain.lifecycle import EditionKind, Move
from pledges.domain.people import GovernmentKind
from pledges.models import Pledge, Revision
from tests.accounts.officers import make_officer, sign_in, token
from tests.answers import all_text, walk
from tests.assembly import Assembly, now
from tests.routes_who import OFFICERS, WHO, Role
from tests.secretariat.signed import add_revision

SHOWS_WHAT_LETTERS_SAY = {"development.letters"}
"""A trial's own mailbox, which production does not have (see the last test)."""
HOLDS_WHAT_WAS_RELEASED = {"press.edition", "press.edition_in"}
"""A released file is never rewritten: a pledge withdrawn since is still in it."""


@dataclass
class Scene:
    """One assembly with a pledge in every state."""

    released: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Public ids of pledges that were never released."""
    secrets: set[str] = field(default_factory=set)
    """Names, words, fingerprints, addresses and ids that no stranger may read anywhere."""
    withdrawn: str = ""
    withdrawn_words: str = ""
    hidden_edition: int = 0


@pytest.fixture
def scene(app: Flask, tmp_path: Path) -> Scene:
    with app.app_context():
        return _stage(Assembly(app, tmp_path))


def _stage(assembly: Assembly) -> Scene:
    scene, session = Scene(), assembly.session
    scene.released = assembly.take_in(3)
    scene.withdrawn, before = assembly.take_in(2, actions="words withdrawn {n}")
    scene.withdrawn_words = "words withdrawn"
    scene.released.append(scene.withdrawn)
    assembly.withdraw(before)
    assembly.release()
    assembly.withdraw(scene.withdrawn)
    disguise = {"leader_name": "Hidden Unseen{n}", "actions": "words unseen {n}", "leader_email": "hidden{n}@unseen.example"}
    accepted = assembly.take_in(1, **disguise)
    scene.hidden_edition = assembly.release(EditionKind.ADD, after=timedelta(hours=5))  # built, sealed, and timed
    in_review, declined = assembly.take_in(2, accept=False, **disguise)
    assembly.pledge(declined).current.move(Move.DECLINE)
    add_revision(session, assembly.pledge(scene.released[0]), name="Hidden Rewording")
    scene.hidden = [before, *accepted, in_review, declined, _draft(assembly).public_id]
    session.commit()
    for revision in (revision for public_id in scene.hidden[1:] for revision in assembly.pledge(public_id).revisions):
        pledge = revision.pledge
        scene.secrets |= {pledge.leader_email, revision.leader_name, revision.actions, revision.fingerprint or "words unseen draft"}
    rewording = assembly.pledge(scene.released[0]).current
    scene.secrets |= {*scene.hidden, "Hidden Rewording", str(rewording.fingerprint), assembly.pdf(scene.hidden_edition)[-40:].hex()}
    assert len(scene.secrets) > 20
    return scene


def _draft(assembly: Assembly) -> Pledge:
    place = assembly.pledge_of(assembly.rows[0]).government
    pledge = Pledge(public_id="draft" + "0" * 20, government=place, leader_email="hidden-draft@unseen.example", created_at=now())
    words = {"leader_name": "Hidden Undecided", "actions": "words unseen draft"}
    pledge.revisions.append(Revision(number=1, created_at=now(), kind=GovernmentKind.CITY, country_code="TR", **words))
    assembly.session.add(pledge)
    return pledge


def walked(app: Flask, client: FlaskClient, scene: Scene, *, posting: bool) -> Iterator[tuple[str, str, TestResponse]]:
    """Every route with every value that might lead somewhere."""
    samples: dict[str, Sequence[object]] = {"public_id": [*scene.released, *scene.hidden, "nobody-knows-this-id"]}
    samples["number"] = [1, scene.hidden_edition, 99]
    queries = [*(f"?after={public_id}" for public_id in scene.hidden), "?q=unseen", "?q=Hidden&lang=fr", "?edition=2"]
    return walk(app, client, samples, queries=queries, posting=posting)


def leaks(answer: str, scene: Scene, address: str) -> list[str]:
    """What of the unreleased stands in an answer, apart from what the reader had typed into the address."""
    return [secret for secret in scene.secrets if secret in answer.replace(address, "") and secret not in address]


@pytest.mark.both_engines
def test_a_stranger_reads_nothing_unreleased_anywhere(app: Flask, client: FlaskClient, scene: Scene):
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # so that a POST is refused for what it asks, not for its form
    found, broken = [], []
    for endpoint, address, response in walked(app, client, scene, posting=True):
        text = all_text(response)
        broken += [f"{address}: {response.status_code}"] if response.status_code >= 500 else []
        if endpoint not in SHOWS_WHAT_LETTERS_SAY:
            found += [f"{address}: {secret}" for secret in leaks(text, scene, address)]
        if endpoint not in HOLDS_WHAT_WAS_RELEASED and scene.withdrawn_words in text:
            found.append(f"{address}: {scene.withdrawn_words}")
        if Role.STRANGER not in WHO[endpoint]:
            assert response.status_code in (302, 303, 401, 403, 404, 405, 410), address
    assert (found, broken) == ([], [])


@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_an_officer_reads_the_unreleased_in_the_officers_rooms_alone(app: Flask, client: FlaskClient, scene: Scene, role: str):
    sign_in(client, make_officer(app, role=role))
    found, seen_inside = [], False
    for endpoint, address, response in walked(app, client, scene, posting=False):
        if (told := leaks(all_text(response), scene, address)) and endpoint not in SHOWS_WHAT_LETTERS_SAY:
            inside = WHO[endpoint] <= OFFICERS
            seen_inside |= inside
            found += [] if inside else [f"{address}: {secret}" for secret in told]
    assert found == []
    assert seen_inside is (role != Role.FOCAL_POINT), "the walk saw none of the desk, so it would not have seen a leak either"


def test_what_was_never_released_answers_like_an_id_that_nobody_knows(client: FlaskClient, scene: Scene):
    for path in ("/pledges/{}", "/pledges/{}/record.json", "/api/v1/pledges/{}", "/api/v1/pledges/{}/proof"):
        unknown = client.get(path.format("0" * 22))
        assert unknown.status_code == 404
        for public_id in scene.hidden:
            hidden = client.get(path.format(public_id))
            assert (hidden.status_code, hidden.text.replace(public_id, "0" * 22)) == (404, unknown.text)


def test_an_unreleased_edition_answers_like_a_number_that_there_is_not(client: FlaskClient, scene: Scene):
    for path in ("/press/editions/{}.pdf", "/press/editions/{}.en.pdf"):
        hidden, unknown = client.get(path.format(scene.hidden_edition)), client.get(path.format(77))
        assert (hidden.status_code, unknown.status_code) == (404, 404)
        assert hidden.text.replace(path.format(scene.hidden_edition), path) == unknown.text.replace(path.format(77), path)


def test_no_number_of_a_receipt_betrays_an_unreleased_pledge(client: FlaskClient, scene: Scene):
    def look_up(number: str) -> TestResponse:
        return client.post("/verify", data={"receipt-number": number, "csrf_token": token(client.get("/verify"))})

    for typed in [*scene.hidden, *(secret for secret in scene.secrets if len(secret) == 64)]:
        answer = look_up(typed)
        assert answer.status_code == 200
        assert "No released pledge has this number" in answer.text
    assert f'href="/pledges/{scene.released[1]}"' in look_up(scene.released[1]).text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_production_has_no_mailbox_for_trials(database_url: str, tmp_path: Path):
    application = create_app(config.testing(database_url, tmp_path / "instance", mode="production"))
    assert [rule.rule for rule in application.url_map.iter_rules() if rule.rule.startswith("/dev")] == []
