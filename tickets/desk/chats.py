"""Chats on the desk: several of them beside the ticket work, each with its customer and what may be given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.presence import Presence
from accounts.team import Team
from tickets.line import words as on
from tickets.line.call_ticket import answers_due
from tickets.line.chat import Chat
from tickets.line.offering import offer_now, who_stands_beside
from tickets.line.place import Place, PlaceQuerySet
from tickets.line.said import thread_of
from tickets.open_item import open_on
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only
from .forms import ReplyForm
from .help import help_with

IN_BAR = 10


class EndForm(forms.Form):
    """Nothing ends without somebody saying what came of it."""

    outcome = OneLineField(
        label=gettext_lazy("What came of it?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a few words what came of it.")},
    )
    solved = forms.BooleanField(label=gettext_lazy("It is solved"), required=False)

    def __init__(self, *args: Any, chat: Chat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chat = chat

    def clean_solved(self) -> bool:
        solved, ticket = bool(self.cleaned_data["solved"]), self.chat.ticket
        lacks = ticket.unsolvable() if solved and not ticket.is_settled else None
        if lacks is not None:
            raise forms.ValidationError(lacks.words, code=lacks.code)
        left = open_on(ticket) if solved else []
        if left:
            raise forms.ValidationError([_("This is still open on the ticket."), *left])
        return solved


class StepInForm(forms.Form):
    """Whom the page showed as silent when somebody chose to go on instead of them."""

    instead_of = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


@require_safe
@desk_only
def chats(request: HttpRequest) -> HttpResponse:
    """The bar on every page of the desk: my chats, and whoever rings or talks to me; nothing where there is nobody."""
    mine = Chat.objects.held_by(request.user).with_people().with_unread().order_by("place__arrived_at")
    held = list(_calls_of(request.user)[:IN_BAR])
    due = answers_due(held)
    calls = [(call, _newest_of(call, request.user), due.get(call.pk)) for call in held]
    return render(request, "desk/_chats.html", {"chats": list(mine[:IN_BAR]), "calls": calls})


@require_safe
@desk_only
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    return _room(request, find_chat(request, pk))


@require_safe
@desk_only
def chat_now(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "desk/_chat.html", _talk(request, find_chat(request, pk)))


@require_POST
@desk_only
def chat_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever has the chat writes in it; the draft gets the same second look as any answer."""
    found = find_chat(request, pk)
    if not has_it(request, found):
        messages.info(
            request, _("Somebody was faster, or the contact has moved on. Here is how it stands now.")
        )
        return _back(request, found)
    form = ReplyForm(request.POST, request.FILES, ticket=found.ticket, by=request.user)
    if not form.is_valid():
        return (
            _composer(request, found, form) if request.htmx else _room(request, found, form=form, status=422)
        )
    said = form.cleaned_data
    found.answer(said["text"], by=request.user, files=said["files"], key=said["key"], anyway=said["anyway"])
    if not request.htmx:
        return redirect("desk:chat", pk=found.pk)
    answer = _composer(request, found, ReplyForm(ticket=found.ticket, by=request.user))
    answer["HX-Trigger"] = "said"
    return answer


@require_POST
@desk_only
def chat_typing(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_chat(request, pk)
    if has_it(request, found):
        found.typing(by_customer=False)
    return HttpResponse(status=204)


@require_POST
@desk_only
def chat_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_chat(request, pk)
    form = EndForm(request.POST, chat=found)
    if not has_it(request, found):
        messages.info(
            request, _("Somebody was faster, or the contact has moved on. Here is how it stands now.")
        )
    elif not form.is_valid():
        return _room(request, found, end_form=form, status=422)
    else:
        found.end(form.cleaned_data["outcome"], by=request.user, solved=form.cleaned_data["solved"])
        messages.success(request, _("The chat has ended; every word of it is on the ticket."))
        offer_now(now=timezone.now())
    return redirect("desk:chat", pk=found.pk)


@require_POST
@desk_only
def chat_step_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague is silent or lost: whoever is here goes on with it."""
    found, form = find_chat(request, pk), StepInForm(request.POST)
    seen = form.cleaned_data["instead_of"] if form.is_valid() else None
    if not has_it(request, found) and not found.step_in(by=request.user, instead_of=seen):
        messages.info(
            request, _("Somebody was faster, or the contact has moved on. Here is how it stands now.")
        )
    return redirect("desk:chat", pk=found.pk)


@require_POST
@desk_only
def chat_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer is not answering: it goes on as a ticket and wakes when they write."""
    found = find_chat(request, pk)
    if has_it(request, found) and found.sleep(by=request.user):
        messages.success(request, _("The chat rests. It comes back to you when the customer writes."))
        offer_now(now=timezone.now())
    return redirect(found.ticket.desk_url())


def _calls_of(person: Person) -> PlaceQuerySet:
    """What is offered to them, or what they have in hand, by telephone; never their own matter."""
    mine = Q(offered_to=person) | Q(agent=person, phase__in=on.WITH_AGENT)
    theirs = Place.objects.filter(mine).exclude(channel=Place.Channel.CHAT).exclude(customer__person=person)
    return theirs.with_people().order_by("arrived_at")


def _newest_of(call: Place, person: Person) -> Ticket | None:
    """What the caller is most likely calling about, of what this person may open; the call’s own ticket only where
    there is nothing else, for so far it says no more than that they call."""
    if call.customer is None:
        return None
    theirs = Ticket.objects.worked_by(person).filter(customer=call.customer).order_by("-changed_at")
    others = theirs.exclude(pk=call.ticket_id) if call.call_ticket else theirs
    return others.unsettled().first() or others.first() or theirs.first()


def find_chat(request: HttpRequest, pk: int) -> Chat:
    found: Chat | None = _FOUND.first(person=request.user, pk=pk) if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


_FOUND = Prepared(lambda person, pk: Chat.objects.worked_by(person).with_people().filter(pk=pk))


def has_it(request: HttpRequest, chat: Chat) -> bool:
    return chat.place.agent_id == request.user.pk and chat.place.phase in on.WITH_AGENT


def _talk(request: HttpRequest, found: Chat) -> dict[str, object]:
    at, place, thread = timezone.now(), found.place, thread_of(found.ticket_id)
    if has_it(request, found):
        found.read(by_customer=False, thread=thread)
        Presence.beat(request.user, at=at)
    with translation.override(found.ticket.reader_language):
        still_here = _("I am still here and looking into it.")
    return {
        "chat": found,
        "place": place,
        "ticket": found.ticket,
        "mine": has_it(request, found),
        "thread": thread,
        "beside": who_stands_beside(place.agent, place, now=at) if place.agent else None,
        "still_here": still_here,
        **help_with(place, reader=request.user, at=at),
        "reads_ticket": found.ticket.team_id in request.user.team_ids,
    }


def _room(
    request: HttpRequest,
    found: Chat,
    *,
    form: ReplyForm | None = None,
    end_form: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    ticket = found.ticket
    request.live_topics = [found.topic, f"ticket-{ticket.pk}", f"types-customer-{found.pk}"]
    context = {
        **_talk(request, found),
        "form": form or ReplyForm(ticket=ticket, by=request.user),
        "end_form": end_form or EndForm(chat=found),
        "teams": Team.objects.order_by("name"),
        "earlier_count": ticket.customer.tickets.exclude(pk=ticket.pk).count(),
        **_addresses(found),
    }
    return render(request, "desk/chat.html", context, status=status)


def _composer(request: HttpRequest, found: Chat, form: ReplyForm) -> HttpResponse:
    return render(request, "desk/_chat_composer.html", {"chat": found, "form": form, **_addresses(found)})


def _addresses(found: Chat) -> dict[str, object]:
    names = ("chat_say", "chat_typing")
    return {"room": {name: reverse(f"desk:{name}", args=[found.pk]) for name in names}}


def _back(request: HttpRequest, found: Chat) -> HttpResponse:
    if not request.htmx:
        return redirect("desk:chat", pk=found.pk)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("desk:chat", args=[found.pk])
    return answer
