"""Asks an authority on the network one question: ten seconds, bounded answers, no proxy, no redirects."""

import socket
from base64 import b64encode
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import unquote, urlsplit

SECONDS = 10
"""For the whole exchange, also when an answer drips."""


class NoAnswer(Exception):
    """An authority did not answer, or not as it should; the message is one sentence that names it."""


def ask(url: str, *, question: bytes | None = None, media_type: str = "", most: int) -> bytes:
    """The answer to a GET, or with a question to a POST: at most `most` bytes, with status 200. Raises NoAnswer."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoAnswer(f"{url} is no address that can be asked.")
    headers = {"Content-Type": media_type} if media_type else {}
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(secret.encode()).decode()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.hostname, parts.port, timeout=SECONDS)
        return _exchange(connection, path, question, headers, most)
    except NoAnswer as error:
        raise NoAnswer(f"{parts.hostname} {error}.") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(f"{parts.hostname} does not answer ({str(error) or type(error).__name__}).") from None


def _exchange(connection: HTTPConnection, path: str, question: bytes | None, headers: dict[str, str], most: int) -> bytes:
    connection.connect()
    timer = Timer(SECONDS, _cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        connection.request("GET" if question is None else "POST", path, question, headers)
        response = connection.getresponse()
        answer = response.read(most + 1)
    finally:
        in_time = timer.is_alive()
        timer.cancel()
        connection.close()
    if not in_time:
        raise NoAnswer(f"took longer than {SECONDS} seconds")
    if response.status != 200:
        raise NoAnswer(f"answers with status {response.status}")
    if len(answer) > most:
        raise NoAnswer("answers with more than can be right")
    return answer


def _cut(connected: socket.socket) -> None:
    """End the exchange: each single read has its own limit, which an answer that drips never reaches."""
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
