"""A ticket that may have been merged into another: what is said on it lands there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.prepared import Prepared

from .merge import Merge

if TYPE_CHECKING:
    from tickets.ticket import Ticket

Verb = TypeVar("Verb", bound=Callable[..., Any])


class GoesOnElsewhere(Exception):
    """Whoever began to say something on this ticket was overtaken by a merge."""

    def __init__(self, survivor: Mergeable) -> None:
        super().__init__()
        self.survivor = survivor


class Mergeable(models.Model):
    class Meta:
        abstract = True

    @property
    def merge(self) -> Merge | None:
        """The merge by which this ticket goes on in another; None for one that stands alone."""
        found: Merge | None = _ONWARD.first(source=self.pk)
        return found

    @property
    def survivor(self) -> Ticket | None:
        """Where the conversation goes on: the end of the chain; None for a ticket that stands alone."""
        merge, last = self.merge, None
        while merge is not None:
            last = merge.target
            merge = last.merge
        return last


# With everything that is said on a ticket; of two on the way, the one that came first.
_ONWARD = Prepared(
    lambda source: Merge.objects.open().filter(source=source).select_related("target", "by")[:1]
)


def lands_in_survivor(verb: Verb) -> Verb:
    """A verb that says something: on a merged ticket it is said on the one both became."""

    @wraps(verb)
    def said(self: Any, *args: Any, **how: Any) -> Any:
        survivor = self.survivor if self.is_settled else None  # a merged ticket is closed: others ask nothing
        try:
            return verb(survivor or self, *args, **how)
        except GoesOnElsewhere as onward:
            return verb(onward.survivor, *args, **how)

    return said  # type: ignore[return-value]


def is_merged() -> Exists:
    """Of a row of tickets: whether it goes on in another one."""
    return Exists(Merge.objects.open().filter(source=OuterRef("pk")))
