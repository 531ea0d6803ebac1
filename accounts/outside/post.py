"""The wire to a system outside: one call to an address that was checked, a bounded answer, what is certain after it.

What matters afterwards is one question: can the other side have got it? `NotSent` says no; `Unclear` says nobody knows.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .address import as_ip, may_reach

SECONDS = 10
LEAST = 0.1  # for the rest of the way, however long the name took
MOST_BYTES = 64 * 1024


class NotSent(Exception):
    """It has certainly not arrived: no connection, or none to an address one may reach."""


class Unclear(Exception):
    """It may have arrived: the connection broke, nothing came in time, or too much."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Send it once. Follows nothing: a redirect is an answer like any other."""
    return call("POST", url, body, headers, private=private, seconds=SECONDS)


def call(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    private: bool,
    seconds: float,
    most: int = MOST_BYTES,
    trusted: str | None = None,
) -> Answer:
    """The same with another method; `trusted` is a file of certificates to trust in place of the system's."""
    parts = urlsplit(url)
    assert parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    port = parts.port or usual
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ends = time.monotonic() + seconds
    place = _place(parts.hostname, port, private=private, seconds=seconds)
    seconds = max(ends - time.monotonic(), LEAST)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=seconds)
    # Not named in the Host header: a service that calls itself as it is called would call itself otherwise.
    connection.default_port = usual
    with contextlib.closing(connection), _ended_after(seconds) as held:
        tls = ssl.create_default_context(cafile=trusted) if parts.scheme == "https" else None
        connection.sock = _connected(place, parts.hostname, held, tls=tls, seconds=seconds)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            said = response.read(most + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unclear(type(error).__name__) from error
    if len(said) > most:
        raise Unclear("TooMuch")
    return Answer(response.status, said, dict(response.getheaders()))


def _place(host: str, port: int, *, private: bool, seconds: float) -> tuple[str, int]:
    """Where the name leads, looked up once and checked; nobody looks it up again in between."""
    places = _looked_up(host, port, seconds=seconds)
    addresses = [as_ip(str(place[0])) for place in places]
    # All of them: one that may not be reached makes the name itself suspect.
    if not all(ip is not None and may_reach(ip, private=private) for ip in addresses):
        raise NotSent("ForbiddenAddress")
    return str(places[0][0]), port


def _looked_up(host: str, port: int, *, seconds: float) -> list[tuple[Any, ...]]:
    """The system's own way to look up a name knows no limit, and a server of names that says nothing takes half a
    minute: it is asked beside, and left to itself when the time is over."""
    found: list[list[tuple[Any, ...]]] = []
    troubles: list[Exception] = []

    def ask() -> None:
        try:
            found.append([place for *_rest, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            troubles.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise NotSent("NoSuchName" if troubles else "NameTooSlow") from next(iter(troubles), None)
    return found[0]


def _connected(
    place: tuple[str, int],
    host: str,
    held: list[socket.socket],
    *,
    tls: ssl.SSLContext | None,
    seconds: float,
) -> socket.socket:
    try:
        sock = socket.create_connection(place, timeout=seconds)
        held.append(sock)
        if tls is None:
            return sock
        held[:] = [tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)]
        held[0].do_handshake()  # type: ignore[attr-defined]
        return held[0]
    except (OSError, ValueError) as error:
        for sock in held:
            sock.close()
        raise NotSent(type(error).__name__) from error


@contextlib.contextmanager
def _ended_after(seconds: float) -> Iterator[list[socket.socket]]:
    """The socket's own timeout counts from byte to byte; somebody who sends one a second would never end."""
    held: list[socket.socket] = []

    def end() -> None:
        for sock in held:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield held
    finally:
        timer.cancel()
