"""Canned replies in the set-up: everybody's own, for leads those of their teams, for administrators those for all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from accounts.team import Team
from tickets import placeholder
from tickets.automation.words import TextWithPlaceholders
from tickets.composing.canned_reply import CannedReply
from tickets.setup_page import works
from tickets.textfields import KeyField, OneLineField

from .access import LARGEST_ID, only, shown

OWN, ALL = CannedReply.Scope.OWN.value, CannedReply.Scope.ALL.value


class CannedReplyForm(forms.Form):
    """Both languages, because it is the customer's that counts; whom it is for is what its writer may decide."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    whose = forms.ChoiceField(label=gettext_lazy("For whom"))
    text_de = TextWithPlaceholders(label=gettext_lazy("In German"))
    text_en = TextWithPlaceholders(label=gettext_lazy("In English"))
    key = KeyField()

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (str(team.pk), _("the team %(team)s") % {"team": team.name})
            for team in Team.objects.steered_by(person)
        ]
        house = [(ALL, _("everybody"))] if person.is_staff else []
        self.fields["whose"].choices = [(OWN, _("only me")), *named, *house]

    @property
    def said(self) -> dict[str, Any]:
        """As a canned reply takes it."""
        whose = self.cleaned_data["whose"]
        scope = whose if whose in (OWN, ALL) else CannedReply.Scope.TEAM
        texts = {name: self.cleaned_data[name] for name in ("name", "text_de", "text_en")}
        return {**texts, "scope": scope, "team_id": None if whose == scope else int(whose)}


@require_safe
@only(works)
def canned_replies(request: HttpRequest) -> HttpResponse:
    found = CannedReply.objects.managed_by(request.user).select_related("team", "owner")
    return shown(request, "setup/canned_replies.html", {"replies": found})


@require_http_methods(["GET", "HEAD", "POST"])
@only(works)
def canned_reply(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One of them, in both languages; 0 is a new one."""
    found = _find(request, pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = CannedReplyForm(data, person=request.user, initial=_initial(found))
    page = {"form": form, "reply": found, "placeholders": placeholder.MEANINGS.items()}
    if data is None or not form.is_valid():
        return shown(request, "setup/canned_reply.html", page, status=200 if data is None else 422)
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = CannedReply.write(by=request.user, key=form.cleaned_data["key"], **form.said)
        else:
            found.revise(by=request.user, **form.said)
    messages.success(request, _("Saved. Type / in a reply to use it."))
    return redirect("setup:canned_replies")


@require_POST
@only(works)
def remove_canned_reply(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.delete()
    return redirect("setup:canned_replies")


def _find(request: HttpRequest, pk: int) -> CannedReply:
    found = CannedReply.objects.managed_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _initial(reply: CannedReply | None) -> dict[str, Any]:
    if reply is None:
        return {}
    texts = {"name": reply.name, "text_de": reply.text_de, "text_en": reply.text_en}
    return {**texts, "whose": str(reply.team_id or reply.scope)}
