"""Real authorities on loopback: a root, an issuer, a time-stamping authority, responders and lists of revoked certificates."""

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import yaml
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

PASSPHRASE = b"of the tests"
REVOKED_AT = "2026-02-01T00:00:00+0000"
_LIFE = {"valid-from": "2024-01-01T00:00:00+0000", "valid-to": "2044-01-01T00:00:00+0000"}
_NAMES = {
    "root": "Root", "issuer": "Issuer", "seal": "Secretariat", "revoked": "Secretariat, revoked", "tsa": "Time-Stamping Authority",
    "ocsp": "Responder", "plain": "Somebody", "stranger": "Another Root",
}  # fmt: skip
_SIGNS = [{"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}}]
_STAMPS = [{"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}]


@dataclass
class Authorities:
    """Where they answer, at which moment they think they are, and what they are made to do wrong."""

    url: str
    folder: Path
    moment: datetime
    answers: dict[str, Callable[[bytes], tuple[int, bytes]]] = field(default_factory=dict)
    """Part of a path → what is answered there instead, from the question or what would have been answered."""
    asked: list[str] = field(default_factory=list)
    """The paths, in their order."""
    _architecture: Any = None

    @property
    def tsa_url(self) -> str:
        """As PLEDGES_TSA_URL names it."""
        return f"{self.url}/hall/tsa/tsa"

    def certificate(self, label: str) -> x509.Certificate:
        """One of them: root, issuer, seal, revoked, tsa, ocsp, plain, stranger."""
        return x509.load_der_x509_certificate(self._architecture.get_cert(CertLabel(label)).dump())

    def pkcs12(self, label: str = "seal") -> Path:
        """The key file of a certificate, with its issuers."""
        path = self.folder / f"{label}.p12"
        key = load_pem_private_key(self.key_file(label).read_bytes(), None)
        others = [self.certificate("issuer"), self.certificate("root")]
        encryption = BestAvailableEncryption(PASSPHRASE)
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, self.certificate(label), others, encryption))  # type: ignore[arg-type]
        return path

    def key_file(self, label: str) -> Path:
        """The bare key, PEM in PKCS#8."""
        return self.folder / "keys" / f"{label}.pem"

    def pem(self, *labels: str) -> Path:
        """A file with these certificates."""
        path = self.folder / f"{'-'.join(labels)}.pem"
        path.write_bytes(b"".join(self.certificate(label).public_bytes(Encoding.PEM) for label in labels))
        return path

    @contextmanager
    def failing(self, path: str, answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[None]:
        """What contains `path` is answered so meanwhile."""
        self.answers[path] = answer
        try:
            yield
        finally:
            del self.answers[path]


@contextmanager
def open_authorities(moment: datetime) -> Iterator[Authorities]:
    """Authorities that answer on a port of loopback until the block ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_keys(folder / "keys")
        application = _Application()
        server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
        application.authorities = Authorities(f"http://127.0.0.1:{server.server_port}", folder, moment)
        configuration = folder / "certomancer.yml"
        configuration.write_text(yaml.safe_dump(_configuration(application.authorities.url)))
        config = CertomancerConfig.from_file(str(configuration), key_search_dir=str(folder / "keys"))
        application.animator = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)
        application.authorities._architecture = config.pki_archs[ArchLabel("hall")]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield application.authorities
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def closed_port() -> int:
    """A port of loopback on which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Application:
    animator: Animator
    authorities: Authorities

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.authorities.asked.append(path)
        self.animator.fixed_time = self.authorities.moment
        told: list[Any] = []
        body = b"".join(self.animator(environ, lambda status, headers, *_: told.extend((status, headers))))
        for part, answer in self.authorities.answers.items():
            if part in path:
                status, body = answer(body)
                start_response(f"{status} Wrong on purpose", [("Content-Length", str(len(body)))])
                return [body]
        start_response(*told)
        return [body]


def _make_keys(folder: Path) -> None:
    folder.mkdir()
    for label in _NAMES:
        key: Any = rsa.generate_private_key(65537, 2048) if label in ("seal", "tsa") else ec.generate_private_key(ec.SECP256R1())
        (folder / f"{label}.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _configuration(url: str) -> dict[str, Any]:
    authority = [{"id": "simple-ca", "params": {"crl-repo": "root"}}]
    issuing = [{"id": "simple-ca", "params": {"crl-repo": "issuer", "ocsp-service": "issuer"}}]
    certificates: dict[str, dict[str, Any]] = {
        "root": {"issuer": "root", "profiles": authority},
        "stranger": {"issuer": "stranger", "profiles": authority},
        "issuer": {"issuer": "root", "profiles": issuing},
        "seal": {"profiles": ["digsig-commitment"]},
        "revoked": {"extensions": _SIGNS, "revocation": {"revoked-since": REVOKED_AT, "reason": "key_compromise"}},
        "tsa": {"extensions": [*_SIGNS, *_STAMPS]},
        "ocsp": {"profiles": ["ocsp-responder"]},
        "plain": {"extensions": _SIGNS},
    }
    return {
        "external-url-prefix": url,
        "keysets": {"keys": {"keys": {label: {"path": f"{label}.pem"} for label in _NAMES}}},
        "pki-architectures": {
            "hall": {
                "keyset": "keys",
                "entities": {label: {"common-name": name} for label, name in _NAMES.items()},
                "certs": {
                    label: {"subject": label, "issuer": "issuer", "validity": _LIFE, **certificate}
                    for label, certificate in certificates.items()
                },
                "services": {
                    "ocsp": {"issuer": {"for-issuer": "issuer", "responder-cert": "ocsp", "validity-period": {"hours": 12}}},
                    "crl-repo": {
                        "root": {"for-issuer": "root", "simulated-update-schedule": "P30D"},
                        "issuer": {"for-issuer": "issuer", "simulated-update-schedule": "P30D"},
                    },
                    "time-stamping": {
                        "tsa": {"signing-cert": "tsa", "certs-to-embed": ["issuer"]},
                        "plain": {"signing-cert": "plain", "certs-to-embed": ["issuer"]},
                    },
                },
            }
        },
    }
