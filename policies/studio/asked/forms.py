"""What can be typed as an answer to a question, and to whom it can be passed on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from policies.asks.ask import Ask
from policies.language.discretion import check_reason
from policies.refusal import Refusal
from tickets.draft_check import Remark
from tickets.textfields import OneLineField, TextField


class AnswerForm(forms.Form):
    """Yes, with words if one likes; no, only with words the agent can use."""

    answer = forms.ChoiceField(choices=[("grant", ""), ("decline", "")], widget=forms.HiddenInput)
    words = TextField(
        label=gettext_lazy("Your words"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("The agent reads them, and may say them aloud to the customer."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy(
                "Say what the no protects and what is possible instead. A bare no helps nobody."
            )
        },
    )

    anyway = OneLineField(label=gettext_lazy("Say it anyway, because"), max_length=200, required=False)

    def __init__(self, *args: Any, ask: Ask | None = None, by: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = self["answer"].value() == "decline"
        self.ask, self.by = ask, by
        self.remarks: list[Remark] = []

    def clean(self) -> dict[str, Any]:
        """The words of a no may be said to the customer: second thoughts come once, with a reason they stand."""
        cleaned = super().clean() or {}
        words = cleaned.get("words")
        if (
            cleaned.get("answer") == "decline"
            and words
            and self.ask
            and self.by
            and not cleaned.get("anyway")
        ):
            self.remarks = check_reason(self.ask.ruling.ticket, words, self.by)
            if self.remarks:
                raise forms.ValidationError(
                    _("Please read this once more before it goes out."), code="remarks"
                )
        return cleaned

    def say(self) -> Refusal | None:
        said = self.cleaned_data
        if said["answer"] == "grant":
            return self.ask.grant(by=self.by, words=said["words"])
        return self.ask.decline(by=self.by, words=said["words"], anyway=said["anyway"])


class PassOnForm(forms.Form):
    """To somebody who may answer it, with a word if one likes."""

    to = forms.ChoiceField(label=gettext_lazy("To whom?"))
    words = OneLineField(label=gettext_lazy("What should they know?"), required=False, max_length=200)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["to"].choices = [(pk, person.name) for pk, person in self.people.items()]

    @property
    def receiver(self) -> Person:
        return self.people[self.cleaned_data["to"]]
