"""Shows that builds of one register are equal, whatever surrounds them: `make same-builds`."""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import instance
from benchmarks.validators.files import frozen
from pledges.domain.publication import attachments
from pledges.secretariat.actions.freezing import Order
from pledges.typesetting.declaration import Workshop, typeset

ROOT = Path(__file__).resolve().parents[2]
PLEDGES = 300


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What must not change a build: environment, working folder, processes, and the languages built before in the same process."""

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    elsewhere: bool = False
    processes: int = 1
    before: tuple[str, ...] = ()


BUILDS = (
    Surroundings("one process", {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
    Surroundings("another hash seed", {"PYTHONHASHSEED": "4242"}),
    Surroundings("another time zone, locale and working folder", {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8"}, elsewhere=True),
    Surroundings("after builds in Arabic and Russian", before=("ar", "ru")),
    Surroundings("three processes", processes=3),
)


def build(folder: Path, out: Path, processes: int, before: list[str]) -> None:
    """Write the bytes before the seal, set anew: nothing is kept from other builds but what this process remembers."""
    with instance.opened(folder) as (_, session):
        for language in [*before, "en"]:
            value = frozen(session, Order(language=language), datetime.now(UTC))
            with out.open("wb") as file:
                typeset(value, attachments(value), file, seal_field=True, workshop=Workshop(processes=processes))


def built(folder: Path, surroundings: Surroundings) -> str:
    """The SHA-256 of what a new process builds from the instance in a folder."""
    with tempfile.TemporaryDirectory() as elsewhere:
        out = Path(elsewhere) / "declaration.pdf"
        command = [
            sys.executable,
            "-m",
            "benchmarks.validators.sameness",
            "--build",
            folder,
            out,
            str(surroundings.processes),
            *surroundings.before,
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings.environment}
        subprocess.run(command, cwd=elsewhere if surroundings.elsewhere else ROOT, env=environment, check=True)
        return hashlib.sha256(out.read_bytes()).hexdigest()


def hashes(pledges: int) -> dict[str, str]:
    """The hash of each build, by what surrounded it."""
    with tempfile.TemporaryDirectory() as folder:
        with instance.empty(Path(folder)) as (_, session):
            instance.take_in(session, Path(folder), pledges)
        return {surroundings.name: built(Path(folder), surroundings) for surroundings in BUILDS}


def main() -> int:
    """Print the hash of each build; exit 1 if they are not all the same."""
    parser = argparse.ArgumentParser(prog="make same-builds", description=__doc__.splitlines()[0])
    parser.add_argument("pledges", nargs="?", type=int, default=PLEDGES)
    parser.add_argument("--build", nargs="+", metavar="FOLDER OUT PROCESSES [LANGUAGE…]", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        folder, out, processes, *before = options.build
        build(Path(folder), Path(out), int(processes), before)
        return 0
    found = hashes(options.pledges)
    for name, digest in found.items():
        print(f"{digest}  {name}")
    equal = len(set(found.values())) == 1
    print("The builds are equal." if equal else "The builds differ.")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
