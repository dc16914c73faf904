"""No address of the register appears in anything that the public can reach."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind
from pledges.models import Pledge, Signature
from tests.answers import all_text, walk
from tests.assembly import Assembly
from tests.routes_who import WHO, Role


@pytest.fixture
def assembly(app: Flask, tmp_path: Path) -> Assembly:
    return Assembly(app, tmp_path)


def test_no_address_no_preparer_and_no_evidence_is_public_anywhere(assembly: Assembly, app: Flask, client: FlaskClient):
    with app.app_context():
        released = assembly.take_in(40)
        for number, pledge in enumerate(assembly.session.scalars(select(Pledge))):
            pledge.preparer_email = f"Preparer{number}@cabinet.example"
        for signature in assembly.session.scalars(select(Signature)):
            signature.evidence = {"network_address": "198.51.100.77", "user_agent": "Telling/1.0", "file": "evidence-of-the-desk.csv"}
        assembly.session.commit()
        assembly.release()
        later = assembly.take_in(3)
        assembly.release(EditionKind.ADD)
        pledges = assembly.session.scalars(select(Pledge)).all()
        addresses = (address for pledge in pledges for address in (pledge.leader_email, pledge.preparer_email))
        private = {address.lower() for address in addresses if address}
    assert len(private) > 80
    private |= {"198.51.100.77", "telling/1.0", "evidence-of-the-desk"}
    found, seen = [], set()
    for endpoint, address, response in walk(app, client, {"public_id": [*released[:5], *later], "number": [1, 2]}):
        text = all_text(response).lower()
        if Role.STRANGER in WHO[endpoint] and response.status_code == 200:
            seen.add(endpoint)
        found += [f"{address}: {secret}" for secret in private if secret in text]
    assert found == []
    assert {"public.register", "public.pledge", "public.record", "public.table", "public.document", "public.workbook"} <= seen
    assert {"api.pledges", "api.pledge", "api.proof", "press.edition"} <= seen
