"""A message: what a customer or an agent wrote; public to both, or internal and never the customer's to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .knowledge.blocks import Block, blocks_of

if TYPE_CHECKING:
    from accounts.person import Person

    from .attachment import Attachment

MAX_LENGTH = 50_000


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> MessageQuerySet:
        return self.filter(kind=Message.Kind.PUBLIC)

    def visible_to(self, person: Person) -> MessageQuerySet:
        """Desk people read all of their teams' tickets; a customer reads the public part of the own ones, and who
        oversees an organisation's requests that of all of these."""
        own = models.Q(ticket__customer__person=person)
        desk = models.Q(ticket__team_id__in=person.team_ids) & ~own
        if not person.is_active:
            return self.none()
        firm = person.overseen_organisation_id
        served = own | models.Q(ticket__organisation_id=firm) if firm else own
        return self.filter(desk | (served & models.Q(kind=Message.Kind.PUBLIC)))


class Message(models.Model):
    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("portal")
        DESK = "desk", _("desk")
        API = "api", _("API")
        CHAT = "chat", _("chat")
        AUTO = "auto", _("automatic")
        MAIL = "mail", _("mail")
        REVIEW = "review", _("public review")
        PHONE = "phone", _("phone")

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.DESK)
    from_customer = models.BooleanField(default=False)
    text = models.TextField(max_length=MAX_LENGTH)
    # What a mail carried along below its words: what was said before, a signature. Shown folded.
    quoted = models.TextField(max_length=MAX_LENGTH, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    # Made by the sender's form before sending: the same key a second time is the same message.
    key = models.CharField(max_length=64, null=True, blank=True)

    # Whom it mentions, where a page shows them.
    named: Sequence[str] = ()
    # Whether it is the first of a day, where a page shows it among others.
    begins_day = False
    # What came with it, where a page looked that up for all its messages at once.
    files: Sequence[Attachment] = ()

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["ticket", "at"], name="message_of_ticket")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="message_once_per_key"),
            models.CheckConstraint(
                name="message_kind_known", condition=models.Q(kind__in=["public", "internal"])
            ),
            models.CheckConstraint(
                name="customers_write_in_public",
                condition=models.Q(from_customer=False) | models.Q(kind="public"),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"

    @property
    def is_automatic(self) -> bool:
        """Sent by the house itself; no person answered, so no promise to answer is met by it."""
        return self.channel == self.Channel.AUTO

    @property
    def is_internal(self) -> bool:
        return self.kind == self.Kind.INTERNAL

    @property
    def is_formatted(self) -> bool:
        """Whether its signs say how it looks: what the desk writes; a customer's words are shown as they typed them."""
        return not self.from_customer and self.channel != self.Channel.CHAT

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.text, names=self.named)

    @property
    def can_be_split_off(self) -> bool:
        """Whether it could begin a ticket of its own: the customer wrote it, with words in it."""
        return self.from_customer and bool(self.text.strip())
