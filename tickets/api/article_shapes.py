"""Articles for programs: as readers have them, as those who look after them do, and what can be sent."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tickets.knowledge.article import Article, Audience
from tickets.knowledge.article_version import LONGEST_TEXT, LONGEST_TITLE, TEXTS, ArticleVersion

from .desk_shapes import NamedPerson, NamedTeam
from .fields import Address, Choice, Id, Line, Moment, Strict, Text

STATES = ("draft", "published", "retired")


class ReadArticle(serializers.Serializer):
    """An article as its readers have it: the version that was published."""

    id = serializers.IntegerField(source="pk", read_only=True)
    cause = serializers.CharField(source="cause.code", read_only=True, allow_null=True, default=None)
    version = serializers.IntegerField(source="live.number", read_only=True)
    title_en = serializers.CharField(source="live.title_en", read_only=True)
    text_en = serializers.CharField(source="live.text_en", read_only=True)
    title_de = serializers.CharField(source="live.title_de", read_only=True)
    text_de = serializers.CharField(source="live.text_de", read_only=True)
    url = serializers.CharField(source="link", read_only=True, help_text="Where people read it.")


class Version(serializers.ModelSerializer):
    """What an article said at a time, and who wrote that."""

    by = NamedPerson(read_only=True, allow_null=True)
    at = Moment()

    class Meta:
        model = ArticleVersion
        fields = ("number", *TEXTS, "restored", "by", "at")
        read_only_fields = fields


class KeptArticle(serializers.Serializer):
    """An article as those look after it who may change it: its newest version, which readers may not have yet."""

    id = serializers.IntegerField(source="pk", read_only=True)
    audience = serializers.ChoiceField(Audience.choices, read_only=True)
    team = NamedTeam(read_only=True, allow_null=True)
    cause = serializers.CharField(source="cause.code", read_only=True, allow_null=True, default=None)
    state = serializers.ChoiceField(STATES, read_only=True)
    published_version = serializers.SerializerMethodField(help_text="The number of what readers have.")
    latest = Version(read_only=True)
    url = serializers.CharField(source="link", read_only=True)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_published_version(self, article: Article) -> int | None:
        return article.live.number if article.live else None


class ArticleTexts(Strict):
    """Both languages side by side; a draft may have one, what everybody reads needs both."""

    title_en = Line(max_length=LONGEST_TITLE, required=False, allow_blank=True, default="")
    text_en = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    title_de = Line(max_length=LONGEST_TITLE, required=False, allow_blank=True, default="")
    text_de = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")


class ArticleAddress(Strict):
    """Who reads it, who looks after it, and what it helps with."""

    audience = Choice(Audience.choices)
    team = Line(
        max_length=50,
        required=False,
        allow_null=True,
        default=None,
        help_text="The slug of one of your teams; without one it is the house’s, which administrators look after.",
    )
    cause = Line(
        max_length=40, required=False, allow_null=True, default=None, help_text="The code of a cause."
    )


class NewArticle(ArticleAddress, ArticleTexts):
    """A draft: nobody else reads it until it is published."""


class RevisedArticle(ArticleTexts):
    """A further version, written on the one that was seen."""

    seen = Id(help_text="The number of the newest version you know. Where there is a newer one: 409.")


class ArticleFilters(Address):
    q = Line(max_length=200, required=False, help_text="Words; finds what is published.")
    cause = Line(max_length=40, required=False, help_text="The code of a cause.")
    state = Choice(
        [(state, state) for state in STATES], required=False, help_text="For those who look after it."
    )


def texts_of(said: dict[str, Any]) -> dict[str, str]:
    return {name: said[name] for name in TEXTS}
