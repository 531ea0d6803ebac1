"""Finds the pure files: those that reach no framework, neither themselves nor through a file they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOMS = ("accounts", "tickets", "policies", "servicedesk")
# What makes a file impure: whoever imports it needs settings, a database or a broker.
FRAMEWORKS = (
    "allauth",
    "celery",
    "django",
    "environ",
    "guardian",
    "kombu",
    "psycopg",
    "redis",
    "rest_framework",
)
# Words and numbers for people: needs no settings to be imported and no database ever.
HARMLESS = "django.utils"


def pure_files(root: Path) -> list[Path]:
    """Every pure file of the rooms, in order. Migrations and empty package files are not counted."""
    sources = {
        ".".join(path.relative_to(root).with_suffix("").parts): path
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
        if "migrations" not in path.parts
    }
    asked = {name: set(imports(path.read_text(), name)) for name, path in sources.items()}
    impure = impure_modules(asked)
    return [path for name, path in sources.items() if name not in impure and path.stat().st_size]


def imports(source: str, module: str) -> Iterator[str]:
    """Dotted names a module imports, relative ones resolved; for `from a import b` both `a` and `a.b`."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            yield start
            yield from (f"{start}.{alias.name}" for alias in node.names)


def is_framework(name: str) -> bool:
    """Whether a dotted name belongs to a framework."""
    return name.split(".")[0] in FRAMEWORKS and not f"{name}.".startswith(f"{HARMLESS}.")


def impure_modules(asked: Mapping[str, set[str]]) -> set[str]:
    """Modules that import a framework, or one that does, however far away."""
    impure = {name for name, wants in asked.items() if any(map(is_framework, wants))}
    while True:
        more = {name for name, wants in asked.items() if name not in impure and wants & impure}
        if not more:
            return impure
        impure |= more
