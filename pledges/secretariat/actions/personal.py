"""What is held on a person, handed out and erased on request; the chain of the log and what was signed stay whole."""

import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from pledges.domain.mail_domains import domain_of
from pledges.domain.personal import ERASED, holds, of_one_alone, without
from pledges.domain.problems import N_, refuse
from pledges.models import Account, OtherContact, Pledge, log
from pledges.secretariat.queries import personal as queries
from pledges.secretariat.queries.personal import SIGNED_WORDS, Held

KEPT_OF_EVIDENCE = frozenset({"file", "row", "scan", "read_by", "confirmed_by", "link", "key_made", "key_synced", "attestation", "aaguid"})
"""What stays of a signature's evidence: it tells how it was signed, and nothing of the device or network of whoever signed."""


def note_looked(session: Session, *, by: Account, at: datetime) -> None:
    """Note that an officer looked somebody up; whom, the log does not keep."""
    log.record(session, "personal_data.looked", "personal_data", at=at, account_id=by.id, by=by.label)
    session.commit()


def write_copy(session: Session, key: str, file: IO[bytes], *, by: Account, at: datetime) -> None:
    """Write a ZIP file with all that is held on the person of an address (domain.addresses.address_key), and note that it was made.

    `data.json` holds rows by table without secrets and without the addresses of others; the signed files lie beside it.
    """
    ids = [pledge.id for pledge in queries.led_by(session, key)]
    held: dict[str, list[dict[str, Any]]] = {}
    for one in queries.rows_holding(session, key):
        _keep(held, one.table.name, one.row, key)
    for table, row in queries.belonging_to(session, ids):
        _keep(held, table.name, row, key)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = {"address": key, "made_at": at.isoformat(timespec="seconds"), "held": held}
        packed.writestr("data.json", json.dumps(whole, ensure_ascii=False, indent=1, default=str))
        for name, data in queries.files_of(session, ids):
            packed.writestr(f"files/{name}", data)
    counts = {table: len(rows) for table, rows in sorted(held.items())}
    log.record(session, "personal_data.handed_out", "personal_data", at=at, account_id=by.id, rows=counts, by=by.label)
    session.commit()


def _keep(held: dict[str, list[dict[str, Any]]], table: str, row: dict[str, Any], key: str) -> None:
    shown = of_one_alone(queries.told(row), key)
    if shown not in held.setdefault(table, []):
        held[table].append(shown)


def erase(session: Session, key: str, *, reason: str, by: Account, at: datetime) -> dict[str, int]:
    """Erase what is held on the person of an address; gives how many rows of each table were changed or removed.

    Drafts that nobody signed go. Of a signed pledge stays what was signed, how, and the files that show it: name, office and words are
    public by that signature. Details of the log that name the address go, and its chain holds without them.
    Raises Refused for the address of an officer, and while a list that is not carried out yet holds it.
    """
    if queries.account_of(session, key) is not None:
        raise refuse("address", N_("This address is or was an officer’s. It is not erased: what an officer did stays in the log."))
    batches = queries.batches_holding(session, key)
    if waiting := [batch.name for batch in batches if batch.ended_at is None]:
        message = N_("%(name)s holds this address and is not carried out yet. Confirm or discard it first, under Import or Invitations.")
        raise refuse("address", message, name=waiting[0])
    for batch in batches:
        batch.data = batch.rejects = batch.preview = None
    led = queries.led_by(session, key)
    drafts = [pledge for pledge in (*led, *_prepared_alone(session, key)) if pledge.first_signed_at is None]
    signed = [pledge for pledge in led if pledge.first_signed_at is not None]
    done = remove_pledges(session, [pledge.id for pledge in drafts])
    for pledge in signed:
        done["signature"] += _forget_device(session, pledge, at)
    ways = delete(OtherContact).where(OtherContact.pledge_id.in_([pledge.id for pledge in signed]))
    done["other_contact"] += session.execute(ways).rowcount  # type: ignore[attr-defined]  # what a DELETE gives
    session.flush()
    session.expire_all()
    for held in list(queries.rows_holding(session, key)):
        if held.table.name not in SIGNED_WORDS:
            _erase_row(session, held, key, at)
            done[held.table.name] += 1
    told = {table: rows for table, rows in sorted(done.items()) if rows}
    log.record(
        session, "personal_data.erased", "personal_data", at=at, account_id=by.id, rows=told, reason=without(reason, key), by=by.label
    )  # fmt: skip
    session.commit()
    return told


def _prepared_alone(session: Session, key: str) -> list[Pledge]:
    """Drafts of theirs that name no leader yet; those that do are somebody else's too."""
    return [pledge for pledge in queries.prepared_by(session, key) if not pledge.leader_email_key]


def _forget_device(session: Session, pledge: Pledge, at: datetime) -> int:
    """Take network and browser out of the evidence of each signature."""
    signatures = [revision.signature for revision in pledge.revisions if revision.signature]
    for signature in signatures:
        kept = {name: value for name, value in signature.evidence.items() if name in KEPT_OF_EVIDENCE}
        signature.evidence, signature.came_from, signature.risks = kept | {"erased": at.date().isoformat()}, "", []
    return len(signatures)


def _erase_row(session: Session, held: Held, key: str, at: datetime) -> None:
    table, row = held.table, held.row
    this = and_(*(table.c[name] == value for name, value in held.keys.items()))
    if table.name in ("log_detail", "leader_passkey") or any(table.c[name].primary_key or table.c[name].unique for name in held.columns):
        session.execute(delete(table).where(this))
        return
    values = {name: without(row[name], key) for name in held.columns} | _special(table.name, row, key, at)
    session.execute(update(table).where(this).values(values))


def _special(table: str, row: dict[str, Any], key: str, at: datetime) -> dict[str, Any]:
    """What else becomes of a row, or instead of the address."""
    if table == "pledge":  # the domain stays, so that what it established does; with the id the key is nobody else's
        theirs = row["leader_email_key"] == key
        leader = {"leader_email": "", "leader_email_key": f"erased-{row['public_id']}@{domain_of(key)}"} if theirs else {}
        return leader | ({"preparer_email": ""} if holds(row["preparer_email"], key) else {})
    if table == "letter":
        return {"to": "", "subject": ERASED, "body": ERASED, "secrets": None, "given_up_at": row["given_up_at"] or _if_unsent(row, at)}
    if table == "access_link":
        return {"holder": "", "voided_at": row["voided_at"] or at}
    if table == "invitation":
        return {"email": "", "email_key": "", "leader_name": "", "other_contact": "", "taken_back_at": row["taken_back_at"] or at}
    return {}


def _if_unsent(row: dict[str, Any], at: datetime) -> datetime | None:
    return None if row["delivered_at"] else at


def remove_pledges(session: Session, ids: Sequence[int]) -> Counter[str]:
    """Remove drafts that were never signed with all that belongs to them; gives how many rows of each table went."""
    removed: Counter[str] = Counter()
    if not ids:
        return removed
    for table, which in reversed(queries.with_all_that_belongs(session, ids)):
        removed[table.name] += session.execute(delete(table).where(which)).rowcount  # type: ignore[attr-defined]  # what a DELETE gives
    session.expire_all()
    return removed
