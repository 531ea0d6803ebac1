"""The wire to a system outside: one POST to an address that was checked, a bounded answer, what is certain after it.

What matters afterwards is one question: can the other side have got it? `NotSent` says no; `Unclear` says nobody knows.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from .address import as_ip, may_reach

SECONDS = 10
MOST_BYTES = 64 * 1024


class NotSent(Exception):
    """It has certainly not arrived: no connection, or none to an address one may reach."""


class Unclear(Exception):
    """It may have arrived: the connection broke, nothing came in time, or too much."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Send it once. Follows nothing: a redirect is an answer like any other."""
    parts = urlsplit(url)
    assert parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sock = _connected(parts.hostname, port, tls=parts.scheme == "https", private=private)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=SECONDS)
    connection.sock = sock
    with contextlib.closing(connection), _ended_after(sock):
        try:
            connection.request("POST", path, body=body, headers=dict(headers))
            response = connection.getresponse()
            said = response.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unclear(type(error).__name__) from error
    if len(said) > MOST_BYTES:
        raise Unclear("TooMuch")
    return Answer(response.status, said)


def _connected(host: str, port: int, *, tls: bool, private: bool) -> socket.socket:
    """A connection to an address that was looked up once and checked; nobody looks it up again in between."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("NoSuchName") from error
    places = [place for *_rest, place in found]
    addresses = [as_ip(str(place[0])) for place in places]
    # All of them: one that may not be reached makes the name itself suspect.
    if not all(ip is not None and may_reach(ip, private=private) for ip in addresses):
        raise NotSent("ForbiddenAddress")
    try:
        sock = socket.create_connection((str(places[0][0]), port), timeout=SECONDS)
        if not tls:
            return sock
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except (OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from error


@contextlib.contextmanager
def _ended_after(sock: socket.socket) -> Iterator[None]:
    """The socket's own timeout counts from byte to byte; somebody who sends one a second would never end."""

    def end() -> None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
