"""One number everywhere: the data inside the PDF, its text, the pages and the statistics count the same."""

import csv
import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from pledges.domain.lifecycle import EditionKind
from pledges.domain.themes import Theme
from pledges.models.figures import register_figures
from tests.assembly import Assembly, now

pytestmark = pytest.mark.both_engines

FIGURES = ("pledges", "governments", "countries", *Theme)
LABELS = {
    "pledges": "Pledges", "governments": "Governments", "countries": "Countries or areas", "digital": "Digital futures",
    "peaceful": "Peaceful futures", "sustainable": "Sustainable futures for all",
}  # fmt: skip


@pytest.fixture
def assembly(app: Flask, tmp_path: Path) -> Assembly:
    return Assembly(app, tmp_path)


def rows_inside(pdf: bytes) -> list[dict[str, str]]:
    """The rows of the declaration.csv that travels in the file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        data = opened.attachments["declaration.csv"].get_file().read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode())))


def counted(rows: list[dict[str, str]]) -> dict[str, int]:
    """What a reader with a spreadsheet finds."""
    by_theme = {theme.value: sum(theme.value in row["themes"].split("|") for row in rows) for theme in Theme}
    governments, countries = ({row[column] for row in rows} for column in ("government_id", "country_code"))
    return {"pledges": len(rows), "governments": len(governments), "countries": len(countries), **by_theme}


def printed(pdf: bytes, folder: Path) -> dict[str, int]:
    """What the file's text says in its chapter of figures, each as "name: figure"."""
    path = folder / "declaration.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    chapter = text.split("Figures and their sources", 2)[2]  # the contents name it first
    found = {name: re.search(rf"^{label}: ([\d,]+)$", chapter, re.MULTILINE) for name, label in LABELS.items()}
    return {name: int(match[1].replace(",", "")) for name, match in found.items() if match}


def on_page(client: FlaskClient, address: str) -> dict[str, int]:
    """The figures of a page, by the name that each carries."""
    found = re.findall(r'data-figure="(\w+)"[^>]*>\D*?([\d,]+)', client.get(address).text)
    return {name: int(figure.replace(",", "")) for name, figure in found}


def everywhere(client: FlaskClient) -> dict[str, int]:
    """The figures of the current register, after checking that pages, statistics and open data agree."""
    home, press, statistics = on_page(client, "/"), on_page(client, "/press/"), client.get("/api/v1/statistics").json
    flat = {name: statistics[name] for name in ("pledges", "governments", "countries")} | statistics["commitments"]
    withdrawn = {"withdrawn": statistics["withdrawn"]} if statistics["withdrawn"] else {}
    assert home == press == flat | withdrawn
    assert counted(list(csv.DictReader(io.StringIO(client.get("/pledges.csv").text)))) == flat
    return flat


def test_before_the_first_release_there_is_nothing_to_count(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(3)
        assembly.build()
    assert client.get("/api/v1/statistics").json == {
        "pledges": 0, "governments": 0, "countries": 0, "commitments": {"digital": 0, "peaceful": 0, "sustainable": 0}, "edition": None,
        "example": False, "withdrawn": 0,
    }  # fmt: skip
    assert on_page(client, "/") == on_page(client, "/press/") == {}
    assert client.get("/pledges.csv").text.count("\r\n") == 1


def test_one_number_everywhere(assembly: Assembly, client: FlaskClient, tmp_path: Path):
    with assembly.app.app_context():
        held = assembly.take_in(12)
        rev = assembly.release()
        pdf = assembly.pdf(rev)
        inside = counted(rows_inside(pdf))
        assert inside["pledges"] == 12
        assert set(inside) == set(FIGURES)
        assert printed(pdf, tmp_path) == inside == everywhere(client)

        # Late signatories: the addendum counts itself, the site counts all.
        assembly.take_in(5)
        addendum = assembly.pdf(assembly.release(EditionKind.ADD))
        added = rows_inside(addendum)
        assert printed(addendum, tmp_path) == counted(added)
        assert len(added) == 5
        assert everywhere(client) == counted(rows_inside(pdf) + added)

        # A withdrawal: counted nowhere any more, named separately.
        gone = held[0]
        assembly.withdraw(gone)
        standing = [row for row in rows_inside(pdf) + added if row["public_id"] != gone]
        assert everywhere(client) == counted(standing)
        assert client.get("/api/v1/statistics").json["withdrawn"] == 1

        # A corrigendum holds what stands of the Rev; each pledge is still counted once.
        corrigendum = assembly.pdf(assembly.release(EditionKind.CORR))
        assert printed(corrigendum, tmp_path) == counted(rows_inside(corrigendum))
        assert everywhere(client) == counted(standing)

        # The next Rev begins anew, without what was withdrawn.
        whole = assembly.pdf(assembly.release())
        assert printed(whole, tmp_path) == counted(rows_inside(whole)) == everywhere(client) == counted(standing)
        assert client.get("/api/v1/statistics").json["withdrawn"] == 0


def test_the_figures_follow_a_lift_by_the_clock_alone(assembly: Assembly, client: FlaskClient):

    with assembly.app.app_context():
        assembly.take_in(2)
        assembly.release(after=timedelta(hours=1))
        assert everywhere_is_empty(client)
        lifted = register_figures(assembly.session, now() + timedelta(hours=1))
        assert (lifted.label, lifted.counts.pledges) == ("Rev.0", 2)
        assert everywhere_is_empty(client)


def everywhere_is_empty(client: FlaskClient) -> bool:
    return client.get("/api/v1/statistics").json["pledges"] == 0 and on_page(client, "/") == {}
