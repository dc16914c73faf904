"""What is said of a file that claims to be ours: the verdict, and each finding that it rests on."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pledges.adapters.declaration_reading import Receipt
from pledges.domain.sealing import SealLevel


class Verdict(StrEnum):
    """What a file is (CONTRACT.md, `pledges verify`)."""

    AUTHENTIC = "authentic"
    ALTERED = "altered"
    """It claims to be ours and does not verify; also a draft, or a file without a seal."""
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"

    @property
    def exit_code(self) -> int:
        """0 authentic, 1 altered, 2 foreign, 3 unreadable."""
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: an English msgid whose %(name)s places `values` fills; whoever shows it translates it."""

    message: str
    values: dict[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.message % self.values


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict and what it rests on: a headline, then seal, data and root, each a sentence. `details` is for `--json`."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    details: dict[str, object] = field(hash=False)
    level: SealLevel | None = None
    """What the seal proves by itself, if there is one."""
    stamped_at: datetime | None = None
    """The moment in its time stamp, trusted or not."""
    receipt: Receipt | None = None
    """What the file says whose receipt it is; only of an authentic one."""

    @property
    def exit_code(self) -> int:
        """That of `pledges verify`."""
        return self.verdict.exit_code

    @property
    def line(self) -> str:
        """Everything in one line of English."""
        return " ".join(" ".join(str(finding).split()) for finding in self.findings)
