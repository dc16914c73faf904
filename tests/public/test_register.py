import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind, Move
from pledges.models import EditionEntry, Pledge
from tests.asked import asked
from tests.assembly import Assembly
from tests.secretariat.signed import add_revision

pytestmark = pytest.mark.both_engines


def all_items(client: FlaskClient, **query: object) -> list[str]:
    """The ids of every page."""
    ids, after = [], ""
    while after is not None:
        page = client.get("/api/v1/pledges", query_string={**query, "after": after}).json
        ids += [item["public_id"] for item in page["items"]]
        after = page["next"]
    return ids


def test_the_register_is_read_page_by_page_in_the_order_of_protocol(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        held = assembly.take_in(9)
        assembly.release()
        held += assembly.take_in(4)
        assembly.release(EditionKind.ADD)
        assembly.withdraw(held[2])
        assembly.release(EditionKind.CORR)
        placed = select(Pledge.public_id, EditionEntry.sort_key).join(EditionEntry, EditionEntry.pledge_id == Pledge.id)
        keys = dict(assembly.session.execute(placed).all())
    ordered = sorted(held, key=lambda public_id: keys[public_id])
    standing = [public_id for public_id in ordered if public_id != held[2]]
    for limit in (1, 3, 200):
        assert all_items(client, limit=limit) == standing
    rows = client.get("/pledges").text
    positions = [rows.index(f'href="/pledges/{public_id}"') for public_id in ordered]  # the withdrawn one keeps its place
    assert positions == sorted(positions)


def test_filters_find_by_country_theme_kind_and_any_spelling(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        held = assembly.take_in(7)
        special = assembly.take_in(1, leader_name="Ángel Ñandú Gutiérrez", themes="peaceful")
        assembly.release()
        items = client.get("/api/v1/pledges").json["items"]
    assert {item["public_id"] for item in items} == {*held, *special}
    for name, field in (("country", "country_code"), ("kind", "kind")):
        for value in {item[field] for item in items}:
            assert all_items(client, **{name: value}) == [item["public_id"] for item in items if item[field] == value]
    for theme in ("digital", "peaceful", "sustainable"):
        assert all_items(client, theme=theme) == [item["public_id"] for item in items if theme in item["themes"]]
    assert all_items(client, q="gutierrez ANGEL") == all_items(client, q="ñand", theme="peaceful") == special
    assert all_items(client, q="nobody of this name") == []
    assert "Nothing in the register fits" in client.get("/pledges?q=nobody+of+this+name").text


def test_garbled_arguments_are_answered_calmly(client: FlaskClient, released: list[str]):
    whole = client.get("/api/v1/pledges").json
    garbled = ("after=%00", "after=nobody-of-this-name", "after=%F0%28", "theme=war", "kind=%27", "country=xx", "q=%00%25_")
    for query in (*garbled, "limit=many", "limit=999999999999"):
        assert client.get(f"/api/v1/pledges?{query}").json == whole, query
        assert client.get(f"/pledges?{query}").status_code == 200
    assert len(client.get("/api/v1/pledges?limit=-5").json["items"]) == 1
    assert client.get("/pledges?q=" + "x" * 5000).status_code == 200
    proof, edition = f"/api/v1/pledges/{released[0]}/proof?edition=%00", "/press/editions/99999999999999999999.pdf"
    for path in ("/pledges/%00", "/pledges/" + "x" * 500, proof, edition, "/press/editions/1.%00.pdf"):
        assert client.get(path).status_code == 404, path


def test_a_page_asks_the_database_as_often_for_forty_rows_as_for_one(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(40)
        assembly.release()
        engine = assembly.session.get_bind().engine
    client.get("/pledges")  # the figures are counted once
    country = client.get("/api/v1/pledges?limit=1").json["items"][0]["country_code"]
    for path in ("/pledges", "/api/v1/pledges"):
        with asked(engine) as many:
            client.get(path)
        with asked(engine) as few:
            client.get(f"{path}?country={country}&limit=1")
        assert len(many) == len(few) < 16


def test_words_and_names_are_shown_as_they_were_typed(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        words = "=SUM(1) <script>alert(1)</script> & “quoted”\nsecond line"
        (public_id,) = assembly.take_in(1, leader_name="D’Arcy O'Neill-Smith", actions=words)
        assembly.release()
    page = client.get(f"/pledges/{public_id}").text
    assert "=SUM(1) &lt;script&gt;alert(1)&lt;/script&gt; &amp; “quoted”\nsecond line" in page
    assert "D’Arcy O&#39;Neill-Smith" in page
    assert "Reported by file, original not seen" in page


def test_a_withdrawn_pledge_leaves_a_tombstone_without_its_words(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        kept, gone = assembly.take_in(2, actions="our very words {n}", leader_name="Leader Nomen")
        assembly.release()
        assembly.withdraw(gone)
    page = client.get(f"/pledges/{gone}")
    assert page.status_code == 410
    assert "This pledge was withdrawn" in page.text
    assert "Leader Nomen" in page.text
    assert "Rev.0" in page.text
    assert client.get(f"/pledges/{gone}/record.json").status_code == 410
    told = client.get(f"/api/v1/pledges/{gone}")
    assert (told.status_code, told.json["public_id"], "withdrawn_at" in told.json) == (410, gone, True)
    assert client.get(f"/api/v1/pledges/{gone}/proof").status_code == 200  # what was released stays true
    register = client.get("/pledges").text
    assert f'href="/pledges/{gone}"' in register
    assert register.count(">withdrawn<") == 1
    assert "1 pledge was withdrawn since." in register
    assert [item["public_id"] for item in client.get("/api/v1/pledges").json["items"]] == [kept]
    paths = ("/pledges", "/pledges?theme=digital", f"/pledges/{gone}", f"/api/v1/pledges/{gone}", "/pledges.csv", "/pledges.json")
    assert [path for path in paths if "our very words 1" in client.get(path).text] == []


def test_a_corrected_pledge_is_shown_as_the_newest_edition_prints_it(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        first, _other = assembly.take_in(2)
        assembly.release()
        before = client.get(f"/api/v1/pledges/{first}").json
        revision = add_revision(assembly.session, assembly.pledge(first), name="Renamed Rightly")
        revision.move(Move.ACCEPT)
        revision.pledge.accepted_revision = revision
        assembly.session.commit()
        assert client.get(f"/api/v1/pledges/{first}").json == before  # accepted, and not released yet
        assembly.release(EditionKind.CORR)
    after = client.get(f"/api/v1/pledges/{first}").json
    assert (after["leader_name"], after["edition"], after["fingerprint"] != before["fingerprint"]) == ("Renamed Rightly", "Corr.1", True)
    page = client.get(f"/pledges/{first}").text
    assert "Rev.0" in page
    assert "Corr.1" in page
    assert "Renamed Rightly" in page
    assert client.get("/api/v1/statistics").json["pledges"] == 2
