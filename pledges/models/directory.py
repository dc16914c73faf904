"""The search of the directory of governments, by typing."""

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from pledges.domain.search import fold
from pledges.models.government import Government, GovernmentName

MOST_GOVERNMENTS = 20
_LAST_SIGN = "\U0010ffff"


def find_governments(session: Session, typed: str) -> list[Government]:
    """At most 20 governments of the directory that have a name, or a later word of one, that begins as typed.

    A name that is exactly as typed comes first, then the larger population. Any script; accents and capitals do not count.
    """
    folded = fold(typed)
    if not folded:
        return []
    exact = func.max(case((GovernmentName.folded == folded, 1), else_=0)).label("exact")
    found = select(GovernmentName.government_id, exact).where(_begins(session, folded)).group_by(GovernmentName.government_id).subquery()
    rank = (found.c.exact.desc(), func.coalesce(Government.population, 0).desc(), Government.id)
    return list(
        session.scalars(select(Government).join(found, found.c.government_id == Government.id).order_by(*rank).limit(MOST_GOVERNMENTS))
    )


def _begins(session: Session, folded: str) -> ColumnElement[bool]:
    """A prefix as a range that the index answers: SQLite compares bytes by itself, PostgreSQL by the operators of its index."""
    names = GovernmentName.folded
    if session.get_bind().dialect.name == "postgresql":
        return and_(names.op("~>=~", is_comparison=True)(folded), names.op("~<~", is_comparison=True)(folded + _LAST_SIGN))
    return and_(names >= folded, names < folded + _LAST_SIGN)
