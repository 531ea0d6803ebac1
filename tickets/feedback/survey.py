"""A survey: the one question put to one customer after one ticket, and the answer. Never a figure of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import Signer
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from tickets import history
from tickets.mail.outbox import OutgoingMail
from tickets.notice import Notice
from tickets.rating import Rating
from tickets.sla.clock import Clock
from tickets.solvable import SETTLED, Status
from tickets.ticket import Ticket

from .eligible import ORDER, UNBROKEN, Standing, question_for
from .silence import Silence

if TYPE_CHECKING:
    from tickets.event import Event

LIFETIME = timedelta(days=21)
LONGEST, LONGEST_TOKEN = 2000, 100
ON_THE_PAGE = "page"
_SIGNER = Signer(salt="kulanz.feedback")


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open(self, now: datetime) -> SurveyQuerySet:
        return self.filter(closed_at=None, expires_at__gt=now)

    def asked_in(self, since: datetime, until: datetime) -> SurveyQuerySet:
        """Put to somebody then; what was withdrawn was never really asked."""
        asked = self.filter(asked_at__gte=since, asked_at__lt=until).exclude(ending=Survey.Ending.WITHDRAWN)
        return asked.reached()

    def reached(self) -> SurveyQuerySet:
        """Answered, shown on the page of who had just said it is solved, or on its way by a letter that did not
        come back: what nobody could read was not asked."""
        letter = OutgoingMail.objects.filter(
            key=models.OuterRef("went_with"), failed_at=None, bounced_at=None
        )
        seen = models.Q(ending=Survey.Ending.ANSWERED) | models.Q(went_with=ON_THE_PAGE)
        return self.filter(seen | models.Exists(letter))


class Survey(models.Model):
    class Kind(models.TextChoices):
        SATISFACTION = "satisfaction", _("satisfaction")
        EFFORT = "effort", _("effort")
        RECOMMENDATION = "recommendation", _("recommendation")

    class Ending(models.TextChoices):
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.PROTECT, related_name="survey")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="surveys")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    # The mailbox it was sent to: whoever changes their address takes no old link along.
    email = models.EmailField()
    # The key of the letter it went with, or ON_THE_PAGE; "" while it went nowhere.
    went_with = models.CharField(max_length=120, blank=True, default="", editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=9, choices=Ending.choices, blank=True, default="")
    score = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    words = models.TextField(_("words"), max_length=LONGEST, blank=True, default="")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(closed_at=None), name="one_open_survey_each"
            ),
            models.CheckConstraint(
                name="survey_answer_in_range",
                condition=models.Q(score=None)
                | models.Q(kind="satisfaction", score__gte=1, score__lte=5)
                | models.Q(kind="effort", score__gte=1, score__lte=7)
                | models.Q(kind="recommendation", score__gte=0, score__lte=10),
            ),
            models.CheckConstraint(
                name="survey_answered_has_an_answer",
                condition=~models.Q(ending="answered") | models.Q(score__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.ticket_id}"

    @property
    def scale(self) -> range:
        return {"satisfaction": range(1, 6), "effort": range(1, 8)}.get(self.kind, range(11))

    @property
    def is_top(self) -> bool:
        """Among the two best answers there are."""
        return self.score is not None and self.score >= self.scale[-1] - 1

    @property
    def token(self) -> str:
        """Its number, signed for this use alone: 256 bits nobody else can write."""
        return f"{self.pk}-{self._signature()}"

    def portal_url(self) -> str:
        return reverse("portal:feedback", args=[self.token])

    def link(self) -> str:
        return settings.BASE_URL + self.portal_url()

    @classmethod
    def of_token(cls, token: str) -> Survey | None:
        """What a link asks, while its customer has the mailbox it was sent to; whether it is open says the row."""
        number, _dash, signature = token[:LONGEST_TOKEN].partition("-")
        if not (number.isascii() and number.isdigit()) or len(number) > 18:
            return None
        rows = cls.objects.select_related("ticket__customer__person", "ticket__assignee")
        found = rows.filter(
            pk=int(number), email=models.F("customer__person__email"), customer__person__is_active=True
        ).first()
        if found is None or not constant_time_compare(signature, found._signature()):
            return None
        return found

    @classmethod
    def ask(cls, ticket: Ticket, *, at: datetime) -> Survey | None:
        """Ask one question about a ticket just solved, if this customer may be asked one; None otherwise."""
        customer, known = ticket.customer, cls.objects.filter(ticket=ticket).first()
        if known is not None and known.ending != cls.Ending.WITHDRAWN:
            return None
        cls.objects.filter(customer=customer, closed_at=None, expires_at__lte=at).update(
            closed_at=at, ending=cls.Ending.LAPSED
        )
        kind = known.kind if known else question_for(standing_of(customer, ticket, now=at), now=at)
        if kind is None or cls.objects.filter(customer=customer, closed_at=None).exists():
            return None
        said = {"asked_at": at, "expires_at": at + LIFETIME, "email": customer.person.email}
        try:
            with transaction.atomic():
                if known is None:
                    return cls.objects.create(ticket=ticket, customer=customer, kind=kind, **said)
                cls.objects.filter(pk=known.pk).update(**said, closed_at=None, ending="")
                known.refresh_from_db()
                return known
        except IntegrityError:  # two tickets solved at once: one of them asks
            return None

    def carried_by(self, letter: str) -> None:
        """It went out with this letter."""
        type(self).objects.filter(pk=self.pk).update(went_with=letter)

    def answer(self, score: int, *, words: str = "", at: datetime | None = None) -> bool:
        """The customer's answer, once; False when it was given, withdrawn or came too late.

        A satisfaction answer is the ticket's rating too, whichever door it came through.
        """
        at, person = at or timezone.now(), self.customer.person
        with transaction.atomic():
            if not self._claim(score, words, at=at):
                return False
            if self.kind == self.Kind.SATISFACTION:
                self.ticket.rate(score, comment=words, by=person, at=at)
            else:
                self.ticket.record(history.ANSWERED, by=person, at=at)
            self._thank(at)
        return True

    def hear_rating(self, *, at: datetime) -> None:
        """The customer rated the ticket by another door: that is the answer."""
        rating = Rating.objects.get(ticket=self.ticket_id)
        if self._claim(rating.score, rating.comment, at=at):
            self._thank(at)

    def _claim(self, score: int, words: str, *, at: datetime) -> bool:
        said = {"closed_at": at, "ending": self.Ending.ANSWERED, "score": score, "words": words}
        if not type(self).objects.open(at).filter(pk=self.pk).update(**said):
            return False
        self.refresh_from_db()
        return True

    def _signature(self) -> str:
        return _SIGNER.signature(f"{self.pk}:{self.email}")

    def _thank(self, at: datetime) -> None:
        """Kind words reach whoever they are about, and count for nothing."""
        if self.words and self.is_top and self.ticket.assignee:
            event = self.ticket.record(history.PRAISED, by=self.customer.person, at=at, words=self.words)
            Notice.tell(self.ticket.assignee, event)


def hear(event: Event) -> None:
    """Solved, one question may be asked; open again or merged, it is taken back; rated, the rating is the answer."""
    if event.kind == history.MOVED and event.data.get("to") in SETTLED:
        # One that goes on in another ticket asks nothing, and takes no later question away from that one.
        if event.ticket.merge is None and _is_heard_of(event):
            survey = Survey.ask(event.ticket, at=event.at)
            if survey is not None and event.by_id == survey.customer.person_id:
                survey.carried_by(ON_THE_PAGE)  # where they are led to at once
    elif event.kind == history.MERGED or event.data.get("was") in SETTLED:
        still = Survey.objects.filter(ticket=event.ticket, closed_at=None)
        still.update(closed_at=event.at, ending=Survey.Ending.WITHDRAWN)
    elif event.kind == history.RATED:
        open_ones = Survey.objects.open(event.at).filter(kind=Survey.Kind.SATISFACTION)
        for survey in open_ones.filter(ticket=event.ticket):
            survey.hear_rating(at=event.at)


def _is_heard_of(event: Event) -> bool:
    """Closed by us without having been solved, nothing goes out that could carry a question; it would only stand in
    the way of the next one."""
    if event.data["to"] == Status.SOLVED or event.by_id == event.ticket.customer.person_id:
        return True
    return Survey.objects.filter(ticket=event.ticket_id).exists()


def standing_of(customer: Customer, ticket: Ticket, *, now: datetime) -> Standing:
    """What decides about asking this customer. No table here says what was bought: an existing customer came back."""
    since = now - UNBROKEN
    broken = Clock.objects.filter(ticket__customer=customer, breached_at__gte=since)
    put = Survey.objects.filter(customer=customer).reached()
    asked = put.order_by("asked_at").values_list("kind", "asked_at")
    return Standing(
        wants_none=Silence.is_kept_for(customer),
        has_open_ticket=Ticket.objects.filter(customer=customer).unsettled().exclude(pk=ticket.pk).exists(),
        broken_at=broken.order_by("-breached_at").values_list("breached_at", flat=True).first(),
        has_bought_again=customer.status == Customer.Status.ESTABLISHED,
        asked={kind: at for kind, at in asked if kind in ORDER},
    )
