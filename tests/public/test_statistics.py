"""The public statistics: only what is released, the same numbers as everywhere, pictures without a script."""

import io

import openpyxl
from flask import Flask
from flask.testing import FlaskClient

from pledges.extensions import db
from pledges.models.statistics import desk_statistics, public_statistics
from tests.accounts.officers import make_officer, sign_in
from tests.asked import asked
from tests.assembly import Assembly, now


def test_nothing_is_counted_before_the_first_release(client: FlaskClient, assembly: Assembly):
    with assembly.app.app_context():
        assembly.take_in(3)
    page = client.get("/statistics").text
    assert "Nothing is public yet." in page
    assert "<svg" not in page


def test_statistics_count_what_is_released_and_a_withdrawn_pledge_in_none(app: Flask, client: FlaskClient, assembly: Assembly):
    with app.app_context():
        first, *_rest = assembly.take_in(8)
        assembly.release()
        assembly.take_in(2, accept=False)
        assert public_statistics(db.session(), now()).pledges == client.get("/api/v1/statistics").json["pledges"] == 8
        assembly.withdraw(first)
        public, desk = public_statistics(db.session(), now()), desk_statistics(db.session())
        assert (public.pledges, desk.pledges) == (7, 9)
        for counted in (public, desk):
            assert sum(counted.languages.values()) == sum(counted.signatures.values()) == sum(counted.days.values()) == counted.pledges
            assert counted.people.counted + counted.people.above + counted.people.lacking <= counted.pledges
        with asked(db.engine) as sent:
            desk_statistics(db.session())
        assert len(sent) <= 7
    page = client.get("/statistics")
    assert "<script" not in page.text
    assert page.text.count('class="bar') >= 8
    assert "Source: GeoNames, July 2026." in page.text


def test_the_workbook_holds_numbers_and_the_desks_also_the_gaps(app: Flask, client: FlaskClient, released: list[str]):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/statistics.xlsx").data))
    assert dict(book["about"].iter_rows(max_col=2, values_only=True))["pledges"] == len(released)
    assert sum(row[2] for row in book["countries"].iter_rows(min_row=2, values_only=True)) == len(released)
    sign_in(client, make_officer(app, role="editor"))
    assert "A striped cell is empty." in client.get("/secretariat/statistics").text
    desk = openpyxl.load_workbook(io.BytesIO(client.get("/secretariat/statistics.xlsx").data))
    assert desk["gaps"]["A1"].value == "region or part"
