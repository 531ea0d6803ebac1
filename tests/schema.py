"""The tables of the newest migrations, made once and then copied: migrating takes seconds, copying none.

On SQLite the made file is kept beside the installed packages, under a name that changes with every migration; on a
throw-away PostgreSQL it is a database the others begin as. Whatever stands in the way, tests migrate as before.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
MOST_KEPT = 20
# What decides how the tables look, apart from the packages.
MADE_OF = ("*/migrations/*.py", "requirements.txt", "servicedesk/settings.py", "accounts/apps.py")


def fingerprint() -> str:
    """Another name for other migrations, other settings or other packages."""
    sum_ = hashlib.sha256(sys.version.encode())
    for path in sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern)):
        sum_.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sum_.hexdigest()[:20]


def sqlite_file() -> Path:
    """The migrated file, made now if there is none."""
    folder = Path(sys.prefix) / "kulanz-schema"
    folder.mkdir(exist_ok=True)
    file = folder / f"{fingerprint()}.sqlite3"
    with locked(folder / "lock"):
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=folder) as name:
                made = Path(name) / "made.sqlite3"
                migrate(f"sqlite:///{made}", var=name)
                with contextlib.closing(sqlite3.connect(made)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                made.replace(file)
            for old in sorted(folder.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-MOST_KEPT]:
                old.unlink()
        os.utime(file)
    return file


def copy_to(target: Path) -> bool:
    """Puts the tables into a new SQLite file; False where they cannot be kept."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError, sqlite3.Error):
        shutil.copyfile(sqlite_file(), target)
        return True
    return False


def postgres_template(address: str) -> str:
    """The name of the migrated database on this server, made now if there is none."""
    import psycopg

    name = f"schema_{fingerprint()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(8107)")
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not made:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}_new"')
            connection.execute(f'CREATE DATABASE "{name}_new"')
            with tempfile.TemporaryDirectory() as var:
                migrate(urlunsplit(urlsplit(address)._replace(path=f"/{name}_new")), var=var)
            connection.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def migrate(address: str, var: str) -> None:
    env = os.environ | {"DATABASE_URL": address, "KULANZ_VAR": var}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_throwaway() -> bool:
    """Whether this run made the PostgreSQL it runs on: a server of somebody's own gets no database of ours to keep."""
    return os.environ.get("KULANZ_THROWAWAY_DATABASE") == "1"
