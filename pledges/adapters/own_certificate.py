"""Judges a paper that a leader signed with an own certificate: in a process of its own, which a hostile file can neither keep nor fill."""

import json
import pickle
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

from pledges.adapters.trust_lists import TrustLists
from pledges.domain.certificates import MOST_BYTES, OwnCertificate, SignedFileRefused

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 30
"""A signed paper is judged in one or two."""
WAIT = 10
"""Seconds until a turn comes; then the leader is asked to send the file again."""
TURNS = BoundedSemaphore(2)
"""Of this server: each file may take a processor and 1 GiB for half a minute."""


def judge_signed_paper(data: bytes, original: bytes, trust: TrustLists, *, not_before: datetime, at: datetime) -> OwnCertificate:
    """What the one signature on `original` tells, when `data` is those very bytes, signed, by a trusted certificate, and nothing else.

    `not_before` is when the text was fixed: an earlier signature cannot be on it. No network is asked. Raises SignedFileRefused.
    """
    if not data:
        raise SignedFileRefused("empty")
    if len(data) > MOST_BYTES:
        raise SignedFileRefused("too_large", megabytes=MOST_BYTES // (1024 * 1024))
    if not data.startswith(b"%PDF-"):
        raise SignedFileRefused("not_a_pdf")
    if not data.startswith(original):
        raise SignedFileRefused("encrypted" if b"/Encrypt" in data[-100_000:] else "other_document")
    if len(data) == len(original):
        raise SignedFileRefused("unsigned")
    if not trust.issuers:
        raise SignedFileRefused("nobody_accepted")
    answer = _asked(pickle.dumps((data, len(original), trust, not_before, at)))
    if refused := answer.pop("refused", ""):
        raise SignedFileRefused(refused, **answer)
    return OwnCertificate(**answer)


def _asked(question: bytes) -> dict[str, str]:
    """What the other process answers: the fields of an OwnCertificate, or `refused` with the values of its sentence."""
    command = [sys.executable, "-m", "pledges.adapters.own_certificate_reading"]
    if not TURNS.acquire(timeout=WAIT):
        return {"refused": "busy"}
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT)  # noqa: S603 (our own module)
        answer: dict[str, str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"refused": "unreadable"}
    finally:
        TURNS.release()
    return answer
