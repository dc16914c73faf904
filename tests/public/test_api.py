import json
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pledges.domain import merkle
from pledges.domain.lifecycle import EditionKind
from pledges.domain.publication import ITEM_FIELDS
from pledges.models import Assembly as Row
from tests.assembly import Assembly

pytestmark = pytest.mark.both_engines


def test_an_item_has_the_fields_of_the_contract_alone_or_in_a_list(client: FlaskClient, released: list[str]):
    page = client.get("/api/v1/pledges?limit=3")
    assert page.mimetype == "application/json"
    assert [tuple(item) for item in page.json["items"]] == [ITEM_FIELDS] * 3
    first = page.json["items"][0]
    assert client.get(f"/api/v1/pledges/{first['public_id']}").json == first
    assert (first["signature_kind"], first["edition"], first["public_id"] in released) == ("reported", "Rev.0", True)
    assert set(page.json) == {"items", "next", "example"}


def test_names_are_written_as_they_are(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(1, leader_name="斎藤 明美")
        assembly.release()
    assert "斎藤 明美" in client.get("/api/v1/pledges").text
    assert "斎藤 明美" in client.get("/pledges.json").text


def test_the_record_gives_the_fingerprint_and_the_proof_leads_to_the_root(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        held = assembly.take_in(7)
        assembly.release()
        late = assembly.take_in(2)
        assembly.release(EditionKind.ADD)
        assembly.release()
    roots = {edition["number"]: edition["root"] for edition in client.get("/api/v1/editions").json["items"]}
    for public_id, numbers in ((held[3], (1, 3)), (late[1], (2, 3))):
        record = client.get(f"/pledges/{public_id}/record.json")
        fingerprint = sha256(record.data).hexdigest()
        assert client.get(f"/api/v1/pledges/{public_id}").json["fingerprint"] == fingerprint
        for number in numbers:
            proof = client.get(f"/api/v1/pledges/{public_id}/proof?edition={number}").json
            assert (proof["leaf"], proof["edition"], proof["root"]) == (fingerprint, number, roots[number])
            path, root = [bytes.fromhex(node) for node in proof["path"]], bytes.fromhex(proof["root"])
            assert merkle.verify_inclusion(bytes.fromhex(proof["leaf"]), index=proof["index"], size=proof["size"], path=path, root=root)
        assert client.get(f"/api/v1/pledges/{public_id}/proof").json["edition"] == 3
    for number in (2, 9, 0):
        assert client.get(f"/api/v1/pledges/{held[3]}/proof?edition={number}").status_code == 404


def test_who_holds_the_answer_already_gets_304_until_something_changes(assembly: Assembly, client: FlaskClient, released: list[str]):
    paths = ["/", "/pledges", f"/pledges/{released[1]}", "/press/", "/api/v1/pledges", "/api/v1/statistics"]
    paths += ["/pledges.csv", "/pledges.json", "/pledges.xlsx"]

    def tags() -> dict[str, str]:
        found = {}
        for path in paths:
            with client.get(path) as answer:
                found[path] = answer.headers["ETag"]
        return found

    before = tags()
    assert before == tags()
    for path, tag in before.items():
        with client.get(path, headers={"If-None-Match": tag}) as answer:
            assert (path, answer.status_code, answer.data) == (path, 304, b"")
    with assembly.app.app_context():
        assembly.withdraw(released[0])
    for path, tag in tags().items():
        assert (path, tag != before[path]) == (path, path != f"/pledges/{released[1]}")


def test_everyone_may_read_the_api_from_their_own_pages(client: FlaskClient, released: list[str]):
    for path in ("/api/v1/pledges", f"/api/v1/pledges/{released[0]}", "/api/v1/pledges/unknown-id-here-now", "/api/v1/openapi.json"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/pledges").headers
    missing = client.get("/api/v1/pledges/unknown-id-here-now")
    assert (missing.status_code, missing.json["error"]["status"]) == (404, 404)


def test_the_description_names_every_route_and_fits_its_answers(app: Flask, client: FlaskClient, released: list[str]):
    described: dict[str, Any] = client.get("/api/v1/openapi.json").json
    routes = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert set(described["paths"]) == routes

    def fits(value: Any, schema: dict[str, Any]) -> bool:
        if "$ref" in schema:
            schema = described["components"]["schemas"][schema["$ref"].split("/")[-1]]
        if "enum" in schema:
            return value in schema["enum"]
        kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
        allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(type(value) is kinds[kind] for kind in allowed):
            return False
        if isinstance(value, dict) and "properties" in schema:
            return set(value) == set(schema["properties"]) and all(fits(value[name], part) for name, part in schema["properties"].items())
        return not isinstance(value, list) or all(fits(one, schema["items"]) for one in value)

    for path, operations in described["paths"].items():
        answer = client.get(path.replace("{public_id}", released[0]))
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert fits(json.loads(answer.data), schema), path


def test_the_example_assembly_says_so_in_every_list(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(1)
        assembly.session.get_one(Row, 1).example = True
        assembly.session.commit()
        assembly.release()
    for path in ("/api/v1/pledges", "/api/v1/statistics", "/api/v1/editions", "/pledges.json"):
        assert client.get(path).json["example"] is True
    assert "Example: these leaders and pledges are invented." in client.get("/pledges").text


def test_a_number_beyond_all_numbers_names_no_edition(client: FlaskClient):
    for address in (f"/api/v1/pledges/x/proof?edition={'9' * 5000}", "/api/v1/pledges/x/proof?edition=99999999999"):
        assert client.get(address).status_code == 404
