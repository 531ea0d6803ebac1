"""An absence: from when until when somebody is away, and who stands in for them; it ends by itself, or early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .person import Person

MOST_STAND_INS = 8  # whoever stands in may be away too; a ring of them ends here
LONGEST = timedelta(days=366)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def not_over(self, at: datetime) -> AbsenceQuerySet:
        return self.filter(ended_at=None, ends_at__gt=at)

    def running(self, at: datetime) -> AbsenceQuerySet:
        return self.not_over(at).filter(starts_at__lte=at)

    def managed_by(self, person: Person) -> AbsenceQuerySet:
        """The own ones, and those of the people whose teams this person leads."""
        return self.filter(Q(person=person) | Q(person__in=led_by(person)))


class Absence(models.Model):
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    substitute = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("stands in")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="absence_substitute_is_somebody_else", condition=~Q(substitute=F("person"))
            ),
        ]
        indexes = [
            models.Index(fields=["person", "ends_at"], condition=Q(ended_at=None), name="absence_not_over")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"

    @classmethod
    def announce(
        cls,
        person: Person,
        *,
        first: date,
        last: date,
        substitute: Person,
        by: Person,
        at: datetime | None = None,
    ) -> Absence | None:
        """`person` is away on these days of their own zone; None when that overlaps an absence already there.

        The same days with the same substitute once more are the same absence.
        """
        starts_at, ends_at = (
            datetime.combine(day, time(), tzinfo=person.zone) for day in (first, last + timedelta(days=1))
        )
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            there = cls.objects.filter(
                person=person, ended_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
            )
            for absence in there:
                same = (absence.starts_at, absence.ends_at, absence.substitute_id)
                return absence if same == (starts_at, ends_at, substitute.pk) else None
            return cls.objects.create(
                person=person,
                substitute=substitute,
                starts_at=starts_at,
                ends_at=ends_at,
                set_by=by,
                set_at=at or timezone.now(),
            )

    def end(self, *, at: datetime | None = None) -> bool:
        """Back early, or not going after all; False when it was over already."""
        at = at or timezone.now()
        return Absence.objects.not_over(at).filter(pk=self.pk).update(ended_at=at) == 1

    @property
    def last_day(self) -> date:
        """The last whole day away, in the zone of whoever is away."""
        return (self.ends_at.astimezone(self.person.zone) - timedelta(microseconds=1)).date()

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(self.person.zone).date()


def stand_ins(people: Iterable[Person], *, at: datetime) -> dict[int, Person | None]:
    """Of `people` those who are away at `at`, by id, and who stands in; None where that one is away too, and so on."""
    asked = {person.pk for person in people}
    running = Absence.objects.running(at)
    if not running.filter(person__in=asked).exists():
        return {}
    instead = {row.person_id: row.substitute for row in running.select_related("substitute")}
    return {pk: _present(pk, instead) for pk in asked & instead.keys()}


def _present(pk: int, instead: dict[int, Person]) -> Person | None:
    found = instead[pk]
    for _step in range(MOST_STAND_INS):
        if found.pk not in instead:
            return found if found.is_active else None
        found = instead[found.pk]
    return None


def led_by(person: Person) -> models.QuerySet[Person]:
    """Everybody who works in a team this person leads."""
    return Person.objects.active().filter(teamuserobjectpermission__content_object__in=person.led_team_ids)


def colleagues_of(person: Person) -> models.QuerySet[Person]:
    """Who can stand in for this person: whoever works in one of the same teams."""
    found = Person.objects.active().filter(teamuserobjectpermission__content_object__in=person.team_ids)
    return found.exclude(pk=person.pk).distinct().order_by("name", "pk")
