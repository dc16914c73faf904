"""Serving the pages, with the worker inside."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config import ROOT, Settings


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until stopped. Granian where it can be had, waitress elsewhere; a worker runs beside it and ends with it."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    sys.path.insert(0, str(ROOT))
    worker = subprocess.Popen([Path(sys.executable).with_name("pledges"), "worker"])  # noqa: S603 (our own command)
    print(f"serving on http://{host}:{port}", file=sys.stderr)
    try:
        try:
            from granian import Granian
            from granian.constants import Interfaces
        except ImportError:
            from waitress import serve as serve_with_waitress

            from wsgi import app

            serve_with_waitress(app, host=host, port=port, threads=4)
        else:
            processes = 2 if settings.production else 1
            Granian(
                "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=processes, blocking_threads=4, respawn_failed_workers=True,
                working_dir=ROOT, log_enabled=True, log_level="warning",
            ).serve()  # fmt: skip
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
