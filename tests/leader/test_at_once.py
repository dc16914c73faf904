"""Two at once, on databases that really commit: one succeeds, the other is told."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from pledges.extensions import db
from pledges.models import AccessLink, LinkPurpose, Pledge, Signature, log
from tests.leader.cabinet import Cabinet, path

pytestmark = pytest.mark.both_engines


def at_once(*acts: Callable[[], int]) -> list[int]:
    """The answers' states of acts that begin together."""
    start, answers = threading.Barrier(len(acts)), [0] * len(acts)

    def run(number: int) -> None:
        start.wait()
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def browsers(cabinet: Cabinet, number: int) -> list[Cabinet]:
    """More browsers that open the same draft, each with a token for its forms."""
    cookie = cabinet.client.get_cookie(f"draft-{cabinet.public_id}", path="/leader")
    assert cookie
    opened = [Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id) for _ in range(number)]
    for one in opened:
        one.client.set_cookie(f"draft-{cabinet.public_id}", cookie.value, path="/leader")
    return opened


def posting(browser: Cabinet, address: str, **fields: str) -> Callable[[], int]:
    token = browser.token()
    if address == "sign":
        fields["shown"] = browser.shown("sign")
    address = address if address.startswith("/") else f"{browser.home}/{address}"
    return lambda: browser.client.post(address, data=fields | {"csrf_token": token}).status_code


def test_of_two_who_sign_at_once_one_signs_and_the_other_is_told(cabinet: Cabinet):
    cabinet.prepare()
    link = path(cabinet.letter("sign_link")["link"])
    answers = at_once(*(posting(one, link, consent="yes") for one in browsers(cabinet, 4)))
    assert answers == [303, 410, 410, 410]
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Signature)))) == 1
        assert list(log.broken_entries(db.session())) == []
    assert [kind for kind, _ in cabinet.letters()].count("receipt") == 1


def test_link_and_code_at_once_sign_once(cabinet: Cabinet):
    cabinet.prepare()
    letter = cabinet.letter("sign_link")
    one, other = browsers(cabinet, 2)
    at_once(posting(one, path(letter["link"]), consent="yes"), posting(other, "sign", code=letter["code"], consent="yes"))
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Signature)))) == 1
    assert [kind for kind, _ in cabinet.letters()].count("receipt") == 1


def test_wrong_codes_at_once_are_all_counted_and_never_more_than_five(cabinet: Cabinet):
    cabinet.prepare()
    code = cabinet.letter("sign_link")["code"].replace(" ", "")
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    answers = at_once(*(posting(one, "sign", code=wrong, consent="yes") for one in browsers(cabinet, 8)))
    assert answers == [303] * 4 + [422] * 4
    with cabinet.app.app_context():
        link = db.session.scalars(select(AccessLink).where(AccessLink.purpose == LinkPurpose.SIGN)).one()
        assert link.wrong_codes == 5
        assert link.voided_at is not None


def test_signing_and_taking_back_at_once_end_in_one_of_the_two(cabinet: Cabinet):
    cabinet.prepare()
    link = path(cabinet.letter("sign_link")["link"])
    one, other = browsers(cabinet, 2)
    answers = at_once(posting(one, link, consent="yes"), posting(other, "reopen"))
    assert answers in ([303, 409], [303, 410])
    with cabinet.app.app_context():
        revision = cabinet.pledge().current
        assert (revision.content == "signed") is (revision.signature is not None)


def test_one_form_sent_twice_at_once_makes_one_draft(cabinet: Cabinet):
    others = [Cabinet(cabinet.app, cabinet.app.test_client()) for _ in range(4)]
    fields = {"government_id": "gn-306571", "submission_key": "cd" * 16, "preparer_email": ""}
    assert at_once(*(posting(one, "/leader/start", **fields) for one in others)) == [303] * 4
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Pledge)))) == 1
