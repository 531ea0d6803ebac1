"""A mirror: the same gesture for everybody the same fault hit, in one step – each customer once, whoever works on it.

Rows remember what is done, so a worker that dies is followed by one that goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.person import Person
from tickets.incident import Incident
from tickets.live import relay
from tickets.notice import Notice
from tickets.nudge import nudge

from .. import history
from ..offer import Offer
from ..referral import Refusal
from .quiet import Plan, can_be_mirrored, plan
from .reflection import Reflection

AT_ONCE = 20  # up to so many are given while the agent waits
BATCH, LONGEST_RUN = 200, timedelta(seconds=60)
logger = logging.getLogger(__name__)


class LeftOut(models.Model):
    """Somebody on the list shall not get the gesture, with the words of who decided that."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("customer left out")
        verbose_name_plural = _("customers left out")
        constraints = [
            models.UniqueConstraint(fields=["incident", "customer"], name="left_out_once_per_incident"),
            models.CheckConstraint(name="left_out_with_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.customer_id}"

    @classmethod
    def say(
        cls, incident: Incident, customer: Customer, *, words: str, by: Person, at: datetime | None = None
    ) -> LeftOut:
        """Leave `customer` out because of `words`; later words replace earlier ones."""
        said = {"words": words, "by": by, "at": at or timezone.now()}
        row, _made = cls.objects.update_or_create(incident=incident, customer=customer, defaults=said)
        return row

    @classmethod
    def say_of_all(
        cls,
        incident: Incident,
        customers: Iterable[Customer],
        *,
        words: str,
        by: Person,
        at: datetime | None = None,
    ) -> None:
        """Leave all of these out for one reason; what was said of somebody before stays."""
        at = at or timezone.now()
        rows = [cls(incident=incident, customer=who, words=words, by=by, at=at) for who in customers]
        cls.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    @classmethod
    def take_back(cls, incident: Incident, customer: Customer) -> bool:
        return bool(cls.objects.filter(incident=incident, customer=customer).delete()[0])

    @classmethod
    def words_of(cls, incident: Incident) -> dict[int, str]:
        """The words by customer id."""
        return dict(cls.objects.filter(incident=incident).values_list("customer_id", "words"))


class MirrorQuerySet(models.QuerySet["Mirror"]):
    def running(self) -> MirrorQuerySet:
        return self.filter(done_at=None)

    def worked_by(self, person: Person) -> MirrorQuerySet:
        return self.filter(incident__in=Incident.objects.worked_by(person))


class Mirror(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="mirrors")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="mirrors")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    # Made by the sender's form before sending: the same key a second time is the same mirror.
    key = models.CharField(max_length=64)

    objects = MirrorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mirror")
        verbose_name_plural = _("mirrors")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="mirror_once_per_key"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(done_at=None), name="one_mirror_at_a_time_per_incident"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} → {self.incident_id}"

    @classmethod
    def begin(
        cls,
        offer: Offer,
        incident: Incident,
        *,
        by: Person,
        key: str,
        expected: int,
        at: datetime | None = None,
    ) -> Mirror | Refusal:
        """Give what `offer` is to everybody quiet, as far as the budget holds; `expected` is how many was said before.

        Up to twenty are given before this returns, more by a worker. The same `key` returns the first mirror. A
        Refusal when one is running, when it would be another number now, or nobody is left to give it to.
        """
        at = at or timezone.now()
        twin = cls.objects.filter(by=by, key=key).first()
        if twin:
            return twin
        try:
            with transaction.atomic():
                # Two who begin at once take turns; the second sees what the first has planned.
                Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
                found = cls._plan(offer, incident, by=by, expected=expected, at=at)
                if isinstance(found, Refusal):
                    return cls.objects.filter(by=by, key=key).first() or found
                mirror = cls.objects.create(offer=offer, incident=incident, by=by, at=at, key=key)
                Reflection.write(mirror, found, at=at)
        except IntegrityError:
            return cls.objects.filter(by=by, key=key).first() or _RUNNING
        if found.fits > AT_ONCE:
            nudge("policies.jobs.carry_mirrors")
        else:
            mirror.carry_on(now=at)
        return mirror

    @classmethod
    def _plan(
        cls, offer: Offer, incident: Incident, *, by: Person, expected: int, at: datetime
    ) -> Plan | Refusal:
        if cls.objects.running().filter(incident=incident).exists():
            return _RUNNING
        offer.refresh_from_db()
        if not can_be_mirrored(offer):
            return Refusal("gone", _("This gesture was taken back, or is no longer in the catalogue."))
        found = plan(offer, incident, agent=by, left_out=LeftOut.words_of(incident), at=at)
        if not found.fits:
            return Refusal("nobody", _("There is nobody left whom you can give this to now."))
        if found.fits != expected:
            words = _(
                "Something has changed meanwhile: it would be %(count)s customers now. Please look again."
            )
            return Refusal("changed", words % {"count": found.fits})
        return found

    def carry_on(self, *, now: datetime | None = None, most: int = BATCH) -> int:
        """Give it to those who still wait, one by one, each in a transaction of its own; how many were settled.

        May be called by several at once, and again after one of them died.
        """
        started = timezone.now()
        settled = 0
        waiting = self.reflections.due(now or started)
        for pk in list(waiting.values_list("pk", flat=True)[:most]):
            if timezone.now() - started > LONGEST_RUN:
                break
            settled += Reflection.settle(pk, now=now or timezone.now())
            if settled % 10 == 0:
                relay.publish(f"ticket-{self.offer.ticket_id}")
        self._finish(now=now or timezone.now())
        return settled

    def progress(self) -> dict[str, int]:
        """How many customers are at which fate; one query."""
        rows = self.reflections.order_by().values_list("fate").annotate(count=Count("pk"))
        return dict(rows)

    def _finish(self, *, now: datetime) -> None:
        """When nobody waits any more: say so once, to the agent and to the leads."""
        waiting = self.reflections.waiting()
        with transaction.atomic():
            open_ = Mirror.objects.running().filter(pk=self.pk).exclude(models.Exists(waiting))
            if not open_.update(done_at=now):
                return
            self.done_at = now
            counts = self.progress()
            given = counts.get("given", 0)
            event = self.offer.ticket.record(
                history.MIRRORED,
                by=self.by,
                at=now,
                gesture=self.offer.ruling.gesture_in_each,
                incident=self.incident.name,
                count=given,
                rest=sum(counts.values()) - given,
            )
            for person in {self.by, *Person.objects.leading(self.incident.team)}:
                Notice.tell(person, event)


def wish_for(offer: Offer, incident: Incident, *, by: Person, at: datetime | None = None) -> list[Person]:
    """Ask the leads to give the same to those this agent cannot give it to; whom, or nobody when that was done before.

    They hear of it on the ticket, where the same list says what they may do.
    """
    leads = list(Person.objects.leading(incident.team).exclude(pk=by.pk))
    with transaction.atomic():
        Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
        if not leads or is_wished(offer):
            return []
        event = offer.ticket.record(
            history.MIRROR_WISHED,
            by=by,
            at=at or timezone.now(),
            offer=offer.pk,
            gesture=offer.ruling.gesture_in_each,
            incident=incident.name,
            told=", ".join(lead.name for lead in leads),
        )
        for lead in leads:
            Notice.tell(lead, event)
    return leads


def is_wished(offer: Offer) -> bool:
    """Whether the leads were asked to give it to the others."""
    return offer.ticket.events.filter(kind=history.MIRROR_WISHED, data__offer=offer.pk).exists()


_RUNNING = Refusal("running", _("This is being given already. It goes on by itself."))


def carry_mirrors_now(*, now: datetime | None = None) -> int:
    """Go on with every mirror that is not done, oldest first; how many customers were settled. One bad mirror
    never stops the others."""
    settled = 0
    for mirror in list(Mirror.objects.running().select_related("offer", "incident").order_by("at", "pk")):
        try:
            settled += mirror.carry_on(now=now)
        except Exception:
            logger.exception("mirror %s could not go on", mirror.pk)
    return settled
