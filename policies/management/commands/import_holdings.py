"""Orders and contracts from a table, by their number in the other system; the same file again changes nothing."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.customer import Customer
from policies.relationship.holding import Holding
from policies.relationship.holding_form import HoldingForm

NEEDED = {"customer", "id", "kind", "title", "began_on"}
KNOWN = set(HoldingForm.base_fields)
LONGEST_LINE_SHOWN = 200


class Command(BaseCommand):
    """Its words stay English whatever the language of the house: programs read them.

    The first line names the columns: customer (number or e-mail), id, kind (order or contract), title, began_on, and
    any of reference, amount, currency, ends_on, status, link. Days are written 2026-03-02. A line that cannot be read
    is told on stderr and left out; the others are kept. Prints how many were made, changed, the same and refused, as
    JSON, and ends with 1 when any was refused.
    """

    help = "Takes in orders and contracts from a CSV file or stdin; the same number again is the same row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="instead of stdin")
        parser.add_argument("--dry-run", action="store_true", help="only tell what could not be read")

    def handle(self, *args: object, **options: object) -> None:
        translation.activate("en")
        counted: Counter[str] = Counter(made=0, changed=0, same=0, refused=0)
        for place, row in _rows(_text(options["file"])):
            form = HoldingForm(row, customers=Customer.objects.all())
            if not form.is_valid():
                counted["refused"] += 1
                wrong = "; ".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items())
                self.stderr.write(f"line {place}: {wrong}"[:LONGEST_LINE_SHOWN])
            elif not options["dry_run"]:
                _holding, fate = Holding.note(**form.said)
                counted[fate.value] += 1
        self.stdout.write(json.dumps(counted))
        if counted["refused"]:
            sys.exit(1)


def _text(file: object) -> str:
    try:
        raw = file.read_bytes() if isinstance(file, Path) else sys.stdin.buffer.read()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"The file could not be read: {error}.")
    except UnicodeDecodeError:
        raise CommandError("The file is not UTF-8.")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number; apart by commas or semicolons, whichever the first line has more of."""
    first = text.partition("\n")[0]
    apart = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=apart)
    try:
        columns = set(reader.fieldnames or ())
    except csv.Error as error:
        raise CommandError(f"line 1: {error}.")
    missing, unknown = sorted(NEEDED - columns), sorted(columns - KNOWN)
    if missing or unknown:
        raise CommandError(f"The first line must name the columns. Missing: {missing}; not known: {unknown}.")
    try:
        for row in reader:
            yield reader.line_num, {name: value or "" for name, value in row.items() if name in KNOWN}
    except csv.Error as error:
        raise CommandError(f"line {reader.line_num}: {error}.")
