"""A few words that one person sends another in one of our letters."""

import re

from pledges.domain.cleaning import clean_text, refused_characters
from pledges.domain.problems import N_, refuse

LONGEST_NOTE = 500
"""Code points."""
_WEB_ADDRESS = re.compile(r"://|\bwww\.|\.[a-z]{2,}/", re.IGNORECASE)


def note(raw: str, field: str) -> str:
    """The cleaned note; it may be empty. Raises Refused.

    It holds no web address: our letters go wherever somebody asks, and must lead nowhere but to us.
    """
    if refused := refused_characters(raw):
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in refused[:5])
        raise refuse(field, N_("Characters that cannot be printed are not allowed here: %(characters)s."), characters=signs)
    cleaned = clean_text(raw)
    if len(cleaned) > LONGEST_NOTE:
        message = N_("This is too long: %(length)d characters, at most %(limit)d are possible.")
        raise refuse(field, message, length=len(cleaned), limit=LONGEST_NOTE)
    if _WEB_ADDRESS.search(cleaned):
        raise refuse(field, N_("A note may not hold the address of a web page."))
    return cleaned
