"""A paying system for tests: a real server on this machine that answers as it is told and remembers what it got."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Payer:
    url: str = ""
    status: int = 200
    body: bytes = b'{"status": "confirmed", "reference": "T-1"}'
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    drips: float = 0.0  # seconds between the bytes of its answer
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextlib.contextmanager
def paying() -> Iterator[Payer]:
    payer = Payer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            payer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if payer.hangs_up:
                self.connection.close()
                return
            self.send_response(payer.status)
            for name, value in payer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self._say(payer.body)

        def _say(self, body: bytes) -> None:
            if not payer.drips:
                self.wfile.write(body)
                return
            for number in range(len(body)):
                self.wfile.write(body[number : number + 1])
                self.wfile.flush()
                time.sleep(payer.drips)

        def log_message(self, *_args: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    payer.url = f"http://127.0.0.1:{server.server_port}/pay"
    try:
        yield payer
    finally:
        server.shutdown()
        server.server_close()
