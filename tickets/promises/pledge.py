"""A pledge: what somebody here promised a customer by word – “I call you by 15:00” – with who keeps it and a clock.

The house remembers it, not only whoever gave it: it is warned of, broken and told like every other promise.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.absence import Absence, stand_ins
from tickets import history
from tickets.mail import letters
from tickets.notice import Notice
from tickets.sla.clock import Clock
from tickets.sla.promise import moment_in_words

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event
    from tickets.ticket import Ticket

LONGEST_WORDS, LONGEST_REASON = 200, 200
WARN_BEFORE_SECONDS = 1800


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def open(self) -> PledgeQuerySet:
        """Neither kept nor taken back; a broken one stays open until it is kept late."""
        return self.filter(closed_at=None)

    def of_customer(self, person: Person) -> PledgeQuerySet:
        """What was promised to this customer; nobody else's."""
        return self.filter(ticket__customer__person=person) if person.is_active else self.none()

    def kept_by(self, person: Person, *, at: datetime) -> PledgeQuerySet:
        """What this person is to keep, their own and that of those they stand in for; the most pressing first."""
        away = Absence.objects.running(at).filter(substitute=person).values("person")
        return self.filter(models.Q(owner=person) | models.Q(owner__in=away)).order_by("due_at", "pk")

    def with_story(self) -> PledgeQuerySet:
        return self.select_related(
            "clock", "owner", "given_by", "ticket__customer__person", "ticket__team", "ticket__cause"
        )


class Pledge(models.Model):
    class Outcome(models.TextChoices):
        KEPT = "kept", gettext_lazy("kept")
        WITHDRAWN = "withdrawn", gettext_lazy("taken back")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="pledges")
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="pledge")
    words = models.CharField(gettext_lazy("what was promised"), max_length=LONGEST_WORDS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="pledges",
        verbose_name=gettext_lazy("who keeps it"),
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    # As on its clock; here too, so that lists sort by it when the clock has long ended.
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    # Made by the form before sending: the same key a second time is the same pledge.
    key = models.CharField(max_length=64)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("pledge")
        verbose_name_plural = gettext_lazy("pledges")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="pledge_once_per_key"),
            models.CheckConstraint(
                name="pledge_closed_with_outcome",
                condition=models.Q(closed_at=None, outcome="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(name="pledge_says_something", condition=~models.Q(words="")),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(closed_at=None), name="pledge_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.words}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_broken(self) -> bool:
        """Whether its time passed before it was kept; a broken promise stays one."""
        return self.clock.breached_at is not None

    def keeper_at(self, at: datetime) -> Person:
        """Who keeps it now: its owner, or whoever of the team stands in while the owner is away."""
        instead = stand_ins([self.owner], at=at).get(self.owner_id)
        here = instead is not None and self.ticket.team_id in instead.team_ids
        return instead if instead is not None and here else self.owner

    @classmethod
    def give(
        cls,
        ticket: Ticket,
        *,
        words: str,
        until: datetime,
        by: Person,
        key: str,
        owner: Person | None = None,
        at: datetime | None = None,
    ) -> Pledge:
        """Promise the customer something by a moment; they read it at once, in their own words and zone.

        Whoever keeps it must work in the ticket's team, and the moment lies ahead; ValueError otherwise. The same
        `key` on the same ticket returns the pledge already given.
        """
        at, owner = at or timezone.now(), owner or by
        if until <= at or ticket.team_id not in owner.team_ids:
            raise ValueError("A moment ahead, and somebody of the ticket's team to keep it.")
        try:
            with transaction.atomic():
                type(ticket).objects.hold(
                    ticket.pk
                )  # before its clock: what is due next is read and written under it
                warns = _warn_percent((until - at).total_seconds())
                clock = Clock.give_word(ticket, until=until, at=at, by=by, warn_percent=warns)
                said = {"words": words, "owner": owner, "given_by": by, "given_at": at, "due_at": until}
                pledge = cls.objects.create(ticket=ticket, clock=clock, key=key, **said)
                event = pledge._record(history.PLEDGE_GIVEN, by=by, at=at)
                if owner != by:
                    Notice.tell(owner, event)
                pledge.write_to_customer("pledge_given")
                return pledge
        except IntegrityError:
            twin = cls.objects.filter(ticket=ticket, key=key).first()
            if twin is None:
                raise
            return twin

    def keep(self, *, by: Person, at: datetime | None = None) -> bool:
        """What was promised is done; False when it was closed already."""
        at = at or timezone.now()
        with transaction.atomic():
            if not self._close(self.Outcome.KEPT, at=at):
                return False
            self.clock.meet(at=at, by=by, cause="pledge_kept")
            self._change(PledgeChange.Kind.KEPT, by=by, at=at)
            self._record(history.PLEDGE_KEPT, by=by, at=at)
        return True

    def move(self, until: datetime, *, reason: str, by: Person, at: datetime | None = None) -> bool:
        """Another moment, with a reason the customer reads; False when it is closed or its time has passed.

        What is broken stays broken: a later moment would only hide it.
        """
        at = at or timezone.now()
        with transaction.atomic():
            self._hold_ticket()
            held = (
                Pledge.objects.open().select_for_update(no_key=True, of=("self",)).filter(pk=self.pk).first()
            )
            if held is None or until <= at or held.due_at <= at:
                return False
            was_due = held.due_at
            self.clock = Clock.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.clock_id)
            if not self.clock.replace(at=at, by=by, cause="pledge_moved", until=until):
                return False
            Pledge.objects.filter(pk=self.pk).update(due_at=until)
            self.due_at = until
            self._change(PledgeChange.Kind.MOVED, by=by, at=at, reason=reason, was_due_at=was_due)
            self._record(history.PLEDGE_MOVED, by=by, at=at, reason=reason)
            self.write_to_customer("pledge_moved", reason=reason, moved_at=at)
        return True

    def withdraw(self, *, reason: str, by: Person, at: datetime | None = None) -> bool:
        """It is promised no longer, with a reason the customer reads; False when it was closed already."""
        at = at or timezone.now()
        with transaction.atomic():
            if not self._close(self.Outcome.WITHDRAWN, at=at):
                return False
            self.clock.cancel(at=at, by=by, cause="pledge_withdrawn")
            self._change(PledgeChange.Kind.WITHDRAWN, by=by, at=at, reason=reason)
            self._record(history.PLEDGE_WITHDRAWN, by=by, at=at, reason=reason)
            self.write_to_customer("pledge_withdrawn", reason=reason)
        return True

    def pass_on(self, to: Person, *, by: Person | None, at: datetime | None = None) -> bool:
        """Somebody else of the team keeps it from now on; False when it is closed, or theirs already."""
        at = at or timezone.now()
        if self.ticket.team_id not in to.team_ids:
            raise ValueError("Whoever keeps it must work in the ticket's team.")
        with transaction.atomic():
            self._hold_ticket()
            others = Pledge.objects.open().filter(pk=self.pk).exclude(owner=to)
            if not others.update(owner=to):
                return False
            self.owner = to
            self._change(PledgeChange.Kind.PASSED_ON, by=by, at=at)
            event = self._record(history.PLEDGE_PASSED_ON, by=by, at=at, to=to.name)
            if to != by:
                Notice.tell(to, event)
        return True

    def _close(self, outcome: str, *, at: datetime) -> bool:
        """A claim: of two who close it at once, only one does; its clock is ended by the same one."""
        self._hold_ticket()
        if not Pledge.objects.open().filter(pk=self.pk).update(closed_at=at, outcome=outcome):
            return False
        self.closed_at, self.outcome = at, outcome
        self.clock = Clock.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.clock_id)
        return True

    def _hold_ticket(self) -> None:
        """The ticket before its pledges and clocks, as everybody who moves or answers it."""
        type(self.ticket).objects.hold(self.ticket_id)

    def _change(self, kind: str, *, by: Person | None, at: datetime, **said: Any) -> None:
        PledgeChange.objects.create(pledge=self, kind=kind, by=by, at=at, due_at=self.due_at, **said)

    def _record(self, kind: str, *, by: Person | None, at: datetime, **data: Any) -> Event:
        self.ticket.refresh_promise()
        return self.ticket.record(kind, by=by, at=at, pledge=self.pk, words=self.words, **data)

    def write_to_customer(self, name: str, *, moved_at: datetime | None = None, **said: Any) -> None:
        """A letter about this promise, with its moment as the customer would say it."""
        key = f"{name}:{self.pk}" + (f":{moved_at.timestamp():.0f}" if moved_at else "")
        person, ticket = self.ticket.customer.person, self.ticket
        with translation.override(ticket.reader_language):
            moment = moment_in_words(self.due_at, zone=person.zone, now=timezone.now())
        letters.to_customer(ticket, key=key, name=name, pledge=self, moment=moment, **said)


class PledgeChange(models.Model):
    """A change of a pledge: kept, moved, taken back or passed on; the customer reads each, with its reason."""

    class Kind(models.TextChoices):
        KEPT = "kept", gettext_lazy("kept")
        MOVED = "moved", gettext_lazy("moved")
        WITHDRAWN = "withdrawn", gettext_lazy("taken back")
        PASSED_ON = "passed_on", gettext_lazy("passed on")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    was_due_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        verbose_name = gettext_lazy("change of a pledge")
        verbose_name_plural = gettext_lazy("changes of pledges")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="pledge_changed_for_a_reason",
                condition=~models.Q(kind__in=["moved", "withdrawn"], reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.kind}"


def _warn_percent(seconds: float) -> int:
    """About half an hour before its end, or half-way where there is less than an hour."""
    return max(50, min(99, int(100 * (seconds - WARN_BEFORE_SECONDS) / seconds)))


def open_on(ticket: Ticket) -> list[str]:
    """The promises a solved ticket would leave behind."""
    return [
        _("Promised and not kept yet: “%(words)s”") % {"words": pledge.words}
        for pledge in Pledge.objects.open().filter(ticket=ticket).order_by("due_at", "pk")
    ]
