"""Second thoughts on a draft before a customer reads it; whoever has some adds a check when it is ready.

The mechanism is here, the words are elsewhere: without any check every draft passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.person import Person

    from .ticket import Ticket


@dataclass(frozen=True, slots=True)
class Remark:
    """One place in a draft: of which kind, what was found there, and what to say instead."""

    kind: str
    found: str
    advice: str | Promise


checks: list[Callable[[Ticket, str, Person], list[Remark]]] = []


def remarks_on(ticket: Ticket, text: str, *, by: Person) -> list[Remark]:
    """What every check has to say about this draft of `by`, in the order of the checks."""
    return [remark for check in checks for remark in check(ticket, text, by)]
