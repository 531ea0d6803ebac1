"""Custom fields of the shop: which machine it is, where it was bought, what a repair comes to; and some filled in.
Its own statuses, too: what a repair waits for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.setup_change import logged
from tickets.models import Cause, CustomField, StatusName, Ticket

from .people import Cast
from .rules import Ground

SHOPS = [
    {"code": "online", "en": "Online shop", "de": "Onlineshop"},
    {"code": "counter", "en": "At the counter", "de": "Im Laden"},
    {"code": "partner", "en": "From a partner", "de": "Beim Partner"},
]
MACHINES = ("broken-on-arrival", "repair", "usage-question")
# Key, kind, names, what else; those for machines only are asked about machines.
FIELDS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "serial",
        "line",
        "Serial number",
        "Seriennummer",
        {
            "help_en": "It stands on the plate below the machine.",
            "help_de": "Sie steht auf dem Schild unter der Maschine.",
            "seen_by_customer": True,
            "causes": MACHINES,
        },
    ),
    (
        "shop",
        "one",
        "Where was it bought?",
        "Wo wurde gekauft?",
        {"options": SHOPS, "seen_by_customer": True, "causes": MACHINES},
    ),
    (
        "partner",
        "line",
        "From which partner?",
        "Bei welchem Partner?",
        {
            "seen_by_customer": True,
            "causes": MACHINES,
            "asked_when": [{"fact": "field_shop", "operator": "is", "value": "partner"}],
        },
    ),
    ("repair", "money", "Cost of the repair", "Kosten der Reparatur", {"causes": MACHINES}),
    ("carrier_called", "flag", "Carrier called", "Spedition angerufen", {"causes": ("late-delivery",)}),
)
FILLED: dict[str, Any] = {"serial": "EM-20417", "shop": "online", "carrier_called": True}

# English, German, the status it stands for, whether customers read it.
CALLED = (
    ("Spare part ordered", "Ersatzteil bestellt", "waiting_others", True),
    ("With the manufacturer", "Beim Hersteller", "waiting_others", False),
    ("Waiting for a photo", "Wartet auf ein Foto", "waiting_customer", False),
)


def describe(cast: Cast, ground: Ground, *, now: datetime) -> None:
    """Set up by Sam some months ago; on the open tickets they are meant for Anna filled in what she knows."""
    sam, agent = cast.desk["sam"], cast.desk["anna"]
    fields = []
    for place, (code, kind, english, german, said) in enumerate(FIELDS, start=1):
        causes: list[Cause] = [
            ground.causes[name] for name in said.get("causes", ()) if name in ground.causes
        ]
        said = {**said, "name_en": english, "name_de": german, "position": place * 10, "causes": causes}
        with logged(None, by=sam, at=now - timedelta(days=90)) as watch:
            field = CustomField.write(code=code, kind=kind, by=sam, key=f"demo-{code}", teams=[], **said)
            watch.thing = field
        fields.append(field)
    for ticket in Ticket.objects.unsettled().with_people().order_by("pk"):
        known = {
            field: FILLED[field.code]
            for field in CustomField.objects.on(ticket).filter(pk__in=[field.pk for field in fields])
            if field.code in FILLED
        }
        if known:
            ticket.describe(known, by=agent, at=now)


def call(cast: Cast, *, now: datetime) -> None:
    """Set up by Sam at the same time; one ticket that waits for others waits for its spare part."""
    sam, own = cast.desk["sam"], []
    for place, (english, german, status, seen) in enumerate(CALLED, start=1):
        said = {"name_en": english, "name_de": german, "seen_by_customer": seen, "position": place * 10}
        with logged(None, by=sam, at=now - timedelta(days=90)) as watch:
            one = StatusName.write(status=status, by=sam, key=f"demo-status-{place}", **said)
            watch.thing = one
        own.append(one)
    for ticket in Ticket.objects.filter(status=own[0].status).with_people().order_by("-pk")[:1]:
        ticket.stand(own[0].status, own[0], by=cast.desk["anna"], at=now)
