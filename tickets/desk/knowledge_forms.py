"""What a colleague can type about an article: its texts in both languages, and for whom it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.knowledge.article import Article, Audience
from tickets.knowledge.article_version import LONGEST_TEXT, LONGEST_TITLE, TEXTS
from tickets.textfields import KeyField, OneLineField, TextField

HINT = gettext_lazy("“## ” begins a heading, “- ” a list, “1. ” a step. **Two stars** make words strong.")


def _title(label: Any) -> OneLineField:
    return OneLineField(label=label, max_length=LONGEST_TITLE, required=False)


def _text(label: Any) -> TextField:
    box = forms.Textarea(attrs={"rows": 12})
    return TextField(label=label, max_length=LONGEST_TEXT, required=False, widget=box, help_text=HINT)


class TextsForm(forms.Form):
    """Both languages side by side; a draft may have one, what everybody reads needs both."""

    title_de = _title(gettext_lazy("Title (German)"))
    text_de = _text(gettext_lazy("Text (German)"))
    title_en = _title(gettext_lazy("Title (English)"))
    text_en = _text(gettext_lazy("Text (English)"))
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for language in ("de", "en"):
            title, text = said.get(f"title_{language}"), said.get(f"text_{language}")
            if text and title == "":
                self.add_error(f"title_{language}", _("Give it a title."))
            if title and text == "":
                self.add_error(f"text_{language}", _("Write the text too, or leave the title empty."))
        if not self.errors and not any(said.get(name) for name in TEXTS):
            self.add_error("title_de", _("Write it in at least one language."))
        return said

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}


class AddressForm(forms.Form):
    """Who reads it, who looks after it, and what it helps with."""

    audience = forms.ChoiceField(label=gettext_lazy("Who reads it?"), choices=Audience.choices)
    team = forms.ChoiceField(label=gettext_lazy("Who looks after it?"), required=False)
    cause = forms.ChoiceField(
        label=gettext_lazy("What does it help with?"),
        required=False,
        help_text=gettext_lazy("It then stands beside such tickets, and with whoever has to learn this."),
    )

    def __init__(self, *args: Any, person: Person, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.article = person, article
        teams = Team.objects.order_by("name") if person.is_staff else Team.objects.worked_by(person)
        house = [("", _("the whole house"))] if person.is_staff else []
        self.fields["team"].choices = [
            *house,
            *((str(team.pk), team.name) for team in teams.order_by("name")),
        ]
        self.fields["team"].required = not person.is_staff
        causes = [(str(cause.pk), cause.name) for cause in Cause.objects.order_by("position", "code")]
        self.fields["cause"].choices = [("", _("nothing in particular")), *causes]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("audience") == Audience.TEAM and said.get("team") == "":
            self.add_error("team", _("Name the team that reads it."))
        if self.article and not self.errors:
            self._keep_readers_served(self.article)
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As an article takes it."""
        team, cause = self.cleaned_data["team"], self.cleaned_data["cause"]
        return {
            "audience": self.cleaned_data["audience"],
            "team_id": int(team) if team else None,
            "cause_id": int(cause) if cause else None,
        }

    def _keep_readers_served(self, article: Article) -> None:
        """What is published becomes public only by whoever may publish it, and in both languages; what is public
        goes to other readers or another team only by whoever may retire it."""
        if article.state != "published":
            return
        as_it_would_be = Article(**self.said)
        moves = (article.audience, article.team_id) != (as_it_would_be.audience, as_it_would_be.team_id)
        if article.is_public and moves and not article.is_published_by(self.person):
            self.add_error("audience", _("What everybody reads, whoever leads the team retires."))
            return
        if as_it_would_be.audience != Audience.PUBLIC:
            return
        if moves and not as_it_would_be.is_published_by(self.person):
            self.add_error("audience", _("What everybody reads, whoever leads the team publishes."))
        elif article.live is not None and len(article.live.languages) < 2:
            self.add_error("audience", _("What everybody reads needs both languages."))
