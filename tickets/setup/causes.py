"""Causes in the set-up: what tickets are about, in both languages, and which team answers for each of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.setup_change import logged
from accounts.team import Team
from tickets.cause import OTHER, Cause
from tickets.setup_page import administers
from tickets.textfields import OneLineField

from .access import LARGEST_ID, only, shown
from .cause_uses import uses
from .position import PositionField

LONGEST_CODE, LONGEST_NAME = (Cause._meta.get_field(name).max_length for name in ("code", "name_en"))


class CauseForm(forms.Form):
    name_en = OneLineField(label=gettext_lazy("Name in English"), max_length=LONGEST_NAME)
    name_de = OneLineField(label=gettext_lazy("Name in German"), max_length=LONGEST_NAME)
    code = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy(
            "Letters, digits, “-” and “_”. Rules and programs name the cause by it; it stays."
        ),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        empty_label=None,
        help_text=gettext_lazy("New tickets about it go there. Those there are stay where they are."),
    )
    offered = forms.BooleanField(
        label=gettext_lazy("Customers can choose it when they write"), required=False, initial=True
    )
    position = PositionField()

    def __init__(self, *args: Any, stored: Cause | None, **kwargs: Any) -> None:
        begun = {name: getattr(stored, name) for name in self.base_fields} if stored else None
        super().__init__(*args, initial=begun, **kwargs)
        self.fields["code"].disabled = stored is not None


@require_safe
@only(administers)
def causes(request: HttpRequest) -> HttpResponse:
    found = list(Cause.objects.select_related("team"))
    kept, left = [one for one in found if one.offered], [one for one in found if not one.offered]
    context = {"kept": kept, "left": left, "teams": Team.objects.exists()}
    return shown(request, "setup/causes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def cause(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One of them; 0 is a new one."""
    found = _find(pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = CauseForm(data, stored=found)
    page = {"form": form, "cause": found, "for_mail": found is not None and found.code == OTHER}
    page["uses"] = uses(found) if found else []
    if data is None or not form.is_valid() or not _save(request, form, found):
        return shown(request, "setup/cause.html", page, status=200 if data is None else 422)
    messages.success(request, _("Saved."))
    return redirect("setup:causes")


def _save(request: HttpRequest, form: CauseForm, found: Cause | None) -> bool:
    """False where another cause has this key."""
    try:
        with logged(found, by=request.user) as watch:
            if found is None:
                watch.thing = Cause.write(**form.cleaned_data)
            else:
                said = {name: value for name, value in form.cleaned_data.items() if name != "code"}
                found.revise(**said)
    except IntegrityError:
        form.add_error("code", _("Another cause has this key."))
        return False
    return True


def _find(pk: int) -> Cause:
    found = Cause.objects.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
