"""That a pledge stands in a public edition: the proof that leads from its fingerprint to the printed root."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain import merkle
from pledges.models.edition import Edition, EditionEntry
from pledges.models.pledge import Revision

_MOST_TREES = 4
_trees: dict[str, merkle.Tree] = {}
"""Root → tree of the editions that were asked for last; one of 240,000 pledges takes 53 MB."""


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
    tree = _tree(session, entry.edition)
    path = [node.hex() for node in tree.path(entry.position)]
    return Inclusion(entry.edition, tree.leaves[entry.position].hex(), entry.position, len(tree.leaves), path)


def _tree(session: Session, edition: Edition) -> merkle.Tree:
    """The tree of an edition, kept for whoever asks next: it never changes, and its root stands for its leaves."""
    tree = _trees.get(edition.root)
    if tree is None:
        leaves = select(Revision.fingerprint).join(EditionEntry, EditionEntry.revision_id == Revision.id)
        leaves = leaves.where(EditionEntry.edition_number == edition.number).order_by(EditionEntry.position)
        tree = merkle.Tree([bytes.fromhex(str(fingerprint)) for fingerprint in session.scalars(leaves)])
        for oldest in list(_trees)[: len(_trees) - _MOST_TREES + 1]:
            _trees.pop(oldest, None)
        _trees[edition.root] = tree
    return tree
