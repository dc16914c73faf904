"""That a pledge stands in a public edition: the proof that leads from its fingerprint to the printed root."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain import merkle
from pledges.models.edition import Edition, EditionEntry
from pledges.models.pledge import Revision


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a pledge stands in an edition (RFC 9162, section 2.1.3)."""

    edition: Edition
    leaf: str
    index: int
    size: int
    path: list[str]

    def told(self) -> dict[str, object]:
        """As JSON: `edition, label, leaf, index, size, path, root`."""
        return {
            "edition": self.edition.number, "label": self.edition.label, "leaf": self.leaf, "index": self.index, "size": self.size,
            "path": self.path, "root": self.edition.root,
        }  # fmt: skip


def inclusion(session: Session, entry: EditionEntry) -> Inclusion:
    """The proof for one entry; whoever asks has made sure that its edition is public."""
    leaves = select(Revision.fingerprint).join(EditionEntry, EditionEntry.revision_id == Revision.id)
    leaves = leaves.where(EditionEntry.edition_number == entry.edition_number).order_by(EditionEntry.position)
    fingerprints = [bytes.fromhex(str(fingerprint)) for fingerprint in session.scalars(leaves)]
    path = merkle.inclusion_path(fingerprints, entry.position)
    return Inclusion(entry.edition, fingerprints[entry.position].hex(), entry.position, len(fingerprints), [node.hex() for node in path])
