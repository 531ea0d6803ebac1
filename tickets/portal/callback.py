"""Call me back: a customer takes a place in line without holding, sees it move, changes the time or takes it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.customer import Customer
from accounts.textfields import KeyField, OneLineField, fresh_key
from tickets.cause import Cause
from tickets.line import words as on
from tickets.line.call_promise import WINDOW
from tickets.line.closing import may_come_too_late
from tickets.line.forecast import outlook_of
from tickets.line.place import Place
from tickets.nudge import nudge
from tickets.sla.duty import TeamHours
from tickets.sla.hours import BusinessHours
from tickets.sla.promise import day_as_label
from tickets.sla.worktime import is_open as is_open_at
from tickets.sla.worktime import next_open, open_spans

from .access import customer_of

DAYS_AHEAD: Final = timedelta(days=14)
MOST_SLOTS: Final = 40
AS_SOON: Final = ""
_IN_TURN: Final = gettext_lazy("As soon as it is my turn")


class WhenField(forms.ChoiceField):
    """In turn, which is None, or one of the times at which the team works."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("Nobody can call you then. Choose one of the times shown here.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("When?"), required=False, **kwargs)

    def offer(self, hours: BusinessHours | None, *, now: datetime) -> None:
        """While we are closed nobody's turn comes: then there are only times to choose."""
        slots, is_open = slots_of(hours, now=now), hours is None or is_open_at(hours.opening, now)
        self.choices = [*([(AS_SOON, _IN_TURN)] if is_open or not slots else []), *slots]
        self.required = bool(slots) and not is_open

    def clean(self, value: object) -> datetime | None:
        said = super().clean(value)
        return datetime.fromisoformat(said) if said else None


class CallbackForm(forms.Form):
    cause = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Cause.objects.none(),
        to_field_name="code",
        empty_label=None,
        # The cause decides who calls, and with that the times one can choose from.
        widget=forms.Select(
            attrs={
                "hx-get": reverse_lazy("portal:callback"),
                "hx-target": ".field--when",
                "hx-select": ".field--when",
                "hx-swap": "outerHTML",
            }
        ),
    )
    number = OneLineField(label=gettext_lazy("Which number shall we call?"), max_length=40, min_length=5)
    matter = OneLineField(
        label=gettext_lazy("In a few words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("So that whoever calls you can prepare."),
    )
    when = WhenField()
    key = KeyField()

    def __init__(self, *args: Any, cause: str, now: datetime, **kwargs: Any) -> None:
        """`cause` is the code of the one chosen so far; where it is none that exists, the first one counts."""
        super().__init__(*args, **kwargs)
        causes = Cause.objects.filter(offered=True).select_related("team")
        self.fields["cause"].queryset = causes
        chosen = next((row for row in causes if row.code == cause), causes.first())
        hours = TeamHours.of(chosen.team_id) if chosen else None
        self.fields["when"].offer(hours, now=now)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not set(number) <= set("0123456789 +-/()."):
            raise forms.ValidationError(
                _("A telephone number has digits, spaces, plus, hyphens, slashes and brackets only.")
            )
        return number


class MoveForm(forms.Form):
    """Another time for a call that is waited for already."""

    when = WhenField()

    def __init__(self, *args: Any, place: Place, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"].offer(TeamHours.of(place.team), now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """One callback at a time: who waits for one sees it instead of the form."""
    customer, now = customer_of(request), timezone.now()
    waiting = own_place(customer)
    if waiting is not None:
        return (
            redirect("portal:callback") if request.method == "POST" else _standing(request, waiting, now=now)
        )
    if request.method != "POST":
        cause = request.GET.get("cause", "")
        initial = {"cause": cause, "number": customer.phone, "key": fresh_key()}
        return _form(request, CallbackForm(cause=cause, now=now, initial=initial))
    form = CallbackForm(request.POST, cause=request.POST.get("cause", ""), now=now)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    book(customer, said, at=now)
    nudge("tickets.jobs.sweep_line")
    return redirect("portal:callback")


@require_safe
def callback_now(request: HttpRequest) -> HttpResponse:
    """The place again, for the page that stands open."""
    waiting = own_place(customer_of(request))
    return render(request, "portal/_callback.html", _shown(waiting, now=timezone.now()) if waiting else {})


@require_POST
def move_callback(request: HttpRequest) -> HttpResponse:
    """The place stays; only the time is another one."""
    waiting, now = own_place(customer_of(request)), timezone.now()
    form = MoveForm(request.POST, place=waiting, now=now) if waiting else None
    if waiting is None or form is None:
        return redirect("portal:callback")
    if not form.is_valid():
        context = {**_shown(waiting, now=now), "move_form": form}
        return render(request, "portal/callback.html", context, status=422)
    if waiting.postpone(form.cleaned_data["when"], by=request.user):
        messages.success(request, _("Changed. Your place stays what it was."))
        nudge("tickets.jobs.sweep_line")
    return redirect("portal:callback")


@require_POST
def withdraw_callback(request: HttpRequest) -> HttpResponse:
    waiting = own_place(customer_of(request))
    if waiting is not None and waiting.withdraw(by=request.user):
        messages.success(request, _("We will not call. You can ask again at any time."))
    return redirect("portal:callback")


def own_place(customer: Customer) -> Place | None:
    """Where this customer waits for our call, if they do, whichever way they asked for it."""
    theirs = Place.objects.owned_by(customer.person).unsettled().select_related("team")
    hung_up = Q(channel=Place.Channel.PHONE, phase__in=(on.CALLBACK, on.RESERVED, on.DIALLING))
    return theirs.filter(Q(channel=Place.Channel.PORTAL) | hung_up).order_by("arrived_at").first()


def book(customer: Customer, said: dict[str, Any], *, at: datetime) -> Place:
    """The same form sent twice is one callback."""
    cause: Cause = said["cause"]
    with transaction.atomic():
        # The customer's row is the lock: of two windows, the second finds the first one's place.
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        earlier = own_place(customer) or Place.objects.filter(customer=customer, key=said["key"]).first()
        if earlier is not None:
            return earlier
        about = {"caller": said["number"], "matter": said["matter"], "cause": cause, "key": said["key"]}
        channel = Place.Channel.PORTAL
        place = Place.enter(cause.team, customer=customer, channel=channel, at=at, **about)
        place.want_callback(until=said["when"], by=customer.person, at=at)
        return place


def slots_of(hours: BusinessHours | None, *, now: datetime) -> list[tuple[str, str]]:
    """Times one can book: half hours in which the team works, from the next one on."""
    if hours is None or next_open(hours.opening, now) is None:
        return []
    found: list[tuple[str, str]] = []
    for opens, closes in open_spans(hours.opening, now, now + DAYS_AHEAD):
        start = opens + (-opens.timestamp() % WINDOW.total_seconds()) * timedelta(seconds=1)
        while start + WINDOW <= closes and len(found) < MOST_SLOTS:
            if start > now:
                local = timezone.localtime(start)
                found.append((start.isoformat(), f"{day_as_label(local)}, {local:%H:%M}"))
            start += WINDOW
    return found


def _form(request: HttpRequest, form: CallbackForm, *, status: int = 200) -> HttpResponse:
    return render(request, "portal/callback.html", {"form": form}, status=status)


def _standing(request: HttpRequest, place: Place, *, now: datetime) -> HttpResponse:
    return render(request, "portal/callback.html", _shown(place, now=now))


def _shown(place: Place, *, now: datetime) -> dict[str, object]:
    initial = {"when": place.not_before.isoformat() if place.not_before else AS_SOON}
    return {
        "place": place,
        "closes": may_come_too_late(place, now=now),
        "move_form": MoveForm(place=place, now=now, initial=initial),
        **told(place, now=now),
    }


def told(place: Place, *, now: datetime) -> dict[str, object]:
    """The place and an honest range in whole minutes, rounded up; no upper end where we cannot say."""
    booked = place.not_before if place.not_before and place.not_before > now else None
    told: dict[str, object] = {"calling": place.phase not in on.IN_LINE, "booked": booked}
    if place.phase == on.CALLBACK:
        due_at = place.promised_until()
        told["latest"] = due_at if due_at and due_at > now else None
    if not place.is_in_line or booked:
        return told
    outlook = outlook_of(place, at=now)
    shown, told["number"] = outlook.shown, outlook.ahead + 1
    if shown.is_open_ended:
        return {**told, "more_than": shown.most_minutes if outlook.is_known else None}
    return {**told, "least": shown.least_minutes, "most": shown.most_minutes}
