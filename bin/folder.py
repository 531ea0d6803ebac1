"""The data folder of one installation: who runs in it, whether it can be written, and its secret."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from processes import Refusal

# SQLite needs room beside its file for the log of running transactions; less than this ends in half-written mail.
ROOM_BYTES = 50_000_000
SHORTEST_SECRET = 32


def place(root: Path) -> Path:
    """The data folder: KULANZ_VAR, or var in the checkout."""
    return Path(os.environ.get("KULANZ_VAR") or root / "var").expanduser().absolute()


def make_ready(var: Path) -> None:
    """Makes the folder, for its owner only, and proves that it can be written. Raises Refusal if it cannot."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / "log").mkdir(mode=0o700, exist_ok=True)
        probe = var / ".written"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
        free = shutil.disk_usage(var).free
    except OSError as failure:
        reason = {
            errno.ENOSPC: "the disk is full",
            errno.EACCES: "this user may not write there",
            errno.EROFS: "it is read-only",
            errno.ENOTDIR: "part of that path is a file",
            errno.EEXIST: "it is a file",
        }.get(failure.errno or 0, failure.strerror)
        raise Refusal(
            f"The data folder {var} cannot be used, {reason}; choose another with KULANZ_VAR."
        ) from failure
    if free < ROOM_BYTES:
        raise Refusal(
            f"The disk of the data folder {var} has {free // 1_000_000} MB left and Kulanz needs"
            f" {ROOM_BYTES // 1_000_000} MB to start; make room, or choose another folder with KULANZ_VAR."
        )


@contextlib.contextmanager
def held(var: Path, address: str) -> Iterator[None]:
    """Holds the folder for one running product; the kernel lets go of it when we die, however we die."""
    with (var / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read(200).strip() or "another process"
            raise Refusal(
                f"Kulanz already runs on {var} ({who}); end that one, or choose another folder with KULANZ_VAR."
            ) from None
        except OSError as failure:
            raise Refusal(
                f"The data folder {var} cannot be locked ({failure.strerror}): is it on a network disk?"
                " Choose a local one with KULANZ_VAR."
            ) from failure
        lock.seek(0)
        lock.truncate()
        lock.write(f"process {os.getpid()}, {address}\n")
        lock.flush()
        yield


def secret_key(var: Path) -> str:
    """The installation's secret, made once at random and kept for its owner only."""
    path = var / "secret_key"
    with contextlib.suppress(FileNotFoundError):
        secret = path.read_text().strip()
        if len(secret) < SHORTEST_SECRET:
            raise Refusal(
                f"{path} is damaged; restore it from a backup, or remove it and everybody signs in anew."
            )
        return secret
    draft = var / "secret_key.new"
    draft.unlink(missing_ok=True)
    # Whole on the disk before it takes its name: a crash leaves a secret or none, never half of one.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path.read_text().strip()
