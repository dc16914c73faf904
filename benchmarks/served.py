"""How long a page is waited for through the server that `pledges run` starts, beside a bare Flask page through the same server."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from statistics import mean

from flask.testing import FlaskClient

from benchmarks.measuring import REQUESTS, Measure

ROOT = Path(__file__).resolve().parent.parent
_BARE = """
from flask import Flask
app = Flask("bare")
app.add_url_rule("/pledges", view_func=lambda: "hello")
"""
_SERVE_BARE = """
import sys
from granian import Granian
port = int(sys.argv[1])
Granian("bare:app", address="127.0.0.1", port=port, interface="wsgi", workers=1, blocking_threads=4, log_level="warning").serve()
"""


def waited_for(folder: Path, client: FlaskClient, path: str, *, before: Callable[[], object] = lambda: None) -> Measure:
    """Seconds until one reader has the whole page over a connection that stays open, the mean of many; a bare page in between each.

    What is done `before` each is not counted.
    """
    browser = client.environ_base["HTTP_USER_AGENT"]
    cookie = client.get_cookie("session")
    headers = {"User-Agent": browser, "Cookie": f"session={cookie.value if cookie else ''}"}
    (folder / "bare.py").write_text(_BARE)
    settings = {
        "PLEDGES_DATABASE_URL": f"sqlite:///{folder / 'pledges.db'}", "PLEDGES_SECRET_KEY": "a key for tests only",
        "PLEDGES_INSTANCE": str(folder),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("pledges")), "run", "--port"]
    with _served(command, ROOT, settings) as page, _served([sys.executable, "-c", _SERVE_BARE], folder, {}) as bare:
        pages, floor = [], []
        for turn in range(REQUESTS + 20):
            before()
            taken = _seconds(page, path, headers), _seconds(bare, "/pledges", {})
            if turn >= 20:
                pages.append(taken[0])
                floor.append(taken[1])
    ours, theirs = mean(pages), mean(floor)
    return Measure(ours, {"ms": round(ours * 1000, 2), "bare ms": round(theirs * 1000, 2), "bare Flask pages": round(ours / theirs, 1)})


def _seconds(server: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    server.request("GET", path, headers=headers)
    answer = server.getresponse()
    answer.read()
    assert answer.status == 200, f"{path}: {answer.status}"  # noqa: S101 (a page that fails is not measured)
    return time.perf_counter() - start


@contextmanager
def _served(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[http.client.HTTPConnection]:
    """A connection to the server that the command starts; it ends with the block."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], cwd=folder, env=os.environ | environment)
    try:
        yield _connected(port)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _connected(port: int) -> http.client.HTTPConnection:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise TimeoutError("the server does not answer")
