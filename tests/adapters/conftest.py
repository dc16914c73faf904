import json
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from pledges.adapters.authority import development_key, load_certificates, root_certificate
from pledges.adapters.seal import Sealer
from pledges.adapters.seal_keys import load_sealer
from pledges.domain import merkle
from pledges.domain.declaration import Declaration, Entry, ThemeWords, count
from pledges.domain.lifecycle import EditionKind
from pledges.domain.marks import edition_mark
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.publication import attachments, listed_json
from pledges.domain.themes import Theme
from tests.authorities import Authorities, open_authorities

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def authorities() -> Iterator[Authorities]:
    """Real ones on loopback, at the moment of the tests."""
    with open_authorities(NOW) as answering:
        yield answering


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
    return seal(sealer, unsealed, at=NOW)


@pytest.fixture(scope="session")
def make_declaration() -> Callable[..., bytes]:
    return declaration


@pytest.fixture(scope="session")
def make_value() -> Callable[..., Declaration]:
    return declaration_value


def seal(sealer: Sealer, pdf: bytes, **how: Any) -> bytes:
    """The bytes with a seal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "declaration.pdf"
        path.write_bytes(pdf)
        sealer.seal(path, **how)
        return path.read_bytes()


def declaration_value(*, pledges: int = 5, draft: bool = False) -> Declaration:
    """A small edition."""
    entries = tuple(entry(place) for place in range(pledges))
    root = merkle.root([bytes.fromhex(each.fingerprint) for each in entries]).hex()
    return Declaration(
        kind=EditionKind.REV, label="Rev.0", refers_to="", language="en", as_of=NOW, closing_at=NOW, entries=entries, texts=(),
        counts=count(entries), root=root, log_number=1, log_hash="0" * 64, base_url="http://localhost",
        example=True, development_seal=True, draft=draft,
    )  # fmt: skip


def declaration(*, pledges: int = 5, draft: bool = False, change: Callable[[dict[str, Any]], None] | None = None) -> bytes:
    """A small file with all that the verifier looks at; `change` may spoil the attached values before they are written."""
    value = declaration_value(pledges=pledges, draft=draft)
    files: dict[str, Any] = {each.name: each.data.decode() for each in attachments(value)}
    if change:
        told = {name: json.loads(text) if name.endswith(".json") else text for name, text in files.items()}
        change(told)
        files = {name: text if isinstance(text, str) else _written(name, text) for name, text in told.items()}
    mark = edition_mark(edition="draft" if draft else value.label, language=value.language, root=value.root)
    return pdf_file(mark, {name: text.encode() for name, text in files.items()})


def _written(name: str, value: Any) -> str:
    """The value in the form in which it was read, if it can still have it."""
    listed = {"declaration.json": "entries", "proofs.json": "proofs"}[name]
    if not isinstance(value, dict):
        return json.dumps(value)
    return "".join(listed_json({key: held for key, held in value.items() if key != listed}, listed, value[listed]))


def entry(place: int) -> Entry:
    """A pledge whose words would trouble a spreadsheet or a careless comparison."""
    record = {
        "government": {"id": f"g{place}", "name": f"=Ville n° {place}", "native_name": "", "kind": "city", "country_code": "FR"},
        "leader": {"name": f"'Élu, {place}", "name_latin": "", "honorific": ""},
        "office": {"styled": "Maire, «adjoint»", "local": ""},
        "mandate": {"basis": "", "reference": "", "date": ""},
        "language": "fr",
        "commitments": [{"theme": theme, "adopted": None, "actions": "", "multilateral": ""} for theme in ("digital", "peaceful")],
        "statement": "Nous agissons.\nAvec tous.",
        "actions": "",
        "multilateral": "",
    }
    canonical = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Entry(
        public_id=f"p{place}", fingerprint=sha256(canonical.encode()).hexdigest(), record=canonical, government_id=f"g{place}",
        government=f"=Ville n° {place}", government_native="", kind=GovernmentKind.CITY, country_code="FR", leader_name=f"'Élu, {place}",
        leader_name_latin="", honorific="", office="Maire, «adjoint»", office_local="", mandate_basis=None, language="fr",
        themes=(ThemeWords(Theme.DIGITAL), ThemeWords(Theme.PEACEFUL)), statement="Nous agissons.\nAvec tous.", actions="", multilateral="",
        signature_kind=SignatureKind.EMAIL, signed_at=NOW, late=place % 2 == 1,
    )  # fmt: skip


def pdf_file(
    mark: str, attachments: dict[str, bytes], *, page: bytes = b"BT ET", widths: tuple[int, int] = (4, 2), differences: bool = False
) -> bytes:
    """One page, an empty signature field `Seal` with an appearance, the mark in its three places, attached files.

    `widths` are the bytes of an offset and of a generation in its index, whose rows may be written as `differences`.
    """
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'rdf:about="" xmlns:walrg="urn:walrg:declaration#"><walrg:mark>{mark}</walrg:mark></rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()
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
    rows = [bytes(1 + sum(widths))]
    for place, body in enumerate(objects):
        rows.append(_row(len(out), widths))
        out += b"%d 0 obj\n%s\nendobj\n" % (place + 1, body)
    start, number = len(out), len(objects) + 1
    identifier = sha256(out).hexdigest()[:32].encode()
    rows.append(_row(start, widths))
    entries = b"/Type/XRef/Size %d/W[1 %d %d]/Root 1 0 R/Info 8 0 R/ID[<%s><%s>]/Filter/FlateDecode"
    if differences:
        entries += b"/DecodeParms<</Predictor 12/Columns %d>>" % len(rows[0])
        above = [bytes(len(rows[0])), *rows]
        rows = [b"\2" + bytes((one - other) % 256 for one, other in zip(*pair, strict=True)) for pair in zip(rows, above, strict=False)]
    packed = zlib.compress(b"".join(rows))
    out += b"%d 0 obj\n%s\nendobj\n" % (number, _stream(entries % (number + 1, *widths, identifier, identifier), packed))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _row(offset: int, widths: tuple[int, int]) -> bytes:
    return b"\1" + offset.to_bytes(widths[0]) + bytes(widths[1])


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)
