"""Knowledge on the desk: what there is, one article with its versions, writing, publishing, retiring."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.knowledge.article import Article, ArticleQuerySet
from tickets.knowledge.article_version import TEXTS, ArticleVersion
from tickets.knowledge.find import LONGEST_ASKED, search
from tickets.setup.access import only
from tickets.setup_page import works

from .access import LARGEST_ID
from .knowledge_forms import AddressForm, TextsForm

PAGE_SIZE, VERSIONS_SHOWN, WORDS_SHOWN = 50, 50, 20
EDITS = ["GET", "HEAD", "POST"]


@require_safe
@only(works)
def articles(request: HttpRequest) -> HttpResponse:
    """Everything one reads or looks after; found by words, what is not published by its title."""
    asked = request.GET.get("q", "")[:LONGEST_ASKED].replace("\0", "").strip()
    own = Article.objects.readable_by(request.user)
    number = request.GET.get("page", "")
    managed = Article.objects.managed_by(request.user)
    found: Any = _asked_for(own, managed, asked) if asked else own.with_texts().order_by("-pk")
    page = Paginator(found, PAGE_SIZE).get_page(number if len(number) < 10 else 1)
    counted = own.filter(pk__in=[one.pk for one in page])
    votes = {
        one.pk: (one.yes, one.no)
        for one in counted.annotate(
            yes=Count("votes", filter=Q(votes__helped=True)), no=Count("votes", filter=Q(votes__helped=False))
        )
    }
    kept = set(managed.filter(pk__in=votes).values_list("pk", flat=True))
    # A title not yet published is for those who look after it.
    rows = [(one.latest if one.pk in kept else one.live, one, *votes[one.pk]) for one in page]
    return render(request, "desk/knowledge.html", {"page": page, "rows": rows, "asked": asked})


@require_safe
@only(works)
def article(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


@require_http_methods(EDITS)
@only(works)
def write(request: HttpRequest) -> HttpResponse:
    """A new article: a draft until somebody publishes it."""
    data = request.POST if request.method == "POST" else None
    wished = request.GET.get("title", "")[:120].replace("\0", "")
    form = TextsForm(data, initial={"title_de": wished, "title_en": ""})
    address = AddressForm(data, person=request.user, initial={"audience": "public"})
    if data is None or not all([form.is_valid(), address.is_valid()]):
        return _editor(request, form, address=address, status=200 if data is None else 422)
    made = Article.write(by=request.user, key=form.cleaned_data["key"], **address.said, **form.texts)
    messages.success(request, _("Saved as a draft. Nobody else reads it until it is published."))
    return redirect(made.desk_url())


@require_http_methods(EDITS)
@only(works)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A further version; readers keep the one before until it is published."""
    found = _managed(request, pk)
    assert found.latest is not None
    initial = {name: getattr(found.latest, name) for name in TEXTS} | {"seen": found.latest.number}
    form = TextsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _editor(request, form, article=found, status=422 if form.is_bound else 200)
    if not found.revise(seen=form.cleaned_data["seen"] or 0, by=request.user, **form.texts):
        form.add_error(None, _("Somebody changed this article meanwhile. Reload it before you change it."))
        return _editor(request, form, article=found, status=409)
    if found.live_id:
        messages.success(request, _("Saved. Readers see it once it is published."))
    else:
        messages.success(request, _("Saved."))
    return redirect(found.desk_url())


@require_POST
@only(works)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    if not found.is_published_by(request.user):
        messages.error(request, _("What everybody reads, whoever leads the team publishes."))
    elif found.lacks():
        messages.error(request, _("What everybody reads needs both languages."))
    else:
        found.publish(by=request.user)
        messages.success(request, _("Published."))
    return redirect(found.desk_url())


@require_POST
@only(works)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    if found.is_published_by(request.user):
        found.retire(by=request.user)
        messages.success(request, _("Retired. Nobody finds it any more; all its versions stay."))
    else:
        messages.error(request, _("What everybody reads, whoever leads the team retires."))
    return redirect(found.desk_url())


@require_POST
@only(works)
def address(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    form = AddressForm(request.POST, person=request.user, article=found)
    if not form.is_valid():
        return _page(request, found, address=form, status=422)
    if not found.address(by=request.user, **form.said):
        form.add_error(None, _("Somebody changed this article meanwhile. Reload it before you change it."))
        return _page(request, found, address=form, status=409)
    messages.success(request, _("Saved."))
    return redirect(found.desk_url())


@require_safe
@only(works)
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version and what it said otherwise than the one before."""
    found = _managed(request, pk)
    one = _version(found, number)
    before = found.versions.filter(number__lt=number).first()
    context = {"article": found, "version": one, "changes": one.against(before), "before": before}
    return render(request, "desk/article_version.html", context)


@require_POST
@only(works)
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _managed(request, pk)
    assert found.latest is not None
    if found.restore(_version(found, number), seen=found.latest.number, by=request.user):
        messages.success(request, _("Taken up again as the newest version."))
    else:
        messages.error(request, _("Somebody changed this article meanwhile. Reload it before you change it."))
    return redirect(found.desk_url())


def _asked_for(own: ArticleQuerySet, managed: ArticleQuerySet, asked: str) -> list[Article]:
    found = search(own.published(), asked)
    by_title = Q(latest__title_de__icontains=asked) | Q(latest__title_en__icontains=asked)
    others = managed.with_texts().filter(by_title).exclude(pk__in=[one.pk for one in found])
    return [*found, *others.order_by("-pk")[:PAGE_SIZE]]


def _find(request: HttpRequest, pk: int) -> Article:
    return _first(Article.objects.readable_by(request.user), pk)


def _managed(request: HttpRequest, pk: int) -> Article:
    return _first(Article.objects.managed_by(request.user), pk)


def _first(own: ArticleQuerySet, pk: int) -> Article:
    found = own.with_texts().filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _version(found: Article, number: int) -> ArticleVersion:
    one = found.versions.select_related("by").filter(number=min(number, 2**31 - 1)).first()
    if one is None:
        raise Http404
    return one


def _page(
    request: HttpRequest, found: Article, *, address: AddressForm | None = None, status: int = 200
) -> HttpResponse:
    """As its readers have it; for those who look after it with its newest words, its course and its votes."""
    managed = Article.objects.managed_by(request.user).filter(pk=found.pk).exists()
    said = {"audience": found.audience, "team": found.team_id or "", "cause": found.cause_id or ""}
    context = {"article": found, "version": found.latest if managed else found.live, "managed": managed}
    if managed:
        context |= {
            "address": address or AddressForm(person=request.user, article=found, initial=said),
            "may_publish": found.is_published_by(request.user),
            "lacks": found.lacks(),
            "events": found.events.select_related("by")[:VERSIONS_SHOWN],
            "helped": found.votes.filter(helped=True).count(),
            "missing": found.votes.filter(helped=False).count(),
            "said_missing": found.votes.filter(helped=False).exclude(words="")[:WORDS_SHOWN],
        }
    return render(request, "desk/article.html", context, status=status)


def _editor(
    request: HttpRequest,
    form: TextsForm,
    *,
    article: Article | None = None,
    address: AddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "article": article, "address": address}
    return render(request, "desk/article_form.html", context, status=status)
