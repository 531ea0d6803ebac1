"""What newcomers get and what existing customers get for it: written down, answered, let run, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from policies.forms import MoneyField, symbol
from policies.newcomers.counterpart import CAUSE, MATCH, AcquisitionOffer, Counterpart
from policies.newcomers.terms import asked, endings
from policies.rules.rulebook import Rulebook
from tickets.cause import Cause
from tickets.textfields import KeyField, OneLineField

from ..access import LARGEST_ID, only, sets_rules
from .forms import FURTHEST, MOST_LIMIT_CENTS, DayField, house_zone

SHOWN = 50


class OfferForm(forms.Form):
    """An offer to newcomers; the key makes writing it down twice the same as once."""

    name_en = OneLineField(label=gettext_lazy("Name, in English"), max_length=80)
    name_de = OneLineField(label=gettext_lazy("Name, in German"), max_length=80)
    gets_en = OneLineField(label=gettext_lazy("What newcomers get, in English"), max_length=300)
    gets_de = OneLineField(label=gettext_lazy("What newcomers get, in German"), max_length=300)
    worth_cents = MoneyField(
        label=gettext_lazy("What it is worth to one customer"),
        most_cents=MOST_LIMIT_CENTS,
        help_text=gettext_lazy("Up to here it can be matched."),
    )
    starts = DayField(label=gettext_lazy("From"))
    ends = DayField(label=gettext_lazy("Until and including"), required=False)
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        today = _today()
        for name, day in (("starts", starts), ("ends", ends)):
            if day and abs(day - today) > FURTHEST:
                self.add_error(name, _("That is too far away."))
        if starts and ends and starts > ends:
            self.add_error("ends", _("It ends before it begins."))
        return cleaned


class AnswerForm(forms.Form):
    """What existing customers get."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Existing customers get"),
        choices=Counterpart.Kind.choices,
        widget=forms.RadioSelect,
    )
    words_en = OneLineField(
        label=gettext_lazy("What instead, or why not – in English"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Agents read it on the ticket and say it aloud."),
    )
    words_de = OneLineField(
        label=gettext_lazy("What instead, or why not – in German"), max_length=300, required=False
    )

    @classmethod
    def showing(cls, answer: Counterpart | None) -> AnswerForm:
        if answer is None:
            return cls()
        return cls(initial={name: getattr(answer, name) for name in cls.base_fields})


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def newcomers(request: HttpRequest) -> HttpResponse:
    """All offers with their answers; a new one is written down here."""
    form = OfferForm(request.POST if request.method == "POST" else None, initial={"starts": _today()})
    if request.method == "POST" and form.is_valid():
        made = AcquisitionOffer.plan(by=request.user, **form.cleaned_data)
        return redirect("studio:newcomers_offer", made.pk)
    offers = list(AcquisitionOffer.objects.managed_by(request.user).select_related("counterpart")[:SHOWN])
    counts, today = asked(offers), _today()
    book = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).first()
    context = {
        "rows": [(offer, offer.stands(today), counts[offer.pk]) for offer in offers],
        "unanswered": [
            (offer, counts[offer.pk])
            for offer in offers
            if offer.counterpart and offer.counterpart.kind == Counterpart.Kind.NONE
        ],
        "form": form,
        "symbol": symbol(settings.CURRENCY),
        "endings": endings(at=timezone.now()),
        "cause": Cause.objects.filter(code=CAUSE).first(),
        "cause_code": CAUSE,
        "can_match": bool(book and book.gesture_kinds.filter(code=MATCH).exists()),
        "match_code": MATCH,
    }
    return render(request, "studio/latitude/newcomers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer with its answer to existing customers, which can be given or changed here."""
    found = _find(request, pk)
    if request.method != "POST":
        return _page(request, found, AnswerForm.showing(found.counterpart))
    form = AnswerForm(request.POST)
    if form.is_valid():
        refusal = found.answer_with(by=request.user, **form.cleaned_data)
        if refusal is None:
            messages.success(request, _("Saved. Agents read it from now on."))
            return redirect("studio:newcomers_offer", found.pk)
        form.add_error("words_en", refusal.text)
    return _page(request, found, form, status=422)


@require_POST
@only(sets_rules)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    refusal = found.activate(by=request.user)
    if refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("It runs. Agents see it with its answer to existing customers."))
    return redirect("studio:newcomers_offer", found.pk)


@require_POST
@only(sets_rules)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    found.end()
    messages.success(request, _("It has ended."))
    return redirect("studio:newcomers")


def _page(
    request: HttpRequest, found: AcquisitionOffer, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "offer": found,
        "stands": found.stands(_today()),
        "form": form,
        "asked": asked([found])[found.pk],
    }
    return render(request, "studio/latitude/newcomers_offer.html", context, status=status)


def _find(request: HttpRequest, pk: int) -> AcquisitionOffer:
    own = AcquisitionOffer.objects.managed_by(request.user).select_related("counterpart", "by")
    found = own.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _today() -> date:
    return timezone.localdate(timezone=house_zone())
