"""The scene in which officers read letters, write their texts and schedule reminders."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges import letters
from pledges.adapters.bounces import Undelivered
from pledges.domain.codes import hash_secret
from pledges.extensions import db
from pledges.letters.samples import sample_values
from pledges.letters.texts import own_text, placeholders
from pledges.models import Account, Letter, Pledge
from pledges.secretariat.actions import letters as acts
from pledges.secretariat.actions.bounces import note
from tests.accounts.officers import token
from tests.assembly import now

LINK = "https://pledges.example/leader/link/secret"


def play(app: Flask, browser: FlaskClient, public_id: str) -> None:
    """`browser` is an officer's who may do everything; the pledge gets a letter that came back."""
    with app.app_context():
        first, came_back, stop = _written(db.session(), public_id)
    hidden = {"csrf_token": token(browser.get("/secretariat/letters"))}
    for address in ("", "?post=held", "?post=bounced", "?post=failed", f"/{first}", f"/{came_back}", "/waiting", "/texts"):
        browser.get(f"/secretariat/letters{address}")
    for act in ("release", "cancel"):
        browser.post(f"/secretariat/letters/{act}", data=hidden | {"letter": [first]})
    browser.post("/secretariat/letters/release", data=hidden | {"all": "yes", "until": "999"})
    browser.post("/secretariat/letters/release", data=hidden)
    text = "/secretariat/letters/texts/accepted/ar"
    browser.get(text)
    browser.post(text, data=hidden | {"seen": "0", "text": own_text("accepted", "ar"), "look": "yes"})
    browser.post(text, data=hidden | {"seen": "0", "text": "{{ nonsense }}", "keep": "yes"})
    browser.post(text, data=hidden | {"seen": "0", "text": own_text("accepted", "ar"), "keep": "yes"})
    browser.get(text)
    reminders = "/secretariat/letters/reminders"
    browser.post(reminders, data=hidden)
    made = browser.post(reminders, data=hidden | {"of": "draft", "after_days": "3", "every_days": "4", "most": "2"})
    browser.get(made.location)
    browser.post(f"{made.location}/approve", data=hidden)
    browser.get(reminders)
    browser.post(
        f"/secretariat/pledges/{public_id}/contact",
        data={"contact-csrf_token": hidden["csrf_token"], "contact-words": "Deputy mayor: +90 332 000 00 00"},
    )
    browser.get(f"/secretariat/pledges/{public_id}")
    for answer in (browser.get(stop), browser.post(stop)):
        answer.close()


def _written(session: Session, public_id: str) -> tuple[int, int, str]:
    """Letters in every state; the numbers of one that is held and of one that came back, and the address that ends reminders."""
    officer = session.scalars(select(Account).order_by(Account.id)).first()
    assert officer
    acts.settle_waiting(session, {"accepted"}, by=officer, at=now())
    pledge = session.scalars(select(Pledge).where(Pledge.public_id == public_id)).one()
    held = [write(session, "accepted", to=f"mayor-{number}@konya.example", pledge=pledge) for number in range(3)]
    sent = write(session, "returned", to="mayor@konya.example", pledge=pledge)
    failed = write(session, "sign_link", to="nobody@nowhere.example")
    reminder = write(session, "reminder_draft", to="cabinet@konya.example")
    failed.tries, failed.last_error, failed.due_at = 3, "451 Come back later", now() + timedelta(minutes=8)
    sent.delivered_at = sent.created_at
    reminder.stop_hash = hash_secret("stop")
    session.commit()
    note(session, Undelivered(sent.message_id, sent.to, "failed", "5.1.1", "550 5.1.1 No such mailbox here"), at=now())
    return held[0].id, sent.id, "/leader/reminders/stop"


def write(session: Session, kind: str, *, to: str, pledge: Pledge | None = None) -> Letter:
    """A letter with invented names in it; not committed."""
    values = {name: value for name, value in sample_values("en", placeholders(kind)[0]).items() if name not in ("link", "stop", "pledge")}
    given = {name: LINK for name in ("link", "stop") if name in placeholders(kind)[0]}
    letter = letters.write(session, kind, to=to, language="en", at=now(), pledge=pledge, secrets=given, **values)
    session.flush()
    return letter
