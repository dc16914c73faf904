"""The paper: a pledge on sheets of its own, to be signed outside of this site, with a certificate or by hand."""

from dataclasses import dataclass
from datetime import datetime

from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import AdoptedText

CHECK_CODE_DIGITS = 12
"""Of the fingerprint: 48 bits, so that no other text has them by chance, and few enough to be read from paper."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper. The same value gives the same bytes, so a signed file shows by its bytes what was signed."""

    public_id: str
    fingerprint: str
    pledge: PledgeFields
    texts: tuple[AdoptedText, ...]
    """The published texts that the pledge adopts, as they were read."""
    language: str
    """Of the paper's own words."""
    base_url: str
    closing_at: datetime
    """The Assembly's date is the paper's: a moment of its own would make other bytes of the same text."""
    by_hand: bool
    """With lines for a hand to sign on."""


def check_code(fingerprint: str) -> str:
    """The fingerprint's beginning, in groups of four, as paper shows it and an officer types it."""
    digits = fingerprint[:CHECK_CODE_DIGITS]
    return " ".join(digits[place : place + 4] for place in range(0, CHECK_CODE_DIGITS, 4))


def plain_check_code(typed: str) -> str:
    """What was typed, as the fingerprint begins: without what stands between the digits."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())
