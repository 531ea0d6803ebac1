"""Public reviews: those that are tickets here, and writing one down by hand."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.person import Person
from tickets.cause import Cause
from tickets.message import MAX_LENGTH
from tickets.public_review import (
    LONGEST_AUTHOR,
    LONGEST_LINK,
    LONGEST_SOURCE,
    PublicReview,
    customer_known_to,
)
from tickets.setup_page import works
from tickets.textfields import OneLineField, TextField

from .access import only, shown

PAGE_SIZE = 50
FIRST_YEAR = 1990  # nobody reviewed anybody on the web before; and no moment of the year 1 can be stored
STARS = [("", gettext_lazy("none")), *((str(stars), str(stars)) for stars in range(1, 6))]


class ReviewForm(forms.Form):
    source = OneLineField(label=gettext_lazy("Where does it stand?"), max_length=LONGEST_SOURCE)
    link = forms.URLField(
        label=gettext_lazy("Address of the review"), max_length=LONGEST_LINK, assume_scheme="https"
    )
    author = OneLineField(label=gettext_lazy("Name shown there"), max_length=LONGEST_AUTHOR)
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Stars"), choices=STARS, required=False, coerce=int, empty_value=None
    )
    written_at = forms.DateField(
        label=gettext_lazy("Written on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = TextField(label=gettext_lazy("What it says"), max_length=MAX_LENGTH)
    cause = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Cause.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    email = forms.EmailField(
        label=gettext_lazy("Known address"),
        required=False,
        help_text=gettext_lazy(
            "Only if the author told us who they are, or agreed. A name alone proves nothing."
        ),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["cause"].queryset = causes_of(person)

    def clean_written_at(self) -> Any:
        day = self.cleaned_data["written_at"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(_("That is too long ago."))
        return timezone.make_aware(datetime.combine(day, time()))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and customer_known_to(self.person, email) is None:
            raise forms.ValidationError(_("You serve no customer of this address."))
        return email


def causes_of(person: Person) -> Any:
    """What this person can write a review down about: those of the own teams, for an administrator all."""
    causes = Cause.objects.select_related("team")
    return causes if person.is_staff else causes.filter(team_id__in=person.team_ids)


@require_safe
@only(works)
def reviews(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "")
    rows = PublicReview.objects.worked_by(request.user).select_related(
        "ticket__customer__person", "ticket__status_name"
    )
    page = Paginator(rows, PAGE_SIZE).get_page(number if len(number) < 10 else 1)
    return shown(request, "setup/reviews.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@only(works)
def new_review(request: HttpRequest) -> HttpResponse:
    form = ReviewForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method != "POST" or not form.is_valid():
        return shown(request, "setup/review.html", {"form": form}, status=422 if form.is_bound else 200)
    review = PublicReview.take_up(**form.cleaned_data, by=request.user)
    messages.success(request, _("It is ticket #%(number)s.") % {"number": review.ticket_id})
    return redirect("setup:reviews")
