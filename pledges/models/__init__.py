"""The tables."""

from pledges.models.account import Account, OfficerPasskey, OfficerSession, Role
from pledges.models.base import Base
from pledges.models.batch import Batch, BatchKind, BatchState
from pledges.models.build import BuildState, EditionBuild
from pledges.models.chapter_work import ChapterWork
from pledges.models.decision import Decision
from pledges.models.desk import Claim, CourtesyTranslation, Mention, Note
from pledges.models.edition import Assembly, Edition, EditionEntry, EditionFile, ReleaseProposal, SealEvidence
from pledges.models.government import (
    AdvisoryMember,
    Contact,
    Government,
    GovernmentDomain,
    GovernmentName,
    Invitation,
    KnownLeader,
    Network,
    NetworkMember,
)
from pledges.models.letter import Bounce, Letter, LetterRule, LetterStop, LetterText, OtherContact
from pledges.models.log import LogDetail, LogEntry, LogHead
from pledges.models.pledge import Commitment, CommitmentText, Correction, JointPledge, Pledge, Revision
from pledges.models.protocol import Ruling, TextDraft
from pledges.models.reminder import Reminded, Schedule
from pledges.models.signature import AccessLink, LeaderPasskey, LinkPurpose, RateLimit, Receipt, Signature, SignedFile

__all__ = [
    "AccessLink", "Account", "AdvisoryMember", "Assembly", "Base", "Batch", "BatchKind", "BatchState", "Bounce", "BuildState",
    "ChapterWork", "Claim", "Commitment", "CommitmentText", "Contact", "Correction", "CourtesyTranslation", "Decision", "Edition",
    "EditionBuild", "EditionEntry", "EditionFile", "Government", "GovernmentDomain", "GovernmentName", "Invitation", "JointPledge",
    "KnownLeader", "LeaderPasskey", "Letter", "LetterRule", "LetterStop", "LetterText", "LinkPurpose", "LogDetail", "LogEntry",
    "LogHead", "Mention", "Network", "NetworkMember", "Note", "OfficerPasskey", "OfficerSession", "OtherContact", "Pledge",
    "RateLimit", "Receipt", "ReleaseProposal", "Reminded", "Revision", "Role", "Ruling", "Schedule", "SealEvidence", "Signature",
    "SignedFile", "TextDraft",
]  # fmt: skip
