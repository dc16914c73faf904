"""What officers should look at before they believe a signature: coded, with facts; it refuses nothing and its sender never sees it."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pledges.domain.certificates import same_person
from pledges.domain.mail_domains import domain_looks, domain_of, is_free_mail, lies_in, readable, widening
from pledges.domain.names import look_alike
from pledges.domain.people import Assurance, SignatureKind
from pledges.domain.problems import N_

MANY_FROM_ONE_NETWORK = 10
"""So many signatures from one network are worth a look, unless the operator says otherwise."""
WINDOW = timedelta(days=7)
"""Within which they are counted."""
_PROVEN_BY_LETTER = frozenset({SignatureKind.EMAIL, SignatureKind.PASSKEY})
"""Only with the link or code of a letter: these signers hold the mailbox. A certificate or a paper shows nothing of it."""


class Risk(StrEnum):
    """Why a signature should be looked at twice."""

    FREE_MAIL = "free_mail"
    LOOK_ALIKE_DOMAIN = "look_alike_domain"
    LOOK_ALIKE_NAME = "look_alike_name"
    SECOND_LEADER = "second_leader"
    OUT_OF_OFFICE = "out_of_office"
    OTHER_IN_OFFICE = "other_in_office"
    OTHER_ADDRESS = "other_address"
    ONE_NETWORK = "one_network"
    ENTERED_BY_HAND = "entered_by_hand"
    NAME_IN_CERTIFICATE = "name_in_certificate"
    PAPER_READS_OTHERWISE = "paper_reads_otherwise"


WORDS: dict[Risk, tuple[str, str]] = {
    Risk.FREE_MAIL: (
        N_("Free mail"),
        N_("The address is at %(domain)s, where anybody can get one. It says nothing of the government."),
    ),
    Risk.LOOK_ALIKE_DOMAIN: (
        N_("Look-alike domain"),
        N_("The domain %(domain)s looks like %(known)s, but is another. Somebody may have registered it to pose as the government."),
    ),
    Risk.LOOK_ALIKE_NAME: (
        N_("Look-alike name"),
        N_("The name looks like “%(name)s”, but is spelt with other characters. It may be made to pass for that person."),
    ),
    Risk.SECOND_LEADER: (
        N_("Second leader"),
        N_("%(name)s has signed for this government too, from another address."),
    ),
    Risk.OUT_OF_OFFICE: (
        N_("Out of office"),
        N_("According to %(source)s, %(name)s held the office from %(begins)s to %(ends)s."),
    ),
    Risk.OTHER_IN_OFFICE: (
        N_("Another in office"),
        N_("According to %(source)s, the office was held by %(name)s (%(office)s) on the day of the signature."),
    ),
    Risk.OTHER_ADDRESS: (
        N_("Not the invited address"),
        N_("The secretariat invited this government at %(address)s; the signature came from another address."),
    ),
    Risk.ONE_NETWORK: (
        N_("One network"),
        N_(
            "%(signatures)s signatures came from this network within %(days)s days. One office may sign for many, or one person for others."
        ),
    ),
    Risk.ENTERED_BY_HAND: (
        N_("Entered by hand"),
        N_("The government was entered by hand, although the directory has %(government)s: what is known of that one was not compared."),
    ),
    Risk.NAME_IN_CERTIFICATE: (
        N_("Other name in certificate"),
        N_("The certificate names “%(name)s”, which is not the leader’s name."),
    ),
    Risk.PAPER_READS_OTHERWISE: (
        N_("Paper reads otherwise"),
        N_("The paper does not read as the pledge does: %(field)s."),
    ),
}
"""What each risk is called in short, and told with its facts; %(name)s places are filled by these."""
UNKNOWN_TERM = "…"
"""In place of a day that nobody recorded."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, as far as it can be compared."""

    names: tuple[str, str]
    """In its own script and in Latin letters, which may be empty."""
    address_key: str
    kind: SignatureKind
    day: date
    government_id: str


@dataclass(frozen=True, slots=True)
class Term:
    """Who is known to hold an office; a day that is None is not known."""

    name: str
    office: str
    begins: date | None
    ends: date | None
    source: str

    def holds(self, day: date) -> bool:
        """Whether the term covers this day."""
        return (self.begins or day) <= day <= (self.ends or day)


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows of the government and of signatures around this one."""

    domains: Sequence[tuple[str, str]] = ()
    """Recorded mail domains, each with the id of its government: this government's, and others' that the address looks like."""
    invited: Sequence[str] = ()
    """Keys of the addresses that were invited for this government."""
    terms: Sequence[Term] = ()
    others: Sequence[tuple[str, str]] = ()
    """Name and receipt number of each other pledge that stands signed for this government."""
    twin: str = ""
    """Name of the government in the directory that one entered by hand is called like."""
    signatures: int = 0
    """From the same network within WINDOW, this one included."""
    many: int = MANY_FROM_ONE_NETWORK


def assurance_by_address(signing: Signing, known: Known) -> tuple[Assurance, str]:
    """How well the address establishes who signed, and by what: the recorded domain or the invited address; empty for *not known*."""
    if signing.kind in _PROVEN_BY_LETTER:
        domain = domain_of(signing.address_key)
        own = [recorded for government, recorded in known.domains if government == signing.government_id]
        found = next((recorded for recorded in own if lies_in(domain, recorded)), "")
        found = found or (signing.address_key if signing.address_key in known.invited else "")
        if found:
            return Assurance.OFFICIAL_DOMAIN, found
    return Assurance.NOT_KNOWN, ""


def find(signing: Signing, known: Known) -> list[dict[str, object]]:
    """Every risk as its code with its facts, in a fixed order; the words for it are WORDS."""
    found = (*_by_address(signing, known), *_by_name(signing, known), *_by_surroundings(known))
    return [{"code": code.value, **facts} for code, facts in found]


Found = Iterator[tuple[Risk, dict[str, object]]]


def _by_address(signing: Signing, known: Known) -> Found:
    domain = domain_of(signing.address_key)
    if is_free_mail(domain):
        yield Risk.FREE_MAIL, {"domain": domain}
    if imitated := _imitated(domain, [*(recorded for _government, recorded in known.domains), *map(domain_of, known.invited)]):
        yield Risk.LOOK_ALIKE_DOMAIN, {"domain": readable(domain), "known": imitated}
    if known.invited and signing.address_key not in known.invited:
        yield Risk.OTHER_ADDRESS, {"address": ", ".join(known.invited)}


def _imitated(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one, or one that it lies in, looks like without being it."""
    looks = {domain_looks(wider): wider for wider in widening(domain)}
    found = ((one, looks.get(domain_looks(one), one)) for one in known if not lies_in(domain, one))
    return next((one for one, alike in found if one != alike), "")


def _by_name(signing: Signing, known: Known) -> Found:
    names = [name for name in signing.names if name]
    people = [*(name for name, _number in known.others), *(term.name for term in known.terms)]
    for other in dict.fromkeys(people):
        if any(name.casefold() != other.casefold() and look_alike(name, other) for name in names):
            yield Risk.LOOK_ALIKE_NAME, {"name": other}
    for name, number in known.others:
        yield Risk.SECOND_LEADER, {"name": name, "pledge": number}
    own = [term for term in known.terms if same_person(term.name, names)]
    if any(term.holds(signing.day) for term in own):
        return
    if own:
        last = max(own, key=lambda term: term.ends or date.min)
        yield Risk.OUT_OF_OFFICE, {"source": last.source, "name": last.name, "begins": _told(last.begins), "ends": _told(last.ends)}
    for term in known.terms:
        if term not in own and term.holds(signing.day):
            yield Risk.OTHER_IN_OFFICE, {"source": term.source, "name": term.name, "office": term.office or UNKNOWN_TERM}


def _told(day: date | None) -> str:
    return day.isoformat() if day else UNKNOWN_TERM


def _by_surroundings(known: Known) -> Found:
    if known.signatures >= known.many:
        yield Risk.ONE_NETWORK, {"signatures": known.signatures, "days": WINDOW.days}
    if known.twin:
        yield Risk.ENTERED_BY_HAND, {"government": known.twin}


def network_of(address: str) -> str:
    """The network that counts as one visitor's: an IPv4 address, or the /64 of an IPv6 one; empty for what is neither."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
