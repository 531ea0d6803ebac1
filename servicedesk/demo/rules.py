"""The rules of the demo: causes and targets, the first rulebook, who is able to do what, and the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from guardian.shortcuts import assign_perm

from policies.models import (
    Budget,
    Condition,
    GestureKind,
    Guardrail,
    Level,
    Limit,
    Requirement,
    Rulebook,
    Term,
)
from tickets.models import BusinessHours, Cause

from . import pledges, promises
from .people import NORTH, SOUTH, Cast

Form = GestureKind.Form

# Code, names, team.
CAUSES = (
    ("late-delivery", "Late delivery", "Verspätete Lieferung", NORTH),
    ("broken-on-arrival", "Broken on arrival", "Defekt angekommen", SOUTH),
    ("repair", "Repair and maintenance", "Reparatur und Wartung", SOUTH),
    ("wrong-invoice", "Wrong invoice", "Falsche Rechnung", NORTH),
    ("contract-cancellation", "Contract and cancellation", "Vertrag und Kündigung", NORTH),
    (
        "better-new-customer-offer",
        "A better offer for new customers",
        "Besseres Angebot für Neukunden",
        NORTH,
    ),
    ("usage-question", "Question about use", "Frage zur Bedienung", SOUTH),
    ("something-else", "Something else", "Etwas anderes", NORTH),
)

# Code, names, accounting meaning, usual cents, can be taken back. Attention comes before money.
KINDS = (
    ("help", "Listen, explain, apologise", "Zuhören, erklären, entschuldigen", Form.TIME, 0, True),
    ("call", "Personal call", "Persönlicher Anruf", Form.TIME, 0, True),
    ("priority", "Priority handling", "Vorrangige Bearbeitung", Form.TIME, 0, True),
    ("note", "Handwritten note", "Handgeschriebene Karte", Form.TIME, 0, True),
    ("walkthrough", "Video walkthrough", "Einweisung per Video", Form.TIME, 0, True),
    ("free-shipping", "Free shipping", "Versandkosten geschenkt", Form.SERVICE, 690, True),
    ("beans", "Box of coffee beans", "Paket Kaffeebohnen", Form.GOODS, 1800, True),
    ("loan-machine", "Loan machine", "Leihgerät", Form.SERVICE, 3500, True),
    ("voucher", "Voucher", "Gutschein", Form.VOUCHER, 2000, True),
    ("match", "The new customers’ terms", "Konditionen wie für Neukunden", Form.DISCOUNT, 2400, True),
    ("credit-note", "Credit note", "Gutschrift", Form.CREDIT_NOTE, 2500, False),
    ("replacement", "Replacement", "Ersatzlieferung", Form.GOODS, 0, False),
)

# Code, owner, what it protects and what is possible instead (English, German), conditions.
GUARDRAILS = (
    (
        "nothing-paid-nothing-back", "Birgit Lorenzen",
        "We give money and goods back only where something was paid, so that those who pay do not carry the rest.",
        "Wir erstatten und ersetzen nur, was bezahlt wurde – damit nicht die zahlen, die uns treu sind.",
        "We call in person, or pay the shipping of the first order.",
        "Wir rufen persönlich an oder übernehmen die Versandkosten der ersten Bestellung.",
        (("customer_status", "is", "prospect"), ("kind", "in", ["credit-note", "replacement"])),
    ),
    (
        "no-money-against-a-threat", "Birgit Lorenzen",
        "Nobody should have to threaten to leave before we treat them well; so a cancellation never earns a payment.",
        "Niemand soll erst mit Kündigung drohen müssen, um gut behandelt zu werden; Geld gibt es dafür deshalb nie.",
        "We give everybody in this situation the new customers’ terms from today, asked for or not.",
        "Wir geben allen in dieser Lage ab heute die Konditionen für Neukunden, gefragt oder ungefragt.",
        (("cause", "is", "contract-cancellation"), ("kind", "in", ["voucher", "credit-note"])),
    ),
    (
        "time-for-questions", "Katharina Obermaier",
        "Money makes no machine easier to use. Who asks how something works gets our time, as long as it takes.",
        "Geld macht keine Maschine verständlicher. Wer fragt, wie etwas geht, bekommt unsere Zeit – so viel wie nötig.",
        "We take the time for a video walkthrough or a call, whenever it suits.",
        "Wir nehmen uns Zeit für eine Einweisung per Video oder einen Anruf, wann immer es passt.",
        (("cause", "is", "usage-question"), ("costs_money", "is", True)),
    ),
    (
        "no-voucher-to-former", "Birgit Lorenzen",
        "A voucher for somebody who has left us is no gift but a bait; we do not make amends that way.",
        "Ein Gutschein für jemanden, der gegangen ist, ist kein Geschenk, sondern ein Köder; so machen wir nichts gut.",
        "We write by hand, or give a credit note to the account the money came from.",
        "Wir schreiben von Hand oder geben eine Gutschrift auf das Konto, von dem bezahlt wurde.",
        (("customer_status", "is", "former"), ("kind", "in", ["voucher", "match"])),
    ),
    (
        "five-hundred-in-one-piece", "Sam Whitfield",
        "Above 500 euros a slip of the finger hurts a colleague and the house; accounting looks at it with us.",
        "Über 500 Euro schadet ein Tippfehler dem Kollegen und dem Haus; darauf sieht die Buchhaltung mit uns.",
        "We send a replacement, or have the invoice corrected; both are done the same day.",
        "Wir schicken Ersatz oder lassen die Rechnung berichtigen; beides geht am selben Tag.",
        (("costs_money", "is", True), ("cents", "at_least", 50_001)),
    ),
)  # fmt: skip

# Kind ("" for all), cause ("" for all), level. The closest one counts; a kind is closer than a cause.
REQUIREMENTS = (
    ("", "", 2),
    ("", "contract-cancellation", 3),
    ("help", "", 0),
    ("call", "", 0),
    ("note", "", 0),
    ("priority", "", 1),
    ("replacement", "", 3),
)

# What, from so many months on, value: two years and five years of staying widen the room.
TERMS = (
    ("case_days", 0, 30),
    ("customer_days", 0, 365),
    ("paid_percent", 0, 150),
    ("talk_percent", 0, 150),
    ("loyalty", 24, 110),
    ("loyalty", 60, 120),
)

LEVELS = {
    "birgit": (4, {"late-delivery", "wrong-invoice", "contract-cancellation", "better-new-customer-offer"}),
    "katharina": (4, {"broken-on-arrival", "repair", "usage-question"}),
}
LEVELS_OF = {
    "anna": {
        "late-delivery": 3,
        "wrong-invoice": 2,
        "contract-cancellation": 2,
        "better-new-customer-offer": 2,
    },
    "mehmet": {
        "late-delivery": 2,
        "wrong-invoice": 3,
        "contract-cancellation": 1,
        "better-new-customer-offer": 2,
    },
    "emily": {
        "late-delivery": 3,
        "wrong-invoice": 2,
        "contract-cancellation": 3,
        "better-new-customer-offer": 3,
    },
    "jonas": {"broken-on-arrival": 3, "repair": 3, "usage-question": 2},
    "priya": {"broken-on-arrival": 2, "repair": 1, "usage-question": 3},
}
EVIDENCE = {
    1: "Einarbeitung begonnen",
    2: "Fünf gemeinsame Fälle ohne Rücknahme",
    3: "Zwanzig Fälle, keine Häufung von Rückfragen",
    4: "Entscheidet seit der Einführung für andere mit",
}
BUDGETS = (
    (NORTH, "Kulanz Nord", 60_000),
    (SOUTH, "Kulanz Süd", 50_000),
    ("", "Kulanz-Topf des Hauses", 80_000),
)


@dataclass(frozen=True)
class Ground:
    """What the stories stand on."""

    causes: dict[str, Cause]
    budgets: dict[str, Budget]


def lay(cast: Cast, hours: dict[str, BusinessHours], *, now: datetime) -> Ground:
    """Write down every rule. The rulebook came into force long before the first story begins."""
    causes = {
        code: Cause.objects.create(
            code=code, name_en=english, name_de=german, team=cast.teams[team], position=number * 10
        )
        for number, (code, english, german, team) in enumerate(CAUSES, start=1)
    }
    published = now - timedelta(days=1200)
    pledges.pledge(cast, hours, at=published)
    with Rulebook.amend(by=cast.desk["sam"], note="Das erste Regelwerk", at=published) as book:
        GestureKind.offer_all(book, KINDS)
        _guardrails(book)
        promises.promise(book)
        _limits(book, cast, now=now)
        Requirement.objects.bulk_create(
            Requirement(rulebook=book, kind=kind, cause=causes.get(cause), level=level)
            for kind, cause, level in REQUIREMENTS
        )
        Term.objects.bulk_create(
            Term(rulebook=book, name=name, from_months=months, value=value) for name, months, value in TERMS
        )
    _levels(cast, causes, since=now - timedelta(days=290), rare=published)
    budgets = {
        team: Budget.objects.create(name=name, team=cast.teams.get(team), monthly_cents=cents)
        for team, name, cents in BUDGETS
    }
    _keys(cast, book, budgets)
    return Ground(causes, budgets)


def _guardrails(book: Rulebook) -> None:
    for code, owner, reason_en, reason_de, instead_en, instead_de, conditions in GUARDRAILS:
        rail = Guardrail.objects.create(
            rulebook=book,
            code=code,
            owner=owner,
            reason_en=reason_en,
            reason_de=reason_de,
            instead_en=instead_en,
            instead_de=instead_de,
        )
        Condition.objects.bulk_create(
            Condition(guardrail=rail, fact=fact, operator=operator, value=value)
            for fact, operator, value in conditions
        )


def _limits(book: Rulebook, cast: Cast, *, now: datetime) -> None:
    """In cents: alone, when nobody objects, per customer and year."""
    Limit.objects.create(
        rulebook=book, role="agent", own_cents=3000, stretch_cents=9000, customer_cents=20_000
    )
    Limit.objects.create(
        rulebook=book, role="lead", own_cents=15_000, stretch_cents=30_000, customer_cents=60_000
    )
    Limit.objects.create(
        rulebook=book,
        role="agent",
        team=cast.teams[SOUTH],
        own_cents=5000,
        stretch_cents=12_000,
        customer_cents=25_000,
        reason="Ersatzteile und Leihgeräte kosten mehr als ein Gutschein.",
    )
    Limit.objects.create(
        rulebook=book,
        role="agent",
        person=cast.desk["emily"],
        own_cents=6000,
        stretch_cents=9000,
        customer_cents=20_000,
        on_trial=True,
        valid_from=now - timedelta(days=150),
        valid_until=now + timedelta(days=30),
        reason="Acht von zehn Fragen wurden später doch bejaht.",
    )


def _levels(cast: Cast, causes: dict[str, Cause], *, since: datetime, rare: datetime) -> None:
    """One has been held since `rare` and hardly needed since: to be refreshed, not taken away."""
    levels = {key: dict.fromkeys(codes, level) for key, (level, codes) in LEVELS.items()} | LEVELS_OF
    Level.objects.bulk_create(
        Level(agent=cast.desk[key], cause=causes[code], level=level, since=since, evidence=EVIDENCE[level])
        for key, codes in levels.items()
        for code, level in {
            **codes,
            **({"something-else": 2} if key not in ("jonas", "priya") else {}),
        }.items()
    )
    long_held = Level.objects.filter(agent=cast.desk["emily"], cause=causes["contract-cancellation"])
    long_held.update(since=rare)


def _keys(cast: Cast, book: Rulebook, budgets: dict[str, Budget]) -> None:
    """Leads edit the rules; the lead of the north looks after the house's pool."""
    edit = Permission.objects.get(content_type__app_label="policies", codename="edit_rulebook")
    for key in ("birgit", "katharina"):
        cast.desk[key].user_permissions.add(edit)
    assign_perm("manage_budget", cast.desk["birgit"], budgets[""])
