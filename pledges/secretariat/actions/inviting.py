"""Inviting the leaders of a list: each row is a government, an address and what is known of the two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.domain.cleaning import clean_line, refused_characters
from pledges.domain.commitments import check_field
from pledges.domain.languages import INTERFACE
from pledges.domain.problems import N_, Problem, Refused, refuse
from pledges.domain.search import fold
from pledges.models import Account, AdvisoryMember, Contact, Government, NetworkMember
from pledges.models.letter import settled
from pledges.secretariat.actions.identity import write_invitation
from pledges.secretariat.actions.rows import Change, Fate, Run
from pledges.secretariat.queries import inviting as queries
from pledges.secretariat.queries.directory import governments
from pledges.secretariat.table import Row
from pledges.signatures import Address

T = TypeVar("T")
COLUMNS = (
    "government_id", "government_name", "country_code", "leader_name", "leader_email", "letter_language", "network", "advisory_group",
)  # fmt: skip
"""Of a list of invitations; what else a file has is left aside."""
_YES = {"yes": True, "no": False, "": False}
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Invited:
    """A clean row."""

    government: Government
    email: str
    leader_name: str
    language: str
    networks: tuple[int, ...]
    advisory: bool

    @property
    def key(self) -> queries.Key:
        """What tells one invitation from another."""
        return self.government.id, address_key(self.email)


class _Around:
    """What the rows of one batch are compared with, read at once."""

    def __init__(self, session: Session, rows: list[Row], officer: Account) -> None:
        self._session, self.officer = session, officer
        cells = [{column: clean_line(row.cells.get(column, "")) for column in COLUMNS} for row in rows if not row.problem]
        safe = [row for row in cells if not refused_characters("".join(row.values()))]
        self.by_id = governments(session, {row["government_id"] for row in safe})
        unnamed = {(fold(row["government_name"]), row["country_code"].upper()) for row in safe if not row["government_id"]}
        self.by_name = queries.called(session, unnamed)
        self.networks = queries.network_ids(session)
        self.kept = settled(session, "invitation")

    def compare(self, rows: list[Invited]) -> None:
        """Read what stands for these rows."""
        keys, places = {row.key for row in rows}, {row.government.id for row in rows}
        self.invited = queries.invited(self._session, keys)
        self.signed = queries.signed(self._session, keys)
        self.contacts = queries.contacts(self._session, keys)
        self.members = queries.members(self._session, places)
        self.network_of = {government: network for network, government in sorted(self.members, reverse=True)}
        self.advisory = queries.advisory_members(self._session, places)


@dataclass(slots=True, kw_only=True)
class Inviting(Run):
    """One run over one list."""

    invite: bool
    """Whether letters are written; else the addresses are only kept."""
    language: str
    """Of the letters; empty for each government's own where we write in it, else English."""
    address: Address
    batch_id: int | None = None

    def fates(self, rows: list[Row]) -> list[Fate]:
        """Rows become addresses that are kept and, unless invited or signed before, invitations with their letters.

        Nothing is established anew: whoever signed with such an address before is left out.
        """
        around = _Around(self.session, rows, self.session.get_one(Account, self.by.account_id))
        read = [row.problem or self._read(row, around) for row in rows]
        around.compare([one for one in read if isinstance(one, Invited)])
        taken: set[int] = set()
        return [self._row(row, one, around, taken) for row, one in zip(rows, read, strict=True)]

    def _row(self, row: Row, read: Invited | Problem | list[Problem], around: _Around, taken: set[int]) -> Fate:
        if not isinstance(read, Invited):
            return Fate(row, [read] if isinstance(read, Problem) else read)
        key = hash(read.key)
        if key in self.seen or key in taken:
            return Fate(row, [Problem("leader_email", N_("This government and address stand in an earlier row of the file."))])
        taken.add(key)
        kept = self._keep(read, around)
        if not self.invite:
            return Fate(row, [], kept, key)
        if before := [word for word, known in (("invited", around.invited), ("signed", around.signed)) if read.key in known]:
            return Fate(row, [], Change.NOTHING, key, tuple(before))
        write_invitation(
            self.session, read.government, email=read.email, name=read.leader_name, language=read.language, by=around.officer, at=self.at,
            address=self.address, network_id=next(iter(read.networks), around.network_of.get(read.government.id)),
            batch_id=self.batch_id, kept=around.kept,
        )  # fmt: skip
        return Fate(row, [], Change.IMPORTED, key)

    def _keep(self, read: Invited, around: _Around) -> Change:
        """Keep the address and what the government belongs to."""
        place = read.government.id
        groups = [NetworkMember(network_id=one, government_id=place) for one in read.networks if (one, place) not in around.members]
        self.session.add_all(groups)
        around.members.update((one.network_id, place) for one in groups)
        joins = read.advisory and place not in around.advisory
        if joins:
            self.session.add(AdvisoryMember(government_id=place))
            around.advisory.add(place)
        told = {"email": read.email, "leader_name": read.leader_name, "language": read.language}
        contact = around.contacts.get(read.key)
        if contact is None:
            self.session.add(
                Contact(government_id=place, email_key=read.key[1], recorded_by_id=self.by.account_id, recorded_at=self.at, **told)
            )
            return Change.IMPORTED
        differs = {name: value for name, value in told.items() if value and getattr(contact, name) != value}
        for name, value in differs.items():
            setattr(contact, name, value)
        return Change.UPDATED if differs or groups or joins else Change.NOTHING

    def _read(self, row: Row, around: _Around) -> Invited | list[Problem]:
        """The clean row, or everything that is wrong with it."""
        problems: list[Problem] = []

        def of(read: Callable[[Row, _Around], T]) -> T | None:
            try:
                return read(row, around)
            except Refused as refused:
                problems.extend(refused.problems)
                return None

        government, email, name = of(_government), of(_email), of(_name)
        language, networks, advisory = of(self._language), of(_networks), of(_advisory)
        if problems or government is None or email is None:
            return problems
        return Invited(
            government, email, name or "", language or self.language or _own_language(government), networks or (), bool(advisory)
        )  # fmt: skip

    def _language(self, row: Row, _around: _Around) -> str:
        told = _told(row, "letter_language").lower()
        if told and told not in INTERFACE:
            raise refuse("letter_language", N_("Letters are written in %(languages)s."), languages=tuple(INTERFACE))
        return told


def _email(row: Row, _around: _Around) -> str:
    return check_field("leader_email", row.cells.get("leader_email", ""))


def _name(row: Row, _around: _Around) -> str:
    return check_field("leader_name", row.cells["leader_name"]) if _told(row, "leader_name") else ""


def _told(row: Row, column: str) -> str:
    return clean_line(row.cells.get(column, ""))


def _own_language(government: Government) -> str:
    own = government.main_language.split("-")[0]
    return own if own in INTERFACE else "en"


def _government(row: Row, around: _Around) -> Government:
    """By its identifier, or by a name that only one government of the country has."""
    if typed := _told(row, "government_id"):
        found = around.by_id.get(typed)
        if found is None:
            raise refuse("government_id", N_("There is no government with this identifier."))
        return found
    name, country = fold(_told(row, "government_name")), _told(row, "country_code").upper()
    places = around.by_name.get((name, country), []) if name else []
    own = [place for place in places if name in (fold(place.name), fold(place.native_name))]
    places = own or places
    if not places:
        raise refuse("government_name", N_("The directory has no government of this name in this country."))
    if len(places) > 1:
        told = tuple(f"{place.id} ({place.name}, {place.kind}, {place.population or '–'})" for place in places[:_MOST_NAMED])
        raise refuse(
            "government_name", N_("Several governments are called so; name one by its identifier: %(governments)s."), governments=told
        )
    return places[0]


def _networks(row: Row, around: _Around) -> tuple[int, ...]:
    named = [name.strip() for name in _told(row, "network").split("|") if name.strip()]
    unknown = tuple(name for name in named if name.casefold() not in around.networks)
    if unknown:
        raise refuse("network", N_("There is no network called %(networks)s."), networks=unknown)
    return tuple(dict.fromkeys(around.networks[name.casefold()] for name in named))


def _advisory(row: Row, _around: _Around) -> bool:
    told = _told(row, "advisory_group").lower()
    if told not in _YES:
        raise refuse("advisory_group", N_("Write yes or no."))
    return _YES[told]
