"""Before the first rulebook is in force there is nothing to weigh by; the panel says so instead of breaking."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from policies.rules.rulebook import Rulebook

View = Callable[..., HttpResponse]


def by_rules(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Rulebook.DoesNotExist:
            words = _(
                "There are no rules in force yet. Ask your administrator to publish the first rulebook."
            )
        if request.method == "POST" and not request.htmx:
            messages.error(request, words)
            return redirect("desk:tickets")
        return render(request, "desk/authority/_unruled.html", {"words": words})

    return guarded
