"""A small mail server that people read mail from (IMAP4rev1, RFC 3501): enough of it for a mailbox on loopback."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "bounces@pledges.example", "a secret/with: signs"


@dataclass
class ImapMailbox:
    """Its messages, and which of them somebody has read. `refuses` is a command that fails once."""

    url: str = ""
    messages: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    refuses: str = ""


@contextmanager
def imap_server() -> Iterator[ImapMailbox]:
    """Serves one mailbox until the block ends."""
    mailbox = ImapMailbox()

    class Handler(_Session):
        box = mailbox

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        mailbox.url = f"imap://bounces%40pledges.example:a%20secret%2Fwith%3A%20signs@127.0.0.1:{server.server_address[1]}/Came%20back"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield mailbox
        server.shutdown()


class _Session(socketserver.StreamRequestHandler):
    box: ImapMailbox

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            command = rest.removeprefix("UID ").split(" ", 1)[0].upper()
            answer = getattr(self, f"_{command.lower()}", None)
            if command == self.box.refuses or answer is None:
                self.box.refuses = ""
                self._say(f"{tag} NO not now")
                continue
            self._say(f"{tag} {answer(rest) or 'OK done'}")
            if command == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _capability(self, _rest: str) -> None:
        self._say("* CAPABILITY IMAP4rev1")

    def _login(self, rest: str) -> str | None:
        right = rest.split(" ", 1)[1].replace('"', "") == f"{USER} {PASSWORD}"
        return None if right else "NO wrong"

    def _select(self, rest: str) -> str | None:
        self._say(f"* {len(self.box.messages)} EXISTS")
        return None if rest.endswith('"Came back"') else "NO no such folder"

    def _search(self, rest: str) -> None:
        assert rest == "UID SEARCH UNSEEN HEADER Content-Type delivery-status"
        found = [
            str(number)
            for number, message in enumerate(self.box.messages, 1)
            if number not in self.box.seen and b"delivery-status" in message.partition(b"\n\n")[0]
        ]
        self._say(f"* SEARCH {' '.join(found)}")

    def _fetch(self, rest: str) -> None:
        asked = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        assert asked, rest
        message = self.box.messages[int(asked[1]) - 1][: int(asked[2])]
        self.wfile.write(f"* {asked[1]} FETCH (UID {asked[1]} BODY[]<0> {{{len(message)}}}\r\n".encode() + message + b")\r\n")

    def _store(self, rest: str) -> None:
        self.box.seen.add(int(rest.split()[2]))

    def _logout(self, _rest: str) -> None:
        self._say("* BYE")
