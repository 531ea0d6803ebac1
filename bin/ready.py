"""Whether the embedded database can be used as it stands, so that a start need not load Django only to find out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from pathlib import Path

DATABASE = "kulanz.sqlite3"
STAMP = "prepared"
APPS = ("accounts", "tickets", "policies", "servicedesk")


def fingerprint(root: Path) -> str:
    """SHA-256, in hex, of what preparing depends on beside the database: the packages and our migrations."""
    total = hashlib.sha256()
    for path in [root / "requirements.txt", *_migrations(root)]:
        total.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_prepared(root: Path, var: Path) -> bool:
    """True where tables, texts and demo people are as preparing would leave them; in doubt False.

    Only of the embedded database: what happened to a server since is for Django to find out. The tables are asked
    too, for a backup may have been put back since the stamp was written.
    """
    if os.environ.get("DATABASE_URL"):
        return False
    try:
        return (
            (var / STAMP).read_text() == fingerprint(root)
            and not _stale_texts(root)
            and _is_current(var / DATABASE, root)
        )
    except (OSError, sqlite3.Error):
        return False


def mark_prepared(root: Path, var: Path) -> None:
    """Remembers that preparing ended well; a stamp that cannot be written only costs the next start its time."""
    with contextlib.suppress(OSError):
        draft = var / f"{STAMP}.new"
        draft.write_text(fingerprint(root))
        draft.replace(var / STAMP)


def _migrations(root: Path) -> list[Path]:
    return sorted(path for app in APPS for path in (root / app / "migrations").glob("[0-9]*.py"))


def _stale_texts(root: Path) -> bool:
    for source in root.glob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            return True
    return False


def _is_current(database: Path, root: Path) -> bool:
    wanted = {(path.parent.parent.name, path.stem) for path in _migrations(root)}
    with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        applied = set(connection.execute("SELECT app, name FROM django_migrations"))
        filled = connection.execute("SELECT EXISTS (SELECT 1 FROM accounts_person)").fetchone()[0]
    return wanted <= applied and bool(filled or os.environ.get("KULANZ_DEMO") == "0")
