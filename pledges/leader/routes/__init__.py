"""The pages of this room: how a pledge begins, its steps, its signature, and what follows."""

from pledges.leader.routes import (
    answers,
    cabinet,
    corrections,
    following,
    invited,
    joint,
    papers,
    passkeys,
    preview,
    receipts,
    reminders,
    signing,
    start,
    steps,
)
from pledges.leader.routes.room import bp

__all__ = [
    "answers",
    "bp",
    "cabinet",
    "corrections",
    "following",
    "invited",
    "joint",
    "papers",
    "passkeys",
    "preview",
    "receipts",
    "reminders",
    "signing",
    "start",
    "steps",
]
