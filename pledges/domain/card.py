"""The card: a picture of a public pledge that is shared where links are shown with one."""

from dataclasses import dataclass

from pledges.domain.themes import Theme


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the card; all of it is public."""

    government: str
    """In its own script where it has one."""
    government_english: str
    country: str
    """Its name in the card's language."""
    leader: str
    leader_latin: str
    office: str
    themes: tuple[Theme, ...]
    own_language: str
    """Of the names: it decides between the forms of Han characters."""
    language: str
    """Of the card's own words."""
    host: str
    example: bool
    """The leader is invented, and the card says so."""
