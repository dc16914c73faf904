import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pledges.adapters.mail import FileMailer, Letter, LetterError, MailRefused, MailUrlError, SmtpMailer, kept_letters, open_mailer
from tests.conftest import MailServer, free_port

AT = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
LETTER = Letter("<1a@pledges.invalid>", "maire@münchen.example", "Votre engagement – 你好", "Bonjour\n\nمرحبا\n", language="fr")


def test_a_letter_reaches_the_server_as_it_was_written(smtp_server: MailServer) -> None:
    open_mailer(smtp_server.url + "&from=pledges@assembly.example").send(LETTER, at=AT)
    (letter,) = smtp_server.letters
    assert letter["Subject"] == "Votre engagement – 你好"
    assert letter["To"] == "maire@xn--mnchen-3ya.example"
    assert letter["From"] == "pledges@assembly.example"
    assert letter["Date"].datetime == AT
    assert letter["Message-ID"] == "<1a@pledges.invalid>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "fr"
    assert letter.get_content().splitlines() == ["Bonjour", "", "مرحبا"]


def test_html_travels_beside_the_text(smtp_server: MailServer) -> None:
    open_mailer(smtp_server.url).send(Letter("<2@x.invalid>", "a@b.example", "S", "text\n", html="<p>text</p>\n"), at=AT)
    (letter,) = smtp_server.letters
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content().strip() for part in letter.iter_parts()] == ["text", "<p>text</p>"]


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 No such mailbox", True), ("554 Rejected", True), ("451 Try later", False), ("530 Sign in first", False)]
)
def test_a_refusal_says_whether_trying_again_helps(smtp_server: MailServer, answer: str, permanent: bool) -> None:
    smtp_server.refuse = answer
    with pytest.raises(MailRefused, match=answer) as refused:
        open_mailer(smtp_server.url).send(LETTER, at=AT)
    assert refused.value.permanent is permanent


class Doorkeeper:
    """Refuses recipients, and keeps what it is sent over TLS after signing in."""

    def __init__(self) -> None:
        self.answer, self.taken = "250 OK", 0

    async def handle_RCPT(self, _server: object, _session: object, envelope: object, address: str, _options: object) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return self.answer

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        self.taken += 1
        return "250 OK"

    async def auth_PLAIN(self, server: object, args: list[str]) -> AuthResult:  # noqa: N802
        given = args[1] if len(args) > 1 else ""
        return AuthResult(success=given == "AHVzZXJAeABwYTpzcw==", handled=False)  # user@x and pa:ss


@pytest.fixture
def doorkeeper() -> Doorkeeper:
    return Doorkeeper()


@pytest.fixture
def plain_port(doorkeeper: Doorkeeper) -> Iterator[int]:
    controller = Controller(doorkeeper, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate of its own, in cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


@pytest.fixture
def secret_port(doorkeeper: Doorkeeper, certified: ssl.SSLContext) -> Iterator[int]:
    controller = Controller(
        doorkeeper, hostname="127.0.0.1", port=free_port(), tls_context=certified, require_starttls=True, auth_required=True
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.mark.parametrize(("answer", "permanent"), [("550 Nobody here", True), ("450 Greylisted", False), ("421 Closing", False)])
def test_a_refused_recipient_is_told_apart_from_a_busy_server(
    plain_port: int, doorkeeper: Doorkeeper, answer: str, permanent: bool
) -> None:
    doorkeeper.answer = answer
    with pytest.raises(MailRefused, match=answer) as refused:
        open_mailer(f"smtp://127.0.0.1:{plain_port}?tls=none").send(LETTER, at=AT)
    assert refused.value.permanent is permanent
    assert doorkeeper.taken == 0


def test_starttls_and_a_percent_encoded_password_open_the_door(
    secret_port: int, doorkeeper: Doorkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    open_mailer(f"smtp://user%40x:pa%3Ass@127.0.0.1:{secret_port}").send(LETTER, at=AT)
    assert doorkeeper.taken == 1


def test_a_wrong_password_is_ours_to_mend_so_the_letter_may_be_tried_again(
    secret_port: int, doorkeeper: Doorkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with pytest.raises(MailRefused, match="535") as refused:
        open_mailer(f"smtp://user%40x:wrong@127.0.0.1:{secret_port}").send(LETTER, at=AT)
    assert not refused.value.permanent
    assert doorkeeper.taken == 0


def test_a_server_that_nobody_vouches_for_is_sent_nothing(secret_port: int, doorkeeper: Doorkeeper) -> None:
    with pytest.raises(MailRefused, match="certificate verify failed") as refused:
        open_mailer(f"smtp://127.0.0.1:{secret_port}").send(LETTER, at=AT)
    assert not refused.value.permanent
    assert doorkeeper.taken == 0


def test_without_starttls_on_the_server_nothing_is_sent_in_the_clear(plain_port: int, doorkeeper: Doorkeeper) -> None:
    with pytest.raises(MailRefused, match="STARTTLS"):
        open_mailer(f"smtp://127.0.0.1:{plain_port}").send(LETTER, at=AT)
    assert doorkeeper.taken == 0


def test_a_server_that_is_not_there_may_be_tried_later() -> None:
    with pytest.raises(MailRefused) as refused:
        open_mailer(f"smtp://127.0.0.1:{free_port()}?tls=none").send(LETTER, at=AT)
    assert not refused.value.permanent


@pytest.mark.parametrize(
    "letter",
    [
        Letter("<1@x.invalid>", "a@b.example\r\nBcc: c@d.example", "S", "t"),
        Letter("<1@x.invalid>", "a@b.example", "S\nBcc: c@d.example", "t"),
        Letter("<1@x.invalid>", "a@b.example", "S", "t", language="en\r\nBcc: c@d.example"),
        Letter("<1@x.invalid>", "a@b.example", "S", "t", headers={"X-Name": "a\nBcc: c@d.example"}),
        Letter("<1@x.invalid>", "a@b.example", "S", "t", headers={"X\nBcc": "c@d.example"}),
        Letter("<1@x.invalid>", "a@b.example, c@d.example", "S", "t"),
        Letter("<1@x.invalid>", "nobody", "S", "t"),
        Letter("<../../1@x.invalid>", "a@b.example", "S", "t"),
        Letter("<1@x>\r\nBcc: c@d.example", "a@b.example", "S", "t"),
    ],
)
def test_nothing_can_be_smuggled_into_a_letter(tmp_path: Path, letter: Letter) -> None:
    directory = tmp_path / "letters"
    with pytest.raises(LetterError):
        FileMailer(directory).send(letter, at=AT)
    assert not directory.exists()


def test_letters_in_files_are_read_back_newest_first(tmp_path: Path) -> None:
    directory = tmp_path / "letters with space"
    mailer = open_mailer(directory.as_uri())
    mailer.send(LETTER, at=AT)
    tomorrow = AT.astimezone(timezone(timedelta(hours=9))) + timedelta(days=1)
    mailer.send(Letter("<2@x.invalid>", "a@b.example", "Second", "two\n", html="<p>two</p>\n"), at=tomorrow)
    mailer.send(LETTER, at=AT)
    second, first = kept_letters(directory)
    assert (second.name, second.subject, second.text, second.html) == ("2@x.invalid", "Second", "two\n", "<p>two</p>\n")
    assert (first.to, first.date, first.text, first.html) == ("maire@xn--mnchen-3ya.example", AT, "Bonjour\n\nمرحبا\n", None)
    assert kept_letters(directory, limit=1) == (second,)
    raw = message_from_bytes((directory / "1a@pledges.invalid.eml").read_bytes(), policy=policy.default)
    assert raw["Subject"] == LETTER.subject
    assert kept_letters(tmp_path / "none") == ()


def test_a_letter_with_a_link_of_any_length_comes_back_whole(tmp_path: Path) -> None:
    link = "https://pledges.example/leader/link/" + "x" * 300
    FileMailer(tmp_path).send(Letter("<1@x.invalid>", "a@b.example", "S" * 400, f"Open {link}\n"), at=AT)
    (letter,) = kept_letters(tmp_path)
    assert letter.text == f"Open {link}\n"
    assert letter.subject == "S" * 400


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://", "smtp://x:99999", "smtp://x?tls=maybe", "smtp://x?ssl=1", "file://", "file:///", "file://host/dir", ""]
)
def test_a_mail_url_that_says_nothing_useful_is_refused(url: str) -> None:
    with pytest.raises(MailUrlError):
        open_mailer(url)


def test_the_ports_follow_the_kind_of_tls() -> None:
    mailers = [open_mailer(f"smtp://mail.example{rest}") for rest in ("", "?tls=implicit", "?tls=none", ":2525")]
    assert [(each.port, each.tls) for each in mailers if isinstance(each, SmtpMailer)] == [
        (587, "starttls"),
        (465, "implicit"),
        (25, "none"),
        (2525, "starttls"),
    ]


def test_a_password_is_not_shown_with_the_mailer() -> None:
    assert "secret" not in repr(open_mailer("smtp://user:secret@mail.example"))
