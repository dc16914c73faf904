"""The program that anyone may take away to check the data of a declaration (docs/check_declaration.py), run as they run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import ROOT

PROGRAM = ROOT / "docs" / "check_declaration.py"
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], scope="session", indirect=True)


def check(folder: Path, root: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", PROGRAM, folder, root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@SQLITE
def test_the_attached_data_of_a_released_declaration_hold_and_whatever_is_changed_does_not(
    client: FlaskClient, released: list[str], tmp_path: Path
):
    with client.get("/press/editions/1.pdf") as answer:
        (tmp_path / "declaration.pdf").write_bytes(answer.data)
    subprocess.run(["pdfdetach", "-saveall", tmp_path / "declaration.pdf", "-o", tmp_path], check=True, capture_output=True)
    root = client.get("/api/v1/editions").json["items"][0]["root"]
    assert check(tmp_path, root) == (0, f"{len(released)} pledges, 0 wrong, records and proofs name the same pledges\n")
    assert check(tmp_path, "0" * 64)[0] == 1
    data = json.loads((tmp_path / "declaration.json").read_text(encoding="utf-8"))
    data["entries"][0]["record"] = data["entries"][0]["record"].replace('"schema":"1"', '"schema":"2"')
    (tmp_path / "declaration.json").write_text(json.dumps(data), encoding="utf-8")
    code, told = check(tmp_path, root)
    assert code == 1
    assert told.startswith(f"{data['entries'][0]['public_id']}: DOES NOT HOLD\n")
