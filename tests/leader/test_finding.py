import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from pledges.domain.people import GovernmentKind
from pledges.models.directory import MOST_GOVERNMENTS, find_governments
from tests.leader.cabinet import Cabinet, add_government

pytestmark = pytest.mark.both_engines


@pytest.fixture
def directory(session: Session) -> Session:
    add_government(session, "gn-1", "Konya", population=1_400_000)
    add_government(session, "iso-TR-42", "Konya", population=2_300_000, kind=GovernmentKind.REGION)
    add_government(session, "gn-2", "Konyaaltı", population=3_000_000)
    add_government(session, "gn-3", "Kuwana", native_name="桑名市", country_code="JP", found_by=["桑名市"])
    add_government(
        session, "gn-4", "Saint Petersburg", native_name="Санкт-Петербург", country_code="RU", found_by=["Санкт-Петербург", "петербург"]
    )
    add_government(session, "gn-5", "São Paulo", population=10_000_000, country_code="BR", found_by=["paulo"])
    add_government(session, "gn-6", "Nouakchott", native_name="نواكشوط", country_code="MR", found_by=["نواكشوط"])
    return session


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sao p", "gn-5"), ("SÃO PAULO", "gn-5"), ("paul", "gn-5"), ("桑", "gn-3"), ("санкт", "gn-4"), ("Петерб", "gn-4"), ("نواك", "gn-6"),
        ("konyaalti", "gn-2"), ("saint-petersburg", "gn-4"),
    ],
)  # fmt: skip
def test_a_government_is_found_in_any_script_without_accents_by_any_of_its_names(directory: Session, typed: str, first: str):
    assert [government.id for government in find_governments(directory, typed)][:1] == [first]


def test_the_exact_name_comes_before_the_larger_city_that_begins_alike(directory: Session):
    assert [government.id for government in find_governments(directory, "konya")] == ["iso-TR-42", "gn-1", "gn-2"]


@pytest.mark.parametrize("typed", ["", "   ", "—", "%", "_", "kon_a", "xyz"])
def test_nothing_is_found_for_nothing_and_wildcards_are_text(directory: Session, typed: str):
    assert find_governments(directory, typed) == []


def test_at_most_twenty_are_offered(session: Session):
    for number in range(MOST_GOVERNMENTS + 5):
        add_government(session, f"gn-{number + 1}", f"San Juan {number}", population=number)
    found = find_governments(session, "san")
    assert len(found) == MOST_GOVERNMENTS
    assert found[0].population == MOST_GOVERNMENTS + 4


def test_finding_uses_an_index(session: Session):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))  # a table of a few rows is read as a whole otherwise
    asked: list[tuple[str, object]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        asked.append((statement, parameters))

    event.listen(session.connection(), "before_cursor_execute", listen)
    find_governments(session, "konya")
    event.remove(session.connection(), "before_cursor_execute", listen)
    statement, parameters = asked[0]
    explain = "EXPLAIN " if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    plan = " ".join(str(row) for row in session.connection().exec_driver_sql(explain + statement, parameters))
    assert "ix_government_name_prefix" in plan or "sqlite_autoindex_government_name_1" in plan
    assert "SCAN government_name" not in plan


def test_the_page_and_the_type_ahead_find_the_same(cabinet: Cabinet):
    page = cabinet.client.get("/leader/governments?q=kony").text
    offers = cabinet.client.get("/leader/governments?q=kony", headers={"Accept": "application/json"}).json
    assert offers == [
        {"name": "Konya", "native_name": "", "country": "Türkiye", "kind": "city", "link": "/leader/start?government=gn-306571"}
    ]
    assert offers[0]["link"] in page
    assert "Türkiye" in page


def test_a_search_without_a_hit_says_so_and_leads_on(cabinet: Cabinet):
    page = cabinet.client.get("/leader/governments?q=<b>nowhere").text
    assert "No name in the directory begins like this." in page
    assert "&lt;b&gt;nowhere" in page
    assert "/leader/start?government=own" in page
