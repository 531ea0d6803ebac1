"""Two versions of the rules side by side in words, and the way back to one in a single step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from policies.rules.comparison import compared
from policies.rules.rulebook import Rulebook
from tickets.textfields import OneLineField

from ..access import LARGEST_ID, only, publishes_rules, sets_rules
from .drafts import enlarges_own

MOST_VERSIONS = 200  # the newest; who looks further back opens a version by its number
UNDO_WITHIN = timedelta(days=30)  # to undo what was put in force lately restricts nobody anew


class PairForm(forms.Form):
    old = forms.TypedChoiceField(label=gettext_lazy("This version"), coerce=int)
    new = forms.TypedChoiceField(label=gettext_lazy("against this one"), coerce=int)

    def __init__(self, *args: Any, books: list[Rulebook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (book.version, f"{book.version} – {book.note} ({book.get_state_display()})") for book in books
        ]
        self.fields["old"].choices = self.fields["new"].choices = choices


class WhyForm(forms.Form):
    why = OneLineField(label=gettext_lazy("Why back?"), max_length=200)


@require_safe
@only(sets_rules)
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions, drafts too; without a choice the one in force against the one before."""
    books = list(Rulebook.objects.order_by("-version")[:MOST_VERSIONS])
    form = PairForm(request.GET if "old" in request.GET else None, books=books, initial=_usual(books))
    pair = form.cleaned_data if form.is_valid() else None if form.is_bound else _usual(books)
    context: dict[str, object] = {"form": form}
    if pair and {"old", "new"} <= pair.keys():
        by_version = {book.version: book for book in books}
        old, new = by_version[pair["old"]], by_version[pair["new"]]
        context |= {"old": old, "new": new, "differences": compared(old, new)}
    return render(request, "studio/rules/compare.html", context, status=422 if form.errors else 200)


@require_POST
@only(publishes_rules)
def back(request: HttpRequest, version: int) -> HttpResponse:
    """The rules of a version that was in force until lately, in force again at once; history only grows."""
    retired = Rulebook.objects.filter(state=Rulebook.State.RETIRED)
    older = retired.filter(version=min(version, LARGEST_ID)).first()
    if older is None:
        raise Http404
    form = WhyForm(request.POST)
    refusal = _refusal(older, form, request.user)
    if refusal:
        messages.error(request, refusal)
    else:
        again = Rulebook.roll_back(older, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("Version %(version)s is in force.") % {"version": again.version})
    return redirect("studio:rules")


def _refusal(older: Rulebook, form: WhyForm, person: Person) -> str:
    if not form.is_valid():
        return _("Say why you go back; whoever was decided by the newer rules can read it.")
    if older.retired_at is None or older.retired_at < timezone.now() - UNDO_WITHIN:
        return _("This version is older than a month. Begin a draft from it instead.")
    if enlarges_own(person, older):
        return _("This would enlarge your own limit. Another lead or an administrator can do that.")
    return ""


def _usual(books: list[Rulebook]) -> dict[str, int]:
    published = [book for book in books if book.published_at]
    if len(published) < 2:
        return {"old": books[-1].version, "new": books[0].version} if books else {}
    return {"old": published[1].version, "new": published[0].version}
