"""The log of the set-up: every change with old and new, who made it and when; to find one, by what, whom and words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.setup_change import SetupChange, SetupChangeQuerySet, part_in_words
from tickets.setup_page import administers
from tickets.textfields import OneLineField

from .access import only, shown

PAGE_SIZE = 30


class LogForm(forms.Form):
    """What somebody looks for in the log; blank looks for everything."""

    part = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    by = forms.ModelChoiceField(
        label=gettext_lazy("Who"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("everybody"),
    )
    q = OneLineField(label=gettext_lazy("Its name contains"), max_length=200, required=False)

    def __init__(self, *args: Any, changes: SetupChangeQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = changes.order_by().values_list("part", flat=True).distinct()
        named = sorted(((part, part_in_words(part)) for part in parts), key=lambda pair: pair[1])
        self.fields["part"].choices = [("", gettext_lazy("everything")), *named]
        people = Person.objects.filter(pk__in=changes.order_by().values("by"))
        self.fields["by"].queryset = people.order_by("name", "pk")

    def chosen(self, changes: SetupChangeQuerySet) -> SetupChangeQuerySet:
        said = self.cleaned_data
        wanted = Q(called__icontains=said["q"])
        if said["part"]:
            wanted &= Q(part=said["part"])
        if said["by"]:
            wanted &= Q(by=said["by"])
        return changes.filter(wanted)


@require_safe
@only(administers)
def log(request: HttpRequest) -> HttpResponse:
    """Newest first; what was asked wrongly is said at its field, and nothing is left out then."""
    changes = SetupChange.objects.readable_by(request.user)
    form = LogForm(request.GET, changes=changes)
    found = form.chosen(changes) if form.is_valid() else changes
    number = request.GET.get("page", "")
    page = Paginator(found.select_related("by"), PAGE_SIZE).get_page(number if len(number) < 10 else 1)
    status = 200 if form.is_valid() else 422
    return shown(request, "setup/log.html", {"form": form, "page": page}, status=status)
