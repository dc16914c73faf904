"""The scene in which admins check, build, propose and recall an edition; nothing that is public changes."""

import re

from flask import Flask
from flask.testing import FlaskClient

from pledges.extensions import adapters, db, settings
from pledges.secretariat.actions.builds import carry_out
from tests.accounts.officers import token
from tests.assembly import now


def play(app: Flask, browser: FlaskClient) -> None:
    """`browser` is an officer's who may do everything."""
    editions = "/secretariat/editions"
    hidden = {"csrf_token": token(browser.get(f"{editions}/new"))}
    for kind in ("rev", "add", "corr"):
        browser.get(f"{editions}/new?kind={kind}")
    browser.post(f"{editions}/new", data=hidden | {"kind": "nonsense"})
    ordered = browser.post(f"{editions}/new", data=hidden | {"kind": "rev", "languages": ["ar"]}).location
    browser.get(ordered)
    browser.get(f"{editions}/new")
    with app.app_context():
        carry_out(db.session(), adapters(), settings(), now)
    built = re.search(rf'href="({editions}/[0-9]+)"', browser.get(ordered).text)[1]
    for address in (ordered, editions, built):
        browser.get(address)
    browser.post(f"{built}/languages", data=hidden)
    browser.post(f"{built}/propose", data=hidden | {"moment": "tomorrow"})
    browser.post(f"{built}/propose", data=hidden | {"moment": "2199-01-01T12:00"})
    for address in (built, editions, f"{built}/release"):
        browser.get(address)
    browser.post(f"{built}/take-back", data=hidden)
    browser.get(f"{editions}/1/recall")
    browser.post(f"{editions}/1/recall", data=hidden)
