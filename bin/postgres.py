"""A throw-away PostgreSQL for one test run: made, used, torn down; it never touches a cluster of the machine."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from broker import LOOPBACK, free_port
from environment import last_line
from processes import Refusal, end_group, has_ended, start

UP_WITHIN_SECONDS = 20.0
# Nothing here outlives the run, so nothing has to reach the disk.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


class Programs(NamedTuple):
    """Paths of the two PostgreSQL programs we run."""

    initdb: str
    postgres: str


def find() -> Programs | None:
    """The newest PostgreSQL here: Debian's folders first, then the PATH; None if there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True)
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    initdb, postgres = shutil.which("initdb", path=path), shutil.which("postgres", path=path)
    return Programs(initdb, postgres) if initdb and postgres else None


def _major(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def server_user() -> pwd.struct_passwd | None:
    """Whom to run it as: ourselves (None), but as root, which PostgreSQL refuses, a user without rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Refusal("PostgreSQL does not run as root and there is no user postgres or nobody to run it as.")


@contextlib.contextmanager
def throwaway(programs: Programs) -> Iterator[str]:
    """A fresh server; yields its DATABASE_URL. Stopped and removed in every case. Raises Refusal if it fails."""
    user = server_user()
    # Not TMPDIR, which may lie where the server's user cannot go.
    folder = Path(tempfile.mkdtemp(prefix="kulanz-postgres-", dir="/tmp"))
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        word = secrets.token_hex(16)
        _make_cluster(programs, folder, word, user)
        with _running(programs, folder, user) as port:
            yield f"postgres://kulanz:{word}@{LOOPBACK}:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(programs: Programs, folder: Path, word: str, user: pwd.struct_passwd | None) -> None:
    word_file = folder / "word"
    word_file.write_text(word)
    if user:
        os.chown(word_file, user.pw_uid, user.pw_gid)
    argv: list[str | Path] = [
        programs.initdb,
        "-D",
        folder / "data",
        "-U",
        "kulanz",
        "-A",
        "scram-sha-256",
        "--no-sync",
    ]
    argv += [f"--pwfile={word_file}", "--encoding=UTF8", "--locale=C.UTF-8"]
    with (folder / "initdb.log").open("w+b") as log:
        process = start(argv, env=_environ(), cwd=folder, user=user, output=log)
        if _wait(process) != 0:
            log.seek(0)
            raise Refusal(f"initdb failed: {last_line(log.read().decode('utf-8', 'replace'))}")


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except BaseException:
        end_group(process, patience=1)
        raise


@contextlib.contextmanager
def _running(programs: Programs, folder: Path, user: pwd.struct_passwd | None) -> Iterator[int]:
    """The server on a free port; somebody may take that port first, so it is tried three times."""
    for _ in range(3):
        port = free_port()
        argv: list[str | Path] = [programs.postgres, "-D", folder / "data", "-k", folder, "-p", str(port)]
        argv += [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (folder / "server.log").open("wb") as log:
            process = start(argv, env=_environ(), cwd=folder, user=user, output=log)
        try:
            if _answers(process, folder / f".s.PGSQL.{port}"):
                yield port
                return
        finally:
            end_group(process, patience=5, how=signal.SIGQUIT)  # at once: nothing is worth saving
    said = last_line((folder / "server.log").read_text(errors="replace"))
    raise Refusal(f"The throw-away PostgreSQL does not start: {said}")


def _answers(process: subprocess.Popen[bytes], path: Path) -> bool:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < deadline and not has_ended(process):
        if path.exists() and _is_ready(path):
            return True
        time.sleep(0.05)
    return False


def _is_ready(path: Path) -> bool:
    """Asks like a client would: the answer to an SSL request is one byte; a refusal in words begins with E."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        line.connect(str(path))
        line.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
        return line.recv(1) in (b"N", b"S")
    return False


def _environ() -> dict[str, str]:
    """Nothing of the caller's PG… variables reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
