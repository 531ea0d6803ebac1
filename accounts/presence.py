"""Presence: whether somebody on the desk can take the next contact, said by them and kept alive by their open page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .person import Person
from .prepared import Prepared

# A page that stands open says so every fifteen seconds: two of them missed are doubtful, four are lost.
DOUBTFUL: Final = timedelta(seconds=30)
LOST: Final = timedelta(seconds=60)
# Of several looks in one moment one is noted.
NOTED_EVERY: Final = timedelta(seconds=5)
MOST_AT_ONCE: Final = 10

# Who hears that somebody came, went or is no longer free; packages to the right add themselves.
listeners: list[Callable[[Person], None]] = []


class PresenceQuerySet(models.QuerySet["Presence"]):
    def ready(self, now: datetime) -> PresenceQuerySet:
        """Who said “ready” and whose page was heard of lately; who is doubtful gets nothing new."""
        return self.filter(state=Presence.State.READY, seen_at__gt=now - DOUBTFUL, person__is_active=True)

    def lost(self, now: datetime) -> PresenceQuerySet:
        """Who counts as there, though nothing was heard of their page for a minute."""
        return self.exclude(state=Presence.State.AWAY).filter(seen_at__lte=now - LOST)

    def unheard(self, now: datetime) -> PresenceQuerySet:
        """Of whose page nothing was heard for a minute, whatever they said before."""
        return self.filter(seen_at__lte=now - LOST)


class Presence(models.Model):
    class State(models.TextChoices):
        READY = "ready", _("ready")
        BUSY = "busy", _("busy")
        BREAK = "break", _("on a break")
        AWAY = "away", _("away")

    class Note(models.TextChoices):
        """Why the house said “away” for somebody; never a reproach."""

        NONE = "", _("no note")
        OFFERS = "offers", _("two contacts were offered and not taken")
        LOST = "lost", _("the connection was lost")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presence", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.AWAY)
    note = models.CharField(_("note"), max_length=8, choices=Note.choices, blank=True, default="")
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last heard of"), default=timezone.now)
    capacity = models.PositiveSmallIntegerField(_("contacts at once"), default=1)
    missed = models.PositiveSmallIntegerField(_("offers missed in a row"), default=0)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.CheckConstraint(
                name="presence_state_known", condition=models.Q(state__in=["ready", "busy", "break", "away"])
            ),
            models.CheckConstraint(
                name="presence_capacity_bounded",
                condition=models.Q(capacity__gte=1, capacity__lte=MOST_AT_ONCE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"

    @classmethod
    def of(cls, person: Person, *, at: datetime | None = None) -> Presence:
        first = {"seen_at": at, "since": at} if at else {}
        presence, _made = cls.objects.get_or_create(person=person, defaults=first)
        return presence

    @classmethod
    def say(cls, person: Person, state: str, *, at: datetime | None = None, note: str = "") -> bool:
        """From now on this person is ready, busy, on a break or away; False when they already were."""
        at, state = at or timezone.now(), cls.State(state)
        with transaction.atomic():
            cls.of(person, at=at)
            theirs = cls.objects.filter(person=person)
            theirs.filter(seen_at__lt=at).update(seen_at=at)
            # A claim, not a read: of two pages saying it at once, one starts the new state.
            changed = theirs.exclude(state=state).update(state=state, since=at, missed=0, note=note)
            if not changed:
                theirs.update(note=note)
            else:
                _tell(person)
            return bool(changed)

    @classmethod
    def beat(cls, person: Person, *, at: datetime | None = None) -> Presence:
        """Their page still stands open. Older news never takes back newer."""
        at = at or timezone.now()
        presence: Presence = _OF_PERSON.first(person=person.pk) or cls.of(person, at=at)
        if presence.seen_at <= at - NOTED_EVERY:
            cls.objects.filter(pk=presence.pk, seen_at__lt=at).update(seen_at=at)
            presence.refresh_from_db()
        return presence

    @classmethod
    def lose(cls, *, now: datetime) -> list[int]:
        """Who has not been heard of for a minute is away; their ids, each told to one sweep only."""
        gone = []
        for pk, person_id in cls.objects.lost(now).values_list("pk", "person_id"):
            if (
                cls.objects.lost(now)
                .filter(pk=pk)
                .update(state=cls.State.AWAY, since=now, note=cls.Note.LOST, missed=0)
            ):
                gone.append(person_id)
        for person in Person.objects.filter(pk__in=gone):
            _tell(person)
        return gone

    @classmethod
    def miss(cls, person_id: int, *, now: datetime) -> None:
        """An offer ran out. After the second in a row they are away with a note, so that nobody waits for them."""
        cls.objects.filter(person_id=person_id).update(missed=models.F("missed") + 1)
        left = cls.objects.filter(person_id=person_id, missed__gte=2).update(
            state=cls.State.AWAY, since=now, note=cls.Note.OFFERS, missed=0
        )
        if left:
            _tell(Person.objects.get(pk=person_id))


def _tell(person: Person) -> None:
    for listener in listeners:
        listener(person)


# Each page of somebody who works here says that it stands open.
_OF_PERSON = Prepared(lambda person: Presence.objects.filter(person=person))
