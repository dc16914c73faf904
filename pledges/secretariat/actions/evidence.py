"""Evidence added later to editions whose seal proves less than it could."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.adapters import Adapters
from pledges.adapters.evidence import make_evidence
from pledges.adapters.evidence_reading import read_evidence
from pledges.adapters.inquiry import NoAnswer
from pledges.adapters.seal_reading import NO_DATA
from pledges.adapters.trust import FOLDER_OF_EVIDENCE, keep_authority
from pledges.domain.sealing import SealLevel
from pledges.models import EditionFile, SealEvidence, log
from pledges.secretariat.queries import editions as queries


class CannotUpgrade(Exception):
    """No evidence can be made; the message says why in one sentence."""


def upgrade_seals(session: Session, adapters: Adapters, number: int | None, *, at: datetime) -> Iterator[SealEvidence]:
    """Write evidence beside each file that proves less than it could, of one edition or of all; the files themselves stay as they are.

    Gives each evidence when it is kept. Raises CannotUpgrade, SealKeyError.
    """
    authority, sealer = adapters.open_authority(), adapters.open_sealer(at)
    if authority is None:
        raise CannotUpgrade("PLEDGES_TSA_URL names no time-stamping authority.")
    if number is not None and queries.edition(session, number) is None:
        raise CannotUpgrade(f"There is no edition {number}.")
    for file in queries.files_to_upgrade(session, number):
        if file.seal_subject != sealer.subject:
            raise CannotUpgrade(f"Edition {file.edition_number} was sealed with another key ({file.seal_subject}) than the one at hand.")
        digest = bytes.fromhex(file.sha256)
        with adapters.archive.path(file.name).open("rb") as kept:
            if hashlib.file_digest(kept, "sha256").digest() != digest:
                raise CannotUpgrade(f"The archive's file of edition {file.edition_number} is not the one that was sealed.")
        try:
            evidence = make_evidence(digest, sealer, authority)
            read = read_evidence(evidence, digest, sealer.certificate, authority.roots, NO_DATA)
        except (NoAnswer, ValueError) as error:
            raise CannotUpgrade(str(error)) from None
        if _already(file, read.level):
            continue  # the issuers still do not answer: another stamp would prove nothing more
        for root in authority.roots:
            keep_authority(adapters.archive, root)
        name = f"{FOLDER_OF_EVIDENCE}/{file.sha256}.{read.stamp.moment:%Y%m%dT%H%M%SZ}.json"
        adapters.archive.save(name, evidence)
        kept_as = SealEvidence(
            name=name, edition_number=file.edition_number, language=file.language, level=read.level, authority=read.stamp.subject[:400],
            stamped_at=read.stamp.moment, sha256=hashlib.sha256(evidence).hexdigest(), added_at=at,
        )  # fmt: skip
        session.add(kept_as)
        log.record(
            session, "edition.evidence", f"edition:{file.edition_number}", at=at, language=file.language, level=read.level,
            sha256=kept_as.sha256,
        )  # fmt: skip
        session.commit()
        yield kept_as


def _already(file: EditionFile, level: SealLevel) -> bool:
    return any(SealLevel(each.level).rank >= level.rank for each in file.evidence) or SealLevel(file.seal_level).rank >= level.rank
