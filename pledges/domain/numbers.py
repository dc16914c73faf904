"""Whole numbers as addresses and hidden fields tell them."""

LARGEST = 2**31 - 1
"""The largest number of a row: a database answers a larger one with an error."""


def number_asked(told: str) -> int | None:
    """The number that is told in digits 0 to 9, up to `LARGEST`; None for whatever else stands there."""
    number = int(told) if told.isascii() and told.isdigit() and len(told) <= len(str(LARGEST)) else None
    return number if number is not None and number <= LARGEST else None
