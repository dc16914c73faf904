"""Several people on one step: what the form carries, who is at work too, and both texts where two changed one field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import flash, request
from flask_babel import LazyString, format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pledges.accounts.sessions import now
from pledges.domain.commitments import RULES
from pledges.domain.dates import day, due
from pledges.domain.languages import language_name, punctuation
from pledges.domain.merging import Merged, Piece, differences, mark, read_marks, told_marks
from pledges.domain.people import MandateBasis
from pledges.domain.planned import Deliverable, deliverables
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.extensions import db
from pledges.leader import queries
from pledges.leader.actions import drafts
from pledges.leader.forms.steps import StepForm
from pledges.leader.routes.room import own_link, reader_language
from pledges.models import AccessLink, LinkPurpose, Pledge, Revision
from pledges.models.cabinet import Colleague, colleagues

AT_WORK = timedelta(minutes=15)
"""So long after the last save somebody counts as still at work."""
_WORDS = tuple(f"{strand}_{theme}" for strand in OWN_WORDS for theme in Theme)

_CALLED: dict[str, dict[str, LazyString]] = {
    "mandate_basis": {
        MandateBasis.EXECUTIVE: _l("Executive authority"), MandateBasis.RESOLUTION: _l("A resolution of the council"),
        MandateBasis.SUBJECT_TO_APPROVAL: _l("Subject to approval"),
    },
    "themes": {
        Theme.DIGITAL: _l("Digital futures"), Theme.PEACEFUL: _l("Peaceful futures"), Theme.SUSTAINABLE: _l("Sustainable futures for all")
    },
}  # fmt: skip
"""What the codes of a field are called."""
_LABELS = {
    "actions": _l("Actions for implementation"), "multilateral": _l("Multilateral strategies"), "themes": _l("Themes"),
    "pledge_language": _l("Language of the pledge"), "planned": _l("What will be delivered, and by when"), "words": _l("Own words"),
}  # fmt: skip
"""What the fields that partners share are called outside their form; anything else is own words."""


@dataclass(frozen=True, slots=True)
class Both:
    """One field that two people changed: for the page that lets one of them choose."""

    label: str
    by: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]
    theirs_mark: str
    left_out: bool
    """The other one left the whole theme out."""
    joins: str
    """How both can stay: `text`, one after the other; `themes`, all of them; empty where only one can."""
    unread: str
    """What the other one wrote for themes that this person leaves out."""


def shown_marks() -> dict[str, str]:
    """The marks that the posted form carries; where a choice was made, of what that choice was made between."""
    shown = read_marks(request.form.get("seen", ""))
    chosen = {field: request.form.get(f"theirs-{field}", "") for field in shown if request.form.get(f"choice-{field}")}
    return shown | {field: told for field, told in chosen.items() if told}


def settle(form: StepForm, stored: Mapping[str, str]) -> None:
    """Put what was chosen into the form: theirs, or both; `mine` is what its field holds."""
    for field in form.columns():
        choice, theirs = request.form.get(f"choice-{field.name}"), stored.get(field.name, "")
        if choice == "theirs":
            field.data = theirs
        elif choice == "both" and field.name == "themes":
            field.data = "|".join(theme for theme in Theme if theme in {*theirs.split("|"), *(field.data or "").split("|")})
        elif choice == "both":
            field.data = f"{theirs}\n\n{field.data or ''}"


def marks(form: StepForm, revision: Revision, carried: Mapping[str, str], unseen: Iterable[str] = ()) -> str:
    """What the page's form carries. A field that was not kept keeps its mark, so that what others wrote there is still told apart;
    so do the fields `unseen`, in which the page does not show what others wrote."""
    stored = drafts.stored_fields(revision)
    names = [field.name for field in form.columns()]
    fresh = {name: mark(stored.get(name)) for name in (*names, *(_WORDS if "themes" in names else ())) if name in stored or name in names}
    unkept = {field.name for field in form.columns() if field.errors or hasattr(field, "both")} | set(unseen)
    return told_marks(fresh | {name: told for name, told in carried.items() if name in unkept})


def saved_quietly(form: StepForm, pledge: Pledge, shown: Mapping[str, str], merged: Merged) -> dict[str, object]:
    """What the page that saved by itself is told: the marks that it carries from now on, and whether all that it holds is kept."""
    unseen = (*merged.both, *merged.theirs)
    return {"seen": marks(form, pledge.current, shown, unseen), "whole": not form.broken(), "both": bool(merged.both)}


def at_work(pledge: Pledge) -> list[tuple[str, str]]:
    """Who else saved something a short while ago, and how long ago that was, in the reader's language."""
    mine, moment = own_link(pledge.public_id), now()
    return [
        (one.address or _("somebody in another browser"), format_timedelta(one.seen_at - moment, add_direction=True))
        for one in colleagues(db.session(), pledge, moment)
        if one.seen_at and moment - one.seen_at < AT_WORK and not _is(one, mine)
    ]


def _is(one: Colleague, browser: AccessLink) -> bool:
    return one.link_id == browser.id or (one.address != "" and one.address == browser.holder)


def tell(form: StepForm, pledge: Pledge, merged: Merged) -> None:
    """Say what others alone changed meanwhile, and show it in its fields."""
    stored = drafts.stored_fields(pledge.current)
    for field in merged.theirs:
        form[field].data = stored.get(field, "")
    who = _who(pledge, merged.theirs)
    for name, fields in groupby(sorted(merged.theirs, key=who.__getitem__), key=who.__getitem__):
        labels = punctuation(reader_language()).between.join(_label(form, field) for field in fields)
        flash(_("Meanwhile %(who)s changed: %(fields)s. That stays.", who=name, fields=labels))


def _label(form: StepForm, field: str) -> str:
    return label_of(field, str(form[field].label.text))


def label_of(field: str, own: str = "") -> str:
    """What a field is called; words, with the theme that they are for."""
    strand, _underscore, theme = field.partition("_")
    label = own or str(_LABELS.get(strand, _LABELS["words"]) if field not in _LABELS else _LABELS[field])
    return f"{_CALLED['themes'][theme]}{punctuation(reader_language()).colon}{label}" if theme in _CALLED["themes"] else label


def show_both(form: StepForm, pledge: Pledge, merged: Merged) -> None:
    """Put both texts at each field that two people changed."""
    language, who, stored = reader_language(), _who(pledge, merged.both), drafts.stored_fields(pledge.current)
    for field, (mine, theirs) in merged.both.items():
        pieces = differences(called(field, theirs), called(field, mine), pledge.current.language or language)
        gone = [one for one in _WORDS if stored.get(one) and one.split("_")[1] not in mine.split("|")] if field == "themes" else []
        form[field].both = Both(
            label=_label(form, field),
            by=who[field],
            theirs=tuple(piece for piece in pieces if piece.before),
            mine=tuple(piece for piece in pieces if piece.after),
            theirs_mark=mark(stored.get(field)),
            left_out=field in _WORDS and field not in stored,
            joins="themes" if field == "themes" else "text" if RULES[field].text and theirs else "",
            unread="\n\n".join(stored[one] for one in gone),
        )


def _who(pledge: Pledge, fields: Iterable[str]) -> dict[str, str]:
    """Who changed each field last; words of a theme that was left out were changed by whoever chose the themes."""
    edits = pledge.current.edits or {}
    chose = edits.get("themes", 0)
    links = {field: edits.get(field, chose) if field in drafts.stored_fields(pledge.current) else chose for field in fields}
    browsers = queries.holders(db.session(), pledge, set(links.values()))
    return {field: _name(browsers.get(link), pledge.public_id) for field, link in links.items()}


def _name(browser: AccessLink | None, public_id: str) -> str:
    if browser is None:
        return str(_("a colleague"))
    if browser.id == own_link(public_id).id:
        return str(_("you, in another window,"))
    if browser.purpose is LinkPurpose.LEADER:
        return str(_("the leader"))
    return browser.holder or str(_("somebody in another browser"))


def called(field: str, value: str) -> str:
    """A value as a person reads it."""
    language = reader_language()
    if field == "pledge_language" and value:
        return language_name(value, language)
    if field == "mandate_date" and value:
        return day(date.fromisoformat(value), language)
    if field.startswith("planned_"):
        return "\n".join(_told_deliverable(one, language) for one in deliverables(value))
    if field in _CALLED:
        return punctuation(language).between.join(str(_CALLED[field][one]) for one in value.split("|") if one)
    return value


def _told_deliverable(one: Deliverable, language: str) -> str:
    goals = punctuation(language).between.join(map(str, one.goals))
    return " · ".join(filter(None, (one.what, due(one.by, language), goals and _("Goals %(numbers)s", numbers=goals))))
