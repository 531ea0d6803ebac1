"""What a customer can write: a new request, an answer, a rating."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets.cause import Cause
from tickets.fields.custom_field import CustomField
from tickets.fields.in_play import in_play
from tickets.fields.inputs import answers, deciding, inputs, name_of, typed_so_far
from tickets.fields.kind import Value
from tickets.message import MAX_LENGTH
from tickets.textfields import OneLineField, TextField, fresh_key
from tickets.uploads import FilesField

LONGEST_COMMENT = 2000
SCORES = [(score, str(score)) for score in range(1, 6)]


class KeyField(forms.Field):
    """Made when the form is shown; somebody who sends none has sent it for the first time."""

    widget = forms.HiddenInput

    def clean(self, value: object) -> str:
        return value if isinstance(value, str) and value else fresh_key()


class WritingForm(forms.Form):
    """Text and files under a key, so that sending twice is the same as once."""

    text = TextField(label=_("Your message"), max_length=MAX_LENGTH)
    files = FilesField(label=_("Photos or documents"), required=False)
    key = KeyField(initial=fresh_key)

    @property
    def once(self) -> str:
        """The key of what was written. Whoever goes back in the browser, changes a word and sends the same form
        again has written something else, and would lose it if the form's own key alone counted."""
        said = [self.cleaned_data[name] for name in ("key", "subject", "text") if name in self.cleaned_data]
        said += [f"{field.code}:{value}" for field, value in self.answered.items()]
        said += [f"{file.name}:{file.size}" for file in self.cleaned_data["files"]]
        return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def answered(self) -> dict[CustomField, Value | None]:
        """What else was asked, with the answers."""
        return {}

    @property
    def files_lost(self) -> bool:
        """A browser never fills a file field again, so after an error the files must be chosen once more."""
        return self.is_bound and not self.is_valid() and bool(self.files.getlist("files"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A cause to choose, and what we would promise for it now; whoever sends the form is shown no promises again."""

    cause: Cause
    promises: Callable[[], Mapping[int, str]]

    @property
    def promise(self) -> str:
        """In words; "" when nothing is promised."""
        return self.promises()[self.cause.pk]


class RequestForm(WritingForm):
    cause = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what it is about."),
            "invalid_choice": _("Please choose one of these."),
        },
    )
    subject = OneLineField(
        label=_("Subject"),
        max_length=200,
        error_messages={"required": _("A few words are enough, so that you find your request again.")},
    )
    text = TextField(
        label=_("What happened, and what would you like?"),
        max_length=MAX_LENGTH,
        error_messages={"required": _("Please write what happened.")},
    )

    field_order = ("cause", "subject", "text", "files", "key")

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = choices
        self.fields["cause"].choices = [(str(choice.cause.pk), choice.cause.name) for choice in choices]
        self.candidates = self._candidates()
        self.asked = self._asked()
        needed = [field for field in self.asked if field.needed_to_write]
        self.fields.update(inputs(self.asked, needed=needed if self._was_asked else ()))

    def clean_cause(self) -> Cause:
        chosen = self.cleaned_data["cause"]
        return next(choice.cause for choice in self.offered if str(choice.cause.pk) == chosen)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.asked and not self._was_asked:
            raise forms.ValidationError(
                gettext("There is a little more to ask about this. Please look below.")
            )
        return said

    @property
    def chosen(self) -> Cause | None:
        """The cause as far as it is chosen."""
        pk = str(self["cause"].value() or "")
        return next((choice.cause for choice in self.offered if str(choice.cause.pk) == pk), None)

    @property
    def questions(self) -> list[BoundField]:
        return [self[name_of(field)] for field in self.asked]

    @property
    def answered(self) -> dict[CustomField, Value | None]:
        return answers(self, self.asked)

    @property
    def _was_asked(self) -> bool:
        """Whether the form that was sent had these questions on it; without scripts they come once a cause, or what
        leads to further questions, was sent."""
        if not self.is_bound:
            return True
        cause, *codes = self.asked_about.split(" ")
        sent_cause, *sent = self.data.get("asked_about", "").split(" ")
        return cause == sent_cause and set(codes) <= set(sent)

    @property
    def asked_about(self) -> str:
        """The cause and what is asked about it."""
        return " ".join([str(self.chosen.pk if self.chosen else ""), *(field.code for field in self.asked)])

    @property
    def deciding(self) -> set[str]:
        return deciding(self.candidates)

    def _candidates(self) -> list[CustomField]:
        return _ASKED.rows(cause=self.chosen.pk, team=self.chosen.team_id) if self.chosen else []

    def _asked(self) -> list[CustomField]:
        """What is asked hangs on what is answered so far."""
        typed = typed_so_far(self.candidates, self.data if self.is_bound else self.initial)
        return in_play(self.candidates, typed, on=timezone.localdate())

    @property
    def causes(self) -> list[tuple[BoundWidget, str]]:
        """Each radio button with its promise in words."""
        return [(button, choice.promise) for button, choice in zip(self["cause"], self.offered, strict=True)]


_ASKED = Prepared(lambda cause, team: CustomField.objects.fitting(cause=cause, team=team).for_customers())


class ReplyForm(WritingForm):
    text = TextField(
        label=_("Your answer"),
        max_length=MAX_LENGTH,
        error_messages={"required": _("Please write something before you send it.")},
    )


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How was it with us?"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a number from 1 to 5.")},
    )
    comment = TextField(
        label=_("What was good, what was not?"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
