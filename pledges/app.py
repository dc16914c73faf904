"""Builds the application from its settings and its adapters."""

import hashlib
import logging
import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, request, url_for
from flask_babel import get_locale
from jinja2 import StrictUndefined
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from config import BadSetting, Settings
from pledges import errors
from pledges.accounts.security import init_accounts
from pledges.adapters import Adapters, open_adapters
from pledges.domain import dates
from pledges.domain.goals import goal_name
from pledges.domain.languages import INTERFACE, direction, language_name, native_name, punctuation
from pledges.domain.numbers import LARGEST
from pledges.domain.planned import deliverables
from pledges.domain.population import SNAPSHOT, SOURCE
from pledges.domain.regions import region_name
from pledges.extensions import babel, country_name, csrf, db, migrate, only_reading
from pledges.keeping import Kept
from pledges.leader.routes import bp as leader_bp
from pledges.models import Assembly
from pledges.models.base import prepare_sqlite
from pledges.models.edition import is_example
from pledges.models.identity import MANY
from pledges.press.routes import bp as press_bp
from pledges.public.api import bp as api_bp
from pledges.public.routes import bp as public_bp
from pledges.public.routes.development import bp as development_bp
from pledges.secretariat.routes import bp as secretariat_bp
from pledges.secretariat.routes.bounces import bp as bounces_bp
from pledges.worker import init_worker

ROOT = Path(__file__).resolve().parent.parent
LICENCE_LINK = "https://creativecommons.org/licenses/by/4.0/"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(settings: Settings, adapters: Adapters | None = None) -> Flask:
    """The application. Stops with one line where production would show the example assembly; a bad setting has stopped it before."""
    app = _Application(__name__, template_folder=str(ROOT / "templates"))
    app.url_map.converters["int"] = _RowNumber
    app.config.from_mapping(settings.flask())
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.add_extension(Kept)
    app.extensions["pledges.settings"] = settings
    app.extensions["pledges.adapters"] = adapters or open_adapters(settings)
    if settings.trusted_proxies:
        believed = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=believed, x_proto=believed)  # type: ignore[method-assign]  # as Flask documents it
    db.init_app(app)
    db.session.session_factory.configure(info={MANY: settings.many_signatures})
    with app.app_context():
        prepare_sqlite(db.engine, reading=only_reading)
        if settings.production:
            _refuse_the_example()
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    csrf.init_app(app)
    babel.init_app(
        app, locale_selector=_language, timezone_selector=lambda: "UTC", default_translation_directories=str(ROOT / "pledges/translations")
    )
    init_accounts(app)
    for blueprint in (public_bp, api_bp, leader_bp, secretariat_bp, bounces_bp, press_bp):
        app.register_blueprint(blueprint)
    if not settings.production:
        app.register_blueprint(development_bp)
    errors.init_errors(app)
    app.after_request(_headers)
    contact = f"pledges@{urlsplit(settings.base_url).hostname}"
    app.context_processor(lambda: _everywhere(settings, contact))
    app.jinja_env.globals["static_url"] = _static_url
    if not settings.testing:
        init_worker(app)
    if not settings.rate_limits:
        logging.getLogger(__name__).warning("PLEDGES_RATE_LIMITS is off: for tests and benchmarks only")
    return app


def _refuse_the_example() -> None:
    try:
        assembly = db.session.get(Assembly, 1)
    except DBAPIError:
        return  # no tables yet: `pledges db upgrade` makes them
    finally:
        db.session.remove()
        db.engine.dispose()  # what starts as several processes must not share a connection
    if assembly is not None and assembly.example:
        reason = "holds the example assembly, whose leaders are invented; `pledges start-empty --replace` makes an empty one"
        raise BadSetting("PLEDGES_DATABASE_URL", reason)


class _RowNumber(IntegerConverter):
    """A number in an address: one that no row can have leads nowhere, since a database answers it with an error."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST} | options)


class _Application(Flask):
    """Flask, but what goes wrong is logged by its route: the path of a letter's link is a secret."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception in %s [%s]", request.url_rule or "no route", request.method, exc_info=exc_info)


def _language() -> str:
    """`?lang=`, then the cookie, then Accept-Language, then English."""
    for wanted in (request.args.get("lang"), request.cookies.get("lang")):
        if wanted in INTERFACE:
            return wanted
    return request.accept_languages.best_match(list(INTERFACE)) or "en"


_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",  # stricter breaks the CSRF check over TLS
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.extend({name: value for name, value in _ALWAYS.items() if name not in headers})
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=300"
    else:
        headers.setdefault("Cache-Control", "private, no-cache")
        headers.add("Vary", "Accept-Language, Cookie")
        _only_if_changed(response)
    if request.args.get("lang") in INTERFACE:
        response.set_cookie("lang", request.args["lang"], max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _only_if_changed(response: Response) -> None:
    """A reader who holds these very bytes gets 304; what is streamed has its own tag or none."""
    if request.blueprint in ("public", "api", "press") and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)


def _everywhere(settings: Settings, contact: str) -> dict[str, Any]:
    locale = get_locale()
    language = str(locale) if locale else "en"
    return {
        "language": language,
        "direction": locale.text_direction if locale else "ltr",
        "languages": INTERFACE,
        "example": is_example(db.session()),
        "closing_at": settings.closing_at,
        "development": not settings.production,
        "in_language": _in_language,
        "licence_link": LICENCE_LINK,
        "contact": contact,
        "country_name": country_name,
        "region_name": lambda region: region_name(region, language),
        "population_source": f"{SOURCE}, {dates.due(SNAPSHOT, language)}",
        "language_name": language_name,
        "native_name": native_name,
        "punctuation": punctuation(language),
        "text_direction": direction,
        "in_utc": lambda at: dates.in_utc(at, language),
        "in_new_york": lambda at: dates.in_new_york(at, language),
        "day": lambda written: dates.day(date.fromisoformat(written) if isinstance(written, str) else written, language),
        "due": lambda by: dates.due(by, language),
        "deliverables": deliverables,
        "goal_name": lambda goal: goal_name(goal, language),
    }


def _in_language(language: str, *, same: bool = False, form: str = "") -> str:
    """The address of this very page in another language; `same` for a form that is sent there again with what was typed.

    `form` is the address of such a form where it is not the page's own.

    What only answers a form has no page of its own: then it is that of the page above.
    """
    if request.endpoint is None:
        return url_for("public.home", lang=language)
    reads = request.method in ("GET", "HEAD")
    kept, path = request.args.to_dict(flat=False) if same or reads else {}, form or request.path
    if not same and not (reads and request.url_rule and not form):
        pages = current_app.create_url_adapter(request)
        while pages and not pages.test(path, "GET") and path != "/":
            path = path.rpartition("/")[0] or "/"
    return f"{path if form else quote(path)}?{urlencode({**kept, 'lang': language}, doseq=True)}"


_addresses: dict[tuple[str, float], str] = {}


def _static_url(name: str) -> str:
    """The address of a static file with the hash of its bytes, so that it can be cached for ever."""
    path = f"{ROOT}/pledges/static/{name}"
    key = (name, os.stat(path).st_mtime)  # noqa: PTH116 (each page asks it several times)
    if key not in _addresses:
        _addresses[key] = url_for("static", filename=name, v=hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12])
    return _addresses[key]
