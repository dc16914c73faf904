"""Rules for e-mail addresses: one mailbox at a public domain, kept as it was typed, sent as the mail system needs it."""

import idna
from email_validator import EmailNotValidError, validate_email

from pledges.domain.cleaning import clean_line, holds_invisible, holds_line_end
from pledges.domain.problems import N_, refuse

LONGEST = 254
"""RFC 5321 allows 256 octets for a path with its two brackets; the library below counts as well."""


def address(raw: str, field: str) -> str:
    """The cleaned address with its domain in lower case; an international domain stays as typed. Raises Refused.

    Line ends and invisible characters are refused before cleaning would hide them. Before the @ only ASCII is taken:
    few mail servers deliver anything else, and a link that never arrives is worse than a plain no.
    """
    if holds_line_end(raw):
        raise refuse(field, N_("An e-mail address stands on one line."))
    if holds_invisible(raw):
        raise refuse(field, N_("The address holds an invisible character. Please type it again."))
    typed = clean_line(raw)
    try:
        validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise refuse(field, N_("This is not an e-mail address such as mayor@city.example.")) from None
    mailbox, _, domain = typed.rpartition("@")
    return f"{mailbox}@{domain.lower()}"


def ascii_address(checked: str) -> str:
    """The address as the mail system needs it: an international domain in its ASCII form (IDNA 2008, UTS 46)."""
    mailbox, _, domain = checked.rpartition("@")
    return f"{mailbox}@{idna.encode(domain, uts46=True).decode('ascii')}"


def mailbox_key(checked: str) -> str:
    """What letters to one mailbox are counted by: its key without a tag after a plus, which many mail systems leave aside."""
    mailbox, _, domain = address_key(checked).rpartition("@")
    return f"{mailbox.partition('+')[0]}@{domain}"


def address_key(checked: str) -> str:
    """What is the same for one person's address however it is capitalised or its domain written."""
    return ascii_address(checked).lower()
