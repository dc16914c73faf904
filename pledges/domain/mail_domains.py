"""Mail domains: whose they can be, what they look like, and which say nothing of a government."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import idna
from publicsuffixlist import PublicSuffixList

from pledges.domain.addresses import address, ascii_address
from pledges.domain.names import skeleton
from pledges.domain.problems import N_, Refused, refuse


def domain_of(address_key: str) -> str:
    """The domain of an address's key (domain.addresses), in lower case and ASCII."""
    return address_key.rpartition("@")[2]


def widening(domain: str) -> Iterator[str]:
    """The domain and each that it lies in, down to two labels: a subdomain counts like the domain itself."""
    labels = domain.split(".")
    return (".".join(labels[start:]) for start in range(len(labels) - 1))


def lies_in(domain: str, wider: str) -> bool:
    """Whether it is this domain or one below it."""
    return domain == wider or domain.endswith(f".{wider}")


def is_free_mail(domain: str) -> bool:
    """Whether anybody gets an address there."""
    return any(wider in _free_mail() for wider in widening(domain))


def domain_looks(domain: str) -> str:
    """What a domain looks like in whatever capitals (Unicode TS 39); IDNA is undone first. Compared, never shown."""
    return skeleton(skeleton(readable(domain)))


def readable(domain: str) -> str:
    """A domain as its readers see it; a label that is no IDNA stays as it is."""
    return ".".join(_readable(label) for label in domain.split("."))


def recordable(raw: str, field: str) -> str:
    """The domain, in ASCII, that a government can have as its own; an address stands for its domain. Raises Refused.

    A domain under which anybody may register (publicsuffix.org), or get a mailbox, is nobody's own.
    """
    try:
        found = domain_of(ascii_address(address(raw if "@" in raw else f"somebody@{raw.strip()}", field)))
    except (Refused, idna.IDNAError):
        raise refuse(field, N_("This is no mail domain such as city.example.")) from None
    if is_free_mail(found):
        raise refuse(field, N_("Anybody can get an address at %(domain)s: it is no government’s own."), domain=found)
    if _suffixes().is_public(found):
        raise refuse(field, N_("Anybody can register a name under %(domain)s: give the government’s own domain below it."), domain=found)
    return found


def is_top_level(label: str) -> bool:
    """Whether names are registered under it (publicsuffix.org), in whatever letters and capitals."""
    return _suffixes().publicsuffix(f"x.{label.lower()}", accept_unknown=False) is not None


def _readable(label: str) -> str:
    try:
        return idna.decode(label) if label.startswith("xn--") else label
    except idna.IDNAError:
        return label


@cache
def _free_mail() -> frozenset[str]:
    lines = (files("pledges.domain") / "data" / "free_mail.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
