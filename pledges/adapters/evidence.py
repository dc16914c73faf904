"""Evidence beside a sealed file: a time stamp over its published bytes, made later, with what proves the certificates."""

import json
from base64 import b64encode

from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.inquiry import NoAnswer
from pledges.adapters.seal import Sealer
from pledges.adapters.seal_promise import validation_data
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp import TimeStampAuthority

FORMAT = "walrg-seal-evidence-1"


def make_evidence(digest: bytes, sealer: Sealer, authority: TimeStampAuthority) -> bytes:
    """An evidence file over a SHA-256 digest. Where issuers do not answer, it holds the stamp alone.

    Raises NoAnswer: no time stamp.
    """
    roots = tuple(each.public_bytes(Encoding.DER) for each in authority.roots)
    token = authority.stamp(digest, known=roots)
    try:
        data = validation_data(sealer, token, authority)
    except NoAnswer:
        data = ValidationData(tuple(dict.fromkeys((*token.certificates, *roots))))
    held = {"certificates": data.certificates, "ocsps": data.ocsps, "crls": data.crls}
    told = {
        "format": FORMAT,
        "sha256": digest.hex(),
        "time_stamp_token": b64encode(token.token.dump()).decode(),
        **{name: [b64encode(each).decode() for each in values] for name, values in held.items()},
    }
    return json.dumps(told, indent=1).encode() + b"\n"
