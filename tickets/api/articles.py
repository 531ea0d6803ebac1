"""Articles: what is written down for everybody and for colleagues – reading, writing, publishing, retiring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.desk.knowledge_forms import AddressForm, TextsForm
from tickets.knowledge.article import Article, ArticleQuerySet
from tickets.knowledge.find import search
from tickets.textfields import fresh_key

from .article_shapes import (
    ArticleAddress,
    ArticleFilters,
    KeptArticle,
    NewArticle,
    ReadArticle,
    RevisedArticle,
    Version,
    texts_of,
)
from .door import Conflict, Door
from .fields import Strict
from .once import PARAMETER, Once, replayed
from .paging import LARGEST_ID, ByNumber
from .schema import either

EITHER = either("Article", KeptArticle, ReadArticle)


class Articles(Door):
    pagination_class = ByNumber

    @extend_schema(
        operation_id="articles_list",
        parameters=[ArticleFilters],
        responses=either("Article", KeptArticle, ReadArticle, many=True),
        tags=["articles"],
    )
    def get(self, request: Request) -> Response:
        """What one may read, newest first; those one looks after with their newest version and as drafts, too."""
        pages = ByNumber()
        found = _filtered(self.person, request).with_texts().select_related("latest__by")
        rows = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response(_shapes(rows, self.person))

    @extend_schema(
        operation_id="articles_create",
        parameters=[PARAMETER],
        request=NewArticle,
        responses={201: KeptArticle, 422: OpenApiResponse(description="Key reused")},
        tags=["articles"],
    )
    def post(self, request: Request) -> Response:
        """Write a new one, as a draft of one of the own teams; for the whole house administrators do."""
        self.house_only()
        said = _checked(NewArticle, request)
        texts, address = texts_of(said), _address(said, self.person)
        _refuse(TextsForm(texts))
        once = Once(request, "articles", request.data)
        earlier = once.earlier(Article.objects.managed_by(self.person), before=f"{self.person.pk}:")
        made = earlier or Article.write(**texts, **address, by=self.person, key=once.key or fresh_key())
        response = Response(_shape(_kept(self, made.pk), self.person), status=status.HTTP_201_CREATED)
        return replayed(response) if earlier else response


class OneArticle(Door):
    @extend_schema(operation_id="articles_retrieve", responses=EITHER, tags=["articles"])
    def get(self, request: Request, number: int) -> Response:
        """One article: what is published, or everything of it for those who look after it."""
        return Response(_shape(_readable(self, number), self.person))

    @extend_schema(
        operation_id="articles_revise",
        request=RevisedArticle,
        responses={200: KeptArticle, 409: OpenApiResponse(description="Somebody wrote a newer version")},
        tags=["articles"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Write a further version. Readers keep the one before until it is published; sent again, nothing happens."""
        found, said = _kept(self, number), _checked(RevisedArticle, request)
        _refuse(TextsForm(texts_of(said)))
        if not found.revise(seen=said["seen"], by=self.person, **texts_of(said)):
            raise Conflict(_("Somebody changed this article meanwhile. Reload it before you change it."))
        return Response(_shape(_kept(self, number), self.person))


class ArticleVersions(Door):
    pagination_class = ByNumber

    @extend_schema(operation_id="article_versions_list", responses=Version(many=True), tags=["articles"])
    def get(self, request: Request, number: int) -> Response:
        """Every version, newest first; for those who look after it."""
        pages = ByNumber()
        rows = _kept(self, number).versions.select_related("by")
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(Version(page, many=True).data)


class ArticleReaders(Door):
    @extend_schema(
        operation_id="article_address_set",
        request=ArticleAddress,
        responses={200: KeptArticle, 409: OpenApiResponse(description="Somebody changed it meanwhile")},
        tags=["articles"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Say who reads it, who looks after it, and what it helps with."""
        found = _kept(self, number)
        said = _address(_checked(ArticleAddress, request), self.person, article=found)
        if not found.address(by=self.person, **said):
            raise Conflict(_("Somebody changed this article meanwhile. Reload it before you change it."))
        return Response(_shape(_readable(self, number), self.person))


class ArticlePublication(Door):
    @extend_schema(
        operation_id="article_publish",
        request=None,
        responses={200: KeptArticle, 409: OpenApiResponse(description="A language is missing")},
        tags=["articles"],
    )
    def put(self, request: Request, number: int) -> Response:
        """Put the newest version before its readers. What everybody reads, whoever leads the team publishes."""
        found = _publishable(self, number)
        if found.lacks():
            raise Conflict(_("What everybody reads needs both languages."))
        found.publish(by=self.person)
        return Response(_shape(_kept(self, number), self.person))

    @extend_schema(operation_id="article_retire", request=None, responses={204: None}, tags=["articles"])
    def delete(self, request: Request, number: int) -> Response:
        """Take it from its readers; all its versions stay."""
        _publishable(self, number).retire(by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _filtered(person: Person, request: Request) -> ArticleQuerySet:
    filters = ArticleFilters(data=request.query_params)
    if not filters.is_valid():
        raise ValidationError(filters.errors)
    wanted, found = filters.validated_data, Article.objects.readable_by(person)
    if "cause" in wanted:
        found = found.filter(cause__code=wanted["cause"])
    if "q" in wanted:
        holding = search(Article.objects.visible_to(person), wanted["q"])
        found = found.filter(pk__in=[article.pk for article in holding])
    if "state" in wanted:
        states = {
            "draft": Q(live=None),
            "published": Q(live__isnull=False, retired_at=None),
            "retired": Q(live__isnull=False, retired_at__isnull=False),
        }
        found = found.filter(states[wanted["state"]])
    return found


def _shapes(articles: Iterable[Article], person: Person) -> list[dict[str, Any]]:
    """Each as this person has it: with all that is written for who looks after it, else what is published."""
    rows = list(articles)
    kept = Article.objects.managed_by(person).filter(pk__in=[row.pk for row in rows])
    own = set(kept.values_list("pk", flat=True))
    return [(KeptArticle if row.pk in own else ReadArticle)(row).data for row in rows]


def _shape(article: Article, person: Person) -> dict[str, Any]:
    return _shapes([article], person)[0]


def _readable(door: Door, number: int) -> Article:
    return _first(Article.objects.readable_by(door.person), number)


def _kept(door: Door, number: int) -> Article:
    return _first(Article.objects.managed_by(door.person), number)


def _publishable(door: Door, number: int) -> Article:
    found = _kept(door, number)
    if not found.is_published_by(door.person):
        raise PermissionDenied(_("What everybody reads, whoever leads the team publishes."))
    return found


def _first(own: ArticleQuerySet, number: int) -> Article:
    rows = own.with_texts().select_related("latest__by")
    found = rows.filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def _checked(kind: type[Strict], request: Request) -> dict[str, Any]:
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _address(said: dict[str, Any], person: Person, article: Article | None = None) -> dict[str, Any]:
    """By the very rules of the page; names become what they stand for, and an unknown one is no choice."""
    unknown = "?"
    team, cause = said["team"], said["cause"]
    teams = Team.objects.order_by("pk") if person.is_staff else Team.objects.worked_by(person)
    named = {
        "audience": said["audience"],
        "team": ""
        if team is None
        else teams.filter(slug=team).values_list("pk", flat=True).first() or unknown,
        "cause": ""
        if cause is None
        else Cause.objects.filter(code=cause).values_list("pk", flat=True).first() or unknown,
    }
    form = AddressForm(named, person=person, article=article)
    _refuse(form)
    return form.said


def _refuse(form: forms.Form) -> None:
    if not form.is_valid():
        raise ValidationError({name: [str(word) for word in words] for name, words in form.errors.items()})
