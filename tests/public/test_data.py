import csv
import io

from flask.testing import FlaskClient
from openpyxl import load_workbook

from pledges.domain.publication import CSV_COLUMNS
from tests.assembly import Assembly


def test_table_document_and_workbook_say_the_same(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(6, actions="=1+1 and 007\nsecond line", leader_name="D’Arcy Zoë")
        assembly.release()
    table = client.get("/pledges.csv")
    assert (table.mimetype, "pledges.csv" in table.headers["Content-Disposition"]) == ("text/csv", True)
    rows = list(csv.reader(io.StringIO(table.text, newline="")))
    assert tuple(rows[0]) == CSV_COLUMNS
    document = client.get("/pledges.json").json
    with client.get("/pledges.xlsx") as answer:
        sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == len(cells) == len(document["pledges"]) + 1 == 7
    actions, name = CSV_COLUMNS.index("actions"), CSV_COLUMNS.index("leader_name")
    for in_table, in_sheet, in_document in zip(rows[1:], cells[1:], document["pledges"], strict=True):
        assert in_table[actions] == "'=1+1 and 007\nsecond line"  # made harmless
        assert in_sheet[actions] == in_document["actions"] == "=1+1 and 007\nsecond line"
        assert in_table[name] == in_sheet[name] == in_document["leader_name"] == "D’Arcy Zoë"
        assert tuple(in_document) == CSV_COLUMNS
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    statistics = client.get("/api/v1/statistics").json
    assert document["counts"] == {name: statistics[name] for name in ("pledges", "governments", "countries", "commitments")}


def test_before_the_first_release_the_data_are_empty_and_whole(client: FlaskClient):
    assert client.get("/pledges.csv").text == ",".join(CSV_COLUMNS) + "\r\n"
    assert client.get("/pledges.json").json["pledges"] == []
    with client.get("/pledges.xlsx") as answer:
        assert load_workbook(io.BytesIO(answer.data)).active.max_row == 1
