"""A notice: something one person on the desk has to know; seen in the desk, and mailed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared

from .live import relay

if TYPE_CHECKING:
    from accounts.person import Person

    from .event import Event


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unseen_by(self, person: Person) -> NoticeQuerySet:
        return self.filter(person=person, seen_at=None)

    def mail_due(self, now: datetime) -> NoticeQuerySet:
        """Those whose mail is still to be written."""
        return self.filter(mail_due_at__lte=now)

    def told_to(self, person: Person) -> NoticeQuerySet:
        """What this person was told and may still read: whoever left a team hears no more of its tickets."""
        return self.filter(person=person, event__ticket__team__among=person.team_ids).exclude(
            event__ticket__customer__person=person
        )


class Notice(models.Model):
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    event = models.ForeignKey("tickets.Event", on_delete=models.PROTECT, related_name="notices")
    at = models.DateTimeField(default=timezone.now)
    # When a mail about it is to be written; empty where none is owed, or none any more.
    mail_due_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event"], name="notice_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], condition=models.Q(seen_at=None), name="notice_unseen"),
            models.Index(
                fields=["mail_due_at"], condition=~models.Q(mail_due_at=None), name="notice_mail_owed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.event_id}"

    @classmethod
    def tell(cls, person: Person, event: Event) -> Notice:
        """Tell `person` of `event`; saying it twice changes nothing."""
        notice, _made = cls.objects.get_or_create(person=person, event=event, defaults={"at": event.at})
        relay.announce(f"person-{person.pk}")
        return notice

    @classmethod
    def tell_all(cls, told: Iterable[tuple[int, Event]]) -> None:
        """Many people of many events, in one statement; who was told is not told again."""
        notices = [cls(person_id=person, event=event, at=event.at) for person, event in told]
        cls.objects.bulk_create(notices, ignore_conflicts=True)
        relay.announce(*sorted({f"person-{notice.person_id}" for notice in notices}))

    @classmethod
    def see_all(cls, person: Person, *, ticket_id: int, at: datetime | None = None) -> None:
        """Opening a ticket is seeing what was to be known of it."""
        unseen = [pk for (pk,) in _UNSEEN.rows(person=person.pk, ticket=ticket_id)]
        if unseen:
            cls.objects.filter(pk__in=unseen).update(seen_at=at or timezone.now())


def _unseen(person: int, ticket: int) -> models.QuerySet[Notice, Any]:
    rows = Notice.objects.filter(person=person, seen_at=None, event__ticket=ticket)
    return rows.order_by().values_list("pk")


_UNSEEN = Prepared(_unseen)
