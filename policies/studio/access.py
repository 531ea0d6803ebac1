"""Who may enter the studio: leads and administrators; who is asked something may answer it. Others find nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from accounts.person import Person
from policies.ledger.budget import Budget

View = Callable[..., HttpResponse]
LARGEST_ID = 2**63 - 1
NOT_YOURS = gettext_lazy("The rules are the whole house’s. Ask an administrator to put this in force.")


def may_be_asked(person: Person) -> bool:
    return person.is_agent or person.is_staff


def sets_rules(person: Person) -> bool:
    return person.is_lead or person.is_staff


def publishes_rules(person: Person) -> bool:
    """The rules are the whole house's: one team's lead prepares them, and puts them in force only if trusted to."""
    return person.is_staff or person.has_perm("policies.edit_rulebook")


def manages_money(person: Person) -> bool:
    return sets_rules(person) or Budget.objects.managed_by(person).exists()


def only(admits: Callable[[Person], bool]) -> Callable[[View], View]:
    """Admit whom `admits` says; everybody else gets the answer of a page that does not exist."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not admits(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
