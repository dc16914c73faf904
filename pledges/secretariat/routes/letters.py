"""Letters: the outbox that people read, what waits for them, the texts in six languages, and another contact where one came back."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pledges.domain.languages import INTERFACE
from pledges.domain.numbers import number_asked
from pledges.domain.problems import Refused
from pledges.extensions import db, settings, told
from pledges.letters.html import Passage, passages, without_secrets
from pledges.letters.kinds import KINDS, may_wait
from pledges.letters.texts import check_text, own_text, placeholders, preview
from pledges.models import Letter
from pledges.secretariat.actions import letters as acts
from pledges.secretariat.forms.letters import ContactForm, LetterTextForm
from pledges.secretariat.queries import letters as queries
from pledges.secretariat.queries.letters import Act, Picked, Post
from pledges.secretariat.routes.desk import acting_officer, bp, list_begins
from pledges.secretariat.routes.pledge import found_pledge, pledge_page

ACTS = "any(hold, release, cancel)"


@bp.get("/letters")
def letters() -> ResponseReturnValue:
    """The outbox: what waits, for whom, what was sent, what has failed and why, what came back."""
    wanted, kind = request.args.get("post", ""), request.args.get("kind", "")
    post, kind = Post(wanted) if wanted in set(Post) else None, kind if kind in KINDS else ""
    session = db.session()
    page = queries.outbox(session, post, kind=kind, before=list_begins())
    return render_template(
        "secretariat/letters.html", page=page, posted=queries.posted(session), post=post, kind=kind, kinds=KINDS, may_wait=may_wait,
        newest=queries.newest_letter(session),
    )  # fmt: skip


@bp.get("/letters/<int:letter_id>")
def letter(letter_id: int) -> ResponseReturnValue:
    """One letter as its reader sees it, without its secrets; how often it was tried, and what came back."""
    found = queries.letter(db.session(), letter_id) or abort(404)
    shown, pledge = found
    return render_template(
        "secretariat/letter.html", letter=shown, pledge=pledge, parts=_parts(without_secrets(shown.body), shown.language), kinds=KINDS,
        bounces=queries.bounces_of_letter(db.session(), shown), can=_can(shown),
    )  # fmt: skip


def _can(letter: Letter) -> list[Act]:
    if letter.delivered_at or letter.given_up_at or not may_wait(letter.kind):
        return []
    return [Act.RELEASE, Act.CANCEL] if letter.held_at else [Act.HOLD, Act.CANCEL]


@bp.post(f"/letters/<{ACTS}:act>")
def act_on_letters(act: str) -> ResponseReturnValue:
    """Hold, release or cancel letters: first a page that says which, then the act."""
    chosen, picked, moment = Act(act), _picked(), datetime.now(UTC)
    if "confirmed" not in request.form and chosen is not Act.HOLD:
        counted, first = queries.meant(db.session(), chosen, picked, moment)
        return render_template("secretariat/letters_act.html", act=chosen, picked=picked, counted=counted, first=first, kinds=KINDS)
    count = acts.do(db.session(), chosen, picked, by=acting_officer(), at=moment)
    flash(_DONE[chosen](count), "done" if count else "problem")
    return redirect(url_for("secretariat.letters", post=Post.HELD if chosen is not Act.CANCEL else Post.CANCELLED), 303)


_DONE = {
    Act.HOLD: lambda count: ngettext("%(num)d letter waits until it is released.", "%(num)d letters wait until they are released.", count),
    Act.RELEASE: lambda count: ngettext("%(num)d letter is on its way.", "%(num)d letters are on their way.", count),
    Act.CANCEL: lambda count: ngettext("%(num)d letter is cancelled.", "%(num)d letters are cancelled.", count),
}


def _picked() -> Picked:
    """Out of a form: letters that are ticked, or all that wait; what is no number is none."""
    ids = [number for one in request.form.getlist("letter")[:500] if (number := number_asked(one)) is not None]
    until, kind = number_asked(request.form.get("until", "")), request.form.get("kind", "")
    return Picked(ids, "all" in request.form, kind if kind in KINDS else "", until or 0)


@bp.route("/letters/waiting", methods=["GET", "POST"])
def letters_waiting() -> ResponseReturnValue:
    """Which kinds of letters wait for a person."""
    if request.method == "POST":
        acts.settle_waiting(db.session(), request.form.getlist("kind"), by=acting_officer(), at=datetime.now(UTC))
        flash(_("Kept. It holds for letters that are written from now on."), "done")
        return redirect(url_for("secretariat.letters_waiting"), 303)
    waiting = queries.waiting_kinds(db.session())
    return render_template("secretariat/letters_waiting.html", kinds=KINDS, may_wait=may_wait, waiting=waiting)


@bp.get("/letters/texts")
def letter_texts() -> ResponseReturnValue:
    """Every kind of letter in every language, and which texts editors wrote."""
    return render_template("secretariat/letter_texts.html", kinds=KINDS, written=queries.texts_in_force(db.session()))


@bp.route("/letters/texts/<kind>/<language>", methods=["GET", "POST"])
def letter_text(kind: str, language: str) -> ResponseReturnValue:
    """One text with its placeholders and how it looks; it is checked before it is shown or kept."""
    if kind not in KINDS or language not in INTERFACE:
        abort(404)
    versions = queries.versions(db.session(), kind, language)
    stands = versions[0].text if versions else ""
    form = LetterTextForm(data={"text": stands or own_text(kind, language), "seen": versions[0].number if versions else 0})
    if not form.is_submitted():
        return _text_page(kind, language, form, stands)
    typed = "" if "own" in request.form else form.text.data or ""
    if form.validate() and _kept(kind, language, typed, form):
        flash(_("Kept. It holds for letters that are written from now on."), "done")
        return redirect(url_for("secretariat.letter_text", kind=kind, language=language), 303)
    return _text_page(kind, language, form, "" if form.errors else typed), 422 if form.errors else 200


def _kept(kind: str, language: str, typed: str, form: LetterTextForm) -> bool:
    """Check the text and keep it, or only look at it where that is asked for."""
    seen = number_asked(form.seen.data or "")
    try:
        if "look" in request.form:
            check_text(kind, language, typed)
            return False
        if seen is None:
            raise acts.WrittenMeanwhile
        acts.write_text(db.session(), kind, language, typed, seen=seen, by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        form.text.errors = [told(problem) for problem in refused.problems]
    except acts.WrittenMeanwhile:
        form.text.errors = [_("Somebody wrote another version meanwhile. Your text stands here; open the page again to see theirs.")]
    return not form.errors


def _text_page(kind: str, language: str, form: LetterTextForm, shown: str) -> str:
    subject, body = preview(kind, language, shown or None)
    named, needed = placeholders(kind)
    return render_template(
        "secretariat/letter_text.html", kind=kind, kinds=KINDS, text_language=language, form=form, subject=subject,
        parts=passages(body, language=language, base_url="https://pledges.example"), placeholders=sorted(named - {"pledge"}),
        needed=needed, versions=queries.versions(db.session(), kind, language), unsaved="look" in request.form and not form.errors,
    )  # fmt: skip


@bp.post("/pledges/<public_id>/contact")
def note_contact(public_id: str) -> ResponseReturnValue:
    """Note another way to reach the people of a pledge."""
    shown, form = found_pledge(public_id), ContactForm(prefix="contact")
    if form.validate():
        acts.note_contact(db.session(), shown, form.words.data or "", by=acting_officer(), at=datetime.now(UTC))
        flash(_("The contact is noted. Only officers see it."), "done")
        return redirect(url_for("secretariat.pledge", public_id=public_id) + "#letters", 303)
    return pledge_page(shown, contact=form), 422


def _parts(body: str, language: str) -> list[Passage]:
    return passages(body, language=language, base_url=settings().base_url)


@bp.context_processor
def _about_letters() -> dict[str, Any]:
    """What a pledge's page knows of its letters; asked only where it is shown."""
    return {"returned_letters": lambda shown: queries.bounces_of_pledge(db.session(), shown), "contact_of": _contact_of}


def _contact_of(shown: Any, typed: ContactForm | None) -> tuple[Any, ContactForm]:
    noted = queries.contact(db.session(), shown)
    return noted, typed or ContactForm(formdata=None, prefix="contact", data={"words": noted.words if noted else ""})
