"""The rulebook in force, to read: guardrails, catalogue, required levels, who made it, and the versions before."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.koennen import LEVELS, Requirement
from policies.rules.rulebook import Rulebook

from ..access import LARGEST_ID, only, publishes_rules, sets_rules
from .versions import UNDO_WITHIN

SHOWN_VERSIONS = 50


@require_safe
@only(sets_rules)
def rules(request: HttpRequest) -> HttpResponse:
    book = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).select_related("made_by").first()
    return _page(request, book)


@require_safe
@only(sets_rules)
def version(request: HttpRequest, version: int) -> HttpResponse:
    """One that is or was in force, as it stood: decisions of then stay readable."""
    published = Rulebook.objects.exclude(published_at=None).select_related("made_by")
    book = published.filter(version=min(version, LARGEST_ID)).first()
    if book is None:
        raise Http404
    return _page(request, book)


def _page(request: HttpRequest, book: Rulebook | None) -> HttpResponse:
    versions = Rulebook.objects.exclude(published_at=None).select_related("made_by")
    context: dict[str, object] = {"book": book, "versions": versions[:SHOWN_VERSIONS]}
    context |= {"may_publish": publishes_rules(request.user), "undo_since": timezone.now() - UNDO_WITHIN}
    if book:
        kinds = list(book.gesture_kinds.all())
        context |= {
            "guardrails": book.guardrails.prefetch_related("conditions"),
            "kinds": kinds,
            "requirements": _levels(book, {kind.code: kind.name for kind in kinds}),
            "terms": book.terms.all(),
            "needs": book.needed_facts.select_related("cause"),
            "currency": settings.CURRENCY,
        }
    return render(request, "studio/rules/rules.html", context)


def _levels(book: Rulebook, names: dict[str, str]) -> list[dict[str, object]]:
    """The closest first, as the engine reads them."""
    rows: list[Requirement] = list(book.requirements.select_related("cause"))
    rows.sort(key=lambda row: (row.kind == "", row.cause is None, str(row.cause or ""), row.kind))
    return [
        {
            "cause": row.cause.name if row.cause else "",
            "kind": names.get(row.kind, row.kind),
            "level": row.level,
            "words": dict(LEVELS)[row.level],
            "until": row.valid_until,
        }
        for row in rows
    ]
