"""Where an address stands within texts, how it is taken out of them, and for how long what is personal is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pledges.domain.mail_domains import readable

ERASED = "[erased]"
"""What stands where an address was."""
SOMEBODY_ELSE = "[another address]"
_ANY_ADDRESS = re.compile(r"[^\s@<>\"'(),;:|\\]+@[^\s@<>\"'(),;:|\\]+\.[^\s@<>\"'(),;:|\\.]+")


@dataclass(frozen=True, slots=True)
class Periods:
    """For how many days what is personal is kept; 0 keeps it until somebody asks."""

    drafts: int = 180
    """A draft that was never signed, from the last day on which anybody worked on it."""
    letters: int = 365
    """Address and text of a letter, from the day it was delivered or given up, or written where it is held and nobody releases it."""
    links: int = 30
    """Links and browsers, from the day they ended."""
    invitations: int = 365
    """Address and name of somebody who was invited, from that day."""
    evidence: int = 0
    """Network address and browser of a signature, from its day: they help to show that it is genuine."""


@lru_cache(maxsize=16)
def _pattern(key: str) -> re.Pattern[str]:
    """The address alone: within a longer one it is somebody else's."""
    either = "|".join(map(re.escape, spellings(key)))
    return re.compile(rf"(?<![\w.+%-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)


def spellings(key: str) -> tuple[str, ...]:
    """How the address of a key (domain.addresses.address_key) stands in texts: its domain in ASCII, and as its readers see it."""
    mailbox, _, domain = key.rpartition("@")
    return tuple(dict.fromkeys((key, f"{mailbox}@{readable(domain)}")))


def holds(value: Any, key: str) -> bool:
    """Whether a text, or a JSON value anywhere within, holds the address."""
    if isinstance(value, str):
        return _pattern(key).search(value) is not None
    if isinstance(value, Mapping):
        return any(holds(one, key) for pair in value.items() for one in pair)
    return isinstance(value, (list, tuple)) and any(holds(one, key) for one in value)


def without(value: Any, key: str) -> Any:
    """The same with the address taken out."""
    return _replaced(value, lambda text: _pattern(key).sub(ERASED, text))


def of_one_alone(value: Any, key: str) -> Any:
    """The same without the addresses of others: what is told to one person names no other."""
    return _replaced(value, lambda text: _ANY_ADDRESS.sub(lambda found: found[0] if holds(found[0], key) else SOMEBODY_ELSE, text))


def _replaced(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(name): _replaced(one, change) for name, one in value.items()}
    return [_replaced(one, change) for one in value] if isinstance(value, (list, tuple)) else value
