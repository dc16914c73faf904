"""The open data of a declaration: the same fields in the API, in `declaration.csv` and in `declaration.json`."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pledges.domain import merkle
from pledges.domain.declaration import Counts, Declaration, Entry
from pledges.domain.moments import iso
from pledges.domain.spreadsheets import escape_cell
from pledges.domain.themes import OWN_WORDS, Theme

ITEM_FIELDS = (
    "public_id", "government", "kind", "country_code", "leader_name", "office", "themes", "language", "signature_kind", "signed_at", "late",
    "edition", "fingerprint",
)  # fmt: skip
"""What the API calls an item (CONTRACT.md)."""
_MORE = (
    "government_id",
    "government_native_name",
    "leader_name_latin",
    "office_local",
    "mandate_basis",
    "commitment_version",
    "political_commitment",
    "actions",
    "multilateral",
    *(f"{strand}_{theme}" for theme in Theme for strand in ("actions", "multilateral")),
    *(f"planned_{theme}" for theme in Theme),
)
CSV_COLUMNS = (*ITEM_FIELDS, *_MORE)
"""What the open data hold of each pledge: the item, then its words."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF."""

    name: str
    media_type: str
    description: str
    texts: Callable[[], Iterable[str]]
    """Its text in pieces, anew with each call: of a large register it is too long to be held whole."""

    @property
    def data(self) -> bytes:
        """All of it, in UTF-8."""
        return "".join(self.texts()).encode()


def item(entry: Entry, edition: str) -> dict[str, object]:
    """One pledge as the API shows it. `edition` is the label of the edition whose words these are."""
    return {
        "public_id": entry.public_id,
        "government": entry.government,
        "kind": entry.kind.value,
        "country_code": entry.country_code,
        "leader_name": entry.leader_name,
        "office": entry.office,
        "themes": [words.theme.value for words in entry.themes],
        "language": entry.language,
        "signature_kind": entry.signature_kind.value,
        "signed_at": iso(entry.signed_at),
        "late": entry.late,
        "edition": edition,
        "fingerprint": entry.fingerprint,
    }


def counts_of(counts: Counts) -> dict[str, object]:
    """The counts as JSON: pledges, governments, countries, and commitments by theme."""
    by_theme = {theme.value: counts.commitments[theme] for theme in Theme}
    return {"pledges": counts.pledges, "governments": counts.governments, "countries": counts.countries, "commitments": by_theme}


def full_item(entry: Entry, edition: str) -> dict[str, object]:
    """One pledge with its words, by `CSV_COLUMNS`: the fields of the item first. Words of a theme that it did not take up are empty."""
    versions = {words.version for words in entry.themes if words.version is not None}
    full: dict[str, object] = dict.fromkeys(CSV_COLUMNS, "")
    full |= item(entry, edition)
    full |= {
        "government_id": entry.government_id,
        "government_native_name": entry.government_native,
        "leader_name_latin": entry.leader_name_latin,
        "office_local": entry.office_local,
        "mandate_basis": entry.mandate_basis or "",
        "commitment_version": "|".join(map(str, sorted(versions))),
        "political_commitment": entry.statement,
        "actions": entry.actions,
        "multilateral": entry.multilateral,
    }
    for words in entry.themes:
        full |= {f"{strand}_{words.theme}": getattr(words, strand) for strand in OWN_WORDS}
    return full


def cells(entry: Entry, edition: str) -> list[str]:
    """The full item as texts, in the order of `CSV_COLUMNS`."""
    shown = full_item(entry, edition)
    shown["themes"] = "|".join(words.theme.value for words in entry.themes)
    shown["late"] = "true" if entry.late else "false"
    return [str(value) for value in shown.values()]


def csv_row(entry: Entry, edition: str) -> list[str]:
    """The cells of one pledge, made harmless for spreadsheets."""
    return [escape_cell(cell) for cell in cells(entry, edition)]


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """RFC 4180 text, one row at a time."""
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer).writerow(row)
        yield buffer.getvalue()


def attachments(declaration: Declaration) -> tuple[Attachment, ...]:
    """`declaration.json`, `declaration.csv` and `proofs.json`: with them a copy can be checked and counted alone."""
    records, table, proofs = (partial(texts, declaration) for texts in (_records, _table, _proofs))
    return (
        Attachment("declaration.json", "application/json", "The pledges of this edition with their canonical records", records),
        Attachment("declaration.csv", "text/csv", "The pledges of this edition as a table", table),
        Attachment("proofs.json", "application/json", "For each pledge the proof that it belongs to this edition", proofs),
    )


def _records(declaration: Declaration) -> Iterator[str]:
    label = declaration.label
    return listed_json(_document(declaration), "entries", (_recorded(entry, label) for entry in declaration.entries))


def _recorded(entry: Entry, label: str) -> dict[str, object]:
    """The item with its canonical record and, where the signature can be checked by anyone, what it takes to do so."""
    recorded = {**item(entry, label), "record": entry.record}
    return recorded if entry.signature_proof is None else {**recorded, "signature_proof": entry.signature_proof}


def _table(declaration: Declaration) -> Iterator[str]:
    yield from csv_lines([CSV_COLUMNS])
    yield from csv_lines(csv_row(entry, declaration.label) for entry in declaration.entries)


def _proofs(declaration: Declaration) -> Iterator[str]:
    fingerprints = [entry.fingerprint for entry in declaration.entries]
    paths = merkle.all_paths([bytes.fromhex(fingerprint) for fingerprint in fingerprints])
    proofs = (
        {"fingerprint": fingerprint, "index": index, "path": [node.hex() for node in path]}
        for index, (fingerprint, path) in enumerate(zip(fingerprints, paths, strict=True))
    )
    return listed_json({"root": declaration.root, "size": len(fingerprints)}, "proofs", proofs)


def _document(declaration: Declaration) -> dict[str, object]:
    return {
        "schema": "1",
        "edition": {
            "kind": declaration.kind.value,
            "label": declaration.label,
            "language": declaration.language,
            "refers_to": declaration.refers_to,
            "as_of": iso(declaration.as_of),
        },
        "example": declaration.example,
        "counts": counts_of(declaration.counts),
        "root": declaration.root,
        "log": {"number": declaration.log_number, "hash": declaration.log_hash},
        "texts": [
            {"theme": text.theme.value, "version": text.version, "language": text.language, "sha256": text.sha256, "text": text.text}
            for text in declaration.texts
        ],
    }


def listed_json(value: dict[str, object], name: str, members: Iterable[object]) -> Iterator[str]:
    """The object with one more entry, a list that has a member on each line, so that it can be read line by line."""
    yield json.dumps(value, ensure_ascii=False, indent=1).removesuffix("\n}") + f',\n "{name}": ['
    before = "\n  "
    for member in members:
        yield before + json.dumps(member, ensure_ascii=False)
        before = ",\n  "
    yield "\n ]\n}\n"
