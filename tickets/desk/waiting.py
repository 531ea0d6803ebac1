"""Whom a ticket waits for: why and until when we wait for the customer, and whether they still wait for us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tickets.sla.pause import LONGEST, LONGEST_WORDS, Pause
from tickets.textfields import OneLineField

from .access import LARGEST_ID, desk_only, find

FORMAT = "%Y-%m-%dT%H:%M"


class PauseForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why do we wait?"), choices=Pause.Reason.choices)
    words = OneLineField(label=gettext_lazy("For what exactly"), max_length=LONGEST_WORDS, required=False)
    until = forms.DateTimeField(
        label=gettext_lazy("Until when at the latest"),
        widget=forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"}),
        input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"],
        help_text=gettext_lazy(
            "Then the clocks run again and the ticket is open, even if nobody thinks of it."
        ),
    )

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        now = timezone.now()
        if until <= now:
            raise forms.ValidationError(_("This moment has passed already."))
        if until > now + LONGEST:
            raise forms.ValidationError(_("At most three months ahead."))
        return until


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def pause(request: HttpRequest, number: int) -> HttpResponse:
    """Why this ticket waits for its customer, and until when; nothing to say while it does not wait."""
    found = find(request, number)
    held = Pause.objects.open().filter(ticket=found).first()
    if held is None:
        messages.info(request, _("This ticket waits for nobody any more."))
        return redirect(found.desk_url())
    said: dict[str, Any] = {"reason": held.reason, "words": held.words, "until": held.ends_at}
    form = PauseForm(request.POST) if request.method == "POST" else PauseForm(initial=said)
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(
            request, "desk/pause.html", {"ticket": found, "pause": held, "form": form}, status=status
        )
    held.agree(**form.cleaned_data, by=request.user)
    messages.success(request, _("Noted why we wait, and until when."))
    return redirect(found.desk_url())


@require_POST
@desk_only
def thanks(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Somebody read the customer's words and finds a mere thank-you in them."""
    found = find(request, number)
    message = found.messages.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if message is None:
        raise Http404
    if found.take_as_thanks(message, by=request.user):
        messages.success(request, _("Nobody waits for an answer to it."))
    else:
        messages.info(request, _("No answer was owed for it."))
    return redirect(found.desk_url())
