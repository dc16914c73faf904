"""What the admins are told of editions by letter: a second person is wanted, or something was done that they would want to stop."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.dates import in_new_york, in_utc
from pledges.models import Account, Edition, Revision
from pledges.models.account import admins_to_tell
from pledges.secretariat.queries import editions as queries
from pledges.signatures import Address


def tell_admins(
    session: Session, kind: str, editions: Sequence[Edition], *, by: Account | None, at: datetime, address: Address,
    moment: datetime | None = None, because: str = "", reason: str = "", leader: str = "", government: str = "",
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
                because=because, reason=reason, leader=leader, government=government,
            )  # fmt: skip


def tell_of_replaced_words(session: Session, accepted: Revision, *, at: datetime, address: Address) -> None:
    """Tell the admins once of each edition on the schedule that will print what these words replace.

    It stays on the schedule: what is frozen was signed and accepted, and the new words come with a corrigendum. The admins may
    take it off and build it anew (docs/decisions/a-frozen-edition-keeps-its-words.md).
    """
    for edition in queries.to_come_with_other_words(session, accepted, at):
        if not queries.is_told(session, "edition_outdated", address("secretariat.edition", number=edition.number)):
            tell_admins(
                session, "edition_outdated", [edition], by=None, at=at, moment=edition.moment_to_come(at), address=address,
                leader=accepted.leader_name, government=accepted.government_name,
            )  # fmt: skip
