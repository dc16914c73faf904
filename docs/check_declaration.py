"""Checks the data attached to a declaration: each record against its fingerprint, each fingerprint against the printed root.

    pdfdetach -saveall declaration.pdf -o data
    python check_declaration.py data ROOT

ROOT is the Merkle root as it is printed in the declaration. It needs Python and nothing else, none of our code. Exit 0: all hold.
"""

import hashlib
import json
import sys
from pathlib import Path


def root_of(fingerprint, index, size, path):
    """The root that a path leads to (RFC 9162, section 2.1.3.2)."""
    node, last = hashlib.sha256(b"\x00" + bytes.fromhex(fingerprint)).digest(), size - 1
    for beside in map(bytes.fromhex, path):
        while index % 2 == 0 and index == last and last:  # a node without a neighbour rises as it is
            index, last = index // 2, last // 2
        pair = beside + node if index % 2 else node + beside
        node, index, last = hashlib.sha256(b"\x01" + pair).digest(), index // 2, last // 2
    return node.hex()


def main(folder, root):
    """Print what does not hold and how much does; gives the exit code."""
    entries = json.loads((Path(folder) / "declaration.json").read_text(encoding="utf-8"))["entries"]
    proofs = json.loads((Path(folder) / "proofs.json").read_text(encoding="utf-8"))
    wrong = [entry["public_id"] for entry in entries if hashlib.sha256(entry["record"].encode()).hexdigest() != entry["fingerprint"]]
    size = proofs["size"]
    wrong += [one["fingerprint"] for one in proofs["proofs"] if root_of(one["fingerprint"], one["index"], size, one["path"]) != root]
    same = [entry["fingerprint"] for entry in entries] == [one["fingerprint"] for one in proofs["proofs"]] and len(entries) == size
    print(*(f"{one}: DOES NOT HOLD" for one in wrong), sep="\n", end="\n" if wrong else "")
    print(f"{size} pledges, {len(wrong)} wrong, records and proofs {'name the same pledges' if same else 'DO NOT NAME THE SAME PLEDGES'}")
    return int(bool(wrong) or not same)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2].replace(" ", "").lower()))
