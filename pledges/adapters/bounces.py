"""What mail systems tell of letters that they could not deliver (RFC 3464): read from a mailbox, or taken from a signed call."""

import hashlib
import hmac
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from typing import Any
from urllib.parse import unquote, urlsplit

LARGEST = 256 * 1024
"""Bytes that are read of a report; what stands beyond is the letter itself."""
_TIMEOUT = 30
_PORTS = {"imaps": 993, "imap": 143}
_AGREES_FOR = 300
"""Seconds that a signed call may be on its way."""
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_HEADERS = ("text/rfc822-headers", "message/rfc822", "message/global-headers")
_MOST = 100


class BouncesUrlError(ValueError):
    """The address of the mailbox cannot be used; the message is one sentence."""


class MailboxFails(Exception):
    """The mailbox does not answer or does not open; it is tried again later."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient to whom a letter could not be delivered, or not yet."""

    message_id: str
    """Of the letter, with its brackets; empty where the report does not hold it."""
    address: str
    action: str
    """failed or delayed."""
    status: str
    """As RFC 3463 numbers it."""
    reason: str


def undelivered(raw: bytes) -> list[Undelivered]:
    """Who was not reached, out of a delivery status report; nobody, where it is no such report, cannot be read or tells of success."""
    try:
        return _recipients(message_from_bytes(raw, _class=EmailMessage, policy=policy.default))
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError):  # parts within parts without end, headers that are none
        return []


def _recipients(message: EmailMessage) -> list[Undelivered]:
    parts = list(message.walk())
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    blocks = status.get_payload() if status is not None else []
    message_id = next(filter(None, map(_message_id, parts)), "")
    return [found for block in blocks if isinstance(block, Message) and (found := _recipient(block, message_id))]


def _recipient(block: Message, message_id: str) -> Undelivered | None:
    action, address = _field(block, "Action").lower(), _field(block, "Final-Recipient") or _field(block, "Original-Recipient")
    kind, _, address = address.partition(";")
    if action not in ("failed", "delayed") or kind.strip().lower() not in ("rfc822", "utf-8") or "@" not in address:
        return None
    reason = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    return undelivered_to(address, action, message_id=message_id, status=_field(block, "Status"), reason=reason)


def undelivered_to(address: str, action: str, *, message_id: str, status: str, reason: str) -> Undelivered:
    """One recipient, in what a row can hold of what a stranger wrote: one line each, not too long, without what no database takes."""

    def line(told: str, most: int) -> str:
        return " ".join(told.encode("utf-8", "replace").decode().replace("\0", "\ufffd").split())[:most]

    return Undelivered(line(message_id, 120), line(address, 254), action, line(status, 20), line(reason, 500))


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _message_id(part: Message) -> str:
    """That of the letter which a report returns, whole or its headers alone."""
    if part.get_content_type() not in _HEADERS:
        return ""
    returned = part.get_payload()
    if isinstance(returned, list):
        headers: Message = returned[0] if returned and isinstance(returned[0], Message) else Message()
    else:
        headers = HeaderParser().parsestr(str(returned))
    return _field(headers, "Message-ID")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder to which reports come. Only reports are looked at: what people write there stays as it is."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    folder: str

    @contextmanager
    def opened(self) -> Iterator["OpenMailbox"]:
        """Signs in, and out again. Raises MailboxFails, whatever goes wrong meanwhile."""
        server: imaplib.IMAP4 | None = None
        try:
            if self.secure:
                server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=ssl.create_default_context(), timeout=_TIMEOUT)
            else:
                server = imaplib.IMAP4(self.host, self.port, timeout=_TIMEOUT)
            server.login(self.user, self.password)
            _well(server.select(f'"{self.folder}"'))
            yield OpenMailbox(server)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxFails(f"{self.host}:{self.port}: {error}") from error
        finally:
            if server is not None:
                try:
                    server.logout()
                except (imaplib.IMAP4.error, OSError):
                    server.shutdown()


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """A mailbox while it is open."""

    server: imaplib.IMAP4

    def reports(self) -> Iterator[tuple[str, bytes]]:
        """Reports that nobody has read, each with its number; what is read stays unread until `done`."""
        (found,) = _well(self.server.uid("SEARCH", "UNSEEN", "HEADER", "Content-Type", "delivery-status"))
        for number in (found or b"").decode().split()[:_MOST]:
            fetched = _well(self.server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)"))
            yield number, next((part[1] for part in fetched if isinstance(part, tuple)), b"")

    def done(self, number: str) -> None:
        """Mark a report as read: it is kept, and not looked at again."""
        _well(self.server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"))


def _well(answer: tuple[str, Any]) -> list[Any]:
    state, data = answer
    if state != "OK":
        raise imaplib.IMAP4.error(str(data[:1]))
    return list(data)


def open_mailbox(url: str) -> Mailbox:
    """The mailbox of `imaps://user:pass@host:port/FOLDER`; user and password are percent-encoded, the folder is INBOX unless named.

    `imap://` is without encryption: for a server on the same machine. Raises BouncesUrlError.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise BouncesUrlError("The port is not a port number.") from None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise BouncesUrlError("It must read imaps://user:password@host/folder.")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if set(folder) & set('"\\\r\n'):
        raise BouncesUrlError("The folder's name holds a quotation mark, a backslash or a line break.")
    return Mailbox(parts.hostname, port, parts.scheme == "imaps", unquote(parts.username), unquote(parts.password or ""), folder)


def signature(secret: str, body: bytes, at: datetime) -> str:
    """What a mail system sends as the header Pledges-Signature: the moment, and the HMAC-SHA256 of moment, full stop and body."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={hmac.new(secret.encode(), f'{moment}.'.encode() + body, hashlib.sha256).hexdigest()}"


def is_signed(secret: str, header: str, body: bytes, at: datetime) -> bool:
    """Whether whoever knows the secret sent this body within the last minutes."""
    told = _SIGNATURE.fullmatch(header)
    if told is None or not secret or abs(at.timestamp() - int(told[1])) > _AGREES_FOR:
        return False
    return hmac.compare_digest(header, signature(secret, body, datetime.fromtimestamp(int(told[1]), at.tzinfo)))
