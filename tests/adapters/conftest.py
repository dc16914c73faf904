import csv
import io
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from pledges.adapters.authority import development_key, load_certificates, root_certificate
from pledges.adapters.seal import Sealer, load_sealer
from pledges.domain import merkle
from pledges.domain.marks import edition_mark

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def sealer(instance: Path) -> Sealer:
    return load_sealer(*development_key(instance, at=NOW), at=NOW)


@pytest.fixture(scope="session")
def own(instance: Path, sealer: Sealer) -> tuple[x509.Certificate, ...]:
    """The certificates of the instance."""
    return (sealer.certificate, *load_certificates(root_certificate(instance)))


@pytest.fixture(scope="session")
def other_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("other")


@pytest.fixture(scope="session")
def other_sealer(other_instance: Path) -> Sealer:
    return load_sealer(*development_key(other_instance, at=NOW), at=NOW)


@pytest.fixture(scope="session")
def unsealed() -> bytes:
    return declaration()


@pytest.fixture(scope="session")
def sealed(sealer: Sealer, unsealed: bytes) -> bytes:
    return sealer.seal(unsealed, at=NOW)


@pytest.fixture(scope="session")
def make_declaration() -> Callable[..., bytes]:
    return declaration


def declaration(
    *, pledges: int = 5, number: int | None = 1, marked: bool = True, change: Callable[[dict[str, Any]], None] | None = None
) -> bytes:
    """A small file with all that the verifier looks at; `change` may spoil the attached values before they are written."""
    entries = []
    for place in range(pledges):
        record = json.dumps({"government": f"Ville n° {place}", "leader_name": f"Élu {place}"}, ensure_ascii=False, separators=(",", ":"))
        entries.append({"public_id": f"p{place}", "government": f"Ville n° {place}", "leader_name": f"Élu {place}", "record": record})
        entries[-1]["fingerprint"] = sha256(record.encode()).hexdigest()
    leaves = [bytes.fromhex(entry["fingerprint"]) for entry in entries]
    root = merkle.root(leaves).hex()
    paths = merkle.all_paths(leaves) if leaves else []
    proofs = [
        {"fingerprint": leaf.hex(), "index": index, "path": [step.hex() for step in path]}
        for index, (leaf, path) in enumerate(zip(leaves, paths, strict=True))
    ]
    told = {"schema": "1", "edition": {"number": number}, "counts": {"pledges": pledges}, "root": root, "entries": entries}
    values: dict[str, Any] = {
        "declaration.json": told,
        "declaration.csv": [[entry["public_id"], entry["fingerprint"]] for entry in entries],
        "proofs.json": {"root": root, "size": pledges, "proofs": proofs},
    }
    if change:
        change(values)
    mark = edition_mark(number=number, language="en", root=root) if marked else ""
    return pdf_file(mark, {name: _bytes_of(name, value) for name, value in values.items()})


def _bytes_of(name: str, value: Any) -> bytes:
    if not name.endswith(".csv"):
        return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    text = io.StringIO()
    csv.writer(text).writerows([["public_id", "fingerprint"], *value])
    return text.getvalue().encode()


def pdf_file(mark: str, attachments: dict[str, bytes], *, page: bytes = b"BT ET") -> bytes:
    """One page, an empty signature field `Seal` with an appearance, the mark in its three places, attached files."""
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><walrg:mark xmlns:walrg="urn:walrg:declaration#">{mark}</walrg:mark></x:xmpmeta>'.encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>/Names<</EmbeddedFiles<</Names[%s]>>>>>>"
        % b"".join(b"(%s) %d 0 R " % (name.encode(), 9 + 2 * place) for place, name in enumerate(sorted(attachments))),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R/Annots[5 0 R]>>",
        _stream(b"", page),
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU(Seal)/F 132/Rect[10 10 90 40]/P 3 0 R/AP<</N 6 0 R>>>>",
        _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 80 30]/Resources<<>>", b" "),
        _stream(b"/Type/Metadata/Subtype/XML", xmp),
        b"<</Producer(test)%s>>" % (b"/WALRGDeclaration(%s)" % mark.encode() if mark else b""),
    ]
    for place, name in enumerate(sorted(attachments)):
        objects.append(b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (name.encode(), name.encode(), 10 + 2 * place))
        objects.append(_stream(b"/Type/EmbeddedFile/Filter/FlateDecode", zlib.compress(attachments[name])))
    out = bytearray(b"%PDF-1.7\n" + (b"%%%s\n" % mark.encode() if mark else b"") + b"%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for place, body in enumerate(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (place + 1, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    identifier = sha256(out).hexdigest()[:32].encode()
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 8 0 R/ID[<%s><%s>]>>\n" % (len(objects) + 1, identifier, identifier)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)
