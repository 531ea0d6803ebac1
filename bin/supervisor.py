"""Keeps our long-running children alive: logs what they say, restarts what ends, ends all together."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from processes import (
    ENDINGS,
    Watchdog,
    asked_to_stay,
    end_group,
    has_ended,
    kernel_ends_children,
    signal_group,
    start,
)

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
# A child that lived this long was well: its next end starts the back-off anew.
STEADY_SECONDS = 30.0
LOG_BYTES = 5_000_000
SHOWN_PER_TEN_SECONDS = 5
SHOWN_CHARACTERS = 300
LONGEST_LINE_BYTES = 64_000
# Ten seconds in all: the workers first, for they still write; then the broker they write to.
PATIENCE_SECONDS = 7.0
LAST_PATIENCE_SECONDS = 1.5

ALARM = re.compile(r'\b(WARNING|ERROR|CRITICAL|FATAL)\b|"level": ?"(warning|error|critical)"')
# Not for that person: the health page, which is red by design until the first sweep, an address somebody mistyped,
# and hints to developers.
NO_ALARM = re.compile(r"Service Unavailable: /healthz| django\.request Not Found: | py\.warnings ")
UNPRINTABLE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def delay(ends: int) -> float:
    """Seconds to wait before start number `ends` + 1 in a row: 0.5, 1, 2, 4, 8, 10, 10 …"""
    doublings = min(max(ends - 1, 0), 10)
    return min(FIRST_DELAY_SECONDS * float(2**doublings), LONGEST_DELAY_SECONDS)


def is_alarm(line: str) -> bool:
    """Whether a line of a log is for the person at the terminal."""
    return ALARM.search(line) is not None and NO_ALARM.search(line) is None


def printable(line: str) -> str:
    """A line fit for a terminal: logs may quote strangers, whose control characters must not steer it."""
    clean = UNPRINTABLE.sub("", line).strip()
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[: SHOWN_CHARACTERS - 1] + "…"


def how_it_ended(code: int) -> str:
    """An exit code in words: "ended with code 3", "was killed (SIGKILL)"."""
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed ({signal.Signals(-code).name})"
    return f"was killed (signal {-code})"


class Log:
    """One child's log file: appended to, and set aside as `.1` when it grows over LOG_BYTES."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def write(self, line: bytes) -> None:
        """Adds a line. A full disk loses the line and nothing else."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
            if self._file.tell() > LOG_BYTES:
                self._file.close()
                self.path.replace(self.path.with_name(self.path.name + ".1"))
                self._file = self.path.open("ab", buffering=0)
            self._file.write(line + b"\n")


@dataclass
class Child:
    """One long-running program of ours."""

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str]
    cwd: Path
    log: Log
    stdin: bytes = b""
    quiet: bool = False  # its alarms stay in its log
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    ends: int = 0
    rest: bytes = b""
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    shown: deque[float] = field(default_factory=lambda: deque(maxlen=SHOWN_PER_TEN_SECONDS))


class Supervisor:
    """Runs children in one thread: the kernel ties a child's life to the thread that started it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self.wishes_to_end = 0
        self._say = say
        self._selector = selectors.DefaultSelector()
        self._watchdog = None if kernel_ends_children() else Watchdog()
        self._bell, bell_in = os.pipe()
        for end in (self._bell, bell_in):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(bell_in, warn_on_full_buffer=False)
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only rings the bell
        for number in ENDINGS:
            if not asked_to_stay(number):
                signal.signal(number, self._wish)

    def _wish(self, number: int, frame: FrameType | None) -> None:
        self.wishes_to_end += 1

    def add(self, child: Child) -> None:
        """Starts a child and keeps it running from now on."""
        self.children.append(child)
        self._start(child)

    def drop(self, child: Child) -> None:
        """Ends a child for good."""
        if child.process:
            signal_group(child.process, signal.SIGKILL)
        self.children.remove(child)
        if child.process:
            child.process.wait()
            self._close(child.process)

    def step(self, timeout: float) -> None:
        """Waits up to `timeout` seconds for news, then works off all of it."""
        now = time.monotonic()
        due = [] if self.wishes_to_end else [child.due_at for child in self.children if not child.process]
        until = min([timeout, *(max(at - now, 0) for at in due)])
        for key, _ in self._selector.select(until):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell, 4096)
            else:
                self._read(key.data)
        for child in self.children:
            if child.process is not None and has_ended(child.process):
                self._bury(child)
            elif child.process is None and time.monotonic() >= child.due_at and not self.wishes_to_end:
                self._start(child)

    def pass_time(self, seconds: float) -> None:
        """Looks after the children for this long, or until we are to end."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.wishes_to_end:
            self.step(left)

    def end(self, last: str) -> None:
        """Ends all children within ten seconds, the one named `last` after the others. A second wish hurries."""
        self._end([child for child in self.children if child.name != last], PATIENCE_SECONDS)
        self._end([child for child in self.children if child.name == last], LAST_PATIENCE_SECONDS)

    def _start(self, child: Child) -> None:
        try:
            child.process = start(
                child.argv,
                env=child.env,
                cwd=child.cwd,
                stdin=subprocess.PIPE if child.stdin else subprocess.DEVNULL,
                watchdog=self._watchdog,
            )
        except OSError as failure:  # no memory, or the program is gone: try again later
            self._postpone(child, f"cannot start ({failure.strerror})")
            return
        child.started_at = time.monotonic()
        if child.process.stdin:
            with contextlib.suppress(OSError):
                child.process.stdin.write(child.stdin)
                child.process.stdin.close()
        if child.process.stdout:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _read(self, child: Child) -> bool:
        """Takes what a child has said since; whether it may have said more."""
        if child.process is None or child.process.stdout is None:
            return False
        try:
            data = os.read(child.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data:
            self._close(child.process)
        *lines, child.rest = (child.rest + data).split(b"\n")
        if child.rest and (not data or len(child.rest) > LONGEST_LINE_BYTES):
            lines, child.rest = [*lines, child.rest], b""
        for line in lines:
            self._take(child, line)
        return bool(data)

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None:
            self._selector.unregister(process.stdout)
            process.stdout.close()
            process.stdout = None

    def _take(self, child: Child, raw: bytes) -> None:
        child.log.write(raw)
        line = raw.decode("utf-8", "replace")
        if line.strip():
            child.tail.append(line)
        if child.quiet or self.wishes_to_end or not is_alarm(line):
            return  # at the end pages still open are cut off, which the web server calls an error
        now = time.monotonic()
        if len(child.shown) == SHOWN_PER_TEN_SECONDS and now - child.shown[0] < 10:
            return  # the log has it; a flood would hide what matters
        child.shown.append(now)
        self._say(f"{child.name}: {printable(line)}")

    def _bury(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        while self._read(child):
            pass
        code = end_group(process, patience=0)
        self._close(process)
        if self._watchdog:
            self._watchdog.forget(process.pid)
        child.process, child.rest = None, b""
        if not self.wishes_to_end:
            self._postpone(child, how_it_ended(code))

    def _postpone(self, child: Child, what: str) -> None:
        now = time.monotonic()
        child.ends = 1 if now - child.started_at > STEADY_SECONDS and child.started_at else child.ends + 1
        child.due_at = now + delay(child.ends)
        why = f': "{printable(child.tail[-1])}"' if child.tail and "killed" not in what else ""
        self._say(
            f"{child.name} {what}{why}; starting it again in {delay(child.ends):g} s ({child.log.path})."
        )

    def _end(self, children: Sequence[Child], patience: float) -> None:
        self.wishes_to_end = max(self.wishes_to_end, 1)
        hurried = self.wishes_to_end + 1
        for child in children:
            if child.process:
                child.process.terminate()  # to it alone: it ends its own children
        deadline = time.monotonic() + patience
        while any(child.process for child in children):
            if time.monotonic() > deadline or self.wishes_to_end >= hurried:
                for child in children:
                    if child.process:
                        signal_group(child.process, signal.SIGKILL)
            self.step(0.1)
