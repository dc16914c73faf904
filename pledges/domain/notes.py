"""What people write into our letters: a few words to one another, and the names in them."""

import re

from pledges.domain.cleaning import clean_text, refused_characters
from pledges.domain.mail_domains import is_top_level
from pledges.domain.problems import N_, refuse

LONGEST_NOTE = 500
"""Code points."""
_WEB_ADDRESS = re.compile(r"://|\b(?i:www)\.|\.(?:[a-z]{2,}|[A-Z]{2,})(?:/|:\d{2,5}\b|[?#]\w)")
_AFTER_A_DOT = re.compile(r"(?<=[\w-]{2}\.)(?:(?i:xn--)[A-Za-z0-9-]+|[^\W\d_]{2,})")
"""What could end a bare domain. One letter before the dot is a person's initial (J.Li) rather than a name that somebody registered."""


def note(raw: str, field: str) -> str:
    """The cleaned note; it may be empty, and leads nowhere. Raises Refused."""
    if refused := refused_characters(raw):
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in refused[:5])
        raise refuse(field, N_("Characters that cannot be printed are not allowed here: %(characters)s."), characters=signs)
    cleaned = clean_text(raw)
    if len(cleaned) > LONGEST_NOTE:
        message = N_("This is too long: %(length)d characters, at most %(limit)d are possible.")
        raise refuse(field, message, length=len(cleaned), limit=LONGEST_NOTE)
    return leading_nowhere(cleaned, field)


def leading_nowhere(value: str, field: str) -> str:
    """The value itself: it holds no web address and no bare domain, of which a mail program makes a link. Raises Refused.

    Our letters go wherever somebody asks, with names in them that anybody may type, and must lead nowhere but to us.
    """
    if _WEB_ADDRESS.search(value) or any(map(is_top_level, _AFTER_A_DOT.findall(value))):
        raise refuse(field, N_("The address of a web page does not belong here. If it is none, put a space after the dot."))
    return value
