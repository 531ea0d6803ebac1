"""What an agent can type or choose on a ticket."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.person import Person
from tickets import placeholder
from tickets.draft_check import Remark, remarks_on
from tickets.message import MAX_LENGTH
from tickets.open_item import open_on
from tickets.solvable import SETTLED, Status
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket
from tickets.uploads import FilesField

from .access import LARGEST_ID

SOLVED_NEXT = "solved_next"


class MessageForm(forms.Form):
    """A reply or a note; the key makes sending it twice the same as once."""

    text = TextField(label=_("Text"), max_length=MAX_LENGTH)
    files = FilesField(label=_("Files"), required=False)
    key = KeyField()


class ReplyForm(MessageForm):
    """What happens to the ticket with the answer is chosen by the button that sends it."""

    then = forms.ChoiceField(
        required=False,
        choices=[("", ""), (Status.WAITING_CUSTOMER, ""), (Status.SOLVED, ""), (SOLVED_NEXT, "")],
        widget=forms.HiddenInput,
    )
    anyway = OneLineField(label=_("Send it anyway, because"), max_length=200, required=False)
    leave_open = forms.BooleanField(label=_("Solve it all the same, and leave this open"), required=False)
    # The newest message when the page was opened: whoever wrote since then is read before the answer goes out.
    seen = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, *args: object, ticket: Ticket, by: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.by = ticket, by
        self.remarks: list[Remark] = []
        self.open_items: list[str] = []
        self.unread = 0

    def clean_text(self) -> str:
        """A canned reply with a gap does not go out."""
        text: str = self.cleaned_data["text"]
        gaps = placeholder.known_in(text)
        if gaps:
            words = _("{%(name)s} still stands in your text: write there what it stands for, or take it out.")
            raise forms.ValidationError(words % {"name": gaps[0]}, code="gap")
        return text

    def clean(self) -> dict[str, object]:
        """Second thoughts come once; with a reason the answer goes out as it is."""
        cleaned = super().clean() or {}
        self._look_what_came(cleaned.get("seen"))
        if cleaned.get("text") and not cleaned.get("anyway"):
            self.remarks = remarks_on(self.ticket, str(cleaned["text"]), by=self.by)
            if self.remarks:
                raise forms.ValidationError(
                    _("Please read this once more before it goes out."), code="remarks"
                )
        if cleaned.get("then") in (Status.SOLVED, SOLVED_NEXT) and not cleaned.get("leave_open"):
            self.open_items = open_on(self.ticket)
            if self.open_items:
                raise forms.ValidationError(_("This is still open on the ticket."), code="open_items")
        return cleaned

    def _look_what_came(self, seen: object) -> None:
        """Said once: the form that comes back has seen it."""
        if not isinstance(seen, int) or self.ticket.messages.filter(key=self.data.get("key")).exists():
            return
        self.unread = self.ticket.messages.filter(pk__gt=seen).exclude(author=self.by).count()
        if self.unread:
            raise forms.ValidationError(
                ngettext(
                    "%(count)s new message since you began. Please read it before yours goes out.",
                    "%(count)s new messages since you began. Please read them before yours goes out.",
                    self.unread,
                )
                % {"count": self.unread},
                code="unread",
            )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Assignee"), empty_label=None)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.working_in(ticket.team)


class MoveForm(forms.Form):
    """Where the ticket stands from now on; what solving it would leave open is named once."""

    status = forms.ChoiceField(choices=Status.choices, label=_("Status"))
    onward = forms.BooleanField(required=False)
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
