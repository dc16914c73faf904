"""Serving the pages, with the worker inside."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from config import ROOT, Settings

_BEFORE_ANOTHER_START = 5
"""Seconds between the death of a worker and the next."""


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until stopped. Granian where it can be had, waitress elsewhere; a worker runs beside it and ends with it."""
    sys.path.insert(0, str(ROOT))  # where wsgi.py stands; the processes that are started inherit it
    worker = _Worker()
    print(f"serving on http://{host}:{port}", file=sys.stderr)  # noqa: T201
    try:
        try:
            from granian import Granian
            from granian.constants import Interfaces
            from granian.log import LogLevels
        except ImportError:
            from waitress import serve as serve_with_waitress  # type: ignore[import-untyped]

            from wsgi import app

            serve_with_waitress(app, host=host, port=port, threads=4)
        else:
            Granian(
                "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=2 if settings.production else 1, blocking_threads=4,
                respawn_failed_workers=True, working_dir=ROOT, log_level=LogLevels.warning,
            ).serve()  # fmt: skip
    finally:
        worker.stop()


class _Worker:
    """A process of `pledges worker`, started again when it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """Let it finish what it is at."""
        self._stopping.set()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([Path(sys.executable).with_name("pledges"), "worker"])  # noqa: S603 (our own command)

    def _watch(self) -> None:
        while True:
            self._process.wait()
            if self._stopping.wait(_BEFORE_ANOTHER_START):
                return
            self._process = self._start()
