"""What is known of a ticket when automation looks at it: who wrote last, how long it has stood where it stands.

Packages to the right add readers for the facts they register; what no reader knows satisfies no condition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets import condition, history, status_name
from tickets import known as ticket_facts
from tickets.condition import (
    ANY_OF,
    CHOICE,
    DAY,
    FLAG,
    LONGEST_TEXT,
    LOOKER,
    MOMENT,
    NUMBER,
    TEXT,
    Fact,
    Written,
)
from tickets.event import Event
from tickets.fields import facts as custom
from tickets.fields.inputs import ADayField
from tickets.message import Message
from tickets.tag import LONGEST, MOST, Tagging, spelled
from tickets.textfields import OneLineField, WordsField

if TYPE_CHECKING:
    from tickets.ticket import Ticket


class _TagsField(WordsField):
    """Tags as one types them in a condition."""

    def __init__(self, **kwargs: Any) -> None:
        more = {"max_length": (LONGEST + 2) * MOST, "help_text": _("With commas between them.")}
        super().__init__(**{**more, **kwargs})

    def to_python(self, value: object) -> list[str]:
        tags = [spelled(word) for word in super().to_python(value)]
        return [tag for tag in tags if tag]


class _TextField(OneLineField):
    """What is looked for in a text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_TEXT, **kwargs})


class _CustomerField(_TextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("A part of the name or address; or a customer number."), **kwargs})


class _OpenedField(ADayField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "help_text": _(
                    "In the time zone of whoever looks at the list; for rules, in that of the house."
                ),
                **kwargs,
            }
        )


def called(people: Collection[str]) -> Mapping[str, str]:
    """Who is meant by these, in words."""
    numbers = [int(one) for one in people if one.isdigit()]
    named = Person.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    return {ME: gettext("me"), NOBODY: gettext("nobody"), **{str(number): name for number, name in named}}


ME, NOBODY = "me", "nobody"
ABOUT = (condition.TICKET, condition.MOMENT)
LOOKED_AT = (*ABOUT, condition.LOOKER)  # of a list there is somebody who looks, of a rule there is not
FACTS = (
    Fact("subject", TEXT, _("Subject"), about=MOMENT, field=_TextField),
    Fact("assignee", CHOICE, _("Assignee"), about=MOMENT, names=called),
    Fact("watched", FLAG, _("Watched by me"), about=LOOKER),
    Fact("customer", TEXT, _("Name or e-mail of the customer"), about=MOMENT, field=_CustomerField),
    Fact("organisation", TEXT, _("Organisation"), about=MOMENT, field=_TextField),
    Fact("opened_on", DAY, _("Day it was opened"), about=MOMENT, field=_OpenedField),
    Fact("status_name", CHOICE, _("Own status"), status_name.by_code, about=MOMENT),
    Fact("snoozed", FLAG, _("Snoozed"), about=MOMENT),
    Fact("assigned", FLAG, _("Somebody has it"), about=MOMENT),
    Fact("unanswered", FLAG, _("The customer’s last message is unanswered"), about=MOMENT),
    Fact("tags", ANY_OF, _("Tags"), about=MOMENT, field=_TagsField),
    Fact("hours_open", NUMBER, _("Hours since it was opened"), about=MOMENT),
    Fact("hours_since_customer", NUMBER, _("Hours since the customer wrote"), about=MOMENT),
    Fact("hours_since_answer", NUMBER, _("Hours since we answered"), about=MOMENT),
    Fact("hours_in_status", NUMBER, _("Hours in this status"), about=MOMENT),
    Fact("hours_to_promise", NUMBER, _("Hours until the next promise ends"), about=MOMENT),
)

# Facts packages to the right know of a ticket; each answers for the facts it registered.
readers: list[Callable[[Ticket, datetime], dict[str, object]]] = []


def choosable(facts: Iterable[Fact], *, people: Iterable[Person], held: Collection[str]) -> list[Fact]:
    """The facts as somebody chooses among their values: of people, these, and whoever is `held` already."""
    facts = list(facts)
    looks = any(fact.about == LOOKER for fact in facts)
    named = called([*(one for one in held if one.isdigit())])
    whom = {**named, **{str(one.pk): one.name for one in people}}
    first = [ME, NOBODY] if looks else [NOBODY]
    choices = {value: whom.pop(value) for value in first}
    whom.pop(ME, None)
    choices |= dict(sorted(whom.items(), key=lambda one: one[1].casefold()))
    return [replace(fact, choices=lambda: choices) if fact.name == "assignee" else fact for fact in facts]


def with_moments(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the moments the facts are counted from, in one query however many tickets."""
    said = Message.objects.public().filter(ticket=OuterRef("pk"))
    ours = said.filter(from_customer=False).exclude(channel=Message.Channel.AUTO).order_by("-at", "-pk")
    theirs = said.filter(from_customer=True).order_by("-at", "-pk")
    thanked = Event.objects.filter(ticket=OuterRef("pk"), kind__in=history.THANKS).order_by("-at", "-pk")
    kinds = (history.MOVED, history.STATUS_CALLED)
    moved = Event.objects.filter(ticket=OuterRef("pk"), kind__in=kinds).order_by("-at", "-pk")
    return tickets.annotate(
        customer_wrote_at=Subquery(theirs.values("at")[:1]),
        thanked_at=Subquery(thanked.values("at")[:1]),
        answered_at=Subquery(ours.values("at")[:1]),
        status_since=Coalesce(Subquery(moved.values("at")[:1]), F("created_at")),
    )


def with_facts(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With everything `of_moment` reads, in a few queries however many tickets."""
    tags = Prefetch("taggings", Tagging.objects.select_related("tag"))
    named = with_moments(tickets).annotate(organisation_name=F("organisation__name"))
    return named.select_related("status_name").prefetch_related(tags, custom.PREFETCH)


def of_moment(ticket: Ticket, *, now: datetime) -> dict[str, object]:
    """Every fact a condition of a rule may ask, of a ticket that came `with_facts`."""
    seen: Any = ticket
    wrote, answered = seen.customer_wrote_at, seen.answered_at
    settled = [moment for moment in (answered, seen.thanked_at) if moment is not None]
    facts: dict[str, object] = {
        **ticket_facts.of_ticket(ticket, on=timezone.localdate(now)),
        **_of_people(ticket),
        "subject": Written((ticket.subject,)),
        "opened_on": timezone.localdate(ticket.created_at),
        # One without is none of them; a fact that is not known would satisfy not even “is not”.
        "status_name": ticket.status_name.code if ticket.status_name_id else "",
        "snoozed": ticket.asleep_since is not None,
        "unanswered": wrote is not None and all(moment < wrote for moment in settled),
        "tags": frozenset(tagging.tag.folded for tagging in ticket.taggings.all()),
        "hours_open": _hours(ticket.created_at, now),
        "hours_since_customer": _hours(wrote, now),
        "hours_since_answer": _hours(answered, now),
        "hours_in_status": _hours(seen.status_since, now),
        "hours_to_promise": _hours(now, ticket.next_due_at),
        **custom.of_ticket(ticket, on=timezone.localdate(now)),
    }
    for reader in readers:
        facts |= reader(ticket, now)
    return facts


def _of_people(ticket: Ticket) -> dict[str, object]:
    named: Any = ticket
    person = ticket.customer.person
    return {
        "assigned": ticket.assignee_id is not None,
        "assignee": str(ticket.assignee_id or NOBODY),
        "customer": Written((person.name, person.email), (str(ticket.customer_id), f"#{ticket.customer_id}")),
        "organisation": Written((named.organisation_name or "",)),
    }


def _hours(since: datetime | None, until: datetime | None) -> int | None:
    """Whole hours between two moments; None when one is not there, 0 when they lie the other way round."""
    if since is None or until is None:
        return None
    return max(0, int((until - since).total_seconds() // 3600))
