"""A public review: what somebody wrote about us where everybody reads it; it is a ticket like any other.

How many people read it is written down nowhere, so nothing can hang on it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer
from accounts.person import Person

from .knowledge.blocks import plain_of
from .mail.reading.tongue import language_of
from .message import Message, MessageQuerySet
from .ticket import Ticket

if TYPE_CHECKING:
    from .cause import Cause

LONGEST_SOURCE, LONGEST_AUTHOR, LONGEST_LINK = 60, 120, 500


class PublicReviewQuerySet(models.QuerySet["PublicReview"]):
    def worked_by(self, person: Person) -> PublicReviewQuerySet:
        """Those whose tickets are worked here; for an administrator all."""
        if not person.is_active:
            return self.none()
        return self if person.is_staff else self.filter(ticket__in=Ticket.objects.worked_by(person))

    def with_answers(self) -> PublicReviewQuerySet:
        """What we said to each, in one question more however many there are."""
        said = models.Prefetch(
            "ticket__messages", queryset=_ours(Message.objects.all()), to_attr="said_by_us"
        )
        return self.prefetch_related(said)


class PublicReview(models.Model):
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="public_review")
    source = models.CharField(gettext_lazy("where it stands"), max_length=LONGEST_SOURCE)
    author = models.CharField(gettext_lazy("name shown there"), max_length=LONGEST_AUTHOR)
    stars = models.PositiveSmallIntegerField(gettext_lazy("stars"), null=True, blank=True)
    link = models.URLField(gettext_lazy("address"), max_length=LONGEST_LINK)
    written_at = models.DateTimeField(gettext_lazy("written"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # When somebody said that our answer stands there, and who.
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PublicReviewQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("public review")
        verbose_name_plural = gettext_lazy("public reviews")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "link", "author", "written_at"], name="public_review_once"
            ),
            models.CheckConstraint(
                name="public_review_one_to_five_stars",
                condition=models.Q(stars=None) | models.Q(stars__gte=1, stars__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} #{self.ticket_id}"

    @property
    def answers(self) -> list[str]:
        """What we said to it, to be put where it stands."""
        said = getattr(self.ticket, "said_by_us", None)
        ours = _ours(self.ticket.messages.all()) if said is None else said
        return [plain_of(message.text).strip() for message in ours]

    @classmethod
    def take_up(
        cls,
        *,
        source: str,
        author: str,
        text: str,
        link: str,
        written_at: datetime,
        cause: Cause,
        by: Person,
        stars: int | None = None,
        email: str = "",
        at: datetime | None = None,
    ) -> PublicReview:
        """Make a ticket of it; the same review again is the one already there.

        `email` is an address the author gave us for this; only with it the ticket is that customer's.
        """
        at = at or timezone.now()
        shown = {"source": source, "link": link, "author": author, "written_at": written_at}
        known = cls.objects.filter(**shown).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                customer = customer_known_to(by, email) or _stand_in(author)
                ticket = _ticket_of(customer, source, text, cause, at)
                return cls.objects.create(**shown, ticket=ticket, stars=stars, added_by=by)
        except IntegrityError:
            return cls.objects.get(**shown)

    def post(self, *, by: Person, at: datetime | None = None) -> bool:
        """Our answer stands there now; False when that was said before."""
        unposted = type(self).objects.filter(pk=self.pk, posted_at=None)
        return bool(unposted.update(posted_at=at or timezone.now(), posted_by=by))


def _ours(messages: MessageQuerySet) -> MessageQuerySet:
    return messages.public().filter(from_customer=False).exclude(channel=Message.Channel.AUTO)


def _ticket_of(customer: Customer, source: str, text: str, cause: Cause, at: datetime) -> Ticket:
    """In the language it was written in, and nobody is sent anything."""
    with translation.override(language_of(text) or customer.person.language or settings.LANGUAGE_CODE):
        return Ticket.open(
            customer,
            subject=_("Review on %(source)s") % {"source": source},
            text=text,
            cause=cause,
            by=customer.person,
            channel=Message.Channel.REVIEW,
            quietly=True,
            at=at,
        )


def customer_known_to(person: Person, email: str) -> Customer | None:
    """The customer of this address among those `person` serves: nobody tries out here whose customer somebody is."""
    if not email:
        return None
    found = Customer.objects.select_related("person").filter(
        person__email=email.lower(), person__is_active=True
    )
    if not person.is_staff:
        found = found.filter(pk__in=Ticket.objects.worked_by(person).values("customer"))
    return found.first()


def _stand_in(author: str) -> Customer:
    """Somebody we know by a name on a web site: no address, no way in, and the same rights on the desk."""
    person = Person(email=f"review-{uuid.uuid4().hex}@kulanz.invalid", name=author, is_active=False)
    person.set_unusable_password()
    person.save()
    return Customer.objects.create(person=person)
