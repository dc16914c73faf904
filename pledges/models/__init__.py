"""The tables."""

from pledges.models.account import Account, Role
from pledges.models.base import Base
from pledges.models.chapter_work import ChapterWork
from pledges.models.decision import Decision
from pledges.models.edition import Assembly, Edition, EditionEntry, EditionFile, SealEvidence
from pledges.models.government import Government, GovernmentName, Network
from pledges.models.letter import Letter
from pledges.models.log import LogDetail, LogEntry, LogHead
from pledges.models.pledge import Commitment, CommitmentText, Pledge, Revision
from pledges.models.signature import AccessLink, LinkPurpose, RateLimit, Signature

__all__ = [
    "AccessLink", "Account", "Assembly", "Base", "ChapterWork", "Commitment", "CommitmentText", "Decision", "Edition",
    "EditionEntry", "EditionFile", "Government", "GovernmentName", "Letter", "LinkPurpose", "LogDetail", "LogEntry", "LogHead",
    "Network", "Pledge", "RateLimit", "Revision", "Role", "SealEvidence", "Signature",
]  # fmt: skip
