"""bin/bench: the measurements as one command, on throw-away servers unless others are named."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import broker
import environment
import postgres
from check import throwaway_redis
from processes import Refusal, die_with, end_group, end_on_signals, say

ROOT = Path(__file__).resolve().parent.parent
ENDS_WITHIN_SECONDS = 30.0

HELP = """
environment variables:
  DATABASE_URL    a database server of yours instead of a throw-away PostgreSQL; a database of its own is made there
                  (named test_…) and dropped again. sqlite:///… measures SQLite.
  REDIS_URL       a broker of yours instead of a throw-away one
  KULANZ_VENV, KULANZ_PYTHON  as for bin/run"""


@contextlib.contextmanager
def database() -> Iterator[str | None]:
    """The address of the database to measure on; None for SQLite, where no PostgreSQL is installed."""
    given = os.environ.get("DATABASE_URL")
    programs = None if given else postgres.find()
    if programs:
        with postgres.throwaway(programs) as address:
            yield address
    else:
        if not given:
            say("No PostgreSQL is installed here: measuring on SQLite.")
        yield given


def run(argv: list[str]) -> int:
    """Everything in order; the exit code of the measurements."""
    python = environment.ensure(ROOT, environment.RUN)
    command = [str(python), "manage.py", "bench", *argv]
    if {"--help", "-h"} & set(argv):
        code = subprocess.call(command, cwd=ROOT)  # noqa: S603 - every word is ours or the caller's own
        say(HELP)
        return code
    with (
        tempfile.TemporaryDirectory(prefix="kulanz-bench-") as name,
        throwaway_redis(python.parent.parent, Path(name)) as redis_url,
        database() as address,
    ):
        env = dict(os.environ) | {"KULANZ_VAR": name, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
        env |= {"DATABASE_URL": address} if address else {}
        env.setdefault("REDIS_URL", redis_url or "redis://127.0.0.1:1/0")
        # For the measurement that kills one: a program it may start again and again.
        with contextlib.suppress(Refusal):
            env["KULANZ_BROKER"] = broker.find(python.parent.parent)
        return measured(command, env)


def measured(command: list[str], env: dict[str, str]) -> int:
    """The exit code. Ended on the way, it is asked to end first: what it started stops before what that works on."""
    process = subprocess.Popen(  # noqa: S603 - every word is ours or the caller's own
        command, env=env, cwd=ROOT, start_new_session=True, preexec_fn=die_with(os.getpid())
    )
    try:
        return process.wait()
    except BaseException:
        end_group(process, patience=ENDS_WITHIN_SECONDS)
        raise


def main() -> int:
    """Exit code: 0 all measured, 1 something could not be, 130 interrupted."""
    end_on_signals()
    try:
        return run(sys.argv[1:])
    except Refusal as reason:
        say(f"Kulanz: {reason}", channel=2)
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
