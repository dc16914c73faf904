"""Invented names and words with which a letter is shown before it is written."""

from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace

from pledges.domain.dates import in_new_york, in_utc

_AT = datetime(2024, 9, 19, 14, 0, tzinfo=UTC)
_SITE = "https://pledges.example"
_OPTIONAL = {"code"}
"""Not given to every letter; a text asks whether it `is defined`."""
_REVISION = SimpleNamespace(
    commitments=[
        SimpleNamespace(
            theme="digital", adopted=None, actions="Açık veri ofisi kurmak.", multilateral="",
            planned="2026-06-30|9,11|Açık veri ofisi",
        )
    ],
    statement="", actions="", multilateral="", leader_name="Ayşe Yıldırım", office_local="Büyükşehir Belediye Başkanı", office="Mayor",
    government_name="Konya", mandate_basis="resolution", mandate_reference="2024/114",
)  # fmt: skip


def sample_values(language: str, names: Iterable[str]) -> dict[str, object]:
    """A value for each placeholder, and what included parts want."""
    utc, new_york = in_utc(_AT, language), in_new_york(_AT, language)
    known: dict[str, object] = {
        "government": "Konya", "by": "Amina Diallo", "partner": "Nairobi", "country": "Türkiye", "leader": "Ayşe Yıldırım",
        "office": "Belediye Başkanı", "number": "5f0c2a91d7b3468e9a1c0b7d2e4f6a88", "fingerprint": "9b2f" * 16,
        "code": "1234 5678",
        "link": f"{_SITE}/leader/link/kQ3v…", "stop": f"{_SITE}/leader/reminders/Zr8t…", "ask": f"{_SITE}/leader/ask",
        "follow": f"{_SITE}/leader/5f0c2a91d7b3468e9a1c0b7d2e4f6a88", "desk": f"{_SITE}/secretariat/", "start": f"{_SITE}/leader/start",
        "expires": f"{utc} UTC", "signed_utc": utc, "signed_new_york": new_york, "withdrawn_utc": utc, "withdrawn_new_york": new_york,
        "reason": "needs_wording", "message": "Lorem ipsum dolor sit amet.", "suggestion": "Lorem ipsum dolor sit amet.",
        "note": "Lorem ipsum dolor sit amet.", "asked": "Lorem ipsum dolor sit amet.", "answer": "Lorem ipsum dolor sit amet.",
        "before": "Ayse Yildirim", "wanted": "Ayşe Yıldırım", "agreed": True, "earlier_stands": True, "themes": ["digital", "peaceful"],
        "editions": "Rev.0", "dated": "", "moment_utc": utc, "moment_new_york": new_york, "because": "overtaken",
        "address": "officer@secretariat.example",
    }  # fmt: skip
    return {"revision": _REVISION, "dated": "", "pledge": None} | {name: known.get(name, f"‹{name}›") for name in names}


def fewest_values(language: str, names: Iterable[str]) -> dict[str, object]:
    """The same with everything left out that a letter may lack."""
    may_lack = {"message", "suggestion", "note", "answer", "agreed", "earlier_stands", "reason", "editions", "leader", "before", "wanted"}
    may_lack |= {"moment_utc", "moment_new_york", "because"}
    full = sample_values(language, names)
    return {name: "" if name in may_lack else value for name, value in full.items() if name not in _OPTIONAL}
