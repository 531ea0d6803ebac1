"""What the house wants, said by leads for a week or longer; and what stood in the way of their people's cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from policies.case.hindrance import Hindrance
from policies.case.house_will import HouseWill
from policies.ledger.budget import house_day
from tickets.textfields import OneLineField

from ..access import LARGEST_ID, NOT_YOURS, only, publishes_rules, sets_rules

WEEK, LONGEST, WINDOW = timedelta(days=6), timedelta(days=366), timedelta(days=30)
SHOWN = 20


def _day(label: object) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget)


class HouseWillForm(forms.Form):
    text_en = OneLineField(label=gettext_lazy("What we want, in English"), max_length=200)
    text_de = OneLineField(label=gettext_lazy("What we want, in German"), max_length=200)
    starts = _day(gettext_lazy("From"))
    ends = _day(gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (
            "starts" in said
            and "ends" in said
            and not timedelta(0) <= said["ends"] - said["starts"] <= LONGEST
        ):
            self.add_error("ends", _("It ends after it begins, and within a year."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def house_will(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = house_day(now)
    said = request.POST if request.method == "POST" else None
    form = HouseWillForm(said, initial={"starts": today, "ends": today + WEEK})
    if form.is_bound and form.is_valid() and not publishes_rules(request.user):
        form.add_error(None, NOT_YOURS)
    if form.is_bound and form.is_valid():
        HouseWill.say(**form.cleaned_data, by=request.user)
        messages.success(request, _("Said. It stands beside every customer’s wish."))
        return redirect("studio:house_will")
    led = Hindrance.objects.filter(ticket__team_id__in=request.user.led_team_ids)
    counted = led.since(now - WINDOW).counted()
    context = {
        "form": form,
        "current": HouseWill.on(today),
        "wills": HouseWill.objects.filter(withdrawn_at=None).select_related("by")[:SHOWN],
        "hindrances": led.open().select_related("ticket")[:SHOWN],
        "counted": [(label, counted[value]) for value, label in Hindrance.What.choices],
    }
    return render(request, "studio/latitude/house_will.html", context, status=422 if form.errors else 200)


@require_POST
@only(publishes_rules)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = HouseWill.objects.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.withdraw()
    messages.success(request, _("Taken back."))
    return redirect("studio:house_will")
