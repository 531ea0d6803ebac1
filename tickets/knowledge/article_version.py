"""A version of an article: what it said in each language, who wrote that and when. Never changed, only followed."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .blocks import Block, blocks_of
from .difference import Line, difference

TEXTS = ("title_en", "text_en", "title_de", "text_de")
LONGEST_TITLE, LONGEST_TEXT = 160, 20_000


class ArticleVersion(models.Model):
    article = models.ForeignKey("tickets.Article", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title_en = models.CharField(_("title (English)"), max_length=LONGEST_TITLE, blank=True, default="")
    text_en = models.TextField(_("text (English)"), max_length=LONGEST_TEXT, blank=True, default="")
    title_de = models.CharField(_("title (German)"), max_length=LONGEST_TITLE, blank=True, default="")
    text_de = models.TextField(_("text (German)"), max_length=LONGEST_TEXT, blank=True, default="")
    # The number of the version it took up again.
    restored = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def languages(self) -> list[str]:
        """In which it has both a title and a text."""
        return [
            language
            for language, _name in settings.LANGUAGES
            if getattr(self, f"title_{language}") and getattr(self, f"text_{language}")
        ]

    @property
    def language(self) -> str:
        """The reader's where there is a text in it, else the one there is."""
        wished = (get_language() or "en")[:2]
        return wished if wished in self.languages else next(iter(self.languages), wished)

    @property
    def title(self) -> str:
        return str(getattr(self, f"title_{self.language}") or self.title_en or self.title_de)

    @property
    def text(self) -> str:
        return str(getattr(self, f"text_{self.language}") or self.text_en or self.text_de)

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.text)

    @property
    def beginning(self) -> str:
        """The first words of it, for a list."""
        return next((block.plain for block in self.blocks if block.kind == "paragraph"), "")

    def says(self, texts: Mapping[str, str]) -> bool:
        return all(getattr(self, name) == texts.get(name, "") for name in TEXTS)

    def against(self, earlier: ArticleVersion | None) -> list[tuple[str, list[Line]]]:
        """By language code, what this version says otherwise than an earlier one."""
        found = []
        for language, _name in settings.LANGUAGES:
            was = _whole(earlier, language) if earlier else ""
            lines = difference(was, _whole(self, language))
            if any(line.sign != " " for line in lines):
                found.append((language, lines))
        return found


def _whole(version: ArticleVersion, language: str) -> str:
    title, text = getattr(version, f"title_{language}"), getattr(version, f"text_{language}")
    return f"{title}\n\n{text}".strip()
