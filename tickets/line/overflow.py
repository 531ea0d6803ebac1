"""Overflow: a hotline for newcomers serves existing customers, too, where they would wait longer.

It knows one direction only. It may be turned off, with a reason and a name; it can never be turned round.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.team import Team

from .estimate import by_length_and_patience
from .forecast import line_now
from .place import Place

if TYPE_CHECKING:
    from accounts.person import Person

EXISTING: Final = (Customer.Status.NEW, Customer.Status.ESTABLISHED, Customer.Status.FORMER)
LONGEST_MARGIN: Final = 240  # the bound at which every team is asked anyway
AT_ONCE: Final = 20


class Overflow(models.Model):
    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, related_name="overflow", verbose_name=_("team for newcomers")
    )
    margin_seconds = models.PositiveSmallIntegerField(
        _("margin in seconds"), default=0, validators=[MaxValueValidator(LONGEST_MARGIN)]
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    off_at = models.DateTimeField(_("turned off"), null=True, blank=True)
    off_reason = models.CharField(_("why it is off"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("overflow to the newcomers’ hotline")
        verbose_name_plural = _("overflows to the newcomers’ hotline")
        constraints = [
            models.CheckConstraint(
                name="overflow_off_with_a_reason", condition=Q(off_at=None) | ~Q(off_reason="")
            ),
            models.CheckConstraint(
                name="overflow_margin_bounded", condition=Q(margin_seconds__lte=LONGEST_MARGIN)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}"

    @classmethod
    def say(cls, team: Team, *, margin_seconds: int, by: Person, off_reason: str = "") -> Overflow:
        """This team serves newcomers; how much longer existing customers may wait before it serves them first."""
        at = timezone.now()
        said = {"margin_seconds": margin_seconds, "set_by": by, "set_at": at, "off_reason": off_reason}
        off_at = at if off_reason else None
        return cls.objects.update_or_create(team=team, defaults={**said, "off_at": off_at})[0]

    def who_waits_longer(self, *, now: datetime) -> list[Place]:
        """Existing customers of other lines whose whole wait would exceed the newcomers’ by more than the margin.

        Whoever is free here could serve the first newcomer now, so that wait is what they have waited already.
        """
        own = Place.objects.servable(now).filter(team=self.team).order_by("arrived_at").first()
        bearable = self.margin_seconds + ((now - own.waits_from).total_seconds() if own else 0.0)
        theirs = Place.objects.servable(now).filter(status__in=EXISTING).exclude(team=self.team)
        waiting = theirs.with_people().order_by("arrived_at")[:AT_ONCE]
        return [place for place in waiting if expected_wait(place, now=now) > bearable]


def expected_wait(place: Place, *, now: datetime) -> float:
    """From the first arrival, or the time they chose, until somebody of the own team would be free."""
    line = line_now(place, at=now)
    return max(0.0, (now - place.waits_from).total_seconds()) + by_length_and_patience(line)
