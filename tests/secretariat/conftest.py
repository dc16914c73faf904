"""Fixtures of the desk's tests."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.officers import make_officer
from tests.secretariat.admins import FIRST, SECOND
from tests.secretariat.files import add_places


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """The test runs within the application, as a job of the worker does."""
    with app.app_context():
        yield


@pytest.fixture
def officers(app: Flask) -> dict[str, str]:
    """Two admins; their authenticators' keys by address."""
    return {email: make_officer(app, role="admin", email=email) for email in (FIRST, SECOND)}


@pytest.fixture
def places(session: Session) -> None:
    """The governments that pledges files name."""
    add_places(session)
