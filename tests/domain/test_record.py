import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import ThemeWords
from pledges.domain.merkle import all_paths, root
from pledges.domain.people import GovernmentKind, MandateBasis
from pledges.domain.record import Adopted, canonical, fingerprint
from pledges.domain.themes import Theme

PLEDGE = PledgeFields(
    government_id="gn-184745",
    government_name="Nairobi",
    government_native_name="",
    kind=GovernmentKind.CITY,
    country_code="KE",
    leader_name="Achieng’ Otieno",
    leader_name_latin="Achieng’ Otieno",
    honorific="H.E.",
    office="Governor",
    office_local="Gavana",
    leader_email="governor@nairobi.example.org",
    network="UCLG Africa",
    mandate_basis=MandateBasis.RESOLUTION,
    mandate_reference="No. 12/2024",
    mandate_date=date(2024, 6, 30),
    language="sw",
    themes=(ThemeWords(Theme.DIGITAL, 1, actions="Nyuzi kwa kila kata.\n2027."), ThemeWords(Theme.SUSTAINABLE)),
    statement="",
    actions="Maji – safi “kwa wote”.",
    multilateral="",
    signed_at=datetime(2024, 9, 19, 10, tzinfo=UTC),
)
ADOPTED = {Theme.DIGITAL: Adopted(version=1, language="en", sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "record.md"


def test_the_record_is_the_example_of_its_document() -> None:
    record = canonical(PLEDGE, ADOPTED)
    document = DOCUMENT.read_text(encoding="utf-8")
    assert record.decode() in document
    assert fingerprint(record) in document


def test_the_documents_ten_lines_find_the_same_fingerprint_without_us() -> None:
    record = canonical(PLEDGE, ADOPTED)
    code = DOCUMENT.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    space: dict[str, object] = {}
    exec(code, space)  # noqa: S102 (what the document tells its readers to run)
    assert space["canonical"](json.loads(record)) == record  # type: ignore[operator]
    assert space["fingerprint"](json.loads(record)) == fingerprint(record)  # type: ignore[operator]


def test_the_fingerprint_is_the_sha256_of_the_bytes() -> None:
    assert fingerprint(b"") == hashlib.sha256(b"").hexdigest()


def test_what_is_not_published_is_not_in_the_record() -> None:
    record = canonical(PLEDGE, ADOPTED)
    assert b"@" not in record
    private = {"leader_email": "other@example.org", "network": "UCLG", "signed_at": None}
    assert canonical(replace(PLEDGE, **private), ADOPTED) == record


def test_every_published_field_changes_the_fingerprint() -> None:
    changes: dict[str, object] = {
        "kind": GovernmentKind.REGION,
        "mandate_basis": None,
        "mandate_date": None,
        "themes": (ThemeWords(Theme.DIGITAL, 1),),
    }
    published = [field.name for field in fields(PledgeFields) if field.name not in ("leader_email", "network", "signed_at")]
    records = {canonical(replace(PLEDGE, **{name: changes.get(name, "XK")}), ADOPTED) for name in published}
    assert len(records | {canonical(PLEDGE, ADOPTED)}) == len(published) + 1


def test_an_adopted_text_is_named_by_version_language_and_hash() -> None:
    commitments = json.loads(canonical(PLEDGE, ADOPTED))["commitments"]
    assert commitments[0]["adopted"] == {"version": 1, "language": "en", "sha256": ADOPTED[Theme.DIGITAL].sha256}
    assert commitments[1]["adopted"] is None


def test_what_is_planned_stands_in_its_commitment_and_only_where_something_is() -> None:
    planned = replace(PLEDGE, themes=(ThemeWords(Theme.DIGITAL, planned="2027-06 | 6,11 | Maji\n|  | Miti"), ThemeWords(Theme.SUSTAINABLE)))
    digital, sustainable = json.loads(canonical(planned, {}))["commitments"]
    assert digital["planned"] == [{"what": "Maji", "by": "2027-06", "goals": [6, 11]}, {"what": "Miti", "by": "", "goals": []}]
    assert "planned" not in sustainable


def test_the_documents_proof_agrees_with_the_tree() -> None:
    space: dict[str, object] = {}
    exec(DOCUMENT.read_text(encoding="utf-8").split("```python\n")[2].split("```")[0], space)  # noqa: S102 (as above)
    verify = space["verify"]
    for size in range(1, 18):
        prints = [fingerprint(bytes([number])) for number in range(size)]
        leaves = [bytes.fromhex(one) for one in prints]
        for index, path in enumerate(all_paths(leaves)):
            proof = [beside.hex() for beside in path]
            assert verify(prints[index], index, size, proof, root(leaves).hex())  # type: ignore[operator]
            assert not verify(prints[index - 1], index, size, proof, root(leaves).hex()) or size == 1  # type: ignore[operator]


def test_a_joint_pledge_is_named_in_its_record_and_any_other_keeps_its_fingerprint() -> None:
    alone, joint = (json.loads(canonical(pledge, ADOPTED)) for pledge in (PLEDGE, replace(PLEDGE, joint="ab" * 16)))
    assert joint == {**alone, "joint": "ab" * 16}
