"""A reflection: what became of one customer in a mirror. The row is the claim: whoever changes it gives the gesture."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from tickets.ticket import Ticket

from ..ledger.transfer import NotEnough
from ..offer import Offer
from ..ruling import BOOKED, Ruling
from ..turns import take_turns
from .quiet import Prospect, decide_each, prospect_of, same_gesture, wish_of

if TYPE_CHECKING:
    from .mirror import Mirror
    from .quiet import Plan

FIRST_RETRY, LONGEST_RETRY, MOST_TRIES = timedelta(seconds=30), timedelta(hours=1), 8
logger = logging.getLogger(__name__)


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def waiting(self) -> ReflectionQuerySet:
        return self.filter(fate=Reflection.Fate.WAITING)

    def due(self, now: datetime) -> ReflectionQuerySet:
        return self.waiting().filter(due_at__lte=now).order_by("pk")

    def left(self) -> ReflectionQuerySet:
        """Who did not get it, for whatever reason."""
        return self.exclude(fate__in=[Reflection.Fate.WAITING, Reflection.Fate.GIVEN])


class Reflection(models.Model):
    class Fate(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GIVEN = "given", _("given")
        HELD = "held", _("had it already")
        GUARDRAIL = "guardrail", _("a guardrail speaks against it")
        YES = "yes", _("somebody else has to say yes")
        BUDGET = "budget", _("the budget did not hold it")
        LEFT_OUT = "left_out", _("left out")
        WITHDRAWN = "withdrawn", _("it was taken back meanwhile")
        TROUBLE = "trouble", _("did not work")

    mirror = models.ForeignKey("policies.Mirror", on_delete=models.CASCADE, related_name="reflections")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.WAITING)
    words = models.CharField(max_length=300, blank=True, default="")  # why somebody left them out
    rails = models.JSONField(default=list, blank=True)  # codes of the guardrails that spoke
    offer = models.OneToOneField(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="reflection"
    )
    at = models.DateTimeField(default=timezone.now)  # when it came to this
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer of a mirror")
        verbose_name_plural = _("customers of mirrors")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["mirror", "customer"], name="reflected_once_per_mirror"),
            models.CheckConstraint(
                name="reflection_given_is_an_offer",
                condition=Q(fate="given", offer__isnull=False) | (~Q(fate="given") & Q(offer=None)),
            ),
            models.CheckConstraint(
                name="reflection_left_out_with_words", condition=~Q(fate="left_out", words="")
            ),
        ]
        indexes = [
            models.Index(fields=["mirror", "id"], condition=Q(fate="waiting"), name="reflection_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.mirror_id}: {self.customer_id} {self.fate}"

    @classmethod
    def write(cls, mirror: Mirror, plan: Plan, *, at: datetime) -> None:
        """A row for everybody quiet: as many wait as the budget holds, in the order of the list; the others say why."""
        room, rows = plan.fits, []
        for quiet in plan.rows:
            fate = _FATES[quiet.prospect]
            if fate is cls.Fate.WAITING:
                fate, room = (fate, room - 1) if room else (cls.Fate.BUDGET, 0)
            rails = [reason.params["guardrail"] for reason in quiet.reasons if reason.code == "guardrail"]
            rows.append(
                Reflection(
                    mirror=mirror,
                    customer=quiet.customer,
                    fate=fate,
                    words=quiet.words,
                    rails=rails,
                    at=at,
                    due_at=at,
                )
            )
        Reflection.objects.bulk_create(rows, batch_size=500)

    @classmethod
    def settle(cls, pk: int, *, now: datetime) -> bool:
        """Give it to this customer, or write down why not; False when somebody else did. What fails is tried again."""
        try:
            with transaction.atomic():
                row = cls._claim(pk, now=now)
                return row is not None and row._give(now=now)
        except Exception as error:  # one customer's trouble must never stop the others
            logger.exception("reflection %s could not be settled", pk)
            cls.objects.get(pk=pk)._postpone(f"{type(error).__name__}: {error}"[:200], now=now)
            return False

    @classmethod
    def _claim(cls, pk: int, *, now: datetime) -> Reflection | None:
        """The row, held until the commit; None when it no longer waits. Touching it makes a second worker wait."""
        waiting = cls.objects.waiting().filter(pk=pk)
        if not waiting.update(at=now):
            return None
        story = ("mirror__by", "mirror__offer__ruling", "mirror__incident__cause", "mirror__incident__team")
        return cls.objects.select_related("customer__person", *story).get(pk=pk)

    def _give(self, *, now: datetime) -> bool:
        # Who takes the first one back stops the others, too.
        if self.mirror.offer.state == Offer.State.REVERSED:
            return self._end(self.Fate.WITHDRAWN)
        try:
            with transaction.atomic():  # where nothing is given, no ticket is opened either
                offer = self._book(now=now)
            return self._end(self.Fate.GIVEN, offer=offer)
        except NotEnough:
            return self._end(self.Fate.BUDGET)
        except _NotGivenError as why:
            return self._end(why.fate, rails=why.rails)

    def _book(self, *, now: datetime) -> Offer:
        """A ruling and an offer of their own on the customer's ticket; raises with the fate when it must not be."""
        mirror = self.mirror
        agent, wish = mirror.by, wish_of(mirror.offer)
        ticket, opened = self._ticket(now=now)
        take_turns(ticket)
        if same_gesture(mirror.offer, mirror.incident).filter(customer=self.customer).exists():
            raise _NotGivenError(self.Fate.HELD)
        ruling = Ruling.weigh(agent, ticket, wish, at=now)
        if ruling.answer.outcome not in BOOKED:
            prospect, reasons = prospect_of(decide_each(agent, [ticket], wish, at=now)[0])
            # Were it not for the budget it would be given, so the budget it is.
            fate = self.Fate.BUDGET if prospect is Prospect.GIVES else _FATES[prospect]
            raise _NotGivenError(fate, [r.params["guardrail"] for r in reasons if r.code == "guardrail"])
        ruling.key = f"mirror:{mirror.pk}:{self.customer_id}"
        ruling.save()
        own, _pool = ruling.budgets
        return Offer.make(ruling, budgets=[own], at=now, letter="mirrored" if opened else "gesture")

    def _ticket(self, *, now: datetime) -> tuple[Ticket, bool]:
        """Where the customer reads of it: their own ticket, else one that says what happened and what they get."""
        incident, offer = self.mirror.incident, self.mirror.offer
        language = incident.language_of(self.customer)
        with translation.override(language), timezone.override(self.customer.person.zone):
            said = {
                "name": self.customer.person.name,
                "day": date_format(timezone.localtime(incident.happened_at), "DATE_FORMAT"),
                "what": incident.words_in(language).rstrip(". "),
                "cause": incident.cause.name,
                "gesture": offer.gesture,
            }
            subject = gettext("%(cause)s, %(day)s: for you") % said
            text = _LETTER % said
        return incident.reach(self.customer, subject=subject, text=text, by=self.mirror.by, at=now)

    def _end(self, fate: str, **fields: object) -> bool:
        return bool(Reflection.objects.filter(pk=self.pk).update(fate=fate, **fields))

    def _postpone(self, trouble: str, *, now: datetime) -> None:
        """Later each time; after eight tries it stands as it is, for people to see."""
        given_up = self.tries + 1 >= MOST_TRIES
        fields = {"fate": self.Fate.TROUBLE} if given_up else {}
        wait = min(FIRST_RETRY * 2**self.tries, LONGEST_RETRY)
        waiting = Reflection.objects.waiting().filter(pk=self.pk)
        waiting.update(due_at=now + wait, tries=F("tries") + 1, trouble=trouble, **fields)


class _NotGivenError(Exception):
    """Undoes the booking and says what became of it instead."""

    def __init__(self, fate: str, rails: list[str | int] | None = None) -> None:
        super().__init__(fate)
        self.fate, self.rails = fate, rails or []


_FATES = {
    Prospect.GIVES: Reflection.Fate.WAITING,
    Prospect.GUARDRAIL: Reflection.Fate.GUARDRAIL,
    Prospect.YES: Reflection.Fate.YES,
    Prospect.LEFT_OUT: Reflection.Fate.LEFT_OUT,
}
_LETTER = _(
    "Hello %(name)s,\n\n"
    "on %(day)s something went wrong on our side: %(what)s. It hit you as well, and you should not have to write to us "
    "for that to count.\n\n"
    "You receive from us: %(gesture)s. You need not do anything for it.\n\n"
    "If something is still not right, just answer here."
)
