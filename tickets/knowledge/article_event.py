"""An event of an article: what happened to it, for whom it was written then, and who did it. Append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    DESK = "desk", _("all colleagues")
    TEAM = "team", _("this team only")


class ArticleEvent(models.Model):
    """Something that happened to an article, and who did it. Append-only."""

    class Kind(models.TextChoices):
        WRITTEN = "written", _("written")
        REVISED = "revised", _("revised")
        RESTORED = "restored", _("taken back to an earlier version")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", pgettext_lazy("article", "retired")
        ADDRESSED = "addressed", _("readers or team changed")

    article = models.ForeignKey("tickets.Article", on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField(_("version"))
    audience = models.CharField(max_length=8, choices=Audience.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("event of an article")
        verbose_name_plural = _("events of articles")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind}"
