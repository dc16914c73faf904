"""An album keeps each page of an application as it was sent, while scenes are played."""

import base64
from dataclasses import dataclass, field

from flask import Flask, Response, request, request_finished
from flask.testing import FlaskClient

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""One pixel, as a scan."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page as it was sent. `scene` tells whose page it is and in which state."""

    scene: str
    method: str
    address: str
    endpoint: str
    status: int
    policy: str
    """Its Content-Security-Policy."""
    html: str

    @property
    def name(self) -> str:
        """What a failing test calls it."""
        return f"{self.scene}: {self.method} {self.address} ({self.status})"


@dataclass
class Album:
    """Listens to an application as long as it is open; one picture for each address, answer and scene."""

    app: Flask
    language: str
    scene: str = "stranger"
    kept: dict[tuple[str, ...], Snapshot] = field(default_factory=dict)

    def __enter__(self) -> "Album":
        request_finished.connect(self._keep, self.app)
        return self

    def __exit__(self, *_error: object) -> None:
        request_finished.disconnect(self._keep, self.app)

    def browser(self) -> FlaskClient:
        """A visitor who reads this album's language."""
        client = self.app.test_client()
        client.set_cookie("lang", self.language)
        return client

    def _keep(self, _app: Flask, response: Response, **_more: object) -> None:
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            return
        one = Snapshot(
            self.scene, request.method, request.full_path.rstrip("?"), request.endpoint or "", response.status_code,
            response.headers["Content-Security-Policy"], response.get_data(as_text=True),
        )  # fmt: skip
        self.kept.setdefault((one.scene, one.method, one.address, str(one.status)), one)
