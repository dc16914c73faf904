"""A cabinet at work: what its members do in a browser without JavaScript, and the letters they get."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.people import GovernmentKind
from pledges.domain.search import fold
from pledges.extensions import db
from pledges.models import Government, GovernmentName, Letter, Pledge

KONYA = "gn-306571"
LEADER = "mayor@konya.example.org"
PREPARER = "cabinet@konya.example.org"
GOOD = {
    "leader_name": "Ayşe Yıldırım", "leader_role": "Mayor", "office_local": "Büyükşehir Belediye Başkanı", "leader_email": LEADER,
    "mandate_basis": "resolution", "mandate_reference": "2024/114", "mandate_date": "2024-09-03", "pledge_language": "tr",
    "themes": ["digital", "peaceful"], "actions_digital": "Açık veri ofisi kurmak.", "multilateral_peaceful": "Barış eğitimi.",
}  # fmt: skip
"""What a cabinet types; a value for each field of the steps."""
STEPS = {
    "office": ("leader_name", "leader_name_latin", "honorific", "office_local", "leader_role", "leader_email"),
    "mandate": ("mandate_basis", "mandate_reference", "mandate_date"),
    "language": ("pledge_language", "other_language"),
    "themes": ("themes",),
    "words": ("actions_digital", "multilateral_digital", "actions_peaceful", "multilateral_peaceful", "actions", "multilateral"),
}


def add_government(session: Session, government_id: str, name: str, **more: Any) -> None:
    """Put a government into the directory, with the names that it is found by."""
    names = {fold(one) for one in (name, *more.pop("found_by", ()))}
    session.add(
        Government(id=government_id, name=name, **{"kind": GovernmentKind.CITY, "country_code": "TR", "main_language": "tr"} | more)
    )
    session.flush()
    session.add_all(GovernmentName(folded=folded, government_id=government_id) for folded in names)
    session.commit()


def csrf(page: Any) -> str:
    """The token against forgery in a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, page.text[:400]
    return found[1]


@dataclass
class Cabinet:
    """One browser. `public_id` is that of the draft that it began last."""

    app: Flask
    client: FlaskClient
    public_id: str = ""
    _token: str = ""

    @property
    def home(self) -> str:
        """The address of the draft."""
        return f"/leader/{self.public_id}"

    def begin(self, government_id: str = KONYA, **fields: str) -> Any:
        """Choose a government and make the draft."""
        page = self.client.get(f"/leader/start?government={government_id}")
        key = re.search(r'name="submission_key" value="([^"]+)"', page.text)
        hidden = {"government_id": government_id, "submission_key": key[1] if key else "0" * 32, "csrf_token": self.token()}
        answer = self.client.post("/leader/start", data={"preparer_email": PREPARER} | hidden | fields)
        if answer.status_code == 303:
            self.public_id = answer.location.split("/")[2]
        return answer

    def token(self) -> str:
        """A token for whatever form comes next: one does for as long as the browser keeps its session."""
        if not self._token:
            self._token = csrf(self.client.get("/leader/ask"))
        return self._token

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form of the draft, or of another address."""
        if path == "sign" and "shown" not in fields:
            fields["shown"] = self.shown("sign")
        return self.client.post(path if path.startswith("/") else f"{self.home}/{path}", data=fields | {"csrf_token": self.token()})

    def fill(self, **changes: Any) -> dict[str, Any]:
        """Go through all steps; the answer of each by name."""
        typed = GOOD | changes
        return {step: self.post(step, **{name: typed[name] for name in fields if name in typed}) for step, fields in STEPS.items()}

    def send(self) -> Any:
        """Review, and send to the leader."""
        return self.post("review", shown=self.shown("review"))

    def shown(self, step: str) -> str:
        """The fingerprint of the text that a page shows; empty where it shows none."""
        found = re.search(r'name="shown" value="([^"]*)"', self.client.get(f"{self.home}/{step}").text)
        return found[1] if found else ""

    def prepare(self, **changes: Any) -> "Cabinet":
        """Everything up to the letter to the leader."""
        assert self.begin().status_code == 303
        assert {answer.status_code for answer in self.fill(**changes).values()} == {303}
        assert self.send().status_code == 303
        return self

    def sign(self) -> "Cabinet":
        """Sign with the link of the letter, in this browser."""
        assert self.post(path(self.letter("sign_link")["link"]), consent="yes").status_code == 303
        return self

    def letter(self, kind: str, *, to: str = "") -> dict[str, str]:
        """The newest letter of a kind: text, address, and its secrets by name."""
        with self.app.app_context():
            wanted = select(Letter).where(Letter.kind == kind, *([Letter.to == to] if to else [])).order_by(Letter.id.desc()).limit(1)
            letter = db.session.scalars(wanted).one()
            secrets = {name.strip("[").split(":")[0]: secret for name, secret in (letter.secrets or {}).items()}
            return {"text": f"{letter.subject}\n{letter.body}", "to": letter.to, **secrets}

    def letters(self) -> list[tuple[str, str]]:
        """Kind and address of every letter, oldest first."""
        with self.app.app_context():
            return [(letter.kind, letter.to) for letter in db.session.scalars(select(Letter).order_by(Letter.id))]

    def pledge(self) -> Pledge:
        """The row, to be looked at within an application context."""
        return db.session.scalars(select(Pledge).where(Pledge.public_id == self.public_id)).one()


def path(link: str) -> str:
    """The address of a letter's link without its host."""
    return link.removeprefix("http://localhost:8000")


def now() -> datetime:
    """The moment of a test."""
    return datetime.now(UTC)
