"""A joint pledge in public: each is a pledge of its own, and names those of the others that stand."""

import json

from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.models import JointPledge
from pledges.models.frozen import freeze
from pledges.models.joint import partners, shared_words
from tests.answers import pdf_text
from tests.asked import asked
from tests.assembly import Assembly, now


def signed_together(assembly: Assembly, ids: list[str], number: str = "0") -> None:
    """As if these had been prepared as one joint pledge."""
    joint = JointPledge(public_id="joint" + number * 27, created_at=now())
    for pledge in map(assembly.pledge, ids):
        pledge.joint = joint
        assembly.session.flush()
        freeze(pledge.current)
        assert pledge.current.signature
        pledge.current.signature.record_hash = pledge.current.fingerprint or ""
    assembly.session.commit()


def test_the_page_and_the_declaration_name_the_released_partners_that_stand(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        one, other, third, alone = assembly.take_in(4)
        (waiting,) = assembly.take_in(1, accept=False)
        names = {public_id: assembly.pledge(public_id).current.government_name for public_id in (one, other, third, alone, waiting)}
        signed_together(assembly, [one, other, third, waiting])
        assembly.release()
    page = client.get(f"/pledges/{one}").text
    assert "Joint pledge with:" in page
    for partner, named in ((other, True), (third, True), (waiting, False), (alone, False)):
        assert (f'href="/pledges/{partner}"><bdi>{names[partner]}</bdi>' in page) is named
    assert "Joint pledge with:" not in client.get(f"/pledges/{alone}").text
    assert json.loads(client.get(f"/pledges/{one}/record.json").data)["joint"] == "joint" + "0" * 27
    assert client.get("/api/v1/statistics").json["pledges"] == 4
    with assembly.app.app_context():
        text = " ".join(pdf_text(assembly.pdf(1)).split())
        assembly.withdraw(third)
    assert "Joint pledge with" in text
    assert names[waiting] not in client.get(f"/pledges/{one}").text
    page = client.get(f"/pledges/{one}").text
    assert (names[other] in page, f"/pledges/{third}" in page) == (True, False)
    assert client.get(f"/pledges/{other}").status_code == 200


def test_a_joint_pledge_asks_the_database_as_often_for_six_partners_as_for_two(assembly: Assembly, client: FlaskClient):
    sent: list[tuple[int, int, int]] = []
    with assembly.app.app_context():
        engine, groups = assembly.session.get_bind().engine, [assembly.take_in(3), assembly.take_in(7)]
        for number, ids in enumerate(groups):
            signed_together(assembly, ids, number=str(number))
        assembly.release()
    client.get("/api/v1/pledges")  # the figures are counted once
    for ids in groups:
        with assembly.app.app_context(), asked(engine) as cabinets:
            pledge = assembly.pledge(ids[0])
            assert [bool(shared_words(other.current)) for other in partners(assembly.session, pledge)] == [True] * (len(ids) - 1)
        with asked(engine) as public:
            assert f'href="/pledges/{ids[-1]}"' in client.get(f"/pledges/{ids[0]}").text
        with asked(engine) as api:
            assert len(client.get(f"/api/v1/pledges?limit={len(ids)}").json["items"]) == len(ids)
        sent.append((len(cabinets), len(public), len(api)))
    assert sent[0] == sent[1]


def test_a_partner_that_withdrew_stands_in_no_later_edition_and_the_others_stay(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        one, other = assembly.take_in(2)
        signed_together(assembly, [one, other])
        assembly.release()
        assembly.withdraw(other)
        assembly.release()
        held = assembly.session.scalars(select(JointPledge)).one()
        assert len(held.pledges) == 2
    assert "Joint pledge with:" not in client.get(f"/pledges/{one}").text
    assert client.get("/api/v1/statistics").json["pledges"] == 1
