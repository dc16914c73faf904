"""The description of the API, for machines."""

from typing import Any

from pledges.domain.lifecycle import Reason
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.publication import ITEM_FIELDS
from pledges.domain.themes import Theme

LARGEST_INTEGER = 2**31 - 1
"""What the database takes for an edition's number."""

_TEXT, _WHOLE, _YES_OR_NO = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_BASE64URL = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}
_MOMENT = {"type": "string", "format": "date-time"}
_LABEL = {"type": "string", "description": "Label of an edition: Rev.0, Add.1, Corr.1 …"}


def description(base_url: str) -> dict[str, Any]:
    """OpenAPI 3.1 for the server at `base_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pledges of the World Assembly of Local and Regional Governments",
            "version": "1",
            "description": "What is public, as JSON. Nothing is public before an edition of the declaration is released.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": base_url}],
        "paths": {f"/api/v1{path}": {"get": operation} for path, operation in _OPERATIONS.items()},
        "components": {"schemas": _SCHEMAS, "parameters": {"public_id": _parameter("public_id", "path", _TEXT, required=True)}},
    }


def _parameter(name: str, place: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(name: str) -> dict[str, Any]:
    return _object(items={"type": "array", "items": _named(name)}, next={"type": ["string", "null"]}, example=_YES_OR_NO)


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(summary: str, schema: dict[str, Any], *parameters: dict[str, Any], **others: str) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": summary, "content": {"application/json": {"schema": schema}}}}
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {**answers, **{status.strip("_"): {"description": text} for status, text in others.items()}},
    }


_ITEM_TYPES: dict[str, dict[str, Any]] = {
    "kind": {"enum": [kind.value for kind in GovernmentKind]},
    "country_code": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "themes": {"type": "array", "items": {"enum": [theme.value for theme in Theme]}},
    "signature_kind": {"enum": [kind.value for kind in SignatureKind]},
    "signed_at": _MOMENT,
    "late": _YES_OR_NO,
    "edition": _LABEL,
    "fingerprint": _HASH,
}
_SCHEMAS: dict[str, Any] = {
    "Pledge": _object(**{name: _ITEM_TYPES.get(name, _TEXT) for name in ITEM_FIELDS}),
    "Proof": _object(
        public_id=_TEXT, edition=_WHOLE, label=_LABEL, leaf=_HASH, index=_WHOLE, size=_WHOLE,
        path={"type": "array", "items": _HASH}, root=_HASH,
    ),
    "Signature": _object(
        public_id=_TEXT, kind=_ITEM_TYPES["signature_kind"], label=_TEXT, signed_at=_MOMENT, fingerprint=_HASH,
        record={"type": "string", "description": "The canonical record (RFC 8785); SHA-256 of its UTF-8 bytes is the fingerprint"},
        proof={
            "description": "What anyone can check; null where there is nothing to check",
            "type": ["object", "null"],
            "anyOf": [_named("PasskeyProof"), {}],
        },
    ),
    "PasskeyProof": _object(
        kind={"const": "passkey"}, fingerprint=_HASH, nonce={"type": "string", "pattern": "^[0-9a-f]{32}$"}, rp_id=_TEXT, origin=_TEXT,
        public_key={"type": "object", "description": "JWK (RFC 7517): ES256, RS256 or EdDSA"},
        authenticatorData=_BASE64URL, clientDataJSON=_BASE64URL, signature=_BASE64URL,
    ),
    "Statistics": _object(
        pledges=_WHOLE, governments=_WHOLE, countries=_WHOLE, commitments=_object(**{theme.value: _WHOLE for theme in Theme}),
        edition={"type": ["string", "null"]}, example=_YES_OR_NO, withdrawn=_WHOLE,
    ),
    "Decisions": _object(
        reason={"enum": [reason.value for reason in Reason]}, returned=_WHOLE, declined=_WHOLE,
        themes={"description": "What the texts were about; null where the reason hides it", "type": ["object", "null"]},
    ),
    "Edition": _object(
        number=_WHOLE, label=_LABEL, kind={"enum": ["rev", "add", "corr"]}, refers_to={"type": ["string", "null"]}, as_of=_MOMENT,
        released_at=_MOMENT, pledges=_WHOLE, root=_HASH, break_glass=_YES_OR_NO, example=_YES_OR_NO,
        recalled_at={**_MOMENT, "type": ["string", "null"]}, recall_reason={"type": ["string", "null"]},
        files={"type": "array", "items": _named("File")},
    ),
    "File": _object(
        language=_TEXT, url=_TEXT, pages=_WHOLE, size=_WHOLE, sha256=_HASH, content_sha256=_HASH, seal_subject=_TEXT,
        development_seal=_YES_OR_NO,
    ),
}  # fmt: skip
_PUBLIC_ID = {"$ref": "#/components/parameters/public_id"}
_OPERATIONS: dict[str, dict[str, Any]] = {
    "/pledges": _operation(
        "The current register in the English order of protocol, withdrawn pledges left out",
        _list_of("Pledge"),
        _parameter("country", "query", _ITEM_TYPES["country_code"]),
        _parameter("theme", "query", {"enum": [theme.value for theme in Theme]}),
        _parameter("kind", "query", _ITEM_TYPES["kind"]),
        _parameter("q", "query", _TEXT),
        _parameter("after", "query", _TEXT),
        _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    ),
    "/pledges/{public_id}": _operation(
        "One pledge", _named("Pledge"), _PUBLIC_ID, _404="Never released, or there is no such pledge", _410="Withdrawn"
    ),
    "/pledges/{public_id}/proof": _operation(
        "Proof (RFC 9162) that a pledge stands in an edition, the newest that holds it when none is named",
        _named("Proof"),
        _PUBLIC_ID,
        _parameter("edition", "query", {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER}),
        _404="Not in that edition, never released, or there is no such pledge",
    ),
    "/pledges/{public_id}/signature": _operation(
        "How a pledge was signed, with what it takes to check a passkey's signature (docs/record.md)",
        _named("Signature"),
        _PUBLIC_ID,
        _404="Never released, or there is no such pledge",
        _410="Withdrawn",
    ),
    "/statistics": _operation("The counts of the current register", _named("Statistics")),
    "/decisions": _operation("Pledges returned or declined, by reason, as told before the last release", _list_of("Decisions")),
    "/editions": _operation("Every released edition, newest first", _list_of("Edition")),
    "/openapi.json": _operation("This description", {"type": "object"}),
}
