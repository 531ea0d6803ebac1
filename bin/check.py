"""bin/test: the whole check as one command, from nothing: code, then the suite on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import broker
import environment
import postgres
from processes import Refusal, die_with, end_group, end_on_signals, finish, say, start
from pure import pure_files

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a shell left over must not decide which database the tests empty.
LEFTOVERS = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "SEALING_KEYS",
    "DEBUG",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "EMAIL_URL",
    "MAIL_FROM",
    "MAIL_WEBHOOK_PASSWORD",
    "MAIL_WEBHOOK_SIGNING_KEY",
    "TIME_ZONE",
    "LOG_LEVEL",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "__PYVENV_LAUNCHER__",
)
LEFTOVER_PREFIXES = ("KULANZ_", "CELERY_", "DJANGO_", "PG")
NOTHING_COLLECTED = 5

HELP = """\
usage: bin/test [--postgres] [pytest arguments]

Without arguments: checks the code, then runs the whole suite on SQLite and on PostgreSQL.
With arguments: hands them to pytest and runs on SQLite only; --postgres adds PostgreSQL.

environment variables:
  REQUIRE_SERVICES=1        a missing PostgreSQL, Redis, Dovecot or Chromium is a failure instead of a skip
  KULANZ_TEST_DATABASE_URL  a PostgreSQL of yours instead of a throw-away one
  KULANZ_VENV, KULANZ_PYTHON  as for bin/run
"""


class Wish(NamedTuple):
    """What the command line asks for."""

    postgres: bool
    focus: list[str]


class Result(NamedTuple):
    """One step and how it went; `passed` is None when it was left out, with the reason in `note`."""

    name: str
    passed: bool | None
    seconds: float = 0.0
    note: str = ""


def wish_from(argv: Sequence[str]) -> Wish:
    """`--postgres` is ours, everything else is pytest's."""
    focus = [word for word in argv if word != "--postgres"]
    return Wish(postgres="--postgres" in argv or not focus, focus=focus)


def clean_environ(given: dict[str, str]) -> dict[str, str]:
    """The caller's environment without what could lead the tests to a real database, broker or mailbox."""
    kept = {name: value for name, value in given.items() if not name.startswith(LEFTOVER_PREFIXES)}
    return {name: value for name, value in kept.items() if name not in LEFTOVERS}


def browser() -> str | None:
    """Path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def code_checks(python: Path) -> list[tuple[str, list[str]]]:
    """Name and command of every check that runs no test."""
    pure = [str(path.relative_to(ROOT)) for path in [*pure_files(ROOT), *sorted((ROOT / "bin").glob("*.py"))]]
    word = str(python)
    checks = [
        ("ruff check", [word, "-m", "ruff", "check"]),
        ("ruff format", [word, "-m", "ruff", "format", "--check"]),
        (f"mypy --strict ({len(pure)} pure files)", [word, "-m", "mypy", *MYPY, *pure]),
        ("migrations complete", [word, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]
    if has_import_rules():
        # Run like its own script would be, whose first line names a path that a moved checkout breaks.
        script = (
            "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
        )
        checks.append(("imports point left", [word, "-c", script]))
    return checks


# No configuration and no plugin: pure files need no settings, and the check takes a third of the time.
MYPY = [
    "--config-file=",
    "--strict",
    "--python-version=3.11",
    "--ignore-missing-imports",
    "--no-error-summary",
]


def has_import_rules() -> bool:
    """Whether import-linter is configured here."""
    if (ROOT / ".importlinter").exists():
        return True
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return "importlinter" in settings.get("tool", {})


def run_check(name: str, argv: Sequence[str], env: dict[str, str]) -> Result:
    """Runs a check silently; a failing one shows all it said."""
    began = time.monotonic()
    code, output = finish(argv, env=env, cwd=ROOT)
    seconds = time.monotonic() - began
    say(f"{'ok     ' if code == 0 else 'FAILED '} {name}  {seconds:.1f} s")
    if code:
        say(output.rstrip())
    return Result(name, code == 0, seconds)


def run_suite(name: str, python: Path, arguments: Sequence[str], env: dict[str, str]) -> Result:
    """Runs pytest in the foreground, so that a debugger gets the terminal."""
    began = time.monotonic()
    say(f"\n── {name}: pytest {' '.join(arguments)}")
    argv = [str(python), "-m", "pytest", *arguments]
    code = subprocess.call(argv, env=env, cwd=ROOT, preexec_fn=die_with(os.getpid()))  # noqa: S603
    note = "no test was found" if code == NOTHING_COLLECTED else ""
    return Result(name, code == 0, time.monotonic() - began, note)


@contextlib.contextmanager
def throwaway_redis(venv: Path, folder: Path) -> Iterator[str | None]:
    """A broker for this run; yields its address, or None where none can run."""
    try:
        ours = broker.make(venv, folder / "broker")
    except Refusal:
        yield None
        return
    with (folder / "broker.log").open("wb") as log:
        process = start(ours.argv, env=dict(os.environ), cwd=folder, stdin=subprocess.PIPE, output=log)
    try:
        if process.stdin:
            process.stdin.write(ours.settings(lasting=False))
            process.stdin.close()
        deadline = time.monotonic() + 10
        while not ours.answers():
            if time.monotonic() > deadline:
                raise Refusal("The throw-away broker does not start.")
            time.sleep(0.02)
        yield ours.url
    finally:
        end_group(process, patience=2)


@contextlib.contextmanager
def postgres_address() -> Iterator[str | None]:
    """The address of a PostgreSQL for this run: the caller's, a throw-away one, or None."""
    given = os.environ.get("KULANZ_TEST_DATABASE_URL")
    programs = None if given else postgres.find()
    if programs:
        with postgres.throwaway(programs) as address:
            yield address
    else:
        yield given


def missing(redis_url: str | None, chromium: str | None, needs_postgres: bool) -> list[str]:
    """Names of the services this machine lacks."""
    has_postgres = bool(os.environ.get("KULANZ_TEST_DATABASE_URL") or postgres.find())
    lacks = {
        "PostgreSQL": needs_postgres and not has_postgres,
        "Redis": not redis_url,
        "Chromium": not chromium,
    }
    return [name for name, lacking in lacks.items() if lacking]


def check(wish: Wish, results: list[Result]) -> None:
    """All steps in order; each adds its result, so that an interrupted run can still say what it did."""
    began = time.monotonic()
    python = environment.ensure(ROOT, environment.TEST)
    results.append(Result("environment", True, time.monotonic() - began))
    with (
        tempfile.TemporaryDirectory(prefix="kulanz-test-") as name,
        throwaway_redis(python.parent.parent, Path(name)) as redis_url,
    ):
        chromium = browser()
        lacks = missing(redis_url, chromium, wish.postgres)
        required = os.environ.get("REQUIRE_SERVICES") == "1"
        results += [
            Result(f"needs {lack}", False if required else None, note="not installed") for lack in lacks
        ]
        env = clean_environ(dict(os.environ)) | {
            "KULANZ_VAR": name,
            "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        }
        env |= {"REDIS_URL": redis_url} if redis_url else {}
        env |= {"KULANZ_CHROMIUM": chromium} if chromium else {}
        env["DATABASE_URL"] = f"sqlite:///{name}/kulanz.sqlite3"
        env["SECRET_KEY"] = secrets.token_urlsafe(50)  # one for all processes of this run
        results.append(run_check("texts compile", [str(python), "manage.py", "compile_texts"], env))
        if not wish.focus:
            results += [run_check(title, argv, env) for title, argv in code_checks(python)]
        suites(wish, python, env, results)


# Apart and alone: each walks through a whole running product and waits for it, and the browser's driver keeps
# the process's event loop to itself.
JOURNEYS = "tests/journeys"
# Whoever has to make the whole check shorter sees where to begin.
SLOWEST = ("--durations=15", "--durations-min=3")


def suites(wish: Wish, python: Path, env: dict[str, str], results: list[Result]) -> None:
    """The suite on SQLite, and where wished on PostgreSQL; there without the tests that ask no database."""
    if wish.focus:
        runs = [("suite", wish.focus)]
    else:
        every = ["-n", "2", "-q", *SLOWEST, "tests", f"--ignore={JOURNEYS}"]
        runs = [("suite", every), ("journeys", ["-q", *SLOWEST, JOURNEYS])]
    for title, arguments in runs:
        results.append(run_suite(f"{title} on SQLite", python, arguments, env))
    if not wish.postgres:
        return
    with postgres_address() as address:
        if address:
            env = env | {"DATABASE_URL": address, "PYTHONPATH": str(ROOT / "bin")}
            if not os.environ.get("KULANZ_TEST_DATABASE_URL"):
                env["KULANZ_THROWAWAY_DATABASE"] = "1"
            for title, arguments in runs:
                plugin = [] if wish.focus else ["-p", "needs_database"]
                results.append(run_suite(f"{title} on PostgreSQL", python, [*arguments, *plugin], env))


def summary(results: Sequence[Result], seconds: float) -> list[str]:
    """The last lines: what ran, what was left out and why, what failed, and how long it all took."""
    ran = [f"{r.name} {r.seconds:.0f} s" for r in results if r.passed]
    skipped = [f"{r.name} ({r.note})" for r in results if r.passed is None]
    failed = [f"{r.name} ({r.note})" if r.note else r.name for r in results if r.passed is False]
    lines = [f"ran:     {', '.join(ran) or 'nothing'}", f"skipped: {', '.join(skipped) or 'nothing'}"]
    if failed:
        lines.append(f"FAILED:  {', '.join(failed)}")
    return [*lines, f"{'FAILED' if failed else 'all well'} in {seconds:.0f} s"]


def main() -> int:
    """Exit code: 0 all well, 1 something failed or could not run, 130 interrupted."""
    if sys.argv[1:] in (["--help"], ["-h"]):
        say(HELP)
        return 0
    end_on_signals()
    began = time.monotonic()
    wish = wish_from(sys.argv[1:])
    results: list[Result] = []
    if wish.focus:
        results.append(Result("code checks", None, note="arguments given"))
    interrupted = False
    try:
        check(wish, results)
    except Refusal as reason:
        results.append(Result(str(reason), False))
    except KeyboardInterrupt:
        interrupted = True
        results.append(Result("the rest", None, note="interrupted"))
    say("\n" + "\n".join(summary(results, time.monotonic() - began)))
    return 130 if interrupted else int(any(result.passed is False for result in results))


if __name__ == "__main__":
    sys.exit(main())
