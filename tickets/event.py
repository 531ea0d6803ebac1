"""An event: something that happened to a ticket. Append-only; history, mail, push and audit all read it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .history import BECAUSE, LATE, words, words_in_full


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **_fields: object) -> int:
        raise TypeError("Events are never changed.")

    def forget_words(self, left: Callable[[str, object], object]) -> None:
        """The one exception: of what events carry stays what `left` leaves of each value, for words may be somebody's.

        What happened, when and by whom stands.
        """
        for pk, data in self.exclude(data={}).order_by("pk").values_list("pk", "data"):
            said = {name: left(name, value) for name, value in data.items()}
            if said != data:
                super(EventQuerySet, self.filter(pk=pk)).update(data=said)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Events are never deleted.")


class Event(models.Model):
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict, blank=True)

    # Whether it is the first of a day, where a page shows it among others.
    begins_day = False

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.ticket_id}"

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language; unknown kinds show their name rather than nothing."""
        name, in_full = words_in_full.get(self.kind, ("", None))
        template = in_full if name in self.data else words.get(self.kind)
        if template is None:
            return self.kind.replace("_", " ")
        said = str(template) % _Said(self)
        if self.data.get("because"):
            said = str(BECAUSE) % {"sentence": said, "because": self.data["because"]}
        minutes = self.data.get("late_minutes")
        return str(LATE) % {"sentence": said, "minutes": minutes} if minutes else said


class _Said(dict[str, object]):
    """Placeholders of a sentence: the actor, and whatever the event carries; missing ones stay readable."""

    def __init__(self, event: Event) -> None:
        language = (get_language() or "en")[:2]
        said = {
            name: value.get(language, "") if isinstance(value, dict) else value
            for name, value in event.data.items()
        }
        super().__init__({**said, "who": event.by.name if event.by else "Kulanz"})

    def __missing__(self, key: str) -> str:
        return "–"
