"""The words of an article as its readers have it, in all its languages, as one text to search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.search.full_text import Holds, as_typed, as_words
from tickets.search.query import Term

from .article_version import TEXTS

if TYPE_CHECKING:
    from .article import Article


class ArticleWordsQuerySet(models.QuerySet["ArticleWords"]):
    def holding(self, terms: Iterable[Term], *, any_of_them: bool = False) -> ArticleWordsQuerySet:
        """With every one of these terms in it, or with any of them."""
        return self.filter(Holds(models.F("words"), typed=as_typed(terms, any_of_them=any_of_them)))

    def with_parts(self, tokens: Iterable[str]) -> ArticleWordsQuerySet:
        """With every one of these somewhere, inside of words too: “leuchte” in “Ersatzleuchte”."""
        found = self
        for token in tokens:
            found = found.filter(words__icontains=token)
        return found


class ArticleWords(models.Model):
    article = models.OneToOneField(
        "tickets.Article", on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    words = models.TextField()

    objects = ArticleWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of an article")
        verbose_name_plural = _("words of articles")

    def __str__(self) -> str:
        return f"#{self.article_id}"

    @classmethod
    def put(cls, article: Article) -> None:
        """As it is published; drafts are in no index."""
        words = as_words(*(getattr(article.live, name) for name in TEXTS))
        cls.objects.update_or_create(article=article, defaults={"words": words})
