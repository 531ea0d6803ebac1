"""A custom field: something a house wants to know of tickets, of one kind, for some causes and teams or for all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.team import Team
from tickets import condition
from tickets.cause import Cause
from tickets.once import once

from .kind import Kind, Value, in_words

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

LONGEST_CODE, LONGEST_NAME, LONGEST_HELP = 30, 80, 200
MOST_IN_USE, MOST_OPTIONS, LONGEST_OPTION = 60, 60, 80
Option = dict[str, Any]
"""One of a list: its code, what it is called in both languages, and whether it is still offered."""


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def in_use(self) -> CustomFieldQuerySet:
        return self.filter(retired_at=None)

    def for_customers(self) -> CustomFieldQuerySet:
        """Those a customer sees."""
        return self.filter(seen_by_customer=True)

    def for_writers(self) -> CustomFieldQuerySet:
        """Those a customer may be asked for, with the causes they may write about; of others they learn nothing."""
        open_to_them = models.Q(causes=None) | models.Q(causes__offered=True)
        asked = self.for_customers().filter(pk__in=CustomField.objects.filter(open_to_them).values("pk"))
        return asked.prefetch_related(models.Prefetch("causes", Cause.objects.filter(offered=True)))

    def fitting(self, *, cause: int, team: int) -> CustomFieldQuerySet:
        """Those meant for tickets of this cause with this team; one that names none of them is for all."""
        causes = models.Q(causes=None) | models.Q(causes=cause)
        return self.in_use().filter(causes).filter(models.Q(teams=None) | models.Q(teams=team))

    def on(self, ticket: Ticket) -> CustomFieldQuerySet:
        return self.fitting(cause=ticket.cause_id, team=ticket.team_id)

    def asked_about(self, cause: Cause) -> CustomFieldQuerySet:
        """What a customer is asked who writes about this."""
        return self.fitting(cause=cause.pk, team=cause.team_id).for_customers()

    def missing_on(self, ticket: Ticket) -> CustomFieldQuerySet:
        """What has to be filled in before this ticket is solved, as far as it is asked for."""
        return self.on(ticket).filter(needed_to_solve=True).exclude(values__ticket=ticket)


class CustomField(models.Model):
    # By what searches, programs and conditions know it; it never changes.
    code = models.CharField(_("key"), max_length=LONGEST_CODE, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=LONGEST_NAME)
    name_de = models.CharField(_("name (German)"), max_length=LONGEST_NAME)
    help_en = models.CharField(_("help (English)"), max_length=LONGEST_HELP, blank=True)
    help_de = models.CharField(_("help (German)"), max_length=LONGEST_HELP, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    options = models.JSONField(_("list"), default=list, blank=True)
    seen_by_customer = models.BooleanField(_("customers see it"), default=False)
    needed_to_write = models.BooleanField(_("needed from customers who write"), default=False)
    needed_to_solve = models.BooleanField(_("needed before a ticket is solved"), default=False)
    causes = models.ManyToManyField(Cause, related_name="custom_fields", verbose_name=_("causes"), blank=True)
    teams = models.ManyToManyField(Team, related_name="custom_fields", verbose_name=_("teams"), blank=True)
    # Conditions on other fields, all of which have to hold; without any it is always asked for.
    asked_when = models.JSONField(_("only asked for when"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Made by the form before sending: the same key a second time is the same field.
    key = models.CharField(max_length=64)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="custom_field_once_per_key"),
            models.CheckConstraint(
                name="custom_field_asked_of_who_sees_it",
                condition=models.Q(needed_to_write=False) | models.Q(seen_by_customer=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_de if _is_german() else self.name_en

    @property
    def help(self) -> str:
        return self.help_de if _is_german() else self.help_en

    @property
    def labels(self) -> dict[str, str]:
        """What each of its list is called, those no longer offered among them."""
        language = "de" if _is_german() else "en"
        return {str(option["code"]): str(option[language]) for option in self.options}

    @property
    def offered(self) -> dict[str, str]:
        """What can be chosen now."""
        left = {option["code"] for option in self.options if option.get("left")}
        return {code: label for code, label in self.labels.items() if code not in left}

    @property
    def asked_in_words(self) -> str:
        """Its conditions, as a sentence."""
        said = (condition.sentence(row["fact"], row["operator"], row["value"]) for row in self.asked_when)
        return ", ".join(said)

    def called(self, value: Value) -> str:
        """A value of it in the reader's language."""
        return in_words(self.kind, self.labels, value)

    @classmethod
    def write(
        cls, *, by: Person, key: str, causes: Iterable[Cause], teams: Iterable[Team], **said: Any
    ) -> CustomField:
        """A new field; the same `key` returns the one already there."""
        with transaction.atomic():
            field = once(cls.objects, mine={"by": by, "key": key}, **said)
            field.causes.set(causes)
            field.teams.set(teams)
        return field

    def revise(self, *, causes: Iterable[Cause], teams: Iterable[Team], **said: Any) -> None:
        """What tickets hold stays; of a list, what is no longer offered stays readable."""
        if "options" in said:
            said["options"] = _with_left(self.options, said["options"])
        with transaction.atomic():
            CustomField.objects.filter(pk=self.pk).update(**said)
            self.causes.set(causes)
            self.teams.set(teams)
        self.refresh_from_db()

    def retire(self, *, at: datetime | None = None) -> bool:
        """Nobody is asked for it any more; what tickets hold stays. False when it was retired before."""
        done = CustomField.objects.in_use().filter(pk=self.pk).update(retired_at=at or timezone.now())
        return bool(done)

    def bring_back(self) -> bool:
        return bool(CustomField.objects.filter(pk=self.pk, retired_at__isnull=False).update(retired_at=None))


def _is_german() -> bool:
    return (get_language() or "en").startswith("de")


def _with_left(before: list[Option], now: list[Option]) -> list[Option]:
    """The new list, and behind it what it no longer holds."""
    codes = {option["code"] for option in now}
    return [*now, *({**option, "left": True} for option in before if option["code"] not in codes)]
