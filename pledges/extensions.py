"""Flask's extensions and what the application was built with."""

from typing import cast

from flask import current_app, has_request_context, request
from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from config import Settings
from pledges.adapters import Adapters
from pledges.models import Base

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(render_as_batch=True)
csrf = CSRFProtect()
babel = Babel()


def adapters() -> Adapters:
    """The outside world as this application was given it."""
    return cast(Adapters, current_app.extensions["pledges.adapters"])


def settings() -> Settings:
    """What this application was configured with."""
    return cast(Settings, current_app.extensions["pledges.settings"])


def only_reading() -> bool:
    """Whether the coming transaction only reads: a GET never changes anything."""
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
