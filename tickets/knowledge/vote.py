"""A vote: whether an article helped one person. A second one of the same person replaces the first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article

if TYPE_CHECKING:
    from accounts.person import Person

LONGEST = 500


class ArticleVote(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField(_("helped"))
    words = models.CharField(_("what was missing"), max_length=LONGEST, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="one_vote_each")]

    def __str__(self) -> str:
        return f"#{self.article_id}: {self.helped}"

    @classmethod
    def cast(
        cls, article: Article, *, helped: bool, words: str = "", by: Person, at: datetime | None = None
    ) -> ArticleVote:
        said = {"helped": helped, "words": "" if helped else words, "at": at or timezone.now()}
        vote, _made = cls.objects.update_or_create(article=article, person=by, defaults=said)
        return vote
