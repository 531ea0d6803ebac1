"""A web site that may hold our chat: named by an administrator, with the addresses its pages come from."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from accounts.person import Person

MOST_ORIGINS: Final = 20
LOCAL: Final = ("localhost", "127.0.0.1")


def fresh_code() -> str:
    return secrets.token_urlsafe(12)


class SiteQuerySet(models.QuerySet["Site"]):
    def open(self) -> SiteQuerySet:
        return self.filter(ended_at=None)

    def managed_by(self, person: Person) -> SiteQuerySet:
        """Where our chat may stand is an administrator's to say."""
        return self if person.is_staff and person.is_active else self.none()


class Site(models.Model):
    name = models.CharField(gettext_lazy("name"), max_length=80)
    # Public: it stands in the pages of the site and opens nothing by itself.
    code = models.SlugField(max_length=24, unique=True, default=fresh_code, editable=False)
    origins = models.JSONField(gettext_lazy("addresses"), default=list)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    added_at = models.DateTimeField(gettext_lazy("added"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True, blank=True, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("web site with our chat")
        verbose_name_plural = gettext_lazy("web sites with our chat")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def snippet(self) -> str:
        """What goes into the pages of the site."""
        return (
            f'<script src="{settings.BASE_URL}/static/js/widget.js" data-site="{self.code}" async></script>'
        )

    @classmethod
    def add(cls, *, name: str, origins: list[str], by: Person, key: str) -> Site:
        said: dict[str, Any] = {"name": name, "origins": origins, "added_by": by}
        return cls.objects.get_or_create(key=key, defaults=said)[0]

    def revise(self, *, name: str, origins: list[str]) -> None:
        self.name, self.origins = name, origins
        self.save(update_fields=["name", "origins"])

    def end(self) -> None:
        """From now on no page of it opens the chat; what was begun is on its tickets."""
        type(self).objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now())


def origins_of(text: str) -> list[str]:
    """One address a line, as `https://shop.example`; ValidationError in words for what is none."""
    found = list(dict.fromkeys(_origin(line) for line in text.split() if line))
    if not found:
        raise ValidationError(_("At least one address, like https://shop.example."))
    if len(found) > MOST_ORIGINS:
        raise ValidationError(_("At most %(most)s addresses.") % {"most": MOST_ORIGINS})
    return found


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line.strip().lower())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        host, port, parts = "", None, urlsplit("")
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
    if not host or not secure or not set(host) <= allowed or parts.username or len(host) > 253:
        raise ValidationError(
            _("“%(line)s” is no address of a web site; it begins with https://.") % {"line": line[:80]}
        )
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"
