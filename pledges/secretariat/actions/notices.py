"""What the admins are told of editions by letter: a second person is wanted, or something was done that they would want to stop."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.dates import in_new_york, in_utc
from pledges.models import Account, Edition
from pledges.models.account import admins_to_tell
from pledges.signatures import Address


def tell_admins(
    session: Session, kind: str, editions: Sequence[Edition], *, by: Account | None, at: datetime, address: Address,
    moment: datetime | None = None, because: str = "", reason: str = "",
) -> None:  # fmt: skip
    """Write to every admin but the one who did it; without `by` the operator did. `moment` is when the edition is public;
    `because` (overtaken, recalled, or nothing for an officer's will) and `reason` are those that the letters' texts ask for."""
    desk = address("secretariat.edition", number=editions[0].number)
    for admin in admins_to_tell(session):
        if by is None or admin.id != by.id:
            letters.write(
                session, kind, to=admin.email, language=admin.language, at=at, editions=", ".join(one.label for one in editions), desk=desk,
                by=by.label if by else "", moment_utc=in_utc(moment, admin.language) if moment else "",
                moment_new_york=in_new_york(moment, admin.language) if moment else "",
                because=because, reason=reason,
            )  # fmt: skip
