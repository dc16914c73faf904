"""A directory with one city, and a cabinet."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pledges.extensions import db
from tests.leader.cabinet import KONYA, Cabinet, add_government


@pytest.fixture
def cabinet(app: Flask, client: FlaskClient) -> Cabinet:
    """A browser in the mayor's office of Konya."""
    with app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    return Cabinet(app, client)
