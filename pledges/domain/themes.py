"""The three themes of the Assembly and the three strands that each theme has."""

from enum import StrEnum


class Theme(StrEnum):
    """A theme, in the order of the Assembly's morning sessions (concept note, sessions 1 to 3)."""

    DIGITAL = "digital"
    PEACEFUL = "peaceful"
    SUSTAINABLE = "sustainable"


class Strand(StrEnum):
    """What a government says within a theme (concept note: the same three headings in each session)."""

    POLITICAL = "political"
    ACTIONS = "actions"
    MULTILATERAL = "multilateral"


OWN_WORDS = ("actions", "multilateral", "planned")
"""What a government writes for one theme alone; a pledges file has a column of each for every theme, such as `actions_digital`."""
