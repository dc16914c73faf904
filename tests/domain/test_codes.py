from datetime import timedelta
from hashlib import sha256

from pledges.domain.codes import (
    CODE_DIGITS,
    DRAFT_SESSION_LIVES,
    LINK_LIVES,
    WRONG_CODES_ALLOWED,
    grouped_code,
    hash_code,
    hash_secret,
    plain_code,
)


def test_links_live_seven_days_drafts_thirty_and_the_fifth_wrong_code_of_eight_digits_voids() -> None:
    assert (timedelta(days=7), timedelta(days=30)) == (LINK_LIVES, DRAFT_SESSION_LIVES)
    assert (WRONG_CODES_ALLOWED, CODE_DIGITS) == (5, 8)


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert plain_code(grouped_code("01234567")) == "01234567"
    assert hash_code(" 0123-4567", "salt") == hash_code("٠١٢٣٤٥٦٧", "salt") == hash_code("01234567", "salt")
    assert hash_code("01234567", "salt") != hash_code("01234567", "other")


def test_a_token_is_kept_as_its_hash() -> None:
    assert hash_secret("token") == sha256(b"token").hexdigest()
