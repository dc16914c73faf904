"""Invitations to many: from a list or from the directory, each letter once; who opened, prepared and signed."""

import csv
import io

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from pledges.domain.people import GovernmentKind
from pledges.models import Account, AdvisoryMember, Batch, BatchKind, Contact, Invitation, Letter, Network, NetworkMember
from pledges.secretariat.actions import batches
from pledges.secretariat.actions.networks import remove_network
from pledges.secretariat.queries import invitations as queries
from pledges.secretariat.queries.invitations import Choice, Progress, Which
from tests.asked import asked
from tests.leader.cabinet import KONYA, add_government
from tests.secretariat.lists import NAIROBI, PUERTO, add_places, address, listed, row
from tests.secretariat.signed import AT, make_account, make_pledge


@pytest.fixture
def desk(session: Session) -> Session:
    """With an officer, a network, and governments in the directory."""
    add_places(session)
    session.add(Network(name="ICLEI"))
    make_account(session)
    return session


def bring(session: Session, data: bytes, *, confirm: bool = True, invite: bool = True) -> Batch:
    """Read a list and, unless told otherwise, carry it out."""
    options = {"invite": invite, "language": ""}
    number = batches.bring(session, BatchKind.INVITATIONS, name="list.csv", data=data, options=options, by=the_officer(session), at=AT)
    work(session)
    return carry_out(session, number) if confirm else session.get_one(Batch, number)


def carry_out(session: Session, number: int) -> Batch:
    batches.confirm(session, session.get_one(Batch, number), by=the_officer(session), at=AT)
    work(session)
    return session.get_one(Batch, number)


def the_officer(session: Session) -> Account:
    return session.scalars(select(Account)).one()


def work(session: Session) -> None:
    batches.carry_on(session, lambda: AT, address=address)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_each_row_of_a_confirmed_list_is_one_letter_in_the_governments_own_language(desk: Session):
    rows = (row(), row(NAIROBI, leader_email="governor@nairobi.example.org"), row(PUERTO, leader_email="alcalde@puerto.example.org"))
    read = bring(desk, listed(*rows), confirm=False)
    assert (read.counts["new"], count(desk, Letter), count(desk, Contact)) == (3, 0, 0)
    number = read.id
    carry_out(desk, number)
    letters = desk.execute(select(Letter.to, Letter.kind, Letter.language).order_by(Letter.id)).all()
    assert letters == [
        ("mayor@konya.example.org", "invitation", "en"), ("governor@nairobi.example.org", "invitation", "fr"),
        ("alcalde@puerto.example.org", "invitation", "es"),
    ]  # fmt: skip
    assert desk.scalars(select(Invitation.batch_id)).all() == [number] * 3
    again = bring(desk, listed(*rows), confirm=False)
    assert again.counts == {"new": 0, "updated": 0, "unchanged": 3, "rejected": 0}


def test_a_list_may_only_keep_addresses_and_what_governments_belong_to(desk: Session):
    batch = bring(desk, listed(row(network="iclei", advisory_group="yes")), invite=False)
    assert (batch.counts["new"], count(desk, Letter), count(desk, Invitation)) == (1, 0, 0)
    assert desk.scalars(select(NetworkMember.government_id)).all() == desk.scalars(select(AdvisoryMember.government_id)).all() == [KONYA]
    changed = bring(desk, listed(row(leader_name="Ayşe Kaya", network="ICLEI")), invite=False)
    assert changed.counts == {"new": 0, "updated": 1, "unchanged": 0, "rejected": 0}
    assert desk.scalars(select(Contact.leader_name)).one() == "Ayşe Kaya"


@pytest.mark.parametrize(
    ("cells", "field", "told"),
    [
        ({"government_id": "gn-1"}, "government_id", "no government with this identifier"),
        ({"leader_email": "nobody"}, "leader_email", "not an e-mail address"),
        ({"letter_language": "tlh"}, "letter_language", "Letters are written in en"),
        ({"network": "ICLEI|Unheard of"}, "network", "There is no network called Unheard of"),
        ({"advisory_group": "perhaps"}, "advisory_group", "Write yes or no"),
        ({"government_id": "", "government_name": "Atlantis", "country_code": "TR"}, "government_name", "no government of this name"),
        ({"leader_name": "evil.com/x"}, "leader_name", "web page"),
        ({"government_name": "\0", "government_id": "\0"}, "government_id", "no government with this identifier"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason_and_the_others_are_invited(desk: Session, cells: dict[str, str], field: str, told: str):
    batch = bring(desk, listed(row(NAIROBI, leader_email="a@nairobi.example.org"), row(**cells)))
    assert (batch.counts["new"], batch.counts["rejected"]) == (1, 1)
    assert batch.rejects
    (rejected,) = csv.DictReader(io.StringIO(batch.rejects.decode()))
    assert (rejected["row"], rejected["field"]) == ("3", field)
    assert told in rejected["reason"]


def test_a_government_is_found_by_a_name_that_only_one_of_its_country_has(desk: Session):
    add_government(desk, "gn-5", "Konya", population=5)
    named = {"government_id": "", "country_code": "ke", "government_name": "nayrobi"}
    batch = bring(desk, listed(row(**named), row(**named | {"government_name": "konya", "country_code": "TR"})))
    assert desk.scalars(select(Invitation.government_id)).all() == [NAIROBI]
    assert batch.preview
    assert batch.preview["rejected"][0]["problems"][0]["values"]["governments"][0].startswith(KONYA)


def test_one_address_of_a_government_is_invited_once_however_often_it_is_listed(desk: Session):
    batch = bring(desk, listed(row(), row(leader_email="Mayor@Konya.example.org")))
    assert (count(desk, Invitation), batch.counts["rejected"]) == (1, 1)


def test_an_invitation_notes_its_network_from_its_row_or_from_what_the_government_belongs_to(desk: Session):
    desk.add_all([Network(name="UCLG"), AdvisoryMember(government_id=PUERTO)])
    first, uclg = desk.scalars(select(Network.id).order_by(Network.id)).all()
    desk.add(NetworkMember(network_id=first, government_id=NAIROBI))
    bring(
        desk, listed(row(network="UCLG|ICLEI"), row(NAIROBI, leader_email="a@b.example.org"), row(PUERTO, leader_email="c@d.example.org"))
    )

    def shown(**which: object) -> list[str]:
        return [place.id for _one, place, _far in queries.invited_page(desk, Which(**which), step=None).rows]  # type: ignore[arg-type]

    assert (shown(network=uclg), shown(network=first), shown(advisory=True)) == ([KONYA], [NAIROBI], [PUERTO])
    assert queries.progress(desk, Which(network=first))[Progress.UNOPENED] == 1


def test_what_is_settled_about_letters_is_asked_once_for_a_batch_of_rows(fresh_database: Engine):
    with Session(fresh_database) as session:
        add_places(session)
        make_account(session)
        rows = [row(leader_email=f"mayor{number}@konya.example.org") for number in range(9)]
        number = bring(session, listed(*rows), confirm=False).id
        with asked(fresh_database) as sent:
            carry_out(session, number)
    assert sum("letter_rule" in one or "letter_text" in one for one in sent) == 2


def test_a_network_is_taken_out_with_who_belonged_to_it(desk: Session):
    bring(desk, listed(row(network="ICLEI")), invite=False)
    network = desk.scalars(select(Network)).one()
    remove_network(desk, network, by=the_officer(desk), at=AT)
    assert count(desk, NetworkMember) == 0


def test_a_list_of_several_batches_writes_each_letter_once(desk: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pledges.secretariat.actions.rows._BATCH", 3)
    rows = [row(leader_email=f"mayor{number}@konya.example.org") for number in (*range(7), 0)]
    batch = bring(desk, listed(*rows))
    assert (batch.counts["new"], batch.counts["rejected"], batch.rows, count(desk, Letter)) == (7, 1, 8, 7)
    assert sorted(desk.scalars(select(Letter.to))) == [f"mayor{number}@konya.example.org" for number in range(7)]


def test_whoever_has_signed_is_not_written_to(desk: Session):
    pledge = make_pledge(desk)
    batch = bring(desk, listed(row(pledge.government_id, leader_email=pledge.leader_email.upper())))
    assert (batch.counts["unchanged"], count(desk, Letter)) == (1, 0)


def test_what_rows_are_compared_with_is_asked_for_at_once(fresh_database: Engine):
    with Session(fresh_database) as session:
        make_account(session)
        for number in range(24):
            add_government(session, f"gn-{9000 + number}", f"Place {number}")
        rows = [row(f"gn-{9000 + number}", leader_email=f"m{number}@place.example.org") for number in range(24)]
        counted = []
        for some in (rows[:4], rows):
            with asked(fresh_database) as sent:
                assert bring(session, listed(*some), confirm=False, invite=False).counts["new"] == len(some)
            counted.append(sum(one.startswith("SELECT") for one in sent))
        assert counted[0] == counted[1]


# ---------------------------------------------------------------- the directory


def test_the_directory_is_chosen_from_by_level_region_country_size_network_and_advisory_group(desk: Session):
    add_government(desk, "iso-TR-42", "Konya Province", kind=GovernmentKind.REGION, population=2_200_000)
    network = desk.scalars(select(Network)).one()
    desk.add_all([NetworkMember(network_id=network.id, government_id=PUERTO), AdvisoryMember(government_id=NAIROBI)])
    desk.flush()

    def found(**choice: object) -> set[str]:
        page = queries.chosen_page(desk, Choice(**choice), after="")  # type: ignore[arg-type]
        assert queries.count_chosen(desk, Choice(**choice)).governments == len(page.rows)  # type: ignore[arg-type]
        return {government.id for government, *_rest in page.rows}

    assert found(kind=GovernmentKind.REGION) == {"iso-TR-42"}
    assert found(region="Africa") == found(region="Sub-Saharan Africa") == found(country="KE") == {NAIROBI}
    assert found(least=1_400_000, most=3_000_000) == {KONYA, "iso-TR-42"}
    assert found(network=network.id) == {PUERTO}
    assert found(advisory=True) == {NAIROBI}
    assert len(found()) == 4


def test_the_directory_writes_to_known_addresses_that_were_not_asked_and_to_no_government_that_has_signed(desk: Session):
    bring(
        desk,
        listed(row(), row(NAIROBI, leader_email="a@nairobi.example.org"), row(PUERTO, leader_email="b@puerto.example.org")),
        invite=False,
    )
    bring(desk, listed(row()))
    make_pledge(desk).government_id = PUERTO
    desk.flush()
    assert [contact.email for _government, contact in queries.to_invite(desk, Choice())] == ["a@nairobi.example.org"]
    assert queries.count_chosen(desk, Choice()) == queries.Chosen(3, 3, 1)


# ---------------------------------------------------------------- pages
