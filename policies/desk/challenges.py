"""Doubting a rule right where it speaks: one click opens the line, the next one sends it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policies.challenges.challenge import Challenge
from policies.challenges.rule import Rule, in_words, rules_in
from policies.refusal import Refusal
from policies.rules.guardrail import Guardrail
from policies.weigh.decision import Decision
from tickets.desk.access import desk_only, find
from tickets.sla.promise import moment_in_words
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import by_rules


class ChallengeForm(forms.Form):
    rule = forms.CharField(max_length=80)
    challenge = OneLineField(label=gettext_lazy("What is wrong with it?"), max_length=300)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket

    def clean_rule(self) -> Rule:
        rule = Rule.named(self.cleaned_data["rule"])
        if rule is None or not rule.can_speak_about(self.ticket.cause):
            raise forms.ValidationError(_("This rule does not speak here."))
        return rule


def challengeable(decision: Decision, ticket: Ticket, rails: Iterable[Guardrail]) -> list[tuple[str, str]]:
    """The rules that stand in the way, each by its name and in words."""
    language = "de" if (get_language() or "en").startswith("de") else "en"
    known = {rail.code: rail for rail in rails}
    return [
        (rule.name, in_words(rule, ticket.cause, known.get(rule.code))[language])
        for rule in rules_in(decision.reasons, ticket.cause)
    ]


@require_POST
@desk_only
@by_rules
def challenge(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = ChallengeForm(request.POST, ticket=ticket)
    if not form.is_valid():
        words = " ".join(error for errors in form.errors.values() for error in errors)
        return _said(request, ticket, words, bad=True)
    said = form.cleaned_data
    done = Challenge.raise_it(said["rule"], ticket, by=request.user, why=said["challenge"])
    if isinstance(done, Refusal):
        return _said(request, ticket, str(done.text), bad=True)
    new = done.raised_by_id == request.user.pk and done.ticket_id == ticket.pk
    words = (
        _("%(name)s answers your challenge by %(due)s.")
        if new
        else _("It is challenged already: %(name)s answers.")
    )
    due = moment_in_words(done.due_at, zone=request.user.zone, now=timezone.now()) if done.due_at else ""
    return _said(request, ticket, words % {"name": done.owner.name, "due": due})


def _said(request: HttpRequest, ticket: Ticket, words: str, *, bad: bool = False) -> HttpResponse:
    """A word in the corner, the panel as it was; without scripts, on top of the ticket."""
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Trigger"] = json.dumps({"toast": {"message": words}})
        return response
    (messages.error if bad else messages.success)(request, words)
    return redirect(ticket.desk_url())
