"""What is there for everybody: an incident with its list, newcomers' offers with their answers, ideas that helped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from policies.models import AcquisitionOffer, Idea, KindWord
from tickets.line.call_promise import WINDOW
from tickets.models import Chat, Incident, Place, Ticket
from tickets.sla.worktime import OpeningHours, open_spans

from . import feedback, moments
from .people import NORTH, Cast
from .rules import Ground

# Name and what newcomers get (English, German), worth in cents, what existing customers get, in words.
OFFERS = (
    (
        "Two months free", "Zwei Monate gratis",
        "The first two months of a coffee subscription at no charge.",
        "Die ersten zwei Monate des Bohnen-Abos ohne Berechnung.",
        2400, "equivalent",
        "The same amount as a credit on the next invoice, for everybody who has been with us for a year.",
        "Denselben Betrag als Gutschrift auf die nächste Rechnung, für alle, die seit einem Jahr bei uns sind.",
    ),
    (
        "Grinder with the first machine", "Mühle zur ersten Maschine",
        "A grinder on top with the first espresso machine.",
        "Eine Mühle dazu bei der ersten Espressomaschine.",
        8900, "none",
        "Whoever has a machine of ours has had the grinder, or the price cut there was before it.",
        "Wer eine Maschine von uns hat, bekam die Mühle schon – oder den Nachlass, den es davor gab.",
    ),
)  # fmt: skip

# By whom, on which customer's ticket about which cause, the wish, what answered it, and whether somebody has consented.
IDEAS = (
    ("emily", "grant", "late-delivery", "To know today, not some day", "The driver’s own number for the day", True),
    ("anna", "weber", "late-delivery", "Cups on Saturday, whatever it takes", "A courier, and one of us with it", True),
    ("mehmet", "yildiz", "late-delivery", "Ein Geburtstag ohne Geschenk", "Ein Anruf beim Geburtstagskind", False),
)  # fmt: skip
HIT = ("brandt", "hoffmann", "krueger", "lowe", "turner", "stein", "schuster")  # who never wrote about it
MINUTE = timedelta(minutes=1)
# Who asked to be called, at which number, about what, and whether at a time they chose.
CALLBACKS = (
    ("turner", "+44 20 7946 0142", "Where is the second parcel?", False),
    ("brandt", "+49 40 5550117", "Frage zur Mühle", True),
)
FAULT_EN = "On two days our carrier lost parcels in the hub and told nobody."
FAULT_DE = (
    "An zwei Tagen hat unser Paketdienst im Verteilzentrum Sendungen verloren und niemandem etwas gesagt."
)


def even_out(cast: Cast, ground: Ground, hours: dict[str, OpeningHours], *, now: datetime) -> None:
    """After the stories: what the leads and agents made of them, shortly before `now`, in working time."""
    at = moments.before(hours[NORTH], now, 25 * 60)
    feedback.answer(before=at)
    _offers(cast, at=at)
    _ideas(cast, at=at)
    _incident(cast, ground, at=at)
    _line(cast, ground, hours[NORTH], now=now)
    _chat(cast, ground, now=now)


def _line(cast: Cast, ground: Ground, hours: OpeningHours, *, now: datetime) -> None:
    """A talk with its outcome, somebody who waits for a call, and somebody who chose a time for it."""
    team = ground.causes["late-delivery"].team
    talked = Place.enter(
        team, customer=cast.customers["stein"], caller="+49 30 5550142", at=now - 40 * MINUTE
    )
    talked.offer(cast.desk["anna"], at=now - 39 * MINUTE)
    talked.accept(by=cast.desk["anna"], at=now - 39 * MINUTE)
    talked.conclude("Lieferung am Samstag zugesagt", by=cast.desk["anna"], at=now - 33 * MINUTE)
    talked.finish("customer", by=cast.desk["anna"], at=now - 33 * MINUTE)
    tomorrow = _half_hour_of(hours, now + timedelta(hours=14))
    for customer, number, matter, chosen in CALLBACKS:
        who = {"customer": cast.customers[customer], "caller": number, "matter": matter}
        place = Place.enter(team, channel=Place.Channel.PORTAL, at=now - 6 * MINUTE, **who)
        place.want_callback(
            until=tomorrow if chosen else None,
            by=place.customer.person,
            at=now - 6 * MINUTE,
        )


def _half_hour_of(hours: OpeningHours, moment: datetime) -> datetime:
    """A half hour somebody could choose after `moment`: the second of the first good stretch of work."""
    spans = open_spans(hours, moment, moment + moments.LONGEST_CLOSED)
    opens = next(opens for opens, closes in spans if closes - opens >= timedelta(hours=2))
    return opens + (-opens.timestamp() % WINDOW.total_seconds()) * timedelta(seconds=1) + WINDOW


def _chat(cast: Cast, ground: Ground, *, now: datetime) -> None:
    """A talk that rests: the customer had to go, and writing wakes it to Emily."""
    customer, emily, begun = cast.customers["grant"], cast.desk["emily"], now - 22 * MINUTE
    words = "Hello, is somebody there? The parcel should have been here at nine."
    chat = Chat.start(customer, cause=ground.causes["late-delivery"], text=words, key="demo", at=begun)
    chat.place.offer(emily, at=begun + MINUTE)
    chat.accept(by=emily, at=begun + MINUTE)
    chat.answer("Good morning, I am here. One moment, I call the driver.", by=emily, at=begun + 2 * MINUTE)
    chat.say("Thank you. I have to leave for a while.", by=customer.person, at=begun + 5 * MINUTE)
    chat.answer("No trouble – I write it here as soon as I know.", by=emily, at=begun + 6 * MINUTE)
    chat.read(by_customer=True)
    chat.sleep(at=begun + 9 * MINUTE)


def _offers(cast: Cast, *, at: datetime) -> None:
    for name_en, name_de, gets_en, gets_de, worth, kind, words_en, words_de in OFFERS:
        offer = AcquisitionOffer.plan(
            name_en=name_en,
            name_de=name_de,
            gets_en=gets_en,
            gets_de=gets_de,
            worth_cents=worth,
            starts=timezone.localdate(at) - timedelta(days=40),
            ends=timezone.localdate(at) + timedelta(days=50),
            by=cast.desk["birgit"],
            key=f"demo:{name_en}",
            at=at,
        )
        offer.answer_with(kind, words_en=words_en, words_de=words_de, by=cast.desk["birgit"], at=at)
        offer.activate(by=cast.desk["birgit"], at=at)


KIND_WORDS = {
    "anna": "Darauf wäre ich nicht gekommen, und es hat gereicht.",
    "emily": "Nobody else thought of the driver. That is what I mean by looking twice.",
}


def _ideas(cast: Cast, *, at: datetime) -> None:
    for who, customer, cause, wish, gesture, stands in IDEAS:
        ticket = _ticket(cast, customer, cause)
        idea = Idea.add(ticket, wish=wish, gesture=gesture, by=cast.desk[who], key=f"demo:{gesture}", at=at)
        if stands:
            idea.consent(by=cast.desk["birgit"], at=at)
        if stands and ticket.is_settled:
            idea.uses.get().thank(by=cast.desk[who], at=at)
        if stands:
            word = KIND_WORDS.get(who, KIND_WORDS["emily"])
            KindWord.say(idea, words=word, by=cast.desk["birgit"], key=f"demo:{gesture}", at=at)


def _incident(cast: Cast, ground: Ground, *, at: datetime) -> None:
    """One who complained got a voucher; the list with those who did not is ready for whoever wants to be fair."""
    cause = ground.causes["late-delivery"]
    fault = Incident.report(
        name="Paketdienst: verlorene Sendungen",
        cause=cause,
        team=cause.team,
        happened_at=at - timedelta(days=9),
        note="Liste aus dem Versandsystem, alle Sendungen der Touren 3 und 4.",
        words_en=FAULT_EN,
        words_de=FAULT_DE,
        by=cast.desk["emily"],
        key="demo:carrier",
        at=at,
    )
    fault.link(_ticket(cast, "grant", "late-delivery"), by=cast.desk["emily"], at=at)
    fault.add([cast.customers[name] for name in HIT], by=cast.desk["emily"], at=at)


def _ticket(cast: Cast, customer: str, cause: str) -> Ticket:
    """The first one of this customer about this cause."""
    own = Ticket.objects.filter(customer=cast.customers[customer], cause__code=cause)
    return own.with_people().earliest("created_at")
