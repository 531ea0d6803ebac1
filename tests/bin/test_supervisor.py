"""The supervisor: what it restarts, when, what it shows, and that nothing outlives it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import pytest
import supervisor
from supervisor import Log, delay, how_it_ended, is_alarm, printable

BIN = Path(supervisor.__file__).parent

# A supervisor of its own in a process of its own: it takes over signals, and dies in these tests.
DRIVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import processes
if sys.argv[3] == "without kernel":
    processes._prctl = None
from supervisor import Child, Log, Supervisor
here = Path(sys.argv[2])
boss = Supervisor(processes.say)
for name in ("one", "two"):
    # Each has a child of its own, as a worker has.
    script = "trap 'echo ERROR cut off; exit' TERM; echo WARNING born; sleep 300 & echo $! > $0; echo $$ >> $0; wait"
    words = ["sh", "-c", script, str(here / name)]
    boss.add(Child(name, words, {"PATH": "/usr/bin:/bin"}, here, Log(here / (name + ".log"))))
while not boss.wishes_to_end:
    boss.step(10)
boss.end(last="two")
print("all ended", flush=True)
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(question, within: float = 30.0):
    deadline = time.monotonic() + within
    while not (answer := question()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return answer


def pids(path: Path) -> list[int]:
    with contextlib.suppress(FileNotFoundError):
        numbers = path.read_text().split()
        return [int(number) for number in numbers] if len(numbers) == 2 else []
    return []


@contextlib.contextmanager
def driver(folder: Path, kernel: str = "with kernel") -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", DRIVER, str(BIN), str(folder), kernel]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_delay_doubles_and_is_capped():
    assert [delay(ends) for ends in (1, 2, 3, 4, 5, 6, 7, 100_000)] == [0.5, 1, 2, 4, 8, 10, 10, 10]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-03-02 10:00:00,000 ERROR tickets.sweep one row failed", True),
        ("[2026-03-02 10:00:00,000: WARNING/MainProcess] slow", True),
        ("CRITICAL celery.worker gone", True),
        ('{"event": "x", "level": "error"}', True),
        ("2026-03-02 10:00:00,000 INFO celery.beat Scheduler: Sending due task", False),
        ("INFO: 0 errors, no warnings", False),
        ("2026-03-02 10:00:00,000 ERROR django.request Service Unavailable: /healthz", False),
        ("2026-03-02 10:00:00,000 WARNING django.request Not Found: /desk/tickets/28/", False),
        ("2026-03-02 10:00:00,000 WARNING py.warnings consumer.py:427: CPendingDeprecationWarning:", False),
    ],
)
def test_alarms_reach_the_terminal_and_the_rest_the_log(line, shown):
    assert is_alarm(line) is shown


def test_a_quoted_stranger_does_not_steer_the_terminal():
    assert printable("ERROR \x1b[2J\x1b]0;owned\x07 Bj\u00f6rn\u202e\x9b\r\n") == "ERROR ]0;owned Bj\u00f6rn"
    assert printable("x" * 300) == "x" * 300
    assert printable("x" * 301) == "x" * 299 + "…"


def test_an_end_is_told_in_words():
    assert how_it_ended(3) == "ended with code 3"
    assert how_it_ended(-signal.SIGKILL) == "was killed (SIGKILL)"
    assert how_it_ended(-99) == "was killed (signal 99)"


def test_a_log_is_set_aside_when_it_has_grown(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "LOG_BYTES", 10)
    log = Log(tmp_path / "web.log")
    for line in (b"first line", b"second line", b"third line"):
        log.write(line)
    assert (tmp_path / "web.log").read_bytes() == b"third line\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"second line\n"
    Log(tmp_path / "web.log").write(b"after a restart")
    assert (tmp_path / "web.log").read_bytes() == b"after a restart\n"


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    Log(tmp_path / "no such folder" / "web.log").write(b"line")
    assert list(tmp_path.iterdir()) == []


def test_who_is_killed_starts_again_and_all_end_together(tmp_path):
    with driver(tmp_path) as process:
        first = wait_for(lambda: pids(tmp_path / "one"))
        other = wait_for(lambda: pids(tmp_path / "two"))
        os.kill(first[1], signal.SIGKILL)
        second = wait_for(lambda: (now := pids(tmp_path / "one")) != first and now)
        assert not is_alive(first[0]), "the killed child's own child was left behind"
        assert pids(tmp_path / "two") == other
        lines = []
        while lines.count("one: WARNING born") < 2:  # once it is to end, it shows nothing any more
            lines.append(process.stdout.readline().rstrip("\n"))
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    lines += output.splitlines()
    log = tmp_path / "one.log"
    assert f"one was killed (SIGKILL); starting it again in 0.5 s ({log})." in lines
    assert [lines.count("one: WARNING born"), lines.count("two: WARNING born"), lines[-1]] == [
        2,
        1,
        "all ended",
    ]
    assert log.read_text() == "WARNING born\nWARNING born\nERROR cut off\n"
    assert "one: ERROR cut off" not in lines
    assert [pid for pid in (*second, *other) if is_alive(pid)] == []


def test_killed_itself_without_the_kernel_s_help_it_leaves_nobody(tmp_path):
    with driver(tmp_path, "without kernel") as process:
        family = wait_for(lambda: pids(tmp_path / "one")) + wait_for(lambda: pids(tmp_path / "two"))
        process.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in family))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel ends children on Linux only")
def test_killed_itself_on_linux_its_children_go_with_it(tmp_path):
    with driver(tmp_path) as process:
        family = wait_for(lambda: pids(tmp_path / "one")) + wait_for(lambda: pids(tmp_path / "two"))
        process.kill()
        try:
            wait_for(lambda: not any(is_alive(pid) for pid in (family[1], family[3])))
        finally:
            for pid in (
                family[0],
                family[2],
            ):  # theirs ask for the same promise by themselves, as Celery's do
                os.kill(pid, signal.SIGKILL)
