"""What is signed is frozen: the record is made of the columns, and whatever is changed afterwards no longer holds together."""

import json
from dataclasses import replace

import pytest

from pledges.domain.record import fingerprint
from pledges.domain.themes import Theme
from pledges.models import Revision
from pledges.models.frozen import fields_of, freeze, holds_together, newest, same_record, take_fields, texts_in
from tests.secretariat.signed import AT, make_pledge


@pytest.fixture
def revision(session) -> Revision:
    pledge = make_pledge(session, themes=(Theme.DIGITAL, Theme.SUSTAINABLE))
    session.commit()
    return pledge.current


def test_a_signed_record_holds_together_and_names_what_was_adopted_in_the_language_that_was_read(revision):
    assert holds_together(revision)
    assert fingerprint(str(revision.record).encode()) == revision.fingerprint
    record = json.loads(str(revision.record))
    assert record["government"]["id"] == revision.pledge.government_id
    assert [(one["theme"], one["adopted"]["language"]) for one in record["commitments"]] == [("digital", "en"), ("sustainable", "en")]
    assert "@" not in str(revision.record)


@pytest.mark.parametrize(
    ("column", "value"),
    [("actions", "Something else."), ("leader_name", "Somebody Else"), ("record", "{}"), ("fingerprint", "0" * 64), ("language", "fr")],
)
def test_what_is_changed_after_signing_no_longer_holds_together(revision, column, value):
    setattr(revision, column, value)
    assert not holds_together(revision)


def test_what_was_never_signed_does_not_hold_together(revision):
    revision.signature.record_hash = "0" * 64
    assert not holds_together(revision)


def test_what_is_taken_in_comes_back_as_it_was(session, revision):
    fields = replace(fields_of(revision), leader_name="Elif Şahin", mandate_reference="No. 7", actions="Un\nDeux", signed_at=AT)
    draft, texts = Revision(number=2, created_at=AT), texts_in(session, "tr")
    revision.pledge.revisions.append(draft)
    take_fields(draft, fields, texts)
    freeze(draft)
    assert replace(fields_of(draft), signed_at=AT) == fields
    assert draft.search_text.startswith("elif sahin")


def test_address_network_and_moment_stand_outside_the_record(revision):
    fields = fields_of(revision)
    assert same_record(fields, replace(fields, leader_email="x@konya.example", network="Metropolis", signed_at=None))
    assert not same_record(fields, replace(fields, honorific="Dr"))


def test_a_text_is_read_in_the_pledges_language_where_it_is_published_in_it_and_else_in_english(session):
    assert {text.language for text in texts_in(session, "fr-CA").values()} == {"fr"}
    assert {text.language for text in texts_in(session, "tr").values()} == {"en"}
    assert set(newest(texts_in(session, "ar"))) == set(Theme)
