"""Two admins of an invented secretariat, and what they order of editions."""

from datetime import datetime

from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, settings
from pledges.models import Account, EditionBuild, LogEntry
from pledges.secretariat.actions.builds import carry_out, order_build
from tests.assembly import Assembly, now

FIRST, SECOND = "first@secretariat.example", "second@secretariat.example"


def who(assembly: Assembly, email: str) -> Account:
    """The officer of that address."""
    return assembly.session.scalars(select(Account).where(Account.email == email)).one()


def ordered(assembly: Assembly, *languages: str, kind: EditionKind = EditionKind.REV, edition: int | None = None) -> EditionBuild:
    """What the first of them orders."""
    return order_build(assembly.session, adapters(), kind, languages or ("en",), edition=edition, by=who(assembly, FIRST), at=now())


def worked(assembly: Assembly, at: datetime | None = None) -> int:
    """The worker's turn; gives how many builds it carried out."""
    return carry_out(assembly.session, adapters(), settings(), lambda: at or now())


def acts(assembly: Assembly) -> list[str]:
    """What the log tells of officers, the first first."""
    return list(assembly.session.scalars(select(LogEntry.act).where(LogEntry.account_id.is_not(None)).order_by(LogEntry.number)))
