"""What binds tickets and customers: who watches, what belongs together, what a customer has and told us."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone, translation

from accounts.models import Customer
from policies.ledger.allotment import set_aside
from policies.models import Detail, Holding, RelationshipFigures
from policies.relationship.outreach import draw_now
from tickets.models import Link, ReadyList, Ticket, Watcher
from tickets.together.link import Role

from .people import Cast
from .rules import Ground

LINES = ("Spedition anrufen", "Neuen Termin zusagen", "Am Tag danach nachfragen, ob es ankam")
# Kind, number, what it is, cents, began so many days ago, and how the shop says it stands.
HOLDINGS = (
    ("contract", "ABO-{n}", "Bohnen-Abo, 1 kg im Monat", 2490, 410, "läuft"),
    ("order", "B-{n}17", "Espressomaschine", 64900, 95, "geliefert"),
    ("order", "B-{n}42", "Mühle", 18900, 12, "unterwegs"),
)


# Who ordered every other month until a year ago, said that it was all right, and orders no more.
QUIET, ONCE_ORDERED = ("yildiz", "hoffmann"), range(390, 700, 50)


def bind(cast: Cast, ground: Ground, *, now: datetime) -> None:
    """Beside the stories, of what is open at `now`."""
    lead, agent = cast.desk["birgit"], cast.desk["anna"]
    RelationshipFigures.say(acquisition_cents=24_000, stay_percent=85, by=cast.desk["sam"], at=now)
    for name, customer in cast.customers.items():
        if name in QUIET:
            _ordered_once(customer, now=now)
            continue
        for kind, number, title, cents, days, status in HOLDINGS:
            reference = number.format(n=1000 + customer.pk)
            said = {"reference": reference, "title": title, "cents": cents, "status": status}
            began = (now - timedelta(days=days)).date()
            Holding.note(customer, f"demo-{reference}", kind=kind, began_on=began, at=now, **said)
    cause = ground.causes["late-delivery"]
    ready = ReadyList.write(name="Verspätete Lieferung", cause=cause, lines=LINES, by=lead, key="demo")
    waiting = Ticket.objects.unsettled().with_people().filter(cause=cause).order_by("pk")
    one, *others = waiting[:3]
    Watcher.add(one, lead, by=agent, at=now)
    ready.put_on(one, by=agent, at=now)
    one.checklist.select_related("ticket").earliest("pk").tick(by=agent, at=now)
    for other in others:
        Link.make(one, Role.RELATES, other, by=agent, at=now)
    with translation.override("de"):  # its name, like all words of the demo
        set_aside(one.team, monthly_cents=5_000, each_cents=1_000)
    Detail.note(
        one,
        words="Feiert im nächsten Monat zehn Jahre eigenes Café",
        surprise="Eine Karte, von allen unterschrieben",
        purpose="Zum Jubiläum gratulieren",
        consent=Detail.Consent.ASKED,
        forget_on=timezone.localdate(now) + timedelta(days=60),
        by=agent,
        key="demo",
        at=now,
    )
    draw_now(now=now)


def _ordered_once(customer: Customer, *, now: datetime) -> None:
    for place, days in enumerate(ONCE_ORDERED, start=1):
        reference = f"B-{1000 + customer.pk}{place}"
        said = {"reference": reference, "title": "Espressobohnen, 1 kg", "cents": 2490, "status": "geliefert"}
        began = (now - timedelta(days=days)).date()
        Holding.note(customer, f"demo-{reference}", kind="order", began_on=began, at=now, **said)
