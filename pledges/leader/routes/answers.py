"""Answering a suggestion: see the difference, take it over, change the words oneself, or keep what was signed."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.domain.merging import Piece, differences
from pledges.extensions import db
from pledges.leader import queries
from pledges.leader.actions import answers
from pledges.leader.forms.acts import KeepForm
from pledges.leader.routes.room import bp, own, own_link
from pledges.leader.routes.together import called, label_of
from pledges.models import Decision
from pledges.models.frozen import own_words


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion for some words of a pledge."""

    label: str
    pieces: tuple[Piece, ...]
    """What was signed and what is suggested, word by word."""


def suggested(told: Decision | None) -> list[Suggested]:
    """How suggestions differ from what was signed; none where there are none, or where one is for no words alone."""
    signed, language = own_words(told.revision) if told else {}, told.revision.language if told else ""
    suggestions = [(column, text) for column, text in told.suggestions.items() if column] if told else []
    return [
        Suggested(label_of(column), differences(called(column, signed.get(column, "")), called(column, text), language))
        for column, text in suggestions
    ]


@bp.post("/<public_id>/take-over-suggestion")
def take_suggestion(public_id: str) -> ResponseReturnValue:
    """Begin a new wording with the suggested words, to be reviewed and signed."""
    answers.take_over(db.session(), own(public_id), at=now())
    flash(_("The suggested words stand in a new wording. Read it; nothing counts before the leader signs it."))
    return redirect(url_for("leader.review", public_id=public_id), 303)


@bp.route("/<public_id>/keep", methods=["GET", "POST"])
def keep(public_id: str) -> ResponseReturnValue:
    """Say why what was signed stays; the secretariat looks at it again."""
    pledge, form = own(public_id), KeepForm()
    told = queries.returned(db.session(), pledge)
    if told is None or told.revision_id != pledge.current.id or pledge.withdrawn_at is not None:
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    if form.validate_on_submit():
        answers.keep(db.session(), own(public_id), form.note.data, by=own_link(public_id), at=now())
        flash(_("Your answer is with the secretariat. What was signed stays as it is."))
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    return render_template("leader/keep.html", pledge=pledge, revision=told.revision, form=form, told=told), 422 if form.errors else 200
