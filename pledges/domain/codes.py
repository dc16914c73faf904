"""How long a link lives, how many wrong codes void it, and the hash under which a secret is kept."""

from datetime import timedelta
from hashlib import sha256

LINK_LIVES = timedelta(days=7)
DRAFT_SESSION_LIVES = timedelta(days=30)
WRONG_CODES_ALLOWED = 5
"""The fifth wrong code voids code and link."""
CODE_DIGITS = 8


def hash_secret(token: str) -> str:
    """SHA-256 of a long random token, in hexadecimal: enough, for no one can guess the token itself."""
    return sha256(token.encode()).hexdigest()


def hash_code(code: str, salt: str) -> str:
    """SHA-256 of a short code with the salt of its link. The count of wrong codes protects it, the salt only keeps equal codes apart."""
    return sha256(f"{salt}:{plain_code(code)}".encode()).hexdigest()


def plain_code(typed: str) -> str:
    """A code as it was sent, from what a person types: ASCII digits, whatever space or hyphen stands between them."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def grouped_code(code: str) -> str:
    """A code as a letter shows it: two groups of four digits."""
    return f"{code[:4]} {code[4:]}"
