"""A telephone system's words about its calls: recognised, kept, and put where they belong – once, in any order."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.customer import DIGITS_COMPARED, LAST_DIGITS, Customer
from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause

from . import words as on
from .line_event import LineEvent
from .place import Place

# Words a telephone system knows; what the house decides by itself it cannot say.
KINDS: Final = (
    *(on.ENTERED, on.OFFERED, on.DECLINED, on.ANSWERED, on.HOLD, on.RESUMED, on.TRANSFERRED),
    *(on.LOST, on.FINISHED, on.CALLBACK_OFFERED, on.CALLBACK_WANTED, on.DIALLED, on.NOT_REACHED),
)
MAY_END_CALLING: Final = (on.LOST, on.FINISHED, on.CALLBACK_WANTED, on.NOT_REACHED)
SIGNATURE: Final = "Kulanz-Signature"
FEWEST_DIGITS = 6
_NOT_DIGITS: Final = re.compile(r"[^0-9]")


@dataclass(frozen=True)
class Told:
    """One event as a telephone system tells it."""

    event: str
    call: str
    kind: str
    at: datetime
    team: Team
    caller: str = ""
    agent: Person | None = None
    ended_by: str = ""
    queued: bool | None = None
    cause: Cause | None = None


def signature_of(secret: str, moment: str, body: bytes) -> str:
    """What proves that whoever knows the secret said this then."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def take_in(told: Told, *, by: Person) -> tuple[Place, bool]:
    """The place of the call, and whether this was new. `by` is the telephone system's own person."""
    key, call = f"{by.pk}:{told.event}", f"{by.pk}:{told.call}"
    told = replace(told, caller=_number_in(told.caller))
    with transaction.atomic():
        # The row is the lock: of the same event told twice at once, for whatever team, the second finds the first.
        # Not the team's: that is the lock of its line, and no call waits for everybody who is offered something.
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        earlier = LineEvent.objects.select_related("place").filter(key=key).first()
        if earlier is not None:
            return earlier.place, False
        place = _place_of(call) or _kept_place(told) or _new_place(told, call, key)
        _learn(place, told)
        if told.kind == on.NOT_REACHED:
            place.hold_for(on.PROMISE)  # the last try is written down
        if told.kind == on.DIALLED and told.agent is not None:
            # It keeps its agent free by itself: whom it names is the one.
            place.hear(on.RESERVE, at=told.at, agent=told.agent, by=by)
        if not LineEvent.objects.filter(key=key).exists():
            place.hear(
                told.kind,
                at=told.at,
                call=call,
                key=key,
                agent=told.agent,
                ended_by=told.ended_by,
                queued=told.queued,
                by=by,
            )
        _follow(place, told, by=by)
    return place, True


def _follow(place: Place, told: Told, *, by: Person) -> None:
    """What the house does about it."""
    if told.kind == on.TRANSFERRED and place.team_id != told.team.pk and _is_the_last(place, told):
        place.go_to(told.team, by=by, at=told.at)
    if told.kind in (on.FINISHED, on.ANSWERED):  # told late, an answer too shows that somebody was dropped
        place.make_good(at=told.at)
    if told.kind == on.CALLBACK_OFFERED:
        place.hand_offer_over(told.event, at=told.at)
    if told.kind in MAY_END_CALLING:
        place.stop_calling(at=told.at)


def call_of(name: str, *, by: Person) -> Place | None:
    """Where the call of this name stands; a telephone system knows only those it told of."""
    return _place_of(f"{by.pk}:{name}")


def _place_of(call: str) -> Place | None:
    event = LineEvent.objects.filter(call=call).select_related("place").order_by("-pk").first()
    return event.place if event else None


def _kept_place(told: Told) -> Place | None:
    """Whoever waits for our call is called at their place, whichever word of the new call comes first."""
    if told.kind == on.ENTERED:
        return None
    if told.caller:
        place = Place.kept_for(customer_of(told.caller), told.caller, team=told.team, at=told.at)
    else:  # no number is said: it can only be whom the agent named is about to call
        stands = {on.DIALLED: (on.RESERVED, on.DIALLING), on.ANSWERED: (on.DIALLING,)}.get(told.kind, ())
        theirs = Place.objects.filter(agent=told.agent, phase__in=stands)
        place = theirs.exclude(agent=None).order_by("arrived_at").first()
    if place is None or place.phase not in on.OWED_A_CALL:
        return None
    place.go_on_by(Place.Channel.PHONE)
    return place


def _new_place(told: Told, call: str, key: str) -> Place:
    """A call we hear of for the first time; if that is not its arrival, the arrival will be put before it."""
    customer = customer_of(told.caller)
    if told.kind == on.ENTERED:
        who = {"customer": customer, "caller": told.caller, "queued": told.queued, "cause": told.cause}
        return Place.enter(told.team, at=told.at, call=call, event_key=key, **who)
    status = customer.status if customer else ""
    return Place.objects.create(
        team=told.team,
        customer=customer,
        caller=told.caller,
        status=status,
        cause=told.cause,
        arrived_at=told.at,
    )


def _learn(place: Place, told: Told) -> None:
    """Who calls, and what about, may be told after we first heard of the call; what is known stays."""
    knows_who = not told.caller or place.caller or place.customer_id is not None
    if knows_who and (told.cause is None or place.cause_id is not None):
        return
    place.hold_for(told.kind)  # the ticket before the place, as everybody who takes both
    places = Place.objects.filter(pk=place.pk)
    learned = 0
    if not knows_who:
        customer = customer_of(told.caller)
        status = customer.status if customer else ""
        said = {"caller": told.caller, "customer": customer, "status": status}
        learned += places.filter(customer=None, caller="").update(**said)
    if told.cause is not None and place.cause_id is None:
        learned += places.filter(cause=None).update(cause=told.cause)
    if learned:
        place.refresh_from_db()


def _is_the_last(place: Place, told: Told) -> bool:
    """Whoever was handed on again since is where they were handed to last, whatever is told late."""
    return not place.events.filter(kind=on.TRANSFERRED, at__gt=told.at).exists()


def _number_in(caller: str) -> str:
    """“anonymous” is no number: of two who hide theirs, neither goes on at the place of the other."""
    return caller if _NOT_DIGITS.sub("", caller.partition("@")[0]) else ""


def customer_of(number: str) -> Customer | None:
    """Whose number this is, however it is written; nobody where two share it or too little of it is known."""
    digits = _NOT_DIGITS.sub("", number)
    if len(digits) < FEWEST_DIGITS:
        return None
    tail = digits[-DIGITS_COMPARED:]
    called = Customer.objects.exclude(phone="").filter(person__is_active=True).alias(tail=LAST_DIGITS)
    # Of a whole number the end is found by an index; a short one from the own exchange is looked for in every end.
    theirs = called.filter(tail=tail) if len(tail) == DIGITS_COMPARED else called.filter(tail__endswith=tail)
    found = list(theirs[:2])
    return found[0] if len(found) == 1 else None
