"""How much a seal proves by itself (PAdES baseline levels, ETSI EN 319 142-1)."""

from enum import StrEnum


class SealLevel(StrEnum):
    """From the least to the most; each holds what the ones before it hold."""

    B_B = "B-B"
    """Who sealed. The moment is what the sealing machine's clock said."""
    B_T = "B-T"
    """And when: an independent authority's time stamp."""
    B_LT = "B-LT"
    """And that the certificates were valid then: what their issuers answered travels in the file."""

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(SealLevel).index(self)
