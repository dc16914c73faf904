"""The steps of a draft: one thing a page, kept as it is typed, until it is reviewed and sent to the leader."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pledges.accounts.sessions import now
from pledges.domain.languages import language_name
from pledges.domain.lifecycle import Content, MoveNotAllowed
from pledges.domain.merging import Merged
from pledges.domain.problems import Problem
from pledges.domain.protocol import collation_key, countries
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.extensions import address, db, told
from pledges.leader import queries
from pledges.leader.actions import drafts
from pledges.leader.forms import steps as forms
from pledges.leader.forms.acts import ReviewForm
from pledges.leader.latin import is_latin, suggestion
from pledges.leader.routes import together
from pledges.leader.routes.asking import mark_unprintable, seems
from pledges.leader.routes.room import bp, limit_letters, own, own_link, reader_language
from pledges.models import Pledge
from pledges.models.frozen import fields_of, newest, texts_in


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a draft, and the columns whose problems it can mend."""

    name: str
    label: LazyString
    form: type[forms.StepForm]
    columns: tuple[str, ...]


STEPS = (
    Step("government", _l("Government"), forms.GovernmentForm, ("government_name", "government_native_name", "kind", "country_code")),
    Step(
        "office",
        _l("Leader"),
        forms.OfficeForm,
        ("leader_name", "leader_role", "leader_email", "leader_name_latin", "honorific", "office_local"),
    ),
    Step("mandate", _l("Mandate"), forms.MandateForm, ("mandate_basis", "mandate_reference", "mandate_date")),
    Step("language", _l("Language"), forms.LanguageForm, ("pledge_language",)),
    Step("themes", _l("Themes"), forms.ThemesForm, ("themes", "commitment_version")),
    Step("words", _l("Own words"), forms.WordsForm, ()),
)
BY_NAME = {step.name: step for step in STEPS}
QUIETLY = "X-Saved-Quietly"
"""A page that saves by itself while somebody types (static/autosave.js) says so with this header, and is answered with JSON."""


@bp.route("/<public_id>/<any(government, office, mandate, language, themes, words):step>", methods=["GET", "POST"])
def step(public_id: str, step: str) -> ResponseReturnValue:
    """One step. What was typed is kept even when something else on the page is wrong or missing."""
    pledge, here, shown = own(public_id), BY_NAME[step], together.shown_marks()
    if request.method == "GET" and pledge.current.content is not Content.DRAFT:
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    form = here.form.of(pledge.current, fields_of(pledge.current).row(), shown)
    if not form.is_submitted():
        return _page(pledge, here, form)
    together.settle(form, drafts.stored_fields(pledge.current))
    valid = form.validate()
    try:
        merged = drafts.save(db.session(), pledge, form.kept(), shown=shown, by=own_link(public_id), at=now(), address=address)
    except MoveNotAllowed:
        db.session.rollback()
        if QUIETLY in request.headers:
            abort(409)
        flash(_("The text was sent to the leader meanwhile. What you typed stands on this page and is not saved."), "problem")
        return _page(own(public_id), here, form), 409
    if QUIETLY in request.headers:
        return together.saved_quietly(form, pledge, shown, merged)
    return _saved(pledge, here, form, shown, merged, valid=valid)


def _saved(
    pledge: Pledge, here: Step, form: forms.StepForm, shown: Mapping[str, str], merged: Merged, *, valid: bool
) -> ResponseReturnValue:
    """Where a saved step leads: on, or to its page again."""
    public_id = pledge.public_id
    together.tell(form, pledge, merged)
    if merged.both:
        together.show_both(form, pledge, merged)
        return _page(pledge, here, form, shown), 409
    if "stay" in request.form and not form.broken():  # in another language
        return redirect(url_for("leader.step", public_id=public_id, step=here.name), 303)
    if "later" in request.form and not form.broken():
        flash(_("What you typed is kept. Come back with this browser within 30 days, or ask for a link by e-mail."))
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    if not valid or {"more", "drop"} & set(request.form):
        return _page(pledge, here, form, shown), 200 if valid else 422
    if (
        here.name == "office"
        and not is_latin(pledge.current.leader_name)
        and not pledge.current.leader_name_latin
        and "latin_asked" not in request.form
    ):
        return redirect(url_for("leader.step", public_id=public_id, step="office", latin="ask"), 303)
    asked = {"asked", "detected"} & request.form.keys()
    if not asked and (mark_unprintable(form, pledge.current) or (here.name == "words" and seems(pledge.current))):
        return redirect(url_for("leader.step", public_id=public_id, step=here.name, ask="yes"), 303)
    return redirect(_after(public_id, here), 303)


def _after(public_id: str, here: Step) -> str:
    following = STEPS[STEPS.index(here) + 1 :]
    return (
        url_for("leader.step", public_id=public_id, step=following[0].name) if following else url_for("leader.review", public_id=public_id)
    )


def _page(pledge: Pledge, here: Step, form: forms.StepForm, shown: Mapping[str, str] | None = None) -> str:
    """A step; `shown` are the marks that the form carried, which stay where its fields were not kept."""
    return render_template(
        f"leader/{here.name}.html", pledge=pledge, revision=pledge.current, form=form, here=here, steps=STEPS,
        marks=together.marks(form, pledge.current, shown or {}), at_work=together.at_work(pledge), **_shown(pledge, here, form),
    )  # fmt: skip


def _shown(pledge: Pledge, here: Step, form: forms.StepForm) -> dict[str, Any]:
    """What a step shows besides its fields."""
    language = reader_language()
    if request.method == "GET":
        mark_unprintable(form, pledge.current)
    if here.name == "office":
        asked = "latin" in request.args or "latin_asked" in request.form
        name = form["leader_name"].data or ""
        ask = asked and not is_latin(name) and not form["leader_name_latin"].data
        return {"networks": queries.networks(db.session()), "ask": ask, "suggestion": suggestion(name, pledge.government.main_language)}
    if here.name == "language":
        return {"languages_listed": language_choices(language), "usual": pledge.government.main_language or language, "other": forms.OTHER}
    if here.name == "themes":
        return {"themes": list(Theme), "texts": newest(texts_in(db.session(), language))}
    if here.name == "words":
        return {"returned": queries.returned(db.session(), pledge), "seems": seems(pledge.current) if "ask" in request.args else ""}
    return {}


@bp.route("/<public_id>/review", methods=["GET", "POST"])
def review(public_id: str) -> ResponseReturnValue:
    """Exactly what will be signed; sending it freezes the record and writes to the leader."""
    pledge, form = own(public_id), ReviewForm()
    if request.method == "GET" and pledge.current.content is not Content.DRAFT:
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    if form.validate_on_submit():
        if pledge.leader_email:
            limit_letters("signing", pledge.leader_email, pledge=pledge)
        try:
            drafts.submit(db.session(), pledge, shown=form.shown.data or "", language=reader_language(), at=now(), address=address)
        except (drafts.ShownOtherwise, drafts.Incomplete):
            flash(_("The draft was changed meanwhile, perhaps in another window. This is how it stands now."), "problem")
            return redirect(url_for("leader.review", public_id=public_id), 303)
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    return render_template(
        "leader/review.html",
        pledge=pledge,
        revision=pledge.current,
        form=form,
        here=None,
        steps=STEPS,
        gaps=gaps(pledge),
        seen=drafts.seen_in_review(pledge),
    )


def gaps(pledge: Pledge) -> list[tuple[Step, list[str]]]:
    """What is missing before the pledge can be signed: each step that mends something, with the sentences to show there."""
    problems = drafts.missing(pledge)
    found = [(one, [told(problem) for problem in problems if _is_mended_by(problem, one)]) for one in STEPS]
    return [(one, sentences) for one, sentences in found if sentences]


def _is_mended_by(problem: Problem, step: Step) -> bool:
    return problem.field in step.columns or (step.name == "words" and problem.field.startswith(OWN_WORDS))


@cache
def language_choices(reader: str) -> list[tuple[str, str]]:
    """The main languages of all countries as tag and name, in the reader's order."""
    tags = {country.main_language for country in countries().values() if country.main_language}
    named = [(tag, language_name(tag, reader)) for tag in tags]
    return sorted(named, key=lambda choice: collation_key(choice[1], reader))
