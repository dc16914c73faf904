"""What moderators decided, and what governments answered: rows that are only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, event, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.lifecycle import Move, Reason
from pledges.models.base import Base
from pledges.models.pledge import Pledge, Revision


class Decision(Base):
    """One decision on one revision. `decided_by` is as it was then: "L. Ortiz", or "by import, by L. Ortiz"."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    move: Mapped[Move]
    reason: Mapped[Reason | None]
    message: Mapped[str] = mapped_column(Text, default="")
    """To the leader, in the officer's words."""
    suggestions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, nullable=True)  # never NULL: JSON has no default in a table
    """Suggested wording by the column of a pledges file in whose place it would stand, "" for one that is for no words alone.
    It never changes what was signed."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[str] = mapped_column(String(300))
    by_import: Mapped[bool] = mapped_column(default=False)
    by_government: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The answer of a government that keeps what was signed: it goes back into review, with `message` in its words."""
    at: Mapped[datetime]
    pledge: Mapped[Pledge] = relationship(back_populates="decisions")
    revision: Mapped[Revision] = relationship()
    __table_args__ = (
        CheckConstraint("move NOT IN ('return', 'decline', 'reopen') OR reason IS NOT NULL OR message <> ''", name="reason_given"),
    )

    @property
    def suggestion(self) -> str:
        """All suggested wordings as one text, for readers without a page."""
        return "\n\n".join(words for words in self.suggestions.values() if words)


@event.listens_for(Decision, "before_update")
@event.listens_for(Decision, "before_delete")
def _only_added(_mapper: object, _connection: object, decision: Decision) -> None:
    raise ValueError(f"decision {decision.id} is only ever added to, never changed")
