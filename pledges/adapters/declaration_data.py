"""Whether the data attached to a declaration agree with each other: records, fingerprints, table, proofs, root, edition mark."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import pikepdf

from pledges.adapters.declaration_reading import Mark
from pledges.adapters.pdf_streams import LARGE, parts
from pledges.domain import merkle
from pledges.domain.planned import Deliverable, told
from pledges.domain.problems import N_
from pledges.domain.publication import ITEM_FIELDS
from pledges.domain.spreadsheets import unescape_cell
from pledges.domain.themes import Theme

_ATTACHED = ("declaration.json", "declaration.csv", "proofs.json")
_EXPANSION = 64
"""Beyond that, an attachment may be so many times larger than its file: ours stay below, a decompression bomb does not."""
_NO_LINE = b""
_LINE = 4 << 20
"""Most bytes of a line: the longest entry has far fewer."""
_OTHER_TABLE = N_("The table declaration.csv does not say what declaration.json says.")
_OTHER_PROOFS = N_("The proofs are not those of these pledges.")
_RECORDED: dict[str, tuple[str, ...]] = {
    "government": ("government", "name"),
    "kind": ("government", "kind"),
    "country_code": ("government", "country_code"),
    "leader_name": ("leader", "name"),
    "office": ("office", "styled"),
    "language": ("language",),
}
"""Where the record holds what an entry repeats (docs/record.md)."""
_IN_TABLE: dict[str, tuple[str, ...]] = {
    "government_id": ("government", "id"),
    "government_native_name": ("government", "native_name"),
    "leader_name_latin": ("leader", "name_latin"),
    "office_local": ("office", "local"),
    "mandate_basis": ("mandate", "basis"),
    "political_commitment": ("statement",),
    "actions": ("actions",),
    "multilateral": ("multilateral",),
}
"""Where it holds what the table alone repeats."""


class DataDisagree(Exception):
    """The attached data do not agree; `message` is an English msgid whose %(name)s places `values` fills."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class Data:
    """What the attached data hold, once they agree."""

    pledges: int
    root: str


def check_data(pdf: pikepdf.Pdf, marks: frozenset[Mark], size: int, scratch: Path | None = None) -> Data:
    """Check each record against its fingerprint, the table against the records, the proofs against the root, the root against the mark.

    `size` is the file's, in bytes; what is attached is unpacked in the folder `scratch`. Raises DataDisagree.
    """
    limit = max(LARGE, _EXPANSION * size)
    with ExitStack() as stack:
        files = {name: stack.enter_context(_attached(pdf, name, limit, scratch)) for name in _ATTACHED}
        try:
            records = _Listed("declaration.json", files["declaration.json"], "entries")
            leaves = _check_entries(records, files["declaration.csv"])
            root = _check_root(records.head["root"], _Listed("proofs.json", files["proofs.json"], "proofs"), leaves)
        except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
            raise DataDisagree(N_("The attached data lack something or are not in the form that we write.")) from error
    if not marks:
        raise DataDisagree(N_("The edition mark is missing."))
    if any(mark.root != root for mark in marks):
        raise DataDisagree(N_("The Merkle root in the edition mark is not that of the attached data."))
    return Data(len(leaves), root)


class _Listed:
    """A file as `domain.publication` writes it: an object whose last entry is a list, each member of it on a line.

    So a large register is read line by line; it does not fit into memory.
    """

    def __init__(self, file_name: str, file: BinaryIO, name: str) -> None:
        self._name, self._file = file_name, file
        self._members: list[Any] | None = None
        head = list(self._until(b' "%s": [\n' % name.encode()))
        first, place = file.readline(_LINE), file.tell()
        if first == b"  {\n" or head[-1:] == [_NO_LINE]:  # an edition from before each member had a line; those are small
            file.seek(0)
            self.head = self._read(file.read(LARGE))
            self._members = self.head.pop(name)
        else:
            file.seek(place - len(first))
            self.head = self._read(b"".join(head).removesuffix(b",\n") + b"}")
        """The object without the list."""

    def _until(self, last: bytes) -> Iterator[bytes]:
        while (line := self._file.readline(_LINE)) != last:
            if not line.endswith(b"\n"):  # the end, or a line longer than any entry
                yield _NO_LINE
                return
            yield line

    def _unreadable(self) -> DataDisagree:
        return DataDisagree(N_("The attached file %(name)s cannot be read."), name=self._name)

    def _read(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._unreadable() from error

    def __iter__(self) -> Iterator[Any]:
        """The members, once."""
        if self._members is not None:
            yield from self._members
            return
        for line in self._until(b" ]\n"):
            yield self._read(line.strip().removesuffix(b","))
        if self._file.read(3) != b"}\n":
            raise self._unreadable()


def _check_entries(records: _Listed, table: BinaryIO) -> list[bytes]:
    """Records, rows and counts; answers the fingerprints in their order."""
    counts = records.head["counts"]
    leaves, governments, countries, commitments = list[bytes](), set[str](), set[str](), Counter[str]()
    with io.TextIOWrapper(table, "utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        for entry in records:
            record = _check_entry(entry)
            _check_row(next(rows, None), entry, record)
            leaves.append(bytes.fromhex(entry["fingerprint"]))
            governments.add(record["government"]["id"])
            countries.add(entry["country_code"])
            commitments.update(set(entry["themes"]))
        if next(rows, None) is not None:
            raise DataDisagree(_OTHER_TABLE)
    found = {"pledges": len(leaves), "governments": len(governments), "countries": len(countries)}
    if counts != found | {"commitments": {theme: commitments[theme] for theme in counts["commitments"]}}:
        raise DataDisagree(N_("The counts are not those of the entries."))
    return leaves


def _check_entry(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry against its record, which is answered."""
    if sha256(entry["record"].encode()).hexdigest() != entry["fingerprint"]:
        raise DataDisagree(N_("The record of %(name)s does not have the fingerprint that stands beside it."), name=entry["public_id"])
    record: Mapping[str, Any] = json.loads(entry["record"])
    repeated = {field: _at(record, path) for field, path in _RECORDED.items()}
    repeated["themes"] = [commitment["theme"] for commitment in record["commitments"]]
    if any(entry[field] != value for field, value in repeated.items()):
        raise DataDisagree(N_("The entry of %(name)s does not say what its record says."), name=entry["public_id"])
    return record


def _at(record: Mapping[str, Any], path: Sequence[str]) -> object:
    value: Any = record
    for step in path:
        value = value[step]
    return value


def _check_row(row: Mapping[str, str] | None, entry: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    """The item's columns as the entry has them, all others as the record; columns that are not ours say nothing and are not asked."""
    if row is None or any(unescape_cell(row[field]) != _cell(entry[field]) for field in ITEM_FIELDS):
        raise DataDisagree(_OTHER_TABLE)
    if any(field in row and unescape_cell(row[field]) != _cell(value) for field, value in _in_table(record)):
        raise DataDisagree(_OTHER_TABLE)


def _in_table(record: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What the table says beside the item, from the record (`domain.publication.full_item`)."""
    yield from ((field, _at(record, path)) for field, path in _IN_TABLE.items())
    commitments = {each["theme"]: each for each in record["commitments"]}
    versions = {each["adopted"]["version"] for each in commitments.values() if each["adopted"]}
    yield "commitment_version", [str(version) for version in sorted(versions)]
    for theme in Theme:
        for strand in ("actions", "multilateral"):
            yield f"{strand}_{theme}", commitments.get(theme, {}).get(strand, "")
        planned = commitments.get(theme, {}).get("planned", ())
        yield f"planned_{theme}", told(Deliverable(one["what"], one["by"], tuple(one["goals"])) for one in planned)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list) else str(value)


def _check_root(root: str, proofs: _Listed, leaves: Sequence[bytes]) -> str:
    computed = merkle.root(leaves)
    if root != computed.hex():
        raise DataDisagree(N_("The Merkle root is not that of the fingerprints in their order."))
    if (proofs.head["root"], proofs.head["size"]) != (root, len(leaves)):
        raise DataDisagree(_OTHER_PROOFS)
    for index, (leaf, proof) in enumerate(zip_longest(leaves, proofs)):
        if leaf is None or proof is None or (proof["fingerprint"], proof["index"]) != (leaf.hex(), index):
            raise DataDisagree(_OTHER_PROOFS)
        path = [bytes.fromhex(step) for step in proof["path"]]
        if not merkle.verify_inclusion(leaf, index=index, size=len(leaves), path=path, root=computed):
            raise DataDisagree(N_("The proof of %(name)s does not lead to the Merkle root."), name=leaf.hex())
    return root


def _attached(pdf: pikepdf.Pdf, name: str, limit: int, scratch: Path | None) -> BinaryIO:
    """An attached file, unpacked into a file without a name. Raises DataDisagree: missing, damaged, too large."""
    unpacked = TemporaryFile(dir=scratch)  # noqa: SIM115 (whoever asked closes it)
    try:
        for part in parts(cast(pikepdf.Stream, pdf.attachments[name].get_file().obj), limit):
            unpacked.write(part)
    except (KeyError, AttributeError, TypeError) as error:
        unpacked.close()
        raise DataDisagree(N_("The attached file %(name)s is missing."), name=name) from error
    except (ValueError, pikepdf.PdfError) as error:
        unpacked.close()
        raise DataDisagree(N_("The attached file %(name)s cannot be read."), name=name) from error
    unpacked.seek(0)
    return unpacked
