"""A provider of OAuth 2 keys for the tests: short ones for lasting ones, and which are good."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Provider:
    """What it was asked, which short keys are good, and what it refuses with, if it does."""

    url: str
    certificate: Path
    email: str
    asked: list[dict[str, str]] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    error: str = ""


class _Desk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        words = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        status, said = self.answer(dict(parse_qsl(words)), self.server.told)
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return None


class _Keys(_Desk):
    def answer(self, words: dict[str, str], told: Provider) -> tuple[int, dict[str, object]]:
        told.asked.append(words)
        if told.error:
            return 400, {"error": told.error}
        number = len(told.asked)
        told.good.add(f"short-{number}")
        lasting = {"refresh_token": f"lasting-{number + 1}"}
        return 200, {"access_token": f"short-{number}", "expires_in": 3600, **lasting}


class _Judge(_Desk):
    def answer(self, words: dict[str, str], told: Provider) -> tuple[int, dict[str, object]]:
        is_good = words.get("token") in told.good
        return 200, {"active": is_good, **({"email": told.email} if is_good else {})}


@contextmanager
def provider(folder: Path, *, judge_port: int, email: str) -> Iterator[Provider]:
    """It speaks https with a certificate of its own, which `Provider.certificate` vouches for."""
    certificate, key = certificate_in(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), _Keys) as keys,
        ThreadingHTTPServer(("127.0.0.1", judge_port), _Judge) as judge,
    ):
        keys.socket = context.wrap_socket(keys.socket, server_side=True)
        told = Provider(f"https://127.0.0.1:{keys.server_port}/token", certificate, email)
        for server in (keys, judge):
            server.told = told
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield told
        for server in (keys, judge):
            server.shutdown()


def certificate_in(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*how))
    return certificate, private
