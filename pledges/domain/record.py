"""The canonical record of a pledge, and the fingerprint that the receipt carries (docs/record.md names each field)."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785

from pledges.domain.commitments import PledgeFields
from pledges.domain.planned import deliverables
from pledges.domain.themes import Theme

SCHEMA = "1"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A published political commitment as it was read: its version, the language, and the SHA-256 (hexadecimal) of its UTF-8 bytes."""

    version: int
    language: str
    sha256: str


def canonical(pledge: PledgeFields, adopted: Mapping[Theme, Adopted]) -> bytes:
    """The record by RFC 8785: UTF-8 JSON that is the same wherever it is made.

    It holds only what is published: no e-mail, no moment, no evidence. `adopted` names the published text for each theme
    whose text was adopted. What was not given is an empty string; a text not adopted is null; `joint` stands there only in a joint pledge.
    """
    joint = {"joint": pledge.joint} if pledge.joint else {}
    return rfc8785.dumps(
        {
            **joint,
            "schema": SCHEMA,
            "government": {
                "id": pledge.government_id,
                "name": pledge.government_name,
                "native_name": pledge.government_native_name,
                "kind": str(pledge.kind),
                "country_code": pledge.country_code,
            },
            "leader": {"name": pledge.leader_name, "name_latin": pledge.leader_name_latin, "honorific": pledge.honorific},
            "office": {"styled": pledge.office, "local": pledge.office_local},
            "mandate": {
                "basis": str(pledge.mandate_basis or ""),
                "reference": pledge.mandate_reference,
                "date": pledge.mandate_date.isoformat() if pledge.mandate_date else "",
            },
            "language": pledge.language,
            "commitments": [
                {
                    "theme": str(words.theme),
                    "adopted": _adopted(adopted.get(words.theme)),
                    "actions": words.actions,
                    "multilateral": words.multilateral,
                    **_planned(words.planned),
                }
                for words in pledge.themes
            ],
            "statement": pledge.statement,
            "actions": pledge.actions,
            "multilateral": pledge.multilateral,
        }
    )


def fingerprint(record: bytes) -> str:
    """SHA-256 of the record, 64 lower-case hexadecimal digits."""
    return sha256(record).hexdigest()


def _planned(text: str) -> dict[str, Any]:
    """Only where something is planned: records from before it could be are as they were."""
    planned = [{"what": one.what, "by": one.by, "goals": list(one.goals)} for one in deliverables(text)]
    return {"planned": planned} if planned else {}


def _adopted(text: Adopted | None) -> dict[str, str | int] | None:
    return {"version": text.version, "language": text.language, "sha256": text.sha256} if text else None
