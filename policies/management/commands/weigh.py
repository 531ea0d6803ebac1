"""The machine's door to the decision rule: a request a line in, a decision a line out, without a database."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from policies.weigh.decide import weigh
from policies.weigh.decision import Decision
from policies.weigh.gesture import Facts, FactsError, is_word

LONGEST_LINE = 1_048_576  # bytes
LARGEST_ID = 2**63


class Lines(Protocol):
    """Standard input as it is read here: bytes from the system, or text where it was replaced."""

    def readline(self, size: int, /) -> bytes | str: ...


class Command(BaseCommand):
    """`manage.py weigh` reads JSON lines on standard input and writes one decision a line; it exits with 0.

    In, one object a line (amounts in whole cents, from 0 to 10**12):

        {"id": 17, "request": {"kind": "refund", "cents": 2000, "currency": "EUR", "reversible": true,
         "cause": "late-delivery"}, "missing": [], "owed": false, "guardrails": [], "conflict": false,
         "given": {"case_cents": 0, "customer_cents": 0},
         "limits": {"own_cents": 5000, "stretch_cents": 10000, "customer_cents": 20000},
         "budget": {"own_cents": 30000, "pool_cents": 100000}, "koennen": {"level": 2, "required": 2},
         "wollen": "want" | "fine" | "not_now", "trial": false}

    Required: `request`, `limits`, `budget`, `koennen`, each with all its keys. May be absent: `id` (null),
    `missing`, `guardrails` (empty), `owed`, `conflict`, `trial` (false), `given` (both 0), `wollen` ("fine").
    `id` is a text of at most 200 characters, a whole number of at most 64 bits, or null; it comes back as it
    was.

    Out, in the order of the lines that came in:

        {"id": 17, "outcome": "DO", "rank": 0, "binding": ["duerfen"],
         "reasons": [{"code": "within-own-limit", "dimension": "duerfen", "text": "…"}, …],
         "nearest": {"cents": 0, "kind": "help"} | null, "then": null}

    A line that cannot be read gives {"id": …, "error": "…"} and the next one is read; blank lines are passed
    over. Each answer leaves at once, so a program may hold the other end of the pipe. Characters beyond ASCII
    are written as JSON escapes and survive any terminal setting.
    """

    help = (
        "Weigh requests: JSON lines on standard input, one decision a line on standard output, no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=["en", "de"], default="en", help="Language of the sentences in the answers."
        )

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        stream: Lines = getattr(sys.stdin, "buffer", sys.stdin)
        reader = _Reader()
        try:
            with translation.override(language):
                for line in _lines(stream):
                    self.stdout.write(json.dumps(reader.answer(line)))
                    self.stdout.flush()
        except BrokenPipeError:  # whoever read us has enough, as in `… | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines(stream: Lines) -> Iterator[bytes | str | None]:
    """The lines that are not blank; None for one too long, of which never more than a piece is held."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            while line and line[-1] not in ("\n", 0x0A):
                line = stream.readline(LONGEST_LINE)
            yield None
        elif line.strip():
            yield line


class _Reader:
    """Reads one line after the other and answers it."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.decoder = json.JSONDecoder(object_pairs_hook=self._object)

    def answer(self, line: bytes | str | None) -> dict[str, object]:
        if line is None:
            return _error(None, _("The line is longer than %(most)s bytes.") % {"most": LONGEST_LINE})
        self.twice = []
        try:
            text = line.decode() if isinstance(line, bytes) else line
            data = self.decoder.decode(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            return _error(None, _("The line is not readable JSON in UTF-8."))
        name = data.pop("id", None) if isinstance(data, dict) else None
        if "id" in self.twice or not _is_id(name):
            return _error(None, _("“id” must be one text, one whole number or null."))
        if self.twice:
            return _error(name, _("“%(field)s” is given twice.") % {"field": self.twice[0]})
        try:
            return _answer(name, weigh(Facts.from_json(data)))
        except FactsError as refusal:
            return _error(name, str(refusal))

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        data = dict(pairs)
        if len(data) < len(pairs):
            keys = [key for key, _value in pairs]
            self.twice += [key if is_word(key) else ascii(key)[:200] for key in keys if keys.count(key) > 1]
        return data


def _is_id(name: object) -> bool:
    return name is None or is_word(name) or (type(name) is int and -LARGEST_ID <= name < LARGEST_ID)


def _error(name: object, message: str) -> dict[str, object]:
    return {"id": name, "error": message}


def _answer(name: object, decision: Decision) -> dict[str, object]:
    """The contract, key by key; a decision may learn to say more without changing what machines read here."""
    return {
        "id": name,
        "outcome": decision.outcome.value,
        "rank": decision.outcome.rank,
        "binding": [str(dimension) for dimension in decision.binding],
        "reasons": [
            {"code": reason.code, "dimension": str(reason.dimension), "text": reason.text}
            for reason in decision.reasons
        ],
        "nearest": decision.nearest.to_json() if decision.nearest else None,
        "then": decision.then.value if decision.then else None,
    }
