"""What a reported row is compared with, and why a file may not change what stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.domain.cleaning import clean_line, refused_characters
from pledges.domain.commitments import PledgeFields
from pledges.domain.lifecycle import Content, Moderation
from pledges.domain.people import SignatureKind
from pledges.domain.problems import N_, Problem
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.models import Government, Network, Pledge, Revision
from pledges.models.frozen import Texts, fields_of, texts_in
from pledges.secretariat.queries.directory import governments
from pledges.secretariat.queries.imports import Key, networks, released_among, signed_pledges
from pledges.secretariat.table import Row


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows of one batch are compared with."""

    pledges: dict[Key, Pledge]
    released: set[int]
    places: dict[str, Government]
    networks: dict[str, Network]
    read_texts: Callable[[str], Texts]
    _texts: dict[str, Texts] = field(default_factory=dict)

    def network(self, name: str) -> Network | None:
        """The network of this name, which may be a new one; None for no name."""
        if name and name not in self.networks:
            self.networks[name] = Network(name=name)
        return self.networks[name] if name else None

    def texts(self, language: str) -> Texts:
        """The published texts in a language."""
        if language not in self._texts:
            self._texts[language] = self.read_texts(language)
        return self._texts[language]


def look_around(session: Session, rows: list[Row], at: datetime) -> Around:
    """What readable rows are compared with, read at once."""
    keys = {key_of(row.cells) for row in rows}
    known = signed_pledges(session, {key for key in keys if not refused_characters("".join(key))})
    return Around(
        pledges=known,
        released=released_among(session, [pledge.id for pledge in known.values()], at),
        places=governments(session, _storable({government_id for government_id, _ in keys})),
        networks=networks(session, _storable({clean_line(row.cells.get("network", "")) for row in rows})),
        read_texts=lambda language: texts_in(session, language),
    )


def _storable(values: set[str]) -> set[str]:
    """Those that a database can be asked for: NUL and stray bytes stop the whole query, and their row is rejected anyway."""
    return {value for value in values if not refused_characters(value)}


def key_of(cells: dict[str, str]) -> Key:
    """Which pledge a row means."""
    typed = clean_line(cells.get("leader_email", ""))
    try:
        address = address_key(typed)
    except ValueError:  # no address: the row is rejected for it
        address = typed.lower()
    return clean_line(cells.get("government_id", "")), address


def columns_kept(stored: PledgeFields, cells: dict[str, str]) -> dict[str, str]:
    """What stands for the columns that the file lacks. Where it names other themes, own words and adopted versions go with their theme."""
    row = stored.row()
    named = clean_line(cells.get("themes", row["themes"])).split("|")
    versions = {words.theme: words.version for words in stored.themes}
    if set(named) == set(versions):
        return row
    row |= {f"{strand}_{theme}": "" for strand in OWN_WORDS for theme in versions if theme not in named}
    told = [str(versions.get(theme) or "") for theme in Theme if theme in named]
    return row | {"commitment_version": "|".join(told) if any(told) else ""}


def signed(pledge: Pledge) -> Revision:
    """The newest signed wording."""
    return next(revision for revision in reversed(pledge.revisions) if revision.content is Content.SIGNED)


def place_problems(fields: PledgeFields, place: Government | None) -> Iterator[Problem]:
    """Where the row disagrees with the directory; a name that differs is kept for this pledge."""
    if place is None:
        yield Problem("government_id", N_("There is no government with this identifier."))
        return
    if fields.kind is not place.kind:
        yield Problem("kind", N_("The directory has this government as another kind: %(kind)s."), {"kind": place.kind.value})
    if fields.country_code != place.country_code:
        message = N_("The directory has this government in another country: %(country)s.")
        yield Problem("country_code", message, {"country": place.country_code})


def text_problems(fields: PledgeFields, texts: Texts) -> Iterator[Problem]:
    """Texts that the row adopts and that were never published."""
    for words in fields.themes:
        if words.version is not None and (words.theme, words.version) not in texts:
            values: dict[str, object] = {"version": words.version, "theme": words.theme.value}
            yield Problem("commitment_version", N_("No version %(version)d of the text on %(theme)s was published."), values)


def differing(stored: PledgeFields, fields: PledgeFields) -> tuple[str, ...]:
    """The columns in which two pledges differ; none where only its status is raised."""
    before, after = stored.row(), fields.row()
    return tuple(column for column in after if before[column] != after[column])


def stands(pledge: Pledge, fields: PledgeFields) -> bool:
    """Whether the pledge says just that: in its newest signed wording, or in the accepted one, which `export` writes."""
    return fields in [fields_of(revision) for revision in (signed(pledge), pledge.accepted_revision) if revision]


def unchangeable(pledge: Pledge, *, released: bool) -> str:
    """Why a file may not change the pledge; empty when it may."""
    revision = signed(pledge)
    if revision.signature is None or revision.signature.kind is not SignatureKind.REPORTED or pledge.current is not revision:
        return N_("%(name)s, %(government)s: signed here, so a file cannot change it.")
    if pledge.withdrawn_at is not None:
        return N_("%(name)s, %(government)s: withdrawn, so a file cannot change it.")
    if revision.moderation is Moderation.DECLINED:
        return N_("%(name)s, %(government)s: declined, so a file cannot change it.")
    return N_("%(name)s, %(government)s: released, so a file cannot change it.") if released else ""
