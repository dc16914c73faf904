"""The commands as a shell calls them, in a new process each."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-c", "from pledges.cli import main; main()")
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Place:
    """An instance in a folder of its own, and what its commands answer.

    `again` is for a command that a test has run before: its process is forked from one that has loaded the product, and so need not load
    it anew, which takes longer than what most commands do.
    """

    folder: Path
    fork: Callable[[list[str], dict[str, str]], Done]

    def environment(self, **more: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PLEDGES_")}
        return own | {"PLEDGES_INSTANCE": str(self.folder / "instance"), **more}

    def run(self, *arguments: str, **environment: str) -> Done:
        own = self.environment(**environment)
        return subprocess.run([*COMMAND, *arguments], cwd=ROOT, env=own, capture_output=True, text=True, check=False)

    def again(self, *arguments: str, **environment: str) -> Done:
        return self.fork(list(arguments), self.environment(**environment))


class Forks:
    """The process that has loaded the product, and the calls that it answers."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "stdout", folder / "stderr"
        self._server = subprocess.Popen(
            [sys.executable, "-c", "from tests.commands import serve; serve()"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, arguments: list[str], environment: dict[str, str]) -> Done:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        call = {"arguments": arguments, "environment": environment, "said": [str(path) for path in self._said]}
        self._server.stdin.write(json.dumps(call) + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, *(path.read_text("utf-8") for path in self._said))

    def close(self) -> None:
        self._server.communicate()


def serve() -> None:
    """Read calls, one a line, and answer each with its exit code; what it says goes to its two files."""
    from pledges import app, cli  # noqa: F401 - loaded once for all

    gc.freeze()  # what is loaded stays where it is in memory, and is not copied
    for line in sys.stdin:
        call = json.loads(line)
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - the answer
            continue
        os.environ.clear()
        os.environ.update(call["environment"])
        for number, path in enumerate((os.devnull, *call["said"])):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = ["pledges", *call["arguments"]]
        cli.main()
