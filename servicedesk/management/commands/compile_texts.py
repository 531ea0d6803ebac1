"""Compiles the translated texts with Babel, so that a fresh machine without gettext speaks German too."""

from __future__ import annotations

import gettext
import io
import os
import re
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PATTERN = "*/LC_MESSAGES/django.po"
# Babel takes a text whose closing quotation mark is missing and loses its last letter.
WELL_QUOTED = re.compile(r'\s*(?:#.*|(?:msg[a-z_]+(?:\[[0-9]+\])?\s*)?"(?:[^"\\]|\\.)*"\s*)?')


class Command(BaseCommand):
    help = "Compiles every locale/*/LC_MESSAGES/django.po whose .mo is older or missing. Says only what it compiled."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        for folder in map(Path, settings.LOCALE_PATHS):
            for source in sorted(folder.glob(PATTERN)):
                target = source.with_suffix(".mo")
                if is_stale(target, source):
                    count = compile_text(source, target)
                    if options["verbosity"]:
                        self.stdout.write(f"{shown(source)}: {count} texts compiled")


def is_stale(target: Path, source: Path) -> bool:
    """Whether the compiled file has to be made: it is missing, or the source was written after it."""
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_text(source: Path, target: Path) -> int:
    """Compile one file; the number of texts translated. Raises CommandError with one sentence about the first fault.

    The file is put in place whole, so that a process starting meanwhile never reads half of it. It takes the
    time of its source: whoever edits the source while it is compiled is compiled again.
    """
    written = source.stat().st_mtime_ns
    catalog = read(source)
    refuse_broken_gaps(source, catalog)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(compiled(source, catalog))
    Path(file.name).chmod(0o644)
    os.utime(file.name, ns=(written, written))
    Path(file.name).replace(target)
    return sum(1 for message in catalog if message.id and is_translated(message.string) and not message.fuzzy)


def read(source: Path) -> Catalog:
    try:
        text = source.read_bytes()
        for number, line in enumerate(text.decode(errors="replace").split("\n"), start=1):
            if not WELL_QUOTED.fullmatch(line):
                raise CommandError(f"{shown(source)}, line {number}: this is no text in quotation marks.")
        return read_po(io.BytesIO(text), locale=source.parent.parent.name, abort_invalid=True)
    except PoFileError as error:
        fault = str(error).removesuffix(f" on {error.lineno}")  # Babel counts lines from 0
        raise CommandError(f"{shown(source)}, line {error.lineno + 1}: {fault}.") from error
    except (ValueError, LookupError) as error:  # bytes that are no text, a header that names no encoding
        raise CommandError(f"{shown(source)} cannot be read: {error}.") from error


def refuse_broken_gaps(source: Path, catalog: Catalog) -> None:
    """A translation whose gaps differ from its source would break the page that shows it, not this command."""
    for message, errors in catalog.check():
        if not message.fuzzy and is_translated(message.string):
            raise CommandError(f"{shown(source)}, line {message.lineno}: {errors[0]}.")


def compiled(source: Path, catalog: Catalog) -> bytes:
    """The compiled file's content, proven to load: a plural rule nobody can read shows only there."""
    file = io.BytesIO()
    write_mo(file, catalog)
    try:
        file.seek(0)
        gettext.GNUTranslations(file)
    except (ValueError, OSError, UnicodeError) as error:
        raise CommandError(f"{shown(source)} cannot be used: {error}.") from error
    return file.getvalue()


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string if isinstance(string, str) or string is None else any(string))


def shown(path: Path) -> str:
    """The path as one types it from the checkout."""
    try:
        return str(path.relative_to(settings.BASE_DIR))
    except ValueError:
        return str(path)
