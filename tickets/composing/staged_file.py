"""A staged file: chosen or dropped while somebody writes, kept on the server with their draft until it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.attachment import MAX_NAME, Attachment, facts_of, random_place
from tickets.message import Message

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

# What nobody sent for so long was forgotten with its draft.
KEPT = timedelta(days=30)


class StagedFileQuerySet(models.QuerySet["StagedFile"]):
    def of(self, person: Person, ticket: Ticket, kind: str) -> StagedFileQuerySet:
        """The own ones that wait in the composer; nobody sees what another has not sent yet.

        They went along where the ticket goes on in another one.
        """
        return self.filter(person=person, ticket=ticket.survivor or ticket, kind=kind, held=None)

    def forgotten(self, now: datetime) -> StagedFileQuerySet:
        return self.filter(held=None, at__lt=now - KEPT)


class StagedFile(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="staged_files")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staged_files"
    )
    kind = models.CharField(max_length=8, choices=Message.Kind.choices)
    held = models.ForeignKey(
        "tickets.HeldReply", on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    file = models.FileField(upload_to=random_place, max_length=80)
    name = models.CharField(max_length=MAX_NAME)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = StagedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("staged file")
        verbose_name_plural = _("staged files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(
        cls, upload: UploadedFile, *, ticket: Ticket, by: Person, kind: str, at: datetime, held: object = None
    ) -> StagedFile:
        """Store a file that `examine` let pass."""
        return cls.objects.create(ticket=ticket, person=by, kind=kind, held=held, at=at, **facts_of(upload))

    def attach(self, message: Message) -> Attachment:
        """It was sent: the same stored file, now the message's."""
        facts = ("name", "content_type", "size", "sha256")
        said = {name: getattr(self, name) for name in facts}
        attachment = Attachment.objects.create(message=message, file=self.file.name, at=message.at, **said)
        self.delete()
        return attachment

    def drop(self) -> None:
        """Taken out again before it was sent."""
        storage, name = self.file.storage, self.file.name
        self.delete()
        transaction.on_commit(lambda: storage.delete(name))


def forget_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Drop what was forgotten; the number dropped."""
    found = list(StagedFile.objects.forgotten(now or timezone.now())[:most])
    for file in found:
        with transaction.atomic():
            file.drop()
    return len(found)
