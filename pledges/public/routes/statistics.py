"""The public register in figures: pictures and tables, and a workbook."""

from bisect import bisect

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from pledges.accounts.sessions import now
from pledges.adapters.workbook import MEDIA_TYPE, workbook
from pledges.domain.lifecycle import REASON_WORDS
from pledges.domain.moments import iso
from pledges.domain.statistics import sheets
from pledges.domain.themes import Theme
from pledges.extensions import country_name, db
from pledges.models.decision_counts import ReasonCount, decisions_by_reason
from pledges.models.figures import register_figures
from pledges.models.statistics import public_statistics
from pledges.public.routes.room import bp
from pledges.typesetting.world import shaded

_CLASSES, _BEGIN = ("few", "some", "many", "most"), (2, 10, 100)
"""Classes of countries on the map, and with how many pledges the second, third and fourth begin; as in the declaration."""


@bp.get("/statistics")
def statistics() -> ResponseReturnValue:
    """By region, theme, level, language, kind of signature and day."""
    counted, figures = public_statistics(db.session(), now()), register_figures(db.session(), now())
    classes = {code: _CLASSES[bisect(_BEGIN, number)] for code, number in counted.by_country.items()}
    decisions = [
        (one, gettext(REASON_WORDS[one.reason])) for one in decisions_by_reason(db.session(), now()) if one.returned or one.declined
    ]
    return render_template("public/statistics.html", statistics=counted, figures=figures, map=shaded(classes), decisions=decisions)


@bp.get("/statistics.xlsx")
def statistics_workbook() -> Response:
    """Every table of the page, as a sheet each."""
    at = now()
    counted, label = public_statistics(db.session(), at), register_figures(db.session(), at).label
    tables = sheets(counted, as_of=f"{label or 'nothing public'}, {iso(at)}", named=lambda code: country_name(code, "en"))
    header: list[str | int] = ["reason", "returned", "declined", *Theme]
    decided = decisions_by_reason(db.session(), at)
    rows: list[list[str | int]] = [[one.reason, one.returned, one.declined, *_told(one)] for one in decided]
    file = workbook(tables | {"decisions": [header, *rows]})
    return send_file(file, mimetype=MEDIA_TYPE, as_attachment=True, download_name="statistics.xlsx", etag=False)


def _told(one: ReasonCount) -> list[str | int]:
    """How many of the texts were about each theme; "not told" where the reason hides it."""
    return ["not told" if one.themes is None else one.themes.get(theme, 0) for theme in Theme]
