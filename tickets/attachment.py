"""An attachment: a file as it came, stored under a random name, checked by content, always served as a download."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from .message import Message

if TYPE_CHECKING:
    from accounts.person import Person

# Served under their own type; everything else is a plain stream of bytes to the browser.
KNOWN = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
}
UNKNOWN = "application/octet-stream"
EXECUTABLE = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!")
MAX_NAME = 150


def random_place(_attachment: models.Model, _name: str) -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: Person) -> AttachmentQuerySet:
        """A file is seen by whoever sees its message."""
        return self.filter(message__in=Message.objects.visible_to(person))


class Attachment(models.Model):
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    token = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe)
    file = models.FileField(upload_to=random_place, max_length=80)
    name = models.CharField(max_length=MAX_NAME)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """By its content, which we looked at ourselves: a browser may show it."""
        return self.content_type.startswith("image/")

    @classmethod
    def keep(cls, upload: UploadedFile, *, message: Message, from_mail: bool = False) -> Attachment:
        """Store a file that `examine` let pass.

        Who mails cannot be asked to choose another one: then a wrong name is no reason to refuse, and the limit is
        the one for mails. Programs are refused from everybody.
        """
        return cls.objects.create(message=message, at=message.at, **facts_of(upload, from_mail=from_mail))


def facts_of(upload: UploadedFile, *, from_mail: bool = False) -> dict[str, Any]:
    """What is stored of an upload: its bytes, and what we know of them ourselves."""
    content_type = examine(upload, from_mail=from_mail)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name, size = clean_name(upload.name or ""), upload.size or 0
    return {
        "file": upload,
        "name": name,
        "content_type": content_type,
        "size": size,
        "sha256": digest.hexdigest(),
    }


def examine(upload: UploadedFile, *, from_mail: bool = False) -> str:
    """The file's true type by its content; ValidationError in words for what we do not take."""
    name = clean_name(upload.name or "")
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    largest = settings.MAIL_MAX_BYTES if from_mail else settings.ATTACHMENT_MAX_BYTES
    if upload.size > largest:
        limit = largest // (1024 * 1024)
        raise ValidationError(_("“%(name)s” is larger than %(limit)s MB.") % {"name": name, "limit": limit})
    head = upload.read(4096)
    upload.seek(0)
    if head.startswith(EXECUTABLE):
        raise ValidationError(_("“%(name)s” is a program. We do not take programs.") % {"name": name})
    found = _type_of(head)
    for content_type, endings in KNOWN.items():
        if name.lower().endswith(endings) and found != content_type and not from_mail:
            raise ValidationError(_("“%(name)s” is not what its name says.") % {"name": name})
    return found


def _type_of(head: bytes) -> str:
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return found if found in KNOWN else UNKNOWN


def clean_name(name: str) -> str:
    """A name to show: no path, no control or direction characters, not endless; the ending survives."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r"\s+", " ", name).strip(" .") or "file"
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        tail = dot + ending[:20] if dot else ""
        name = (stem or name)[: MAX_NAME - len(tail)] + tail
    return name
