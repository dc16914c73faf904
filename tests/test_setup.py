"""What a fresh machine relies on: the lock files, the package's description and the Makefile agree."""

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"


def asked_for(name: str) -> dict[str, Requirement]:
    """The requirements of an `.in` file by their canonical names."""
    lines = (line.split("#")[0].strip() for line in (REQUIREMENTS / name).read_text().splitlines())
    return {canonicalize_name(wanted.name): wanted for wanted in map(Requirement, filter(None, lines))}


def locked(name: str) -> dict[str, str]:
    """Names and versions of a lock file."""
    return {
        canonicalize_name(package): version for package, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", (REQUIREMENTS / name).read_text())
    }


def test_every_locked_package_has_its_hashes():
    for name in ("run.txt", "test.txt"):
        blocks = re.split(r"(?m)^(?=[\w.-]+==)", (REQUIREMENTS / name).read_text())[1:]
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_locks_hold_what_is_asked_for():
    run, test = locked("run.txt"), locked("test.txt")
    for name, wanted in (asked_for("run.in") | asked_for("build.in")).items():
        assert wanted.specifier.contains(run[name]), f"{name}: run `make lock`"
    for name, wanted in asked_for("test.in").items():
        assert wanted.specifier.contains(test[name]), f"{name}: run `make lock`"


def test_the_tests_run_on_the_very_versions_that_are_served():
    run, test = locked("run.txt"), locked("test.txt")
    assert {name: version for name, version in run.items() if test.get(name) != version} == {}


def test_the_locks_name_no_index_and_no_folder():
    for name in ("run.txt", "test.txt", "run.in", "test.in", "build.in"):
        assert re.findall(r"://|--(?:extra-)?index|--find-links|(?m:^\s*#.*/)", (REQUIREMENTS / name).read_text()) == []


def test_the_package_is_built_with_what_the_lock_holds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = locked("run.txt")
    for requirement in map(Requirement, project["build-system"]["requires"]):
        assert requirement.specifier.contains(run[canonicalize_name(requirement.name)])
    assert project["project"]["scripts"] == {"pledges": "pledges.cli:main"}


def test_make_run_prepares_everything_before_it_serves():
    plan = subprocess.run(["make", "--dry-run", "run", "PORT=9999"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    steps = [plan.index(step) for step in ("pledges prepare-fonts", "pledges setup-instance", "pledges run --port 9999")]
    assert steps == sorted(steps)


def test_make_tells_what_each_target_does():
    help_text = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.search(r"(?m)^\.PHONY: (.*)$", (ROOT / "Makefile").read_text())
    assert targets
    inner = {"system-test-tools"}
    assert [target for target in targets[1].split() if f"make {target} " not in help_text and target not in inner] == []
