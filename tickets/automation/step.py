"""A step: one thing a rule or a macro does to a ticket. Kinds are registered by whoever can do them.

What stands in a rule is only data – the kind's name and a few values; each is weighed again in the moment it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tickets import history

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

MOST_STEPS = 8
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acting:
    """In whose name something is done: `author`'s rights count, `by` stands in the history (None: a rule)."""

    ticket: Ticket
    author: Person
    by: Person | None
    name: str
    key: str  # makes doing it twice the same as once
    at: datetime
    texts: Mapping[int, str] = field(default_factory=dict)  # what was changed before sending, by place


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step: its fields in a form, its sentence, why it cannot be done here, and the deed itself."""

    name: str
    label: str | Promise
    fields: Callable[[Person], dict[str, forms.Field]]
    sentence: Callable[[Said], str]
    trouble: Callable[[Acting, Said, int], str]
    perform: Callable[[Acting, Said, int], None]
    text: Callable[[Acting, Said, int], str] | None = None  # what the customer would read
    # The trouble on each of many tickets, where what it needs to know is the same for all and asked once.
    weigh: Callable[[Said], Callable[[Acting], str]] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one step: its sentence in each language, and in words why it was not done ("" when it was)."""

    said: dict[str, str]
    trouble: dict[str, str]
    text: str = ""

    @property
    def is_done(self) -> bool:
        return not any(self.trouble.values())

    def as_data(self) -> dict[str, dict[str, str]]:
        return {"said": self.said, "trouble": self.trouble}


kinds: dict[str, StepKind] = {}


def register(added: Iterable[StepKind]) -> None:
    kinds.update({kind.name: kind for kind in added})


def sentences(steps: Sequence[Said]) -> list[str]:
    """Each step in the reader's language; one whose kind is gone shows its name."""
    return [_sentence(step) for step in steps]


class CannotNow(Exception):
    """What stood in the way only when a step was done, in words; it took back what it had begun."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


def perform(acting: Acting, steps: Sequence[Said]) -> list[Done]:
    """Do every step that can be done, in their order; the caller's transaction holds them together."""
    return [_perform_one(acting, step, place) for place, step in enumerate(steps)]


def rehearse(acting: Acting, steps: Sequence[Said]) -> list[Done]:
    """What `perform` would do, found by doing it and taking everything back: one step may need the one before."""
    with transaction.atomic():
        done = perform(acting, steps)
        transaction.set_rollback(True)
    return done


def weigh(each: Iterable[Acting], step: Said) -> list[Done]:
    """What stands in the way of one step on each of many tickets, in the reader's language.

    Nothing is tried: doing it on 300 and taking it back took 4,800 queries and five seconds.
    """
    kind, own = kinds[str(step["do"])], history.own_language()
    said = {own: kind.sentence(step)}
    trouble = kind.weigh(step) if kind.weigh else lambda acting: kind.trouble(acting, step, 0)
    return [Done(said, {own: trouble(acting)}) for acting in each]


def _perform_one(acting: Acting, step: Said, place: int) -> Done:
    kind = kinds.get(str(step.get("do")))
    said = history.in_each_language(lambda: _sentence(step))
    if kind is None:
        return Done(said, history.in_each_language(lambda: _("Nobody here knows how to do this any more.")))
    trouble = history.in_each_language(lambda: kind.trouble(acting, step, place))
    text = kind.text(acting, step, place) if kind.text else ""
    if not any(trouble.values()):
        try:
            kind.perform(acting, step, place)
        except CannotNow as found:
            words = found.words
            trouble = history.in_each_language(lambda: words)
    return Done(said, trouble, text)


def _sentence(step: Said) -> str:
    kind = kinds.get(str(step.get("do")))
    return kind.sentence(step) if kind else str(step.get("do"))
