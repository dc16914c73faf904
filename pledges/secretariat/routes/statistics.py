"""The register in figures as it stands at the desk, and where the gaps are while there is time to phone."""

from datetime import UTC, datetime

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from pledges.adapters.workbook import MEDIA_TYPE, workbook
from pledges.domain.moments import iso
from pledges.domain.people import GovernmentKind
from pledges.domain.statistics import sheets
from pledges.domain.themes import Theme
from pledges.extensions import country_name, db
from pledges.models.statistics import desk_statistics
from pledges.secretariat.queries.gaps import invited_by_country, within
from pledges.secretariat.queries.invitations import Progress
from pledges.secretariat.routes.desk import bp
from pledges.typesetting.world import shaded


@bp.get("/statistics")
def statistics() -> ResponseReturnValue:
    """Everything that stands signed, and the gaps by region, theme and level."""
    counted, invited = desk_statistics(db.session()), invited_by_country(db.session())
    classes = {country: "few" for country, _step in invited} | dict.fromkeys(counted.by_country, "most")
    return render_template(
        "secretariat/statistics.html", statistics=counted, map=shaded(classes), themes=list(Theme), levels=list(GovernmentKind),
        gaps=[(part, within(invited, part.name)) for part in counted.parts()],
    )  # fmt: skip


@bp.get("/statistics.xlsx")
def statistics_workbook() -> Response:
    """The same as a workbook, with a sheet of the gaps."""
    counted, invited, at = desk_statistics(db.session()), invited_by_country(db.session()), datetime.now(UTC)
    tables = sheets(counted, as_of=f"all that stands signed, {iso(at)}", named=lambda code: country_name(code, "en"))
    header: list[str | int] = ["region or part", *(step.value for step in Progress), "pledges"]
    gaps: list[list[str | int]] = [[part.name, *within(invited, part.name).values(), part.pledges] for part in counted.parts()]
    file = workbook(tables | {"gaps": [header, *gaps]})
    return send_file(file, mimetype=MEDIA_TYPE, as_attachment=True, download_name=f"statistics-{at:%Y-%m-%d}.xlsx", etag=False)
