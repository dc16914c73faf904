"""Papers signed by hand: the list of those that wait, one with its scan, and the files that signatures rest on."""

from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.domain.certificates import REFUSALS, SignedFileRefused
from pledges.domain.lifecycle import MoveNotAllowed
from pledges.domain.paper import Transcript, is_the_paper_of, reads_otherwise
from pledges.extensions import address, db
from pledges.models import SignedFile
from pledges.models.frozen import fields_of
from pledges.models.papers import waiting_scan, waiting_scans
from pledges.secretariat.actions import papers as acts
from pledges.secretariat.forms import BringForm, RefusePaperForm, TranscriptForm
from pledges.secretariat.queries import papers as queries
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.signatures import SignedBefore


@bp.get("/papers")
def papers() -> ResponseReturnValue:
    """Papers to read, and a form for one that came by post."""
    return _list(BringForm(prefix="bring"))


@bp.post("/papers")
def bring_paper() -> ResponseReturnValue:
    """Take in a scan that reached the secretariat itself."""
    form, session = BringForm(prefix="bring"), db.session()
    if not form.validate():
        return _list(form), 422
    pledge = queries.awaiting_signature(session, (form.number.data or "").strip())
    if pledge is None:
        form.number.errors = [_("No text with this number awaits its signature.")]
        return _list(form), 422
    try:
        scan = acts.bring(session, pledge, form.file.data.read(), by=acting_officer(), at=datetime.now(UTC))
    except SignedFileRefused as refused:
        form.file.errors = [_(REFUSALS[refused.code], **refused.values)]
        return _list(form), 422
    except MoveNotAllowed:
        return _meanwhile()
    return redirect(url_for("secretariat.paper", number=scan.id), 303)


@bp.get("/papers/<int:number>")
def paper(number: int) -> ResponseReturnValue:
    """One paper: to be read by the first officer, to be confirmed by another."""
    return _page(waiting_scan(db.session(), number) or abort(404))


@bp.post("/papers/<int:number>/read")
def read_paper(number: int) -> ResponseReturnValue:
    """Keep what the first officer read."""
    form = TranscriptForm(prefix="read")
    if not form.validate():
        return _page(waiting_scan(db.session(), number) or abort(404), read=form), 422
    try:
        acts.transcribe(db.session(), number, form.transcript(), by=acting_officer(), at=datetime.now(UTC))
    except acts.ReadMeanwhile:
        return _meanwhile()
    flash(_("Kept. Another officer confirms it."), "done")
    return redirect(url_for("secretariat.papers"), 303)


@bp.post("/papers/<int:number>/confirm")
def confirm_paper(number: int) -> ResponseReturnValue:
    """Confirm as another officer: the pledge is signed and goes to the queue."""
    try:
        pledge = acts.confirm(db.session(), number, by=acting_officer(), at=datetime.now(UTC), address=address)
    except (acts.ReadMeanwhile, acts.AnotherText):
        return _meanwhile()
    except SignedBefore:
        db.session.rollback()
        flash(_("There is a signed pledge of this leader for this government already. The paper was not counted."), "problem")
        return redirect(url_for("secretariat.paper", number=number), 303)
    flash(_("Signed on paper. The pledge waits for a decision."), "done")
    return redirect(url_for("secretariat.pledge", public_id=pledge.public_id), 303)


@bp.post("/papers/<int:number>/refuse")
def refuse_paper(number: int) -> ResponseReturnValue:
    """Refuse, with a reason that the cabinet reads."""
    form = RefusePaperForm(prefix="refuse")
    if not form.validate():
        return _page(waiting_scan(db.session(), number) or abort(404), refuse=form), 422
    try:
        acts.refuse(db.session(), number, form.reason.data or "", by=acting_officer(), at=datetime.now(UTC), address=address)
    except acts.ReadMeanwhile:
        return _meanwhile()
    flash(_("Refused. The cabinet is told why."), "done")
    return redirect(url_for("secretariat.papers"), 303)


@bp.get("/files/<int:number>")
def signed_file(number: int) -> ResponseReturnValue:
    """A file that a signature rests on, as a stranger sent it: to be saved, never run. Pictures of ours show it where it is one."""
    found = queries.signed_file(db.session(), number) or abort(404)
    ending = found.media_type.rpartition("/")[2]
    headers = {
        "Content-Disposition": f'attachment; filename="signed-{found.id}.{ending}"', "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    return Response(found.data, mimetype=found.media_type, headers=headers)


def _list(form: BringForm) -> str:
    return render_template("secretariat/papers.html", scans=waiting_scans(db.session()), form=form)


def _page(scan: SignedFile, *, read: TranscriptForm | None = None, refuse: RefusePaperForm | None = None) -> str:
    transcript = Transcript(**scan.transcript) if scan.transcript else None
    revision = scan.revision
    return render_template(
        "secretariat/paper.html", scan=scan, revision=revision, transcript=transcript,
        same_text=transcript is not None and is_the_paper_of(transcript, revision.fingerprint or ""),
        otherwise=reads_otherwise(transcript, fields_of(revision)) if transcript else [],
        reader=queries.officer(db.session(), scan.transcribed_by_id), mine=scan.transcribed_by_id == acting_officer().id,
        read=read or TranscriptForm(prefix="read", formdata=None), refuse=refuse or RefusePaperForm(prefix="refuse", formdata=None),
    )  # fmt: skip


def _meanwhile() -> ResponseReturnValue:
    db.session.rollback()
    flash(_("This paper does not wait for you any more: somebody else was faster, or it was replaced or taken back."), "problem")
    return redirect(url_for("secretariat.papers"), 303)
