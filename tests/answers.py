"""Every address of the application with its answer, and what a person could read in it: also inside a PDF and a workbook."""

import io
import itertools
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pikepdf
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

_SAMPLES: dict[str, Sequence[object]] = {
    "language": ["en", "fr"],
    "token": ["not-a-token"],
    "step": ["office", "words"],
    "act": ["hold", "release"],
    "letter_id": [1],
    "schedule_id": [1],
    "kind": ["accepted"],
    "move": ["accept", "decline"],
    "deed": ["accept", "return", "decline", "announce"],
    "note_id": [1],
    "link_id": [1],
    "correction_id": [1],
    "answer": ["agree", "refuse"],
    "ending": ["approve", "end"],
    "theme": ["digital"],
    "subject": ["TW", "gn-306571"],
    "ruling_id": [1],
    "verdict": ["approve", "refuse"],
    "network_id": [1],
    "change": ["rename", "remove"],
    "government_id": ["gn-306571"],
    "filename": ["style.css"],
    "sha256": ["0" * 64],  # evidence that is not there; what is there is read in tests/secretariat/test_seal_levels.py
}
SEARCHABLE = {
    "public.register", "public.table", "public.document", "api.pledges", "api.pledge", "api.proof", "api.editions", "leader.governments",
}  # fmt: skip
"""Routes that read a query."""


def walk(
    app: Flask,
    client: FlaskClient,
    samples: Mapping[str, Sequence[object]],
    *,
    queries: Sequence[str] = (),
    posting: bool = False,
    room: str | tuple[str, ...] = "",
) -> Iterator[tuple[str, str, TestResponse]]:
    """Endpoint, address and answer of each GET (of one `room.`, or of several), where `posting` also of each POST.

    A route whose arguments have no samples fails.
    """
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(room)]
    # The pages of signing in come last: some of them end a session.
    for rule in sorted(rules, key=lambda rule: rule.endpoint.startswith(("accounts.", "security."))):
        for address in addresses(app, rule, samples, queries):
            if "GET" in (rule.methods or ()):
                yield rule.endpoint, address, client.get(address)
            if posting and "POST" in (rule.methods or ()):
                yield rule.endpoint, address, client.post(address, data={"submitted": "yes"})


def addresses(app: Flask, rule: Rule, given: Mapping[str, Sequence[object]], queries: Sequence[str] = ()) -> Iterator[str]:
    """Every address of a route that the samples give, each also with the queries that it reads."""
    samples = {**_SAMPLES, **given}
    unknown = rule.arguments - samples.keys()
    assert not unknown, f"give sample values for {unknown} of {rule.endpoint} in tests/answers.py"
    names = sorted(rule.arguments)
    for values in itertools.product(*(samples[name] for name in names)):
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        path = app.url_map.bind("localhost").build(rule.endpoint, dict(zip(names, values, strict=True)), method=method)
        yield from (path + query for query in ("", *(queries if rule.endpoint in SEARCHABLE else ())))


def all_text(response: TestResponse) -> str:
    """Headers and body, unpacked where the body is packed; closes the answer."""
    text = "\n".join((*(f"{name}: {value}" for name, value in response.headers), _body(response)))
    response.close()
    return text


def _body(response: TestResponse) -> str:
    data = response.get_data()
    if response.mimetype == "application/pdf":
        return pdf_text(data)
    if response.mimetype.endswith("spreadsheetml.sheet"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(parts.read(name).decode() for name in parts.namelist())
    return data.decode(errors="replace")


def pdf_text(pdf: bytes) -> str:
    """The pages, the metadata and every attachment of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        pages = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = [file.get_file().read_bytes().decode() for file in opened.attachments.values()]
        metadata = [str(value) for value in opened.docinfo.values()] + [str(opened.open_metadata())]
    return "\n".join((pages, *attached, *metadata))
