"""The commands as outsiders call them: their lines, their exit codes, and an instance that begins, is cut off, and begins anew."""

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.commands import COMMAND, ROOT, Done, Forks, Place

pytestmark = pytest.mark.xdist_group("one instance")
EXAMPLE = ROOT / "pledges" / "secretariat" / "data" / "example_pledges.csv.gz"


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks(tmp_path_factory.mktemp("said"))
    yield forks
    forks.close()


@pytest.fixture(scope="module")
def example(fork: Forks, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The example assembly, as the first `make run` leaves it."""
    place = Place(tmp_path_factory.mktemp("example"), fork)
    assert list(lines(place.run("setup-instance"))) == ["officer", "password", "authenticator key"]
    return place


def lines(done: Done) -> dict[str, str]:
    """What the lines of a command that was done say, by their names."""
    assert done.returncode == 0, done.stderr
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


def test_the_first_run_keeps_the_sign_in_in_a_file_of_its_owners_alone(example: Place):
    file = example.folder / "instance" / "officer-sign-in.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = example.again("setup-instance")
    assert (again.returncode, again.stdout) == (0, "")
    assert str(file) in again.stderr


def test_import_tells_what_it_did_and_exits_1_when_a_row_was_rejected(example: Place, tmp_path: Path):
    same = example.run("import", str(EXAMPLE), "--status", "accepted")
    assert (same.returncode, same.stdout) == (0, "imported 0, updated 0, rejected 0\n")
    bad = tmp_path / "bad.csv"
    bad.write_text("government_id,leader_email\ngn-1,nobody\n", encoding="utf-8")
    told = example.again("import", str(bad), "--rejects", str(tmp_path / "rejects.csv"))
    assert (told.returncode, told.stdout) == (1, "imported 0, updated 0, rejected 1\n")
    assert (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()[0] == "government_id,leader_email,row,field,reason"


def test_what_is_exported_comes_back_unchanged(example: Place, tmp_path: Path):
    out = tmp_path / "register.csv"
    assert example.run("export", str(out)).stdout == "exported 300\n"
    assert example.again("import", str(out), "--status", "accepted").stdout == "imported 0, updated 0, rejected 0\n"
    assert example.again("export", str(tmp_path / "register.pdf")).returncode == 1


def test_compile_prints_its_lines_and_verify_knows_the_file(example: Place, tmp_path: Path):
    out = tmp_path / "declaration.pdf"
    told = lines(example.run("compile", "--out", str(out)))
    assert {"number", "pages", "pledges", "content sha256", "sha256", "seconds"} <= set(told)
    assert (told["pledges"], int(told["number"]) > 1) == ("300", True)
    found = example.run("verify", str(out))
    assert found.returncode == 0
    assert found.stdout.count("\n") == 1
    assert "DEVELOPMENT SEAL" in found.stdout
    assert json.loads(example.again("verify", "--json", str(out)).stdout)["verdict"] == "authentic"
    elsewhere = Place(tmp_path, example.fork)
    assert elsewhere.again("verify", str(out)).returncode == 1
    root = example.folder / "instance" / "seal" / "root.pem"
    assert elsewhere.again("verify", str(out), "--trust", str(root)).returncode == 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data[:-200], 1),
        (lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :], 1),
        (lambda data: data + b"\n", 1),
        (lambda _data: (ROOT / "tests" / "data" / "hostile.csv").read_bytes(), 3),
        (lambda _data: b"", 3),
    ],
    ids=["truncated", "altered", "appended to", "no PDF", "empty"],
)
def test_verify_exits_as_outsiders_rely_on(example: Place, tmp_path: Path, spoil, code: int):
    edition = next((example.folder / "instance" / "archive" / "editions").glob("*.pdf"))
    file = tmp_path / "spoilt.pdf"
    file.write_bytes(spoil(edition.read_bytes()))
    assert example.again("verify", str(file)).returncode == code


def test_a_wrong_call_of_verify_and_a_missing_file_exit_3(example: Place, tmp_path: Path):
    for arguments in ((), (str(tmp_path),), (str(tmp_path / "missing.pdf"),), ("--nonsense", "x.pdf")):
        assert example.again("verify", *arguments).returncode == 3


def test_unsealed_bytes_do_not_depend_on_the_hash_seed_and_are_not_authentic(example: Place, tmp_path: Path):
    files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for seed, file in zip(("1", "77"), files, strict=True):
        assert example.run("compile", "--unsealed", "--out", str(file), PYTHONHASHSEED=seed).returncode == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    judged = example.again("verify", str(files[0]))
    assert judged.returncode == 1
    assert "no seal" in judged.stdout


def test_release_refuses_the_past_and_takes_a_moment_to_come(example: Place):
    number = lines(example.again("compile"))["number"]
    assert example.run("release", number, "--at", "2024-09-19T21:45:00Z").returncode == 1
    assert lines(example.again("release", number, "--at", "2199-01-01T00:00:00Z"))["edition"] == number
    assert example.again("release", "999").returncode == 1


def test_an_officer_gets_a_link_that_works_once(example: Place):
    told = example.run("add-officer", "ortiz@assembly.example", "--role", "moderator")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/accounts/enrol/[\w-]{40,}\n", told.stdout)
    assert example.again("add-officer", "no address", "--role", "moderator").returncode == 1


def test_verify_log_exits_1_and_names_the_first_broken_entry(example: Place):
    assert example.run("verify-log").returncode == 0
    engine = create_engine(f"sqlite:///{example.folder / 'instance' / 'pledges.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE log_entry SET subject = 'pledge:x' WHERE number = 7"))
    engine.dispose()
    broken = example.again("verify-log")
    assert (broken.returncode, broken.stderr) == (1, "entry 7 was changed\n")


def test_production_wants_its_settings_and_refuses_the_example(example: Place):
    lacking = example.again("export", "x.csv", PLEDGES_MODE="production")
    assert (lacking.returncode, lacking.stderr.count("\n"), "PLEDGES_SECRET_KEY" in lacking.stderr) == (2, 1, True)
    given = {
        "PLEDGES_SECRET_KEY": "x" * 40,
        "PLEDGES_BASE_URL": "https://pledges.example.org",
        "PLEDGES_MAIL_URL": "smtp://127.0.0.1:9?tls=none",
    }
    refused = example.run("run", PLEDGES_MODE="production", **given)
    assert refused.returncode != 0
    assert "start-empty" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_start_empty_refuses_what_is_in_use_or_moves_it_aside_and_stays_empty(example: Place):
    assert example.run("start-empty").returncode == 1
    assert example.again("start-empty", "--replace").returncode == 0
    assert example.again("setup-instance").stdout == ""
    assert example.again("export", str(example.folder / "none.csv")).stdout == "exported 0\n"
    assert len(list(example.folder.glob("instance-*"))) == 1


def test_a_set_up_that_was_killed_is_finished_by_the_next(fork: Forks, tmp_path: Path):
    place = Place(tmp_path, fork)
    begun = subprocess.Popen(
        [*COMMAND, "setup-instance"], cwd=ROOT, env=place.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert begun.stderr is not None
    while "compiled" not in (line := begun.stderr.readline()):
        assert line, "it ended before it could be killed"
    begun.kill()
    begun.wait()
    begun.stderr.close()
    assert list(lines(place.again("setup-instance"))) == ["officer", "password", "authenticator key"]
    assert place.again("verify-log").returncode == 0
