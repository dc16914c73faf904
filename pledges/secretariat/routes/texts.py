"""The published texts: each theme's next version is written in six languages side by side, and published by a second person."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.guard import fresh_sign_in
from pledges.domain.merging import differences
from pledges.domain.numbers import number_asked
from pledges.domain.problems import Refused
from pledges.domain.themes import Theme
from pledges.extensions import db, told
from pledges.secretariat.actions import texts as acts
from pledges.secretariat.forms.protocol import typed_words
from pledges.secretariat.queries import protocol as queries
from pledges.secretariat.routes.desk import acting_officer, bp

_THEME = f"/texts/<any({', '.join(Theme)}):theme>"


@bp.get("/texts")
def texts() -> ResponseReturnValue:
    """Each theme with its versions."""
    return render_template("secretariat/texts.html", versions=queries.versions(db.session()), drafts=queries.drafts(db.session()))


@bp.get(_THEME)
def text(theme: str) -> ResponseReturnValue:
    """One theme's text in six languages, as published and as the next version has it so far."""
    return _page(Theme(theme))


@bp.post(_THEME)
def save_text(theme: str) -> ResponseReturnValue:
    """Keep the next version as it is written so far."""
    words, wrong = typed_words(request.form)
    if wrong:
        return _page(Theme(theme), typed=words, wrong=wrong), 422
    try:
        acts.save_draft(db.session(), Theme(theme), words, seen=_seen(), by=acting_officer(), at=datetime.now(UTC))
    except acts.ChangedMeanwhile:
        db.session.rollback()
        return _page(Theme(theme), typed=words, meanwhile=True), 409
    flash(_("Saved. Nothing is published by this."), "done")
    return redirect(url_for("secretariat.text", theme=theme), 303)


@bp.get(f"{_THEME}/publish")
def check_text(theme: str) -> ResponseReturnValue:
    """The second look before a version is published, or thrown away: what changes, language by language."""
    draft = queries.draft(db.session(), Theme(theme)) or abort(404)
    newest = queries.versions(db.session())[Theme(theme)][0]
    published = acts.starting_words(newest.texts)
    pieces = {
        language: {part: differences(published.get(language, {}).get(part, ""), words[part], language) for part in ("title", "text")}
        for language, words in draft.words.items()
    }
    return render_template(
        "secretariat/text_publish.html", theme=theme, draft=draft, newest=newest, pieces=pieces, lacks=acts.lacks(draft.words),
        wrote=acting_officer().id in draft.writers,
    )  # fmt: skip


@bp.post(f"{_THEME}/publish")
@fresh_sign_in
def publish_text(theme: str) -> ResponseReturnValue:
    """Publish it: from now on it is what pledges adopt."""
    try:
        number = acts.publish(db.session(), Theme(theme), seen=_seen(), by=acting_officer(), at=datetime.now(UTC))
    except (Refused, acts.ChangedMeanwhile) as refused:
        return _refused(theme, refused)
    flash(_("Version %(number)d is published.", number=number), "done")
    return redirect(url_for("secretariat.text", theme=theme), 303)


@bp.post(f"{_THEME}/discard")
def discard_text(theme: str) -> ResponseReturnValue:
    """Throw the next version away."""
    try:
        acts.discard_draft(db.session(), Theme(theme), seen=_seen(), by=acting_officer(), at=datetime.now(UTC))
    except acts.ChangedMeanwhile as meanwhile:
        return _refused(theme, meanwhile)
    flash(_("Thrown away. What is published stands as it was."), "done")
    return redirect(url_for("secretariat.text", theme=theme), 303)


def _refused(theme: str, refused: Refused | acts.ChangedMeanwhile) -> ResponseReturnValue:
    db.session.rollback()
    meanwhile = _("Somebody has changed this text meanwhile. Look at it again.")
    flash(told(refused.problems[0]) if isinstance(refused, Refused) else meanwhile, "problem")
    return redirect(url_for("secretariat.text", theme=theme), 303)


def _page(theme: Theme, *, typed: acts.Words | None = None, wrong: dict[str, str] | None = None, meanwhile: bool = False) -> str:
    draft, published = queries.draft(db.session(), theme), queries.versions(db.session())[theme]
    words = typed or (draft.words if draft else acts.starting_words(published[0].texts))
    return render_template(
        "secretariat/text.html", theme=theme, draft=draft, versions=published, words=words, wrong=wrong or {}, meanwhile=meanwhile,
        seen=draft.row_version if draft else 0, lacks=acts.lacks(words),
    )  # fmt: skip


def _seen() -> int:
    seen = number_asked(request.form.get("seen", ""))
    return -1 if seen is None else seen
