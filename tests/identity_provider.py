"""A company's sign-in service for the tests: OpenID Connect over https, that says what a test has it say."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from token_provider import certificate_in

CLIENT, SECRET = "kulanz", "between the two of us"


@dataclass
class IdentityProvider:
    """Who signs in there next (`claims`), what is wrong with its word if anything, and what was asked."""

    url: str
    certificate: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    claims: dict[str, object] = field(default_factory=dict)
    signed_with: object = None
    algorithm: str = "ES256"
    configuration: dict[str, object] = field(default_factory=dict)
    userinfo: dict[str, object] = field(default_factory=dict)
    granted: dict[str, dict[str, str]] = field(default_factory=dict)
    beside: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)  # by what name

    def grant(self, address: str) -> dict[str, str]:
        """Somebody was sent to `address` and signed in: what they bring back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.url}/authorize?") and asked["client_id"] == CLIENT
        code = secrets.token_hex(8)
        self.granted[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, words: dict[str, str]) -> dict[str, object]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            said = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in ends.items()}
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **said, **self.configuration}
        if path == "/keys":
            known = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [*self.beside, {**known, "kid": "one", "alg": "ES256", "use": "sig"}]}
        if path == "/userinfo":
            return self.userinfo
        asked = self.granted.pop(words["code"])
        digest = hashlib.sha256(words["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert (words["client_id"], words["client_secret"]) == (CLIENT, SECRET)
        return {"access_token": "short", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        usual = {"iss": self.url, "aud": CLIENT, "exp": time.time() + 60, "nonce": nonce}
        said = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        key = self.signed_with if self.signed_with is not None else self.key
        return jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": "one"})


class _Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        words = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer(dict(parse_qsl(words)))

    def _answer(self, words: dict[str, str]) -> None:
        self.server.told.called.append(self.headers["Host"])
        body = json.dumps(self.server.told.answer(self.path, words)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return None


@contextmanager
def identity_provider(folder: Path) -> Iterator[IdentityProvider]:
    certificate, key = certificate_in(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.told = told = IdentityProvider(f"https://127.0.0.1:{server.server_port}", certificate)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield told
        server.shutdown()
