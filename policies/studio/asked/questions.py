"""Questions: what stands out, put to whoever can answer it, with a word back and forth until a lead closes it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies.questions.question import Question
from tickets.textfields import OneLineField

from ..access import LARGEST_ID, may_be_asked, only

SHOWN = 50


class WordForm(forms.Form):
    words = OneLineField(max_length=500)


@require_safe
@only(may_be_asked)
def questions(request: HttpRequest) -> HttpResponse:
    """Those put to oneself first, then what concerns the teams one leads."""
    own = Question.objects.read_by(request.user).select_related(
        "team", "asked", "offer__ticket__customer__person", "offer__cause", "offer__ruling", "closed_by"
    )
    open_ones = list(own.open().prefetch_related("said__by")[:SHOWN])
    for question in open_ones:
        question.closable = question.may_close(request.user)
    context = {
        "mine": [question for question in open_ones if question.asked_id == request.user.pk],
        "of_teams": [question for question in open_ones if question.asked_id != request.user.pk],
        "closed": own.exclude(closed_at=None).prefetch_related("said__by")[:SHOWN],
    }
    return render(request, "studio/asked/questions.html", context)


@require_POST
@only(may_be_asked)
def say(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _find(request, pk), WordForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A word is needed, of at most 500 characters."))
    elif found.say(by=request.user, **form.cleaned_data):
        messages.success(request, _("Said."))
    else:
        messages.error(request, _("It was closed meanwhile."))
    return redirect("studio:questions")


@require_POST
@only(may_be_asked)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if not found.may_close(request.user):
        raise Http404
    if found.close(by=request.user):
        messages.success(request, _("Closed. It is asked again only if it happens again another month."))
    else:
        messages.error(request, _("It was closed meanwhile."))
    return redirect("studio:questions")


def _find(request: HttpRequest, pk: int) -> Question:
    own = Question.objects.read_by(request.user).select_related("team", "asked", "offer")
    found = own.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found
