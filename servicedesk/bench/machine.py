"""What a figure was measured on: processor, memory, load, and the versions of everything that took part."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import celery
import django
import redis
from django.conf import settings
from django.db import connection


def lines() -> Iterator[str]:
    """One fact a line; what the system does not tell is left out."""
    model = re.search(r"model name\s*: (.+)", _read("/proc/cpuinfo"))
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield f"processor  {model[1] if model else platform.machine()}, {usable} of {os.cpu_count()} cores usable"
    memory = re.search(r"MemTotal:\s+(\d+) kB", _read("/proc/meminfo"))
    if memory:
        yield f"memory     {int(memory[1]) / 1024**2:.1f} GiB"
    # Other work on the machine is the first thing to ask about when a figure surprises.
    yield f"load       {', '.join(f'{load:.1f}' for load in os.getloadavg())} over 1, 5 and 15 minutes"
    yield f"system     {platform.system()} {platform.release()}"
    yield (
        f"software   Python {platform.python_version()}, Django {django.__version__}, "
        f"Celery {celery.__version__}, {_broker()}"
    )


def database() -> str:
    """Name and version of the database that is measured; asks it, so it must be there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    return f"SQLite {sqlite3.sqlite_version}"


def _broker() -> str:
    try:
        told = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1).info(
            "server"
        )
    except redis.RedisError:
        return "no broker"
    name = str(told.get("server_name", "redis")).title()
    return f"{name} {told.get('valkey_version', told['redis_version'])}"


def _read(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text()
    return ""
