"""Chat: a customer talks to us now – takes a place in line, sees it move, writes, leaves and comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.customer import Customer
from accounts.person import Person
from accounts.prepared import Prepared
from accounts.presence import LOST, Presence
from tickets.cause import Cause
from tickets.line import words as on
from tickets.line.chat import LIVE, Chat
from tickets.line.closing import opens_at
from tickets.line.offering import offer_now
from tickets.line.place import Place
from tickets.line.said import thread_of
from tickets.nudge import nudge
from tickets.sla.promise import promise_in_words

from .access import customer_of
from .callback import told
from .forms import WritingForm

# Seconds between two looks of a page without news: who stands far back in a long line moves little.
OFTEN, SELDOM, NEAR = 15, 30, 20


class StartForm(WritingForm):
    cause = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Cause.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    field_order = ("cause", "text", "files", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = Cause.objects.filter(offered=True).select_related("team")
        self.fields["text"].widget.attrs["rows"] = 4


class SayForm(WritingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"rows": 2, "class": "input"}


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """One chat at a time: who has one sees it instead of the form."""
    customer, now = customer_of(request), timezone.now()
    own = own_chat(customer)
    if request.method != "POST":
        wants_new = request.GET.get("new") == "1" and own is not None and not is_going_on(own)
        return _room(request, own, now=now) if own and not wants_new else _start(request, StartForm())
    form = StartForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(request, form, status=422)
    said = form.cleaned_data
    Chat.start(customer, cause=said["cause"], text=said["text"], files=said["files"], key=form.once, at=now)
    nudge("tickets.jobs.sweep_line")
    return redirect("portal:chat")


@require_safe
def chat_now(request: HttpRequest) -> HttpResponse:
    """The talk again, for the page that stands open; asking for it is also a sign of life."""
    return render(request, "chat/_talk.html", talk_of(_own(request), by=request.user, now=timezone.now()))


@require_POST
def chat_say(request: HttpRequest) -> HttpResponse:
    own = _own(request)
    form = SayForm(request.POST, request.FILES)
    if not form.is_valid():
        return _composer(request, form, status=200 if request.htmx else 422)
    after = say(own, form, by=request.user)
    if after.ticket_id != own.ticket_id or not is_going_on(own):
        messages.success(request, _("Sent."))
    if not request.htmx:
        return redirect("portal:chat")
    answer = _composer(request, SayForm())
    answer["HX-Trigger"] = "said"
    return answer


@require_POST
def chat_typing(request: HttpRequest) -> HttpResponse:
    _own(request).typing(by_customer=True)
    return HttpResponse(status=204)


@require_POST
def chat_leave(request: HttpRequest) -> HttpResponse:
    """Leaving ends nothing: it goes on as a request, and writing wakes it."""
    own = _own(request)
    if own.sleep(by=request.user):
        messages.success(
            request, _("Your chat goes on as a request. Write again at any time, here or on the request.")
        )
    return redirect(own.ticket.portal_url())


@require_POST
def chat_call(request: HttpRequest) -> HttpResponse:
    """Rather by telephone: the place stays what it is."""
    own = _own(request)
    number = own.ticket.customer.phone
    if number and own.become_a_call(number, by=request.user):
        return redirect("portal:callback")
    return redirect("portal:chat")


def _opens(own: Chat, *, now: datetime) -> datetime | None:
    """When somebody is here again; who stays after closing time still takes whoever waits."""
    opens = opens_at(own.ticket.team, now=now)
    return opens if opens and not _is_anybody_here(own, now=now) else None


def _is_anybody_here(own: Chat, *, now: datetime) -> bool:
    there = Presence.objects.exclude(state=Presence.State.AWAY).filter(seen_at__gt=now - LOST)
    return there.filter(person__in=Person.objects.working_in(own.place.team)).exists()


def own_chat(customer: Customer) -> Chat | None:
    """The chat this customer had last; whether it goes on is another question."""
    found: Chat | None = _LAST.first(person=customer.person_id) if customer.person.is_active else None
    return found


def _last(person: int) -> QuerySet[Chat]:
    theirs = Chat.objects.filter(ticket__customer__person=person, place__channel=Place.Channel.CHAT)
    return theirs.with_people().order_by("-place__arrived_at", "-pk")[:1]


_LAST = Prepared(_last)


def is_going_on(own: Chat) -> bool:
    return own.place.phase in (*LIVE, on.ASLEEP)


def say(own: Chat, form: WritingForm, *, by: Person) -> Chat:
    """The customer writes; whoever is free may be asked at once."""
    said = form.cleaned_data
    after = own.say(said["text"], by=by, files=said["files"], key=form.once)
    if own.place.phase == on.WAITING:
        offer_now(now=timezone.now())
    return after


def talk_of(own: Chat, *, by: Person, now: datetime) -> dict[str, object]:
    """Where the chat stands and what was said in it, as its customer may read it."""
    own.be_seen(at=now)
    place, thread = own.place, thread_of(own.ticket_id)
    own.read(by_customer=True, thread=thread)
    waiting = told(place, now=now) if place.phase == on.WAITING else {}
    left_alone = place.phase == on.TALKING and own.is_left_alone
    opens = _opens(own, now=now) if waiting else None
    return {
        "chat": own,
        "place": place,
        "agent": place.agent if place.phase in (on.TALKING, on.HELD) else None,
        "thread": thread,
        "goes_on": is_going_on(own),
        "may_call": (place.phase == on.WAITING or left_alone) and bool(own.ticket.customer.phone),
        "looks_every": SELDOM if waiting and waiting.get("number", 0) > NEAR else OFTEN,
        "left_alone": left_alone,
        "opens": opens,
        "promise": promise_in_words(own.ticket) if opens or left_alone else "",
        "room": _addresses(),
        **waiting,
    }


def _addresses() -> dict[str, str]:
    names = ("chat", "chat_now", "chat_say", "chat_typing", "chat_leave", "chat_call")
    return {name: reverse(f"portal:{name}") for name in names}


def _own(request: HttpRequest) -> Chat:
    own = own_chat(customer_of(request))
    if own is None:
        raise Http404
    return own


def _room(request: HttpRequest, own: Chat, *, now: datetime) -> HttpResponse:
    request.live_topics = [own.topic, f"request-{own.ticket_id}", f"types-desk-{own.pk}"]
    context = {**talk_of(own, by=request.user, now=now), "form": SayForm()}
    return render(request, "portal/chat.html", context)


def _composer(request: HttpRequest, form: SayForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "room": _addresses()}
    if status == 422:
        own = _own(request)
        context |= talk_of(own, by=request.user, now=timezone.now())
        return render(request, "portal/chat.html", context, status=status)
    return render(request, "chat/_composer.html", context)


def _start(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    context = {
        "start_form": form,
        "most_files": settings.ATTACHMENTS_PER_MESSAGE,
        "most_megabytes": settings.ATTACHMENT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "portal/chat.html", context, status=status)
