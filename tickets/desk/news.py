"""The page on which somebody says which news they want, by which way, and when it is quiet."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.person import Person
from accounts.team import Team
from tickets.news import NewsWish

from .access import desk_only

Mail = NewsWish.Mail


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


# What one is told of: its name, in words, what more there is to say of it, and where bell and mail are chosen.
ROWS = (
    (
        "given",
        gettext_lazy("Somebody gives a ticket to me"),
        gettext_lazy("Or to whom I stand in for while they are away."),
        ("given_at_desk", "given_mail"),
    ),
    (
        "own",
        gettext_lazy("The customer writes on a ticket of mine"),
        gettext_lazy("Or of whom I stand in for while they are away."),
        ("own_at_desk", "own_mail"),
    ),
    ("mention", gettext_lazy("A colleague mentions me in a note"), "", (None, "mention_mail")),
    (
        "watched",
        gettext_lazy("Something happens on a ticket I watch"),
        gettext_lazy("By mail only what its customer writes."),
        ("watched_at_desk", "watched_mail"),
    ),
    (
        "team",
        gettext_lazy("A ticket is new in my team"),
        gettext_lazy("And nobody works on it yet. No calls and no chats."),
        ("team_at_desk", "team_mail"),
    ),
)


class Row(NamedTuple):
    """A line of the table: what happens, and whether it comes on the bell and by mail."""

    name: str
    words: str
    more: str
    bell: forms.BoundField | None
    mail: forms.BoundField


def _bell() -> forms.BooleanField:
    return forms.BooleanField(required=False)


def _mail() -> forms.ChoiceField:
    return forms.ChoiceField(choices=Mail.choices)


class NewsForm(forms.Form):
    given_at_desk, own_at_desk, watched_at_desk, team_at_desk = _bell(), _bell(), _bell(), _bell()
    given_mail, own_mail, mention_mail, watched_mail, team_mail = _mail(), _mail(), _mail(), _mail(), _mail()
    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("New tickets of these teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = forms.TimeField(label=gettext_lazy("No mails from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=gettext_lazy("until"), required=False, widget=_clock())
    daily_at = forms.TimeField(label=gettext_lazy("The mail of the day comes at"), widget=_clock())

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words, _more, (bell, mail) in ROWS:
            for field, column in ((bell, "bell"), (mail, "mail")):
                if field is not None:
                    self.fields[field].label = words
                    self.fields[field].widget.attrs["aria-labelledby"] = f"news-{name} news-{column}"
        self.own = Team.objects.worked_by(person)
        self.fields["teams"].queryset = self.own
        if len(self.own) < 2:
            del self.fields["teams"]

    @property
    def rows(self) -> list[Row]:
        return [
            Row(name, str(words), str(more), self[bell] if bell else None, self[mail])
            for name, words, more, (bell, mail) in ROWS
        ]

    @property
    def said(self) -> dict[str, Any]:
        """As `NewsWish.say` takes it."""
        said = dict(self.cleaned_data)
        if "teams" in said:
            chosen = said.pop("teams")
            said["left_out"] = [team for team in self.own if team not in chosen]
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        begins, ends = said["quiet_from"], said["quiet_until"]
        if (begins is None) != (ends is None):
            missing = "quiet_until" if ends is None else "quiet_from"
            self.add_error(missing, _("Say both, or neither."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("It ends when it begins."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def news(request: HttpRequest) -> HttpResponse:
    wish = NewsWish.of(request.user)
    if "again" in request.POST:
        NewsWish.say(request.user, mailed_again_at=timezone.now())
        messages.success(
            request, _("From now on we tell you by mail again what happens on tickets you watch.")
        )
        return redirect("desk:news")
    form = NewsForm(
        request.POST if request.method == "POST" else None, initial=_as_it_stands(wish), person=request.user
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(
            request, "desk/news.html", {"form": form, "unwanted_at": wish.unwanted_at}, status=status
        )
    NewsWish.say(request.user, **form.said)
    messages.success(request, _("Saved."))
    return redirect("desk:news")


def _as_it_stands(wish: NewsWish) -> dict[str, Any]:
    said = {name: getattr(wish, name) for name in NewsForm.base_fields if name != "teams"}
    left_out = set(wish.left_out.values_list("pk", flat=True)) if wish.pk else set()
    return {**said, "teams": [pk for pk in wish.person.team_ids if pk not in left_out]}
