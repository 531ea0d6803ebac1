"""Greeting, signature and footer of our mails in the set-up: by team and language, seen before they are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from accounts.team import Team
from tickets import placeholder
from tickets.automation.words import TextWithPlaceholders
from tickets.mail.sample import samples
from tickets.mail.stationery import LONGEST, PARTS, Paper, Stationery
from tickets.setup_page import leads

from .access import LARGEST_ID, only, shown

HOUSE = 0  # in the address, in place of a team


class Part(TextWithPlaceholders):
    """A part of a mail; empty is what stands above it: the house’s, and above that our own words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST, **kwargs)


class StationeryForm(forms.Form):
    """What is empty is as it always was."""

    greeting = Part(label=gettext_lazy("Greeting"), rows=2)
    greets_replies = forms.BooleanField(
        label=gettext_lazy("Put it before replies of colleagues, too"), required=False
    )
    signature = Part(
        label=gettext_lazy("Signature"),
        rows=4,
        help_text=gettext_lazy("{agent} is whoever writes, or the service team."),
    )
    footer = Part(
        label=gettext_lazy("Footer"),
        rows=4,
        help_text=gettext_lazy("Name and address of the firm, and what the law asks for in letters."),
    )

    @property
    def paper(self) -> Paper:
        return Paper(**self.cleaned_data)


@require_safe
@only(leads)
def stationery(request: HttpRequest) -> HttpResponse:
    """The house first, then each team, in every language."""
    said = {(one.team_id, one.language): one for one in Stationery.objects.managed_by(request.user)}
    teams: list[Team | None] = [*([None] if request.user.is_staff else []), *_teams(request.user)]
    rows = [
        (
            team,
            [(code, name, said.get((team.pk if team else None, code))) for code, name in settings.LANGUAGES],
        )
        for team in teams
    ]
    return shown(request, "setup/stationery.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def paper(request: HttpRequest, team: int, language: str) -> HttpResponse:
    """That of one team, or of the house, in one language. “Preview” keeps nothing."""
    whose = _find(request.user, team, language)
    kept = Stationery.objects.managed_by(request.user).filter(team=whose, language=language).first()
    data = request.POST if request.method == "POST" else None
    form = StationeryForm(data, initial=_initial(kept))
    if data is None:
        return _page(request, form, whose, language, kept.paper if kept else Paper())
    if not form.is_valid():
        return _page(request, form, whose, language, None)
    if "preview" in data:
        return _page(request, form, whose, language, form.paper)
    with logged(kept, by=request.user) as watch:
        watch.thing = Stationery.say(whose, language, **form.cleaned_data)
    messages.success(request, _("Saved. Mails are written on it from now on."))
    return redirect("setup:stationery")


def _page(
    request: HttpRequest, form: StationeryForm, whose: Team | None, language: str, paper: Paper | None
) -> HttpResponse:
    context = {
        "form": form,
        "whose": whose,
        "language": language,
        "language_name": dict(settings.LANGUAGES)[language],
        "samples": samples(paper, language=language) if paper else [],
        "placeholders": placeholder.MEANINGS.items(),
    }
    return shown(request, "setup/paper.html", context, status=200 if paper else 422)


def _teams(person: Person) -> list[Team]:
    return list(Team.objects.steered_by(person))


def _find(person: Person, team: int, language: str) -> Team | None:
    """None is the house; strangers and unknown languages find nothing."""
    if language not in dict(settings.LANGUAGES) or (team == HOUSE and not person.is_staff):
        raise Http404
    if team == HOUSE:
        return None
    found = Team.objects.steered_by(person).filter(pk=team).first() if team <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _initial(kept: Stationery | None) -> dict[str, Any]:
    if kept is None:
        return {}
    return {name: getattr(kept, name) for name in (*PARTS, "greets_replies")}
