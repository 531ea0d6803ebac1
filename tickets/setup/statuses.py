"""Own statuses in the set-up: what the house calls where its tickets stand, in both languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.setup_page import administers
from tickets.solvable import Status
from tickets.status_name import LONGEST, MOST_IN_USE, StatusName, is_taken
from tickets.textfields import KeyField, OneLineField

from .access import LARGEST_ID, only, shown
from .position import PositionField

SAID = ("name_en", "name_de", "seen_by_customer", "position")


class OwnStatusForm(forms.Form):
    name_en = OneLineField(label=gettext_lazy("Name in English"), max_length=LONGEST)
    name_de = OneLineField(label=gettext_lazy("Name in German"), max_length=LONGEST)
    status = forms.ChoiceField(
        label=gettext_lazy("Stands for"),
        choices=Status.choices,
        help_text=gettext_lazy("It alone decides which promises run and which pause. It stays as it is."),
    )
    seen_by_customer = forms.BooleanField(
        label=gettext_lazy("Customers read it on their request"),
        required=False,
        help_text=gettext_lazy("Otherwise they read what the fixed status is called for them."),
    )
    position = PositionField()
    key = KeyField()

    def __init__(self, *args: Any, stored: StatusName | None, **kwargs: Any) -> None:
        initial = {name: getattr(stored, name) for name in ("status", *SAID)} if stored else None
        super().__init__(*args, initial=initial, **kwargs)
        self.stored = stored
        self.fields["status"].disabled = stored is not None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        # What the same form made when it was sent before is not another one.
        same = StatusName.objects.filter(key=said.get("key", "")).values_list("pk", flat=True)
        own = [self.stored.pk] if self.stored else list(same)
        for name in ("name_en", "name_de"):
            if name in said and is_taken(said[name], but=own):
                self.add_error(name, _("Another status is called so."))
        if self.stored is None and not own and StatusName.objects.in_use().count() >= MOST_IN_USE:
            self.add_error(
                None, _("At most %(most)s own statuses. Retire one first.") % {"most": MOST_IN_USE}
            )
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As an own status takes it."""
        names = SAID if self.stored else (*SAID, "status")
        return {name: self.cleaned_data[name] for name in names}


@require_safe
@only(administers)
def statuses(request: HttpRequest) -> HttpResponse:
    own = list(StatusName.objects.managed_by(request.user))
    kept = [
        (status.label, [one for one in own if one.status == status and one.retired_at is None])
        for status in Status
    ]
    retired = [one for one in own if one.retired_at is not None]
    return shown(request, "setup/statuses.html", {"kept": kept, "retired": retired, "is_empty": not own})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def own_status(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One of them; 0 is a new one."""
    found = _find(request, pk) if pk else None
    form = OwnStatusForm(request.POST if request.method == "POST" else None, stored=found)
    if not form.is_valid():
        page = {"form": form, "own": found}
        return shown(request, "setup/status.html", page, status=422 if form.is_bound else 200)
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = StatusName.write(**form.said, by=request.user, key=form.cleaned_data["key"])
        else:
            found.revise(**form.said)
    messages.success(request, _("Saved."))
    return redirect("setup:statuses")


@require_POST
@only(administers)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody chooses it any more; with `back` it is offered again."""
    found = _find(request, pk)
    with logged(found, by=request.user):
        if "back" not in request.POST:
            found.retire()
        elif is_taken(found.name_en, but=[found.pk]) or is_taken(found.name_de, but=[found.pk]):
            messages.error(request, _("Another status is called so."))
        elif StatusName.objects.in_use().count() >= MOST_IN_USE:
            words = _("At most %(most)s own statuses. Retire one first.")
            messages.error(request, words % {"most": MOST_IN_USE})
        else:
            found.bring_back()
    return redirect("setup:statuses")


def _find(request: HttpRequest, pk: int) -> StatusName:
    mine = StatusName.objects.managed_by(request.user)
    found = mine.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
