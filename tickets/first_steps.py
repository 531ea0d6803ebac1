"""First steps: what a new house is asked for, one page each, in an order; each is set, put off, or left.

Whether something is set is read from the house itself, so that it does not matter where it was set. Only that
somebody put a step off is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.person import Person


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the first steps: where it is, what it is for, and whether it is done."""

    name: str
    label: str | Promise
    words: str | Promise
    icon: str
    address: str
    is_set: Callable[[], bool]

    @property
    def url(self) -> str:
        return reverse(self.address)


@dataclass(frozen=True, slots=True)
class Stand:
    """How a step stands now."""

    step: Step
    is_set: bool
    is_put_off: bool

    @property
    def is_left(self) -> bool:
        return not (self.is_set or self.is_put_off)


steps: list[Step] = []


class PutOff(models.Model):
    """A step somebody wants to take later, or never."""

    step = models.CharField(max_length=20, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("first step put off")
        verbose_name_plural = _("first steps put off")

    def __str__(self) -> str:
        return self.step

    @classmethod
    def note(cls, step: Step, *, by: Person) -> None:
        """Saying it twice changes nothing."""
        cls.objects.get_or_create(step=step.name, defaults={"by": by})


def stands() -> list[Stand]:
    """Every step as it stands, in order."""
    put_off = set(PutOff.objects.values_list("step", flat=True))
    return [Stand(step, step.is_set(), step.name in put_off) for step in steps]


def following(name: str) -> str:
    """Where one goes on after this step: the next one left, or the list of what is set and what is left."""
    all_of_them = stands()
    places = [stand.step.name for stand in all_of_them]
    here = places.index(name) + 1 if name in places else 0
    after = next((stand for stand in all_of_them[here:] if stand.is_left), None)
    return after.step.url if after else reverse("setup:first_steps")
