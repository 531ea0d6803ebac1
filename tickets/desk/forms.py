"""What an agent can type or choose on a ticket."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.draft_check import Remark, remarks_on
from tickets.message import MAX_LENGTH
from tickets.open_item import open_on
from tickets.solvable import SETTLED, Status
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket
from tickets.uploads import FilesField


class MessageForm(forms.Form):
    """A reply or a note; the key makes sending it twice the same as once."""

    text = TextField(label=_("Text"), max_length=MAX_LENGTH)
    files = FilesField(label=_("Files"), required=False)
    key = KeyField()


class ReplyForm(MessageForm):
    """What happens to the ticket with the answer is chosen by the button that sends it."""

    then = forms.ChoiceField(
        required=False,
        choices=[("", ""), (Status.WAITING_CUSTOMER, ""), (Status.SOLVED, "")],
        widget=forms.HiddenInput,
    )
    anyway = OneLineField(label=_("Send it anyway, because"), max_length=200, required=False)
    leave_open = forms.BooleanField(label=_("Solve it all the same, and leave this open"), required=False)

    def __init__(self, *args: object, ticket: Ticket, by: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.by = ticket, by
        self.remarks: list[Remark] = []
        self.open_items: list[str] = []

    def clean(self) -> dict[str, object]:
        """Second thoughts come once; with a reason the answer goes out as it is."""
        cleaned = super().clean() or {}
        if cleaned.get("text") and not cleaned.get("anyway"):
            self.remarks = remarks_on(self.ticket, str(cleaned["text"]), by=self.by)
            if self.remarks:
                raise forms.ValidationError(
                    _("Please read this once more before it goes out."), code="remarks"
                )
        if cleaned.get("then") == Status.SOLVED and not cleaned.get("leave_open"):
            self.open_items = open_on(self.ticket)
            if self.open_items:
                raise forms.ValidationError(_("This is still open on the ticket."), code="open_items")
        return cleaned


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Assignee"), empty_label=None)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.working_in(ticket.team)


class MoveForm(forms.Form):
    """Where the ticket stands from now on; what solving it would leave open is named once."""

    status = forms.ChoiceField(choices=Status.choices, label=_("Status"))
    leave_open = forms.BooleanField(required=False)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.open_items: list[str] = []

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        settling = cleaned.get("status") in SETTLED and not self.ticket.is_settled
        if settling and not cleaned.get("leave_open"):
            self.open_items = open_on(self.ticket)
        return cleaned
