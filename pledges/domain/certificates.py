"""What is told of a leader's own certificate: its issuer, its level and the name in it, never a number of the person."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pledges.domain.cleaning import clean_line
from pledges.domain.problems import N_
from pledges.domain.search import fold

MOST_BYTES = 16 * 1024 * 1024
"""Of a signed file: the paper has some hundred thousand, a signature with its revocation lists some million."""
_LONGEST = 200
_TELLING = re.compile(r"[\d@]")
_EDGES = " ,;:–-/()[]·"

REFUSALS = {
    "empty": N_("The file is empty."),
    "too_large": N_("The file is larger than %(megabytes)d MB. Send a smaller one."),
    "not_a_pdf": N_("This is not a PDF. Upload the signed PDF itself, not a picture of it and not a separate signature file."),
    "not_a_scan": N_("This is neither a PDF nor a picture in JPEG or PNG."),
    "encrypted": N_("The PDF is locked with a password. Sign the paper without locking it."),
    "other_document": N_(
        "This is not the paper of this pledge as it was downloaded. Download it again and sign that very file, "
        "with a program that adds the signature and leaves the rest as it is; do not print it into a new file."
    ),
    "unsigned": N_("This is the paper, but there is no signature in it."),
    "several": N_("There is more than one signature in the file. The leader alone signs this paper."),
    "changed": N_("Something besides the signature was changed in the file. Download the paper again and only sign it."),
    "broken": N_("The signature does not fit the file: one of them is damaged. Sign the paper again."),
    "unknown_issuer": N_("The certificate was issued by “%(issuer)s”, whom this site does not know. Accepted are: %(accepted)s."),
    "nobody_accepted": N_("This site accepts no certificates yet. Sign in another way."),
    "expired": N_("The certificate has expired, or was not valid yet, when the paper was signed."),
    "revoked": N_("The certificate was revoked."),
    "moment": N_("The signature’s date is earlier than the paper or later than now. Set your computer’s clock and sign again."),
    "not_for_signing": N_("The certificate is not made for signatures. Often one for signing stands beside it: use that one."),
    "not_valid": N_("The certificate is not valid: it breaks a rule of its issuer, or uses a method that is no longer safe."),
    "another_name": N_(
        "The certificate names “%(name)s”, and the leader of this pledge is “%(leader)s”. If both are the same person, "
        "upload the file from the link of the leader’s letter, under “Other ways to sign”."
    ),
    "busy": N_("Several signed files are being read at this moment. Send it again in a minute: your draft is as it was."),
    "unreadable": N_("The signed file could not be read. Sign the paper again, if you can with another program."),
}
"""Why a signed file is refused, by code; %(name)s places are filled by what was found."""


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """What a valid signature with a certificate tells."""

    issuer: str
    level: str
    """As the trust list says: qualified, advanced…"""
    name: str
    """Of the person, without any number; empty where the certificate tells none."""


class SignedFileRefused(ValueError):
    """A file that cannot be taken for the leader's signature; `code` is one of REFUSALS, whose places `values` fill."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def published_name(given: str, surname: str, common: str) -> str:
    """The person's name out of a certificate's subject, without words that hold a digit or an at sign.

    Many countries write a national number into the name itself ("MÄNNIK,MARI-LIIS,47101010033", "ROSSI MARIO - RSSMRA80A01H501U"),
    so the parts of the name are preferred and numbers never pass.
    """
    told = " ".join(filter(None, (given, surname))) if given and surname else common
    words = [word.strip(_EDGES) for word in clean_line(told.replace(",", " ")).split(" ") if not _TELLING.search(word)]
    return " ".join(filter(None, words))[:_LONGEST]


def issuer_name(common: str, organisation: str, country: str) -> str:
    """The issuer as it is shown: who it is, under which name it issues, and where."""
    names = list(dict.fromkeys(filter(None, map(clean_line, (organisation, common)))))
    place = f" ({country.upper()})" if re.fullmatch(r"[A-Za-z]{2}", country) else ""
    return (", ".join(names) or "–")[:_LONGEST] + place


def same_person(name: str, others: Iterable[str]) -> bool:
    """Whether a name can be that of one of the others: every word of the shorter one is in the longer, whatever their order and accents."""
    words = set(fold(name).split())
    return bool(words) and any(words <= other or other <= words for other in (set(fold(one).split()) for one in others) if other)
