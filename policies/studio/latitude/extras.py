"""Extra authority for a while: what runs, what is planned, what is over; granting it, and ending it early."""

from __future__ import annotations

from datetime import datetime, timedelta
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

from accounts.person import Person
from accounts.team import Team
from policies.extra import MOST_CENTS, ExtraAuthority
from policies.forms import MoneyField, symbol
from tickets.textfields import KeyField, OneLineField

from ..access import LARGEST_ID, only, sets_rules

SHOWN_OVER = 30
FURTHEST = timedelta(days=366)


class MomentField(forms.DateTimeField):
    """A moment as the browser's calendar gives it, in the zone of whoever types it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **kwargs)


class ExtraForm(forms.Form):
    whom = forms.ChoiceField(label=gettext_lazy("For whom"))
    amount = MoneyField(label=gettext_lazy("More per case"), most_cents=MOST_CENTS)
    starts = MomentField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty means from now on.")
    )
    ends = MomentField(label=gettext_lazy("Until"), help_text=gettext_lazy("Then it falls back by itself."))
    reason = OneLineField(
        label=gettext_lazy("Why?"), max_length=200, help_text=gettext_lazy("The team reads it at the desk.")
    )
    key = KeyField()

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.teams = {team.pk: team for team in Team.objects.steered_by(by).order_by("name")}
        working = Person.objects.active().filter(teamuserobjectpermission__content_object__in=self.teams)
        self.people = {one.pk: one for one in working.exclude(pk=by.pk).distinct().order_by("name", "pk")}
        self.fields["whom"].choices = [
            (_("Teams"), [(f"team-{team.pk}", team.name) for team in self.teams.values()]),
            (_("One person"), [(f"person-{one.pk}", one.name) for one in self.people.values()]),
        ]

    def clean_amount(self) -> int:
        cents: int = self.cleaned_data["amount"]
        if not cents:
            raise forms.ValidationError(_("Enter an amount above zero."))
        return cents

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, now = cleaned.get("starts"), cleaned.get("ends"), timezone.now()
        if starts and not now - timedelta(days=1) <= starts <= now + FURTHEST:
            self.add_error("starts", _("That is too far away."))
        elif ends and ends <= now:
            self.add_error("ends", _("This moment has passed."))
        elif ends and starts and starts >= ends:
            self.add_error("ends", _("It ends before it begins."))
        return cleaned

    def wanted(self, *, at: datetime) -> ExtraAuthority:
        data = self.cleaned_data
        kind, _sep, number = data["whom"].partition("-")
        return ExtraAuthority(
            team=self.teams[int(number)] if kind == "team" else None,
            person=self.people[int(number)] if kind == "person" else None,
            cents=data["amount"],
            currency=settings.CURRENCY,
            reason=data["reason"],
            starts_at=data["starts"] or at,
            ends_at=data["ends"],
            granted_by=self.by,
            key=data["key"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def extras(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return _page(request, ExtraForm(by=request.user), at=now)
    form = ExtraForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form, at=now, status=422)
    extra = form.wanted(at=now)
    refusal = ExtraAuthority.grant(extra, at=now)
    if refusal:
        form.add_error("ends" if refusal.code == "until" else "amount", str(refusal.text))
        return _page(request, form, at=now, status=422)
    words = _("%(whom)s may give %(amount)s more per case. The desk says so.")
    messages.success(request, words % {"whom": extra.whom, "amount": extra.amount})
    return redirect("studio:extras")


@require_POST
@only(sets_rules)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = ExtraAuthority.objects.managed_by(request.user).filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.end(by=request.user)
    messages.success(request, _("Ended: the standing limits hold again."))
    return redirect("studio:extras")


def _page(request: HttpRequest, form: ExtraForm, *, at: datetime, status: int = 200) -> HttpResponse:
    found = ExtraAuthority.objects.managed_by(request.user)
    found = found.select_related("team", "person", "granted_by", "ended_by")
    going = found.not_over(at)
    context = {
        "going": going.order_by("starts_at", "pk"),
        "over": found.exclude(pk__in=going.values("pk"))[:SHOWN_OVER],
        "form": form,
        "now": at,
        "symbol": symbol(settings.CURRENCY),
    }
    return render(request, "studio/latitude/extras.html", context, status=status)
