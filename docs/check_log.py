"""Checks an exported event log: each entry against its hash, its details against theirs, and each entry against the one before.

    python check_log.py log.csv [NUMBER HASH]

NUMBER and HASH are the head of the log as an edition prints it: that entry has to be in the file with that hash. It needs Python
and nothing else, none of our code. Exit 0: all holds. An export of some entries alone has gaps, which are told.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

GENESIS = "0" * 64


def entry_hash(row):
    """The hash of an entry: SHA-256 of its columns as JSON with sorted keys and no spaces (RFC 8785)."""
    chained = {
        "number": int(row["number"]), "at": row["at"], "act": row["act"], "subject": row["subject"],
        "account": int(row["account"]) if row["account"] else None, "changes_register": row["changes_register"] == "true",
        "details_sha256": row["details_sha256"], "previous": row["previous_hash"],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(chained, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def main(path, number="", printed=""):
    """Print what does not hold and how much does; gives the exit code."""
    csv.field_size_limit(10**9)
    wrong, erased, gaps, seen, before = [], 0, 0, 0, (0, GENESIS)
    found = ""
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = int(row["number"])
            if entry_hash(row) != row["hash"]:
                wrong.append(f"entry {place} was changed")
            if row["salt"]:
                if hashlib.sha256(f"{row['salt']}\n{row['details']}".encode()).hexdigest() != row["details_sha256"]:
                    wrong.append(f"the details of entry {place} were changed")
            else:
                erased += 1
            if place == before[0] + 1 and row["previous_hash"] != before[1]:
                wrong.append(f"entry {place} does not follow entry {before[0]}")
            gaps += place != before[0] + 1
            found = row["hash"] if str(place) == number else found
            seen, before = seen + 1, (place, row["hash"])
    if number and found != printed:
        wrong.append(f"entry {number} is not the one that was printed")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{seen} entries, {len(wrong)} faults, {gaps} gaps, details of {erased} erased; last: {before[0]} {before[1]}")
    return int(bool(wrong))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:3], *(told.replace(" ", "").lower() for told in sys.argv[3:])))
