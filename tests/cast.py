"""The cast that plays in every test: Anna (agent), Ben (lead), Cem (customer), Dora (other team, must see nothing)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from accounts.models import Customer, Organisation, Person, Team
from policies.models import Budget, Condition, GestureKind, Guardrail, Level, Limit, Requirement, Rulebook
from tickets.models import BusinessHours, Cause, Policy, PolicyVersion, TeamHours, Ticket
from tickets.sla.policy import Terms

# A Monday, 10:00 in Berlin: the desk is open, and stays so for seven hours.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OF_OLD = datetime(2000, 1, 1, tzinfo=UTC)
PASSWORD = "a long enough secret"
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class Cast:
    north: Team
    south: Team
    anna: Person
    ben: Person
    dora: Person
    cem: Customer
    eva: Customer
    late: Cause
    broken: Cause
    hours: BusinessHours
    budget: Budget
    pool: Budget
    people: dict[str, Person] = field(default_factory=dict)

    def ticket(self, subject: str = "Delivered late, the third time", **how: object) -> Ticket:
        how = {"text": "I am waiting again.", "cause": self.late, "by": self.cem.person, **how}
        customer = how.pop("customer", self.cem)
        return Ticket.open(customer, subject=subject, **how)

    def practise(self, *people: Person, cause: Cause | None = None, cases: int = 3) -> None:
        """Let each of them have solved some cases of this cause in the month before Monday."""
        cause, at = cause or self.late, MONDAY - timedelta(days=30)
        done = {"status": "solved", "solved_at": at, "created_at": at, "changed_at": at}
        Ticket.objects.bulk_create(
            Ticket(
                subject="Solved",
                customer=self.cem,
                team=cause.team,
                cause=cause,
                assignee=one,
                **done,
            )
            for one in people
            for _case in range(cases)
        )


def person(name: str, **fields: object) -> Person:
    # No password here: hashing one costs more than most tests; `signed_in` needs none.
    return Person.objects.create(
        email=f"{name.lower().replace(chr(32), chr(46))}@kulanz.example", name=name, **fields
    )


def promised(
    team: Team, hours: BusinessHours, *, priority: int | None = None, rank: int | None = None, **seconds: int
) -> PolicyVersion:
    """A policy for a team, of old: by kind of promise, the seconds. One for a single priority is asked first."""
    conditions = [("team", "is", team.slug)]
    if priority is not None:
        conditions.append(("priority", "is", priority))
        rank = rank or Policy.objects.count() + 1
    policy = Policy.found(f"{team.name} {priority or ''} {' '.join(seconds)}", rank=rank)
    targets = [Terms(kind, length, hours) for kind, length in seconds.items()]
    version = policy.publish(conditions=conditions, targets=targets, by=None, valid_from=OF_OLD, at=OF_OLD)
    assert isinstance(version, PolicyVersion), version.words
    return version


def build_cast() -> Cast:
    """Everybody, their teams, rules and budgets, in whatever database is there."""
    north, south = (
        Team.objects.create(name="North", slug="north"),
        Team.objects.create(name="South", slug="south"),
    )
    anna, ben, dora = person("Anna"), person("Ben"), person("Dora")
    north.welcome(anna)
    north.welcome(ben, lead=True)
    south.welcome(dora, lead=True)
    firm = Organisation.objects.create(name="Cemal & Sons")
    cem = Customer.objects.create(
        person=person("Cem", language="de"), organisation=firm, status="established", since=date(2019, 3, 1)
    )
    eva = Customer.objects.create(person=person("Eva"), status="established", since=date(2024, 1, 1))
    late = Cause.objects.create(
        code="late-delivery", name_en="Late delivery", name_de="Verspätete Lieferung", team=north
    )
    broken = Cause.objects.create(
        code="broken", name_en="Broken on arrival", name_de="Defekt angekommen", team=south
    )
    hours = BusinessHours.objects.create(name="Office", weekly=WEEK)
    for team in (north, south):
        TeamHours.objects.create(team=team, hours=hours)
        promised(team, hours, first_response=4 * 3600, solution=24 * 3600)
    _rules(late, anna, ben)
    budget = Budget.objects.create(name="North", team=north, monthly_cents=50_000)
    pool = Budget.objects.create(name="House", monthly_cents=100_000)
    people = {"anna": anna, "ben": ben, "dora": dora, "cem": cem.person, "eva": eva.person}
    return Cast(north, south, anna, ben, dora, cem, eva, late, broken, hours, budget, pool, people)


def _rules(late: Cause, anna: Person, ben: Person) -> None:
    with Rulebook.amend(by=None, note="First rules", at=timezone.now()) as book:
        for code, form, usual, money, reversible in [
            ("voucher", "multi_purpose_voucher", 2000, True, True),
            ("refund", "credit_note", 0, True, False),
            ("call", "time", 0, False, True),
        ]:
            GestureKind.objects.create(
                rulebook=book,
                code=code,
                name_en=code.title(),
                name_de={"voucher": "Gutschein", "refund": "Erstattung", "call": "Anruf"}[code],
                form=form,
                usual_cents=usual,
                costs_money=money,
                reversible=reversible,
            )
        rail = Guardrail.objects.create(
            rulebook=book,
            code="no-cash-to-prospects",
            owner="Ben",
            reason_en="We give money back only where money was paid.",
            reason_de="Wir erstatten nur, was bezahlt wurde.",
            instead_en="Offer a personal call.",
            instead_de="Bieten Sie einen persönlichen Anruf an.",
        )
        Condition.objects.create(guardrail=rail, fact="customer_status", operator="is", value="prospect")
        Condition.objects.create(guardrail=rail, fact="kind", operator="is", value="refund")
        Limit.objects.create(
            rulebook=book, role="agent", own_cents=5000, stretch_cents=10_000, customer_cents=20_000
        )
        Limit.objects.create(
            rulebook=book, role="lead", own_cents=20_000, stretch_cents=40_000, customer_cents=60_000
        )
        Requirement.objects.create(rulebook=book, level=2)
    Level.objects.create(agent=anna, cause=late, level=2)
    Level.objects.create(agent=ben, cause=late, level=4)
