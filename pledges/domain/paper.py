"""The paper: a pledge on sheets of its own, to be signed outside of this site, with a certificate or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pledges.domain.certificates import MOST_BYTES, SignedFileRefused
from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import AdoptedText
from pledges.domain.search import fold

CHECK_CODE_DIGITS = 12
"""Of the fingerprint: 48 bits, so that no other text has them by chance, and few enough to be read from paper."""
_SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How each kind of scan begins."""
SCANS = ",".join(_SCANS.values())


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
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Names of countries that were ruled in that language before the text was frozen, by code."""


def check_code(fingerprint: str) -> str:
    """The fingerprint's beginning, in groups of four, as paper shows it and an officer types it."""
    digits = fingerprint[:CHECK_CODE_DIGITS]
    return " ".join(digits[place : place + 4] for place in range(0, CHECK_CODE_DIGITS, 4))


def plain_check_code(typed: str) -> str:
    """What was typed, as the fingerprint begins: without what stands between the digits."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def scan_type(data: bytes) -> str:
    """The media type of a scan, by its content: its name may say anything. Raises SignedFileRefused."""
    if not data:
        raise SignedFileRefused("empty")
    if len(data) > MOST_BYTES:
        raise SignedFileRefused("too_large", megabytes=MOST_BYTES // (1024 * 1024))
    for beginning, media_type in _SCANS.items():
        if data.startswith(beginning):
            return media_type
    raise SignedFileRefused("not_a_scan")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an officer read on a signed paper."""

    name: str
    office: str
    day: str
    """Of the signature, YYYY-MM-DD."""
    code: str
    """The check code as `plain_check_code` gives it."""


def is_the_paper_of(transcript: Transcript, fingerprint: str) -> bool:
    """Whether the paper that was read is that of the text with the fingerprint."""
    return len(transcript.code) == CHECK_CODE_DIGITS and fingerprint.startswith(transcript.code)


def reads_otherwise(transcript: Transcript, pledge: PledgeFields) -> list[str]:
    """Which of name and office stand otherwise on the paper than in the record; accents and capitals apart."""
    record = {"name": (pledge.leader_name, pledge.leader_name_latin), "office": (pledge.office, pledge.office_local)}
    return [field for field, said in record.items() if fold(getattr(transcript, field)) not in {fold(one) for one in said if one}]
