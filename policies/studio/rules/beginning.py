"""The last of the first steps: how much may be given from day one, chosen from three sets."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from policies.rules.beginning import EXTENTS, begin
from policies.rules.rulebook import Rulebook
from policies.weigh.currency import money
from tickets.first_steps import Step, following
from tickets.setup_page import administers

from ..access import only


def rules_are_there() -> bool:
    return Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).exists()


STEP = Step(
    "latitude",
    gettext_lazy("What your people may give"),
    gettext_lazy("Limits, a first guardrail and a budget a month for each team."),
    "hand-heart",
    "studio:beginning",
    rules_are_there,
)


class ExtentForm(forms.Form):
    extent = forms.ChoiceField(
        label=gettext_lazy("How much room?"), initial="usual", widget=forms.RadioSelect
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = {"careful": _("Careful"), "usual": _("Usual"), "generous": _("Generous")}
        words = _("%(name)s: %(own)s alone, %(stretch)s when nobody objects; %(month)s a month for each team")
        self.fields["extent"].choices = [
            (
                name,
                words
                % {
                    "name": names[name],
                    "own": money(room.own_cents, settings.CURRENCY),
                    "stretch": money(room.stretch_cents, settings.CURRENCY),
                    "month": money(room.monthly_cents, settings.CURRENCY),
                },
            )
            for name, room in EXTENTS.items()
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def beginning(request: HttpRequest) -> HttpResponse:
    """Once: where rules are in force, the studio is the place to change them."""
    form = ExtentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if begin(form.cleaned_data["extent"], by=request.user):
            messages.success(request, _("In force. Every part of it can be changed here in the studio."))
        else:
            messages.info(request, _("There are rules in force already; change them in the studio."))
        return redirect(following(STEP.name))
    context = {"form": form, "step": STEP, "there": rules_are_there()}
    return render(request, "studio/rules/beginning.html", context, status=422 if form.is_bound else 200)
