"""Base standards: what is promised to everybody, and how often it was kept in the last thirty days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from policies.language.wording import remarks
from policies.rules.rulebook import Rulebook
from policies.rules.standard import BaseStandard, Kept, kept_since
from tickets.textfields import OneLineField

from ..access import NOT_YOURS, only, publishes_rules, sets_rules
from .read_twice import anyway_field, read_twice

WINDOW = timedelta(days=30)
FEW = 30  # below this a share says nothing


class StandardForm(forms.Form):
    """A promise, and how its keeping is measured."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Such as “first-answer”.")
    )
    promise_en = OneLineField(label=gettext_lazy("Promise, in English"), max_length=200)
    promise_de = OneLineField(label=gettext_lazy("Promise, in German"), max_length=200)
    anyway = anyway_field()
    measured_by = forms.ChoiceField(label=gettext_lazy("Measured by"), choices=BaseStandard.Measure.choices)
    target_percent = forms.IntegerField(
        label=gettext_lazy("Kept in at least, per cent"), min_value=1, max_value=100, initial=95
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        read_twice(self, said, dict.fromkeys(("promise_en", "promise_de"), remarks))
        return said


@dataclass(frozen=True, slots=True)
class Row:
    """One promise with how it was kept; `kept` is None where nothing is measured yet."""

    standard: BaseStandard
    kept: Kept | None

    @property
    def state(self) -> str:
        """“unmeasured”, “few”, “kept” or “below”."""
        if self.kept is None:
            return "unmeasured"
        if self.kept.of < FEW:
            return "few"
        return "kept" if self.kept.percent >= self.standard.target_percent else "below"


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def standards(request: HttpRequest) -> HttpResponse:
    """All promises in force; a new or a changed one holds, and is public, as soon as it is saved."""
    book = _book()
    # NUL is no letter to PostgreSQL.
    code = request.GET.get("code", "").replace("\x00", "")[:40]
    chosen = book.standards.filter(code=code).first() if book else None
    form = StandardForm(request.POST or None, initial=shown(chosen))
    if form.is_bound and form.is_valid() and not publishes_rules(request.user):
        form.add_error(None, NOT_YOURS)
    if request.method == "POST" and book and form.is_valid():
        said = dict(form.cleaned_data)
        refused = BaseStandard.put_in_force(said.pop("code"), by=request.user, **said)
        if not refused:
            messages.success(
                request, _("Promised. Everybody can read it on the page “What you can count on”.")
            )
            return redirect("studio:standards")
        form.add_error("measured_by", refused)
    now = timezone.now()
    kept = kept_since(now - WINDOW, until=now)
    rows = [Row(row, kept.get(row.measured_by)) for row in book.standards.all()] if book else []
    context = {"book": book, "rows": rows, "form": form, "chosen": chosen}
    return render(request, "studio/rules/standards.html", context, status=422 if form.errors else 200)


@require_POST
@only(publishes_rules)
def take_away(request: HttpRequest, code: str) -> HttpResponse:
    if not _book() or not BaseStandard.take_away(code, by=request.user):
        raise Http404
    messages.success(request, _("No longer promised. The page keeps it with its dates."))
    return redirect("studio:standards")


def _book() -> Rulebook | None:
    return Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).first()


def shown(standard: BaseStandard | None) -> dict[str, object]:
    if standard is None:
        return {}
    return {name: getattr(standard, name) for name in StandardForm.base_fields}
