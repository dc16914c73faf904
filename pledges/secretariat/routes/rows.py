"""Rows of the queue, rendered once: what of a row stays while its pledge does is kept by everything that it shows."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import get_locale

from pledges.extensions import country_name
from pledges.models import Revision

MOST_KEPT = 5_000
"""Rows; then the keeping begins anew."""
_kept: dict[tuple[object, ...], str] = {}


def standing_cells(chosen: Mapping[str, Any], *, with_state: bool) -> Callable[[Revision], str]:
    """Gives the cells of a row; their links hold the filters that were `chosen`."""
    language, filters = str(get_locale()), tuple(sorted(chosen.items()))
    render: Callable[..., str] | None = None

    def cells(revision: Revision) -> str:
        nonlocal render
        pledge, signature, country = revision.pledge, revision.signature, country_name(revision.country_code, language)
        seen = (signature.assurance, signature.evidence.get("assured_by"), repr(signature.risks)) if signature else ()
        key = (current_app.name, language, filters, with_state, country, pledge.public_id, pledge.withdrawn_at, *_version(revision), *seen)
        if key not in _kept:
            render = render or _macro()
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = render(revision, url_for("secretariat.pledge", public_id=pledge.public_id, **dict(filters)), with_state)
        return _kept[key]

    return cells


def _version(revision: Revision) -> tuple[object, ...]:
    return (revision.number, revision.row_version, revision.fingerprint)


def _macro() -> Callable[..., str]:
    """The macro with the context of a page: what it gives is escaped by the template."""
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    module: Any = current_app.jinja_env.get_template("secretariat/row.html").make_module(context)
    return module.standing  # type: ignore[no-any-return]
