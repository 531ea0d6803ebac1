"""The newcomers' hotline in the set-up: whose it is, and when it serves existing customers first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.setup_change import logged
from accounts.team import Team
from tickets.line.overflow import LONGEST_MARGIN, Overflow
from tickets.setup_page import leads
from tickets.textfields import OneLineField

from .access import only, shown

ON, OFF = "on", "off"


class OverflowForm(forms.Form):
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team for newcomers"), queryset=Team.objects.none(), to_field_name="slug"
    )
    margin_seconds = forms.IntegerField(
        label=gettext_lazy("How much longer may existing customers wait? (seconds)"),
        min_value=0,
        max_value=LONGEST_MARGIN,
        help_text=gettext_lazy("0: not at all. At four minutes every team is asked anyway."),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Existing customers who would wait longer are offered to this team first"),
        choices=[(ON, gettext_lazy("yes")), (OFF, gettext_lazy("no, because …"))],
        widget=forms.RadioSelect,
    )
    off_reason = OneLineField(label=gettext_lazy("Why not?"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("state") == OFF and not said.get("off_reason") and "off_reason" not in self.errors:
            self.add_error("off_reason", _("Turning it off needs a reason that everybody can read."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def overflow(request: HttpRequest) -> HttpResponse:
    rules = list(Overflow.objects.select_related("team", "set_by").order_by("team__name"))
    first = {"margin_seconds": 0, "state": ON}
    form = OverflowForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method != "POST" or not form.is_valid():
        context = {"rules": rules, "form": form}
        return shown(request, "setup/overflow.html", context, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    reason = said["off_reason"] if said["state"] == OFF else ""
    with logged(Overflow.objects.filter(team=said["team"]).first(), by=request.user) as watch:
        watch.thing = Overflow.say(
            said["team"], margin_seconds=said["margin_seconds"], by=request.user, off_reason=reason
        )
    messages.success(request, _("Saved."))
    return redirect("setup:overflow")
