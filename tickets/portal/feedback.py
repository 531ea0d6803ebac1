"""The one question by the link in a letter: looking answers nothing, for mail scanners look; sending does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tickets.feedback.survey import LONGEST, Survey
from tickets.textfields import TextField

QUESTIONS = {
    "satisfaction": (_("How satisfied are you with what we did?"), _("not at all"), _("very much")),
    "effort": (_("“You made it easy for me to settle this.”"), _("not true at all"), _("entirely true")),
    "recommendation": (_("Would you recommend us to a friend?"), _("certainly not"), _("certainly")),
}


class SurveyForm(forms.Form):
    score = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a number."),
            "invalid_choice": _("Please choose one of these numbers."),
        },
    )
    words = TextField(
        label=_("What was special – good or bad?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.fields["score"].choices = [(str(score), str(score)) for score in survey.scale]
        question, self.lowest, self.highest = QUESTIONS[survey.kind]
        self.fields["score"].label = question


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """In the customer's language, whatever the browser says: the letter was in it."""
    survey, now = Survey.of_token(token), timezone.now()
    if survey is None:
        raise Http404
    with translation.override(survey.ticket.reader_language):
        return _page(request, survey, is_open=survey.closed_at is None and survey.expires_at > now)


def _page(request: HttpRequest, survey: Survey, *, is_open: bool) -> HttpResponse:
    if request.method != "POST" or not is_open:
        form = SurveyForm(survey=survey, initial={"score": request.GET.get("score", "")})
        return _shown(request, survey, form if is_open else None)
    form = SurveyForm(request.POST, survey=survey)
    if not form.is_valid():
        return _shown(request, survey, form, status=422)
    survey.answer(form.cleaned_data["score"], words=form.cleaned_data["words"])
    survey.refresh_from_db()
    return _shown(request, survey, None)


def _shown(
    request: HttpRequest, survey: Survey, form: SurveyForm | None, *, status: int = 200
) -> HttpResponse:
    return render(request, "portal/feedback.html", {"survey": survey, "form": form}, status=status)
