"""The post: letters go out through a mail server, or into files where there is none."""

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from pledges.adapters.archive import replace_file
from pledges.domain.addresses import ascii_address

DEFAULT_SENDER = "pledges@localhost"
_MESSAGE_ID = re.compile(r"<([A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9.-]+)>")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_TIMEOUT = 30
"""Seconds for each answer of the mail server."""
_AUTHENTICATION_REQUIRED = 530
_POLICY = policy.SMTP.clone(cte_type="7bit")


class MailUrlError(ValueError):
    """The mail URL cannot be used; the message is one sentence."""


class LetterError(ValueError):
    """A letter that cannot be written as mail: a line break in a header, a malformed address or message id."""


class MailRefused(Exception):
    """The letter was not taken. `permanent`: sending it again is useless; otherwise it may be tried later."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address. `message_id` (`<…@…>`) stays the same however often it is tried; `to` may have an international domain."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str | None = None
    language: str = "en"
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """Takes letters, one at a time."""

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Hand the letter over, dated `at`; when this returns it is out of our hands. Raises MailRefused, LetterError."""


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter that was written to a file; `name` is its file's name without the ending."""

    name: str
    to: str
    subject: str
    date: datetime
    text: str
    html: str | None


@dataclass(frozen=True, slots=True)
class FileMailer:
    """Writes each letter to `<message id>.eml`; the same letter again takes its own place."""

    directory: Path
    sender: str = DEFAULT_SENDER

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Write the file whole. Raises LetterError; MailRefused when the disk refuses."""
        message = _message(letter, sender=self.sender, at=at)
        name = _message_id(letter.message_id)
        try:
            replace_file(self.directory / f"{name}.eml", message.as_bytes())
        except OSError as error:
            raise MailRefused(f"{self.directory}: {error.strerror or error}", permanent=False) from error


def kept_letters(directory: Path, *, limit: int = 200) -> tuple[KeptLetter, ...]:
    """The letters that a FileMailer wrote, newest first."""
    letters = [_kept(path) for path in directory.glob("[!.]*.eml")]
    return tuple(sorted(letters, key=lambda letter: (letter.date, letter.name), reverse=True)[:limit])


def _kept(path: Path) -> KeptLetter:
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return KeptLetter(
        name=path.stem,
        to=message["To"],
        subject=message["Subject"],
        date=message["Date"].datetime,
        text=_lines(plain.get_content()) if plain else "",
        html=_lines(html.get_content()) if html else None,
    )


def _lines(text: str) -> str:
    """With the line ends of this machine rather than those of mail."""
    return text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands letters to a mail server, one connection a letter. `tls`: starttls, implicit or none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = DEFAULT_SENDER

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Returns once the server has taken the letter. Raises LetterError, MailRefused."""
        message = _message(letter, sender=self.sender, at=at)
        server: smtplib.SMTP | None = None
        try:
            server = self._connect()
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, answer),) = error.recipients.values()
            raise _refused(code, answer) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # Connection, certificate, sign-in, our own sender: nothing that this letter could help.
            raise MailRefused(f"{self.host}:{self.port}: {error}", permanent=False) from error
        finally:
            if server is not None:
                # Taken or not: what the server says when we leave changes nothing, and must not send the letter again.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self.tls != "none" else None
        if self.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        try:
            if self.tls == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def open_mailer(url: str) -> Mailer:
    """The mailer of `smtp://user:pass@host:port?tls=starttls|implicit|none&from=ADDRESS` or `file:///directory?from=ADDRESS`.

    User and password are percent-encoded; without `tls` it is starttls. Raises MailUrlError.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    sender, tls = options.pop("from", DEFAULT_SENDER), options.pop("tls", "starttls")
    if options:
        raise MailUrlError(f"The mail URL has an unknown option: {', '.join(options)}.")
    if tls not in _PORTS:
        raise MailUrlError(f"The mail URL's tls is one of {', '.join(_PORTS)}, not {tls}.")
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.strip("/"):
        return FileMailer(Path(unquote(parts.path)), sender)
    try:
        port = parts.port or _PORTS[tls]
    except ValueError:
        raise MailUrlError("The mail URL's port is not a port number.") from None
    if parts.scheme == "smtp" and parts.hostname:
        return SmtpMailer(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""), sender)
    raise MailUrlError("The mail URL must be smtp://host… or file:///directory.")


def _message(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    """The letter as mail. A line break in any header raises LetterError, so nothing can be smuggled in by a name."""
    _message_id(letter.message_id)
    message = EmailMessage(policy=_POLICY)
    # The words first: setting them takes every Content- header away.
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    headers: dict[str, object] = {
        "From": _mailbox(sender),
        "To": _mailbox(letter.to),
        "Subject": letter.subject,
        "Date": at,
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
        **letter.headers,
    }
    try:
        for name, value in headers.items():
            if not _HEADER.fullmatch(name):
                raise LetterError(f"not the name of a header: {name!r}")
            message[name] = value
    except ValueError as error:
        raise LetterError(f"{letter.message_id}: {error}") from error
    return message


def _mailbox(address: str) -> Address:
    """The address as a header holds it. Raises LetterError."""
    try:
        return Address(addr_spec=ascii_address(address))
    except (ValueError, MessageError, IndexError) as error:
        raise LetterError(f"not an address: {address!r}") from error


def _message_id(message_id: str) -> str:
    """What stands between the brackets, fit to name a file. Raises LetterError."""
    match = _MESSAGE_ID.fullmatch(message_id)
    if match is None:
        raise LetterError(f"not a message id: {message_id!r}")
    return match[1]


def _refused(code: int, answer: bytes | str) -> MailRefused:
    """A refusal for this letter: 5xx is for good (RFC 5321, section 4.2.1), unless the server only wants us to sign in."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return MailRefused(f"{code} {' '.join(text.split())}", permanent=code >= 500 and code != _AUTHENTICATION_REQUIRED)
