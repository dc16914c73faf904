from pathlib import Path

import pytest
from flask import Flask

from tests.assembly import Assembly


@pytest.fixture
def assembly(app: Flask, tmp_path: Path) -> Assembly:
    return Assembly(app, tmp_path)


@pytest.fixture
def released(assembly: Assembly) -> list[str]:
    """The public ids of eight pledges in Rev.0."""
    with assembly.app.app_context():
        ids = assembly.take_in(8)
        assembly.release()
    return ids
