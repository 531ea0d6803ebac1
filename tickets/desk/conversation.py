"""One ticket on the desk: the conversation, what can be said, who works on it and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db.models import CharField, Count, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from tickets import history
from tickets.attachment import Attachment
from tickets.composing.held_reply import HeldReply
from tickets.composing.staged_file import StagedFile
from tickets.composing.viewer import Viewer
from tickets.draft import Draft
from tickets.event import Event
from tickets.mail.copied import readers_of_copies
from tickets.mail.outbox import OutgoingMail
from tickets.message import Message
from tickets.notice import Notice
from tickets.sla.clock import Clock
from tickets.solvable import Status
from tickets.status_name import offered
from tickets.ticket import Ticket

from .access import desk_only, find
from .composing.held import send
from .composing.later import choices_of
from .drafts import drafts_of
from .forms import SOLVED_NEXT, AssignForm, MessageForm, MoveForm, ReplyForm
from .lists import rail_of
from .onward import MOVE, REPLY, Onward
from .row import Earlier

# The messages themselves stand in the conversation; saying so again would only be noise.
TOLD_BY_MESSAGES = (history.OPENED, history.REPLIED, history.NOTED, history.WROTE_ON_COPY)
EARLIER = 8


@require_safe
@desk_only
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    Notice.see_all(request.user, ticket_id=found.pk)
    return _page(request, found)


@require_safe
@desk_only
def thread(request: HttpRequest, number: int) -> HttpResponse:
    """The conversation alone, for the page that stands open."""
    found = find(request, number)
    return render(
        request,
        "desk/_thread.html",
        {"ticket": found, "thread": thread_of(found), **_held(request, found)},
    )


@require_safe
@desk_only
def head(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    return render(request, "desk/_ticket_head.html", _head(request, found))


@require_POST
@desk_only
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """The public answer; the button says whether the ticket then waits for the customer or is solved."""
    found = find(request, number)
    is_next = request.POST.get("then") == SOLVED_NEXT
    onward = Onward.chosen(request, found, REPLY, is_next=is_next)
    form = ReplyForm(request.POST, request.FILES, ticket=found, by=request.user)
    if not form.is_valid():
        form.keep_files()
        return _page(request, found, reply_form=form, status=422)
    if form.asks_when and form.cleaned_data["goes_at"] is None:
        form.keep_files()
        return _page(request, found, reply_form=form)
    send(request, found, form)
    Viewer.has_said(found, by=request.user)
    survivor = found.survivor
    if survivor is not None:  # merged while it was written
        return redirect(survivor.desk_url())
    if found.assignee is None:
        found.assign(request.user, by=request.user)
    return onward.go(request, found)


@require_POST
@desk_only
def note(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    form = MessageForm(request.POST, request.FILES, ticket=found, by=request.user)
    if not form.is_valid():
        form.keep_files()
        return _page(request, found, note_form=form, status=422)
    found.note(
        form.cleaned_data["text"],
        by=request.user,
        files=[*form.staged, *form.cleaned_data["files"]],
        key=form.cleaned_data["key"],
    )
    Draft.drop(found, by=request.user, kind=Message.Kind.INTERNAL)
    Viewer.has_said(found, by=request.user)
    messages.success(request, _("Noted. Only the desk can see it."))
    return redirect(found.desk_url())


@require_POST
@desk_only
def assign(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    form = AssignForm(request.POST, ticket=found)
    if not form.is_valid():
        messages.error(request, _("This person does not work in the ticket’s team."))
        return redirect(found.desk_url())
    to: Person = form.cleaned_data["to"]
    found.assign(to, by=request.user)
    return redirect(found.desk_url())


@require_POST
@desk_only
def move(request: HttpRequest, number: int) -> HttpResponse:
    found = find(request, number)
    onward = Onward.chosen(request, found, MOVE, is_next=bool(request.POST.get("onward")))
    form = MoveForm(request.POST, ticket=found)
    if not form.is_valid():
        known = form.non_field_errors()
        messages.error(request, known[0] if known else _("This status does not exist."))
        return redirect(found.desk_url())
    if form.open_items:
        return _page(request, found, move_form=form, status=422)
    found.stand(*form.cleaned_data["where"], by=request.user)
    if onward.leaves:
        words = _("#%(number)s is solved.") if found.status == Status.SOLVED else "#%(number)s: %(status)s"
        messages.success(request, words % {"number": found.pk, "status": found.status_words})
    return onward.go(request, found)


def thread_of(ticket: Ticket) -> list[Message | Event]:
    """Messages and what happened between them, in the order of time."""
    said: list[Message] = _SAID.rows(ticket=ticket.pk)
    files: dict[int, list[Attachment]] = {}
    for file in _FILES.rows(ticket=ticket.pk):
        files.setdefault(file.message_id, []).append(file)
    fates = {letter.key: letter for letter in _LETTERS.rows(ticket=ticket.pk)}
    for message in said:
        message.ticket, message.letter = ticket, fates.get(f"answer:{message.pk}")
        message.files = files.get(message.pk, ())
    events: list[Event] = _HAPPENED.rows(ticket=ticket.pk)
    for event in events:
        event.ticket = ticket
    named = {
        event.data["message"]: event.data["names"] for event in events if event.kind == history.MENTIONED
    }
    for message in said:
        message.named = named.get(message.pk, ())
    happened = [event for event in events if event.kind != history.MENTIONED]
    moment: Callable[[Message | Event], datetime] = lambda item: item.at  # noqa: E731 - a name for the key
    items, day = sorted([*said, *happened], key=moment), None
    for item in items:
        before, day = day, timezone.localtime(item.at).date()
        item.begins_day = day != before
    return items


_SAID = Prepared(lambda ticket: Message.objects.filter(ticket=ticket).select_related("author", "mail"))
_FILES = Prepared(lambda ticket: Attachment.objects.filter(message__ticket=ticket))
_LETTERS = Prepared(
    lambda ticket: OutgoingMail.objects.with_a_fate().filter(
        key__in=Message.objects.filter(ticket=ticket)
        .order_by()
        .values_list(Concat(Value("answer:"), Cast("pk", CharField())))
    )
)
_HAPPENED = Prepared(
    lambda ticket: Event.objects.filter(ticket=ticket).exclude(kind__in=TOLD_BY_MESSAGES).select_related("by")
)
_STAGED = Prepared(lambda person, ticket: StagedFile.objects.filter(person=person, ticket=ticket, held=None))
_CLOCKS = Prepared(lambda ticket: Clock.objects.filter(ticket=ticket))
_ASSIGNABLE = Prepared(lambda team: Person.objects.working_in(team).values_list("pk", "name"))
_COUNTED = Prepared(
    lambda customer, ticket: (
        Ticket.objects.filter(customer=customer)
        .exclude(pk=ticket)
        .order_by()
        .values("customer")
        .annotate(count=Count("pk"))
        .values_list("count")
    )
)
_EARLIER = Prepared(
    lambda person, customer, ticket: (
        Ticket.objects.worked_by(person)
        .filter(customer=customer)
        .exclude(pk=ticket)
        .order_by("-created_at")
        .values_list("pk", "subject", "created_at", named=True)[:EARLIER]
    )
)


def _earlier_count(ticket: Ticket) -> int:
    """In all teams; nothing of them is said but how many they are."""
    found = _COUNTED.first(customer=ticket.customer_id, ticket=ticket.pk)
    return found[0] if found else 0


def _held(request: HttpRequest, ticket: Ticket) -> dict[str, list[HeldReply]]:
    """What is to join the conversation and has not gone yet, and what its reader just sent on other tickets."""
    found = HeldReply.objects.seen_from(ticket, request.user)
    here, elsewhere = [one for one in found if one.is_here], [one for one in found if not one.is_here]
    return {"held_replies": here, "going_out": elsewhere}


def composer_of(request: HttpRequest, ticket: Ticket) -> dict[str, object]:
    """What waits in the composer to be sent."""
    files: dict[str, list[StagedFile]] = {"public": [], "internal": []}
    for file in _STAGED.rows(person=request.user.pk, ticket=ticket.pk):
        files[file.kind].append(file)
    later = choices_of(ticket, now=timezone.now())
    return {"drafts": drafts_of(request, ticket), "staged": files, "later": later}


def _head(request: HttpRequest, ticket: Ticket) -> dict[str, object]:
    return {
        "ticket": ticket,
        "clocks": _CLOCKS.rows(ticket=ticket.pk),
        "assignable": _ASSIGNABLE.rows(team=ticket.team_id),
        "statuses": offered(),
        "now": timezone.now(),
    }


def _page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    reply_form: ReplyForm | None = None,
    note_form: MessageForm | None = None,
    move_form: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    request.live_topics = [f"ticket-{ticket.pk}", f"viewers-{ticket.pk}"]
    said_and_done = thread_of(ticket)
    context = {
        **_head(request, ticket),
        "thread": said_and_done,
        **_held(request, ticket),
        **composer_of(request, ticket),
        "on_copy": readers_of_copies(ticket),
        "reply_form": reply_form or ReplyForm(ticket=ticket, by=request.user),
        "note_form": note_form or MessageForm(ticket=ticket, by=request.user),
        "newest": max((item.pk for item in said_and_done if isinstance(item, Message)), default=0),
        "move_form": move_form,
        "mode": "note" if note_form else "reply",
        **rail_of(request, ticket.pk),
        "earlier": [
            Earlier(*row)
            for row in _EARLIER.rows(person=request.user, customer=ticket.customer_id, ticket=ticket.pk)
        ],
        "earlier_count": _earlier_count(ticket),
    }
    return render(request, "desk/ticket.html", context, status=status)
