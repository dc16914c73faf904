from datetime import datetime
from hashlib import sha256

from pledges.adapters.timestamp import TimeStampAuthority
from tests.authorities import Authorities

DIGEST = sha256(b"a declaration").digest()


def test_the_authority_confirms_the_moment_and_leads_to_the_root_that_is_trusted(authorities: Authorities, now: datetime) -> None:
    given = TimeStampAuthority(authorities.tsa_url, (authorities.certificate("root"),)).stamp(DIGEST)
    assert (given.stamp.moment, given.stamp.trusted) == (now, True)
    assert given.stamp.subject == "CN=Time-Stamping Authority"
