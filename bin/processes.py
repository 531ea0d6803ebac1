"""Programs we start: none of them outlives us, and none of them talks to the terminal unasked."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refusal(Exception):
    """A reason not to go on, worded as one sentence for the person at the terminal."""


def say(text: str, *, channel: int = 1) -> None:
    """One line to the terminal, at once; a terminal that is gone or cannot show a letter stops nothing."""
    with contextlib.suppress(OSError):
        os.write(channel, (text + "\n").encode(sys.stdout.encoding or "ascii", "replace"))


def _linux_prctl() -> Callable[[int, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        prctl: Callable[[int, int], int] = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    return prctl


# Looked up once, before any fork: loading a library in a forked child is not safe.
_prctl = _linux_prctl()


def kernel_ends_children() -> bool:
    """Whether the kernel itself kills our children when we die (Linux); elsewhere a Watchdog must."""
    return _prctl is not None


def die_with(parent: int, watchdog: Watchdog | None = None) -> Callable[[], None]:
    """What a new child runs before its program, so that it is killed when `parent` dies.

    The kernel watches the thread that forked: start children from the main thread only. A parent that died
    between the fork and this call is seen by its changed id. A watchdog hears of the child from itself, for
    the parent could die before it says so.
    """

    def promise() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
        if watchdog is not None:
            watchdog.watch(os.getpid())

    return promise


def start(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    user: pwd.struct_passwd | None = None,
    stdin: int = subprocess.DEVNULL,
    output: int | IO[bytes] = subprocess.PIPE,
    watchdog: Watchdog | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program in a group of its own (a Ctrl-C reaches us alone); both its outputs go to `output`."""
    return subprocess.Popen(  # noqa: S603 - every command line is ours
        [str(word) for word in argv],
        env=dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with(os.getpid(), watchdog),
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
    )


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a child has ended; where the system can, without reaping it: its number stays its own."""
    if process.returncode is not None or not hasattr(os, "waitid"):
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end_group(process: subprocess.Popen[bytes], patience: float, how: int = signal.SIGTERM) -> int:
    """Asks a child to end, waits `patience` seconds, kills what is left of its group; the exit code."""
    if patience:
        process.send_signal(how)
    deadline = time.monotonic() + patience
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    signal_group(process, signal.SIGKILL)
    return process.wait()


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Sends a signal to a child's whole group; a group that is gone already is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def finish(argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> tuple[int, str]:
    """Runs a program to its end; returns its exit code and all it wrote. Interrupted, it takes it along."""
    process = start(argv, env=env, cwd=cwd)
    try:
        output, _ = process.communicate()
    except BaseException:
        end_group(process, patience=1)
        raise
    return process.returncode, output.decode("utf-8", "replace")


def asked_to_stay(number: int) -> bool:
    """Whether we shall outlive a closed terminal (nohup). Only that: a shell's `&` ignores Ctrl-C unasked."""
    return number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def end_on_signals() -> None:
    """Makes SIGTERM and a closed terminal end us like Ctrl-C does, so that every `finally` runs."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in ENDINGS:
        if not asked_to_stay(number):
            signal.signal(number, interrupt)


class Watchdog:
    """A tiny process that kills our children's groups when we are gone, where the kernel does not.

    It hears of each group through a pipe only we hold open; the end of the pipe is our end.
    """

    def __init__(self) -> None:
        read_end, self._write_end = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.close(self._write_end)
            self._wait_for_the_end(read_end)
        os.close(read_end)

    def watch(self, group: int) -> None:
        """From now on this process group ends with us."""
        os.write(self._write_end, b"+%d\n" % group)

    def forget(self, group: int) -> None:
        """This group has ended by itself; its number may belong to somebody else soon."""
        os.write(self._write_end, b"-%d\n" % group)

    def close(self) -> None:
        """Lets the watchdog go; it kills what it still watches."""
        os.close(self._write_end)

    @staticmethod
    def _wait_for_the_end(read_end: int) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        groups: set[int] = set()
        with os.fdopen(read_end) as news:
            for line in news:
                if line.startswith("+"):
                    groups.add(int(line[1:]))
                else:
                    groups.discard(int(line[1:]))
        for group in groups:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        os._exit(0)
