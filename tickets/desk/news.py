"""The page on which somebody says which news they want, by which way, and when it is quiet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.news import NewsWish

from .access import desk_only

Mail = NewsWish.Mail


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class NewsForm(forms.Form):
    own_mail = forms.ChoiceField(
        label=gettext_lazy("Mail when the customer writes on a ticket of mine"), choices=Mail.choices
    )
    watched_mail = forms.ChoiceField(
        label=gettext_lazy("Mail when the customer writes on a ticket I watch"), choices=Mail.choices
    )
    mention_mail = forms.ChoiceField(
        label=gettext_lazy("Mail when a colleague mentions me in a note"), choices=Mail.choices
    )
    watched_at_desk = forms.BooleanField(
        label=gettext_lazy("On the bell: what happens on a ticket I watch"), required=False
    )
    quiet_from = forms.TimeField(label=gettext_lazy("No mails from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=gettext_lazy("until"), required=False, widget=_clock())
    daily_at = forms.TimeField(label=gettext_lazy("The mail of the day comes at"), widget=_clock())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        begins, ends = said["quiet_from"], said["quiet_until"]
        if (begins is None) != (ends is None):
            missing = "quiet_until" if ends is None else "quiet_from"
            self.add_error(missing, _("Say both, or neither."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("It ends when it begins."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def news(request: HttpRequest) -> HttpResponse:
    wish = NewsWish.of(request.user)
    if "again" in request.POST:
        NewsWish.say(request.user, mailed_again_at=timezone.now())
        messages.success(
            request, _("From now on we tell you by mail again what happens on tickets you watch.")
        )
        return redirect("desk:news")
    initial = {name: getattr(wish, name) for name in NewsForm.base_fields}
    form = NewsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(
            request, "desk/news.html", {"form": form, "unwanted_at": wish.unwanted_at}, status=status
        )
    NewsWish.say(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("desk:news")
