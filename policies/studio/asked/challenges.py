"""Challenged rules: what is open and how old, answering with public reasons, and the record of each rule."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from policies.challenges.challenge import Challenge
from policies.challenges.rule import Kind
from policies.review import Review
from tickets.textfields import TextField

from ..access import LARGEST_ID, may_be_asked, only, sets_rules

MOST_OPEN, MOST_ANSWERED = 100, 50


class SettleForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"), choices=Challenge.Answer.choices, widget=forms.RadioSelect
    )
    words = TextField(
        label=gettext_lazy("The reasons, for everybody to read"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@dataclass(frozen=True, slots=True)
class Record:
    """How often one rule was doubted, and what came of it."""

    words: str
    raised: int
    waiting: int
    changed: int
    suspended: int


@require_safe
@only(may_be_asked)
def challenges(request: HttpRequest) -> HttpResponse:
    found = Challenge.objects.readable_by(request.user).select_related(
        "raised_by", "owner", "team", "answered_by"
    )
    now = timezone.now()
    context = {
        "rows": [(row, (now - row.opened_at).days) for row in found.open()[:MOST_OPEN]],
        "answered": found.exclude(closed_at=None).order_by("-closed_at", "-pk")[:MOST_ANSWERED],
    }
    return render(request, "studio/asked/challenges.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_be_asked)
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """One challenge with its reasons; its owner answers here. Sent twice, it is answered once."""
    readable = Challenge.objects.readable_by(request.user).select_related(
        "raised_by", "owner", "team", "answered_by", "ticket", "rulebook__made_by"
    )
    found = readable.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    may_answer = Challenge.objects.answerable_by(request.user).filter(pk=found.pk).exists()
    context = {
        "challenge": found,
        "may_answer": may_answer,
        "may_open": found.team_id in request.user.team_ids,
        "form": SettleForm(request.POST if request.method == "POST" else None),
    }
    if request.method != "POST":
        return render(request, "studio/asked/challenge.html", context)
    if not may_answer and found.is_open:
        raise Http404
    if not context["form"].is_valid():
        return render(request, "studio/asked/challenge.html", context, status=422)
    said = context["form"].cleaned_data
    refusal = found.settle(said["answer"], words=said["words"], by=request.user)
    found.refresh_from_db()
    same = (found.answered_by, found.answer, found.words) == (request.user, said["answer"], said["words"])
    if refusal and not same:
        return render(request, "studio/asked/challenge.html", {**context, "refusal": refusal}, status=422)
    messages.success(request, _("Answered. %(name)s was told.") % {"name": found.raised_by.name})
    return redirect("studio:challenges")


@require_safe
@only(sets_rules)
def record(request: HttpRequest) -> HttpResponse:
    """A piece of the page about the rules: which were doubted and what came of it, and what outcomes taught."""
    rows = Challenge.objects.readable_by(request.user).order_by("kind", "code")
    counts = rows.values("kind", "code").annotate(
        raised=Count("pk"),
        waiting=Count("pk", filter=Q(closed_at=None)),
        changed=Count("pk", filter=Q(answer=Challenge.Answer.CHANGES)),
        suspended=Count("pk", filter=Q(suspended_at__isnull=False)),
    )
    called = {(row.kind, row.code): row.rule_in_words for row in rows.only("kind", "code", "called")}
    records = [
        Record(
            called.get((row["kind"], row["code"]), Kind(row["kind"]).label),
            *(row[name] for name in ("raised", "waiting", "changed", "suspended")),
        )
        for row in counts
    ]
    taught = Review.objects.visible_to(request.user).by_version()
    verdicts = Review.Verdict.choices
    context = {
        "records": records,
        "verdicts": [label for _value, label in verdicts],
        "taught": [
            (version, [counts.get(value, 0) for value, _label in verdicts])
            for version, counts in taught.items()
        ],
    }
    return render(request, "studio/asked/_challenge_record.html", context)
