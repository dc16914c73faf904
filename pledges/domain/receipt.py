"""The receipt: one page on which the secretariat confirms, under its seal, that a leader signed a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pledges.domain.commitments import PledgeFields
from pledges.domain.people import SignatureKind


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on the receipt. It holds nothing that happened after the signature: what became of the pledge is asked at /verify."""

    public_id: str
    fingerprint: str
    pledge: PledgeFields
    signature_kind: SignatureKind
    signature_proof: Mapping[str, Any] | None = field(hash=False)
    """What is published of the signature (docs/record.md)."""
    signed_at: datetime
    language: str
    """Of the receipt's own words: the reader's."""
    base_url: str
    development_seal: bool
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Names of countries that were ruled in that language, by code."""
