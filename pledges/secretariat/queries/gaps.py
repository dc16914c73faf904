"""Where invitations and signatures are missing."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.domain.regions import part_of, parts_of
from pledges.models import Government, Invitation
from pledges.secretariat.queries.invitations import Progress, how_far


def invited_by_country(session: Session) -> dict[tuple[str, Progress], int]:
    """Standing invitations by country and by how far they have come, in one query."""
    steps = select(Government.country_code, how_far().label("step")).join(Invitation, Invitation.government_id == Government.id)
    each = steps.where(Invitation.taken_back_at.is_(None)).subquery()
    rows = session.execute(select(each.c.country_code, each.c.step, func.count()).group_by(each.c.country_code, each.c.step))
    return {(country, Progress(step)): number for country, step, number in rows}


def within(counted: dict[tuple[str, Progress], int], region: str) -> dict[Progress, int]:
    """Those of a region, or of a part of one."""
    names, steps = {region, *parts_of(region)}, Counter[Progress]()
    for (country, step), number in counted.items():
        steps[step] += number if part_of(country) in names else 0
    return {step: steps[step] for step in Progress}
