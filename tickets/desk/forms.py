"""What an agent can type or choose on a ticket."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets import placeholder
from tickets.composing import going_out
from tickets.composing.staged_file import StagedFile, StagedFileQuerySet
from tickets.draft_check import Remark, remarks_on
from tickets.message import MAX_LENGTH, Message
from tickets.open_item import open_on
from tickets.solvable import SETTLED, Status
from tickets.status_name import choices, chosen
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket
from tickets.uploads import FilesField

from .access import LARGEST_ID
from .composing.later import ASK, AT, moment_of

SOLVED_NEXT = "solved_next"


class MessageForm(forms.Form):
    """A reply or a note; the key makes sending it twice the same as once."""

    text = TextField(label=_("Text"), max_length=MAX_LENGTH)
    files = FilesField(label=_("Files"), required=False)
    key = KeyField()
    kind = Message.Kind.INTERNAL

    def __init__(self, *args: object, ticket: Ticket, by: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.by = ticket, by

    @property
    def staged(self) -> StagedFileQuerySet:
        """The files that stood in the composer when it was sent."""
        said = self.data.getlist("staged") if self.is_bound else []
        wanted = [int(pk) for pk in said if pk.isascii() and pk.isdigit() and len(pk) < 19]
        if not wanted:
            return StagedFile.objects.none()
        return StagedFile.objects.of(self.by, self.ticket, self.kind).filter(pk__in=wanted)

    def clean_files(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["files"]
        most = settings.ATTACHMENTS_PER_MESSAGE
        if len(files) + self.staged.count() > most:
            raise forms.ValidationError(
                gettext("At most %(most)s files at once.") % {"most": most}, code="too_many"
            )
        return files

    def keep_files(self) -> None:
        """What was chosen waits in the composer that comes back, and need not be chosen again."""
        for file in self.cleaned_data.get("files", []):
            here = self.ticket.survivor or self.ticket
            StagedFile.keep(file, ticket=here, by=self.by, kind=self.kind, at=timezone.now())


class ReplyForm(MessageForm):
    """What happens to the ticket with the answer is chosen by the button that sends it."""

    then = forms.ChoiceField(
        required=False,
        choices=[("", ""), (Status.WAITING_CUSTOMER, ""), (Status.SOLVED, ""), (SOLVED_NEXT, "")],
        widget=forms.HiddenInput,
    )
    anyway = OneLineField(label=_("Send it anyway, because"), max_length=200, required=False)
    leave_open = forms.BooleanField(label=_("Solve it all the same, and leave this open"), required=False)
    # Empty: now. Else a moment as the customer's clocks show it; or `ask`, to be asked for one; or `at`, as typed.
    when = forms.CharField(required=False, max_length=32)
    later_at = forms.CharField(
        label=_("When"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    # The newest message when the page was opened: whoever wrote since then is read before the answer goes out.
    seen = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)
    # The newest answer of a colleague that goes out later, of which they were told.
    seen_held = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput
    )

    kind = Message.Kind.PUBLIC

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asks_when = False
        self.remarks: list[Remark] = []
        self.open_items: list[str] = []
        self.unread = 0
        self.newest_held = 0  # the newest answer on its way of which the form that comes back says

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
        cleaned["goes_at"] = self._goes_at(str(cleaned.get("when", "")), str(cleaned.get("later_at", "")))
        self._look_what_came(cleaned.get("seen"), cleaned.get("seen_held"))
        if cleaned.get("text") and not cleaned.get("anyway"):
            self.remarks = remarks_on(self.ticket, str(cleaned["text"]), by=self.by)
            if self.remarks:
                raise forms.ValidationError(
                    _("Please read this once more before it goes out."), code="remarks"
                )
        if cleaned.get("then") in (Status.SOLVED, SOLVED_NEXT):
            _fill_in_first(self.ticket)
        if cleaned.get("then") in (Status.SOLVED, SOLVED_NEXT) and not cleaned.get("leave_open"):
            self.open_items = open_on(self.ticket)
            if self.open_items:
                raise forms.ValidationError(_("This is still open on the ticket."), code="open_items")
        return cleaned

    def _goes_at(self, when: str, typed: str) -> datetime | None:
        """The moment meant; None for now. What cannot be one is asked for again."""
        if not when:
            return None
        self.asks_when = when in (ASK, AT)
        if when == ASK:
            return None
        try:
            return moment_of(typed if when == AT else when, self.ticket, now=timezone.now())
        except forms.ValidationError as error:
            self.asks_when = True
            self.add_error("later_at", error)
        return None

    def _look_what_came(self, seen: object, seen_held: object) -> None:
        """What was said, and what is about to be. Said once: the form that comes back has seen it."""
        self.newest_held = seen_held if isinstance(seen_held, int) else 0
        if not isinstance(seen, int):
            return
        key = self.cleaned_data.get("key")
        if self.ticket.messages.filter(key=key).exists() or self.ticket.held_replies.filter(key=key).exists():
            return
        self.unread = self.ticket.messages.filter(pk__gt=seen).exclude(author=self.by).count()
        words = [self._unread_in_words()] if self.unread else []
        going, now = going_out.others_on(self.ticket, self.by), timezone.now()
        words += [going_out.in_words(held, now=now) for held in going if held.pk > self.newest_held]
        self.newest_held = max([self.newest_held, *(held.pk for held in going)])
        if words:
            raise forms.ValidationError([forms.ValidationError(said, code="unread") for said in words])

    def _unread_in_words(self) -> str:
        said = ngettext(
            "%(count)s new message since you began. Please read it before yours goes out.",
            "%(count)s new messages since you began. Please read them before yours goes out.",
            self.unread,
        )
        return said % {"count": self.unread}


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Assignee"), empty_label=None)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.working_in(ticket.team)


class MoveForm(forms.Form):
    """Where the ticket stands from now on; what solving it would leave open is named once."""

    status = forms.ChoiceField(label=_("Status"))
    onward = forms.BooleanField(required=False)
    leave_open = forms.BooleanField(required=False)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = choices()
        self.ticket = ticket
        self.open_items: list[str] = []

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        where = chosen(Status.SOLVED if cleaned.get("onward") else cleaned.get("status"))
        if where is None:
            return cleaned
        cleaned["where"] = where
        settling = where[0] in SETTLED and not self.ticket.is_settled
        if settling:
            _fill_in_first(self.ticket)
        if settling and not cleaned.get("leave_open"):
            self.open_items = open_on(self.ticket)
        return cleaned


def _fill_in_first(ticket: Ticket) -> None:
    """A ticket is not solved while a field is empty that has to be filled in before."""
    refused = ticket.unsolvable() if not ticket.is_settled else None
    if refused is not None:
        raise forms.ValidationError(refused.words, code=refused.code)
