"""Telling anyone whether a copy is authentic, and what a receipt number leads to."""

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from pledges.accounts.actions import count_tries
from pledges.accounts.sessions import address_hash, now
from pledges.adapters.trust import evidence_on, own_authorities, own_certificates
from pledges.extensions import adapters, db, settings
from pledges.public import queries
from pledges.public.forms import LONGEST_NUMBER, FileForm, NumberForm
from pledges.public.routes.room import bp

if TYPE_CHECKING:
    from pledges.adapters.verdict import Verification

TRIES, WITHIN = 60, timedelta(minutes=10)
"""For one network: a newsroom may check many copies, and no number can be guessed."""


@bp.get("/verify")
def verify() -> ResponseReturnValue:
    """A file to be checked, or a number to be found."""
    number = {"number": request.args.get("number", "")[:LONGEST_NUMBER]}  # as the code on a receipt leads here
    return render_template("public/verify.html", file_form=FileForm(prefix="copy"), number_form=NumberForm(prefix="receipt", data=number))


@bp.post("/verify")
def check() -> ResponseReturnValue:
    """Judge the file or look up the number; the file is kept nowhere."""
    _limit()
    file_form, number_form = FileForm(prefix="copy"), NumberForm(prefix="receipt")
    asked = file_form if file_form.file.name in request.files else number_form
    shown = {"file_form": file_form, "number_form": number_form}
    if not asked.validate():
        return render_template("public/verify.html", **shown), 422
    session, at = db.session(), now()
    if asked is number_form:
        found = queries.entry_by_number(session, number_form.number.data or "", at)
        newest = queries.pledge_entry(session, found.pledge.public_id, at) if found else None
        return render_template("public/verify.html", number=number_form.number.data, found=found, newest=newest, **shown)
    verification, digest = _judge(file_form.file.data)
    receipt = verification.receipt
    return render_template(
        "public/verify.html", verification=verification, digest=digest, released=queries.released_file(session, digest, at),
        confirmed=queries.pledge_entry(session, receipt.number, at) if receipt else None, **shown,
    )  # fmt: skip


def _judge(upload: FileStorage) -> "tuple[Verification, str]":
    from pledges.adapters.verification import verify  # reads seals with a library that takes longer to load than most commands run

    data, archive = upload.read(), adapters().archive.root
    digest = sha256(data).hexdigest()
    own, authorities, evidence = own_certificates(archive), own_authorities(archive), evidence_on(archive, digest)
    scratch = archive if archive.is_dir() else None
    return verify(data, own=own, authorities=authorities, evidence=evidence, at=now(), scratch=scratch), digest


def _limit() -> None:
    keys = {f"verify:{address_hash(request.remote_addr or '')}": TRIES}
    if settings().rate_limits and not count_tries(db.session(), keys, per=WITHIN, at=now()):
        abort(429)
