"""Chapters of an edition in the making that other machines may set; what builds that died left behind is swept away."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pledges.models.base import Base


class ChapterWork(Base):
    """One chapter on offer. Its build deletes the row when the chapter's turn comes, with or without a result."""

    __tablename__ = "chapter_work"
    id: Mapped[int] = mapped_column(primary_key=True)
    build: Mapped[str] = mapped_column(String(32))
    """Which build offers it: random, in hexadecimal."""
    key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the task and of the renderer: the name under which the chapter is kept."""
    renderer: Mapped[str] = mapped_column(String(64))
    task: Mapped[str] = mapped_column(Text)
    """JSON."""
    remove_after: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    set_by: Mapped[str] = mapped_column(String(300), default="")
    """Host and process that took it last."""
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The kept chapter, its SHA-256 in front."""
