"""What a customer may take along: everything of theirs that the portal shows them, as plain data; no word from inside.

Parts of the product that hold more of a customer's join the list when they are ready.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialAccount

from accounts.company.service import SignInService

from .attachment import Attachment
from .feedback.silence import Silence
from .feedback.survey import Survey
from .fields.field_value import FieldValue, gathered
from .knowledge.vote import ArticleVote
from .line.place import Place
from .mail.copied import Copied
from .message import Message
from .promises.pledge import Pledge
from .rating import Rating
from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.customer import Customer

Rows = list[dict[str, Any]]
# The name of a part, and who reads it.
parts: list[tuple[str, Callable[[Customer], Rows]]] = []


def gather(customer: Customer) -> dict[str, Any]:
    """In a fixed number of queries, however much there is."""
    person = customer.person
    return {
        "you": about(customer),
        "company_accounts": companies_of(customer),
        "contact_details_changed": list(
            customer.contact_changes.order_by("at", "pk").values("detail", "was", "becomes", "at")
        ),
        "requests": requests_of(customer),
        "ratings": list(
            Rating.objects.filter(ticket__customer=customer)
            .order_by("at", "pk")
            .values("ticket", "score", "comment", "at")
        ),
        "answers": list(
            Survey.objects.filter(customer=customer, ending=Survey.Ending.ANSWERED)
            .order_by("closed_at", "pk")
            .values("ticket", "kind", "score", "words", "closed_at")
        ),
        "wish_for_no_questions": list(
            Silence.objects.filter(customer=customer, ended_at=None).order_by("pk").values("since")
        ),
        "promises": list(
            Pledge.objects.of_customer(person).order_by("given_at", "pk").values("ticket", "words", "due_at")
        ),
        # Asked for by the customer; what colleagues write down of a call is theirs.
        "callbacks": list(
            Place.objects.owned_by(person)
            .filter(channel=Place.Channel.PORTAL)
            .order_by("arrived_at", "pk")
            .values("caller", "matter", "arrived_at", "not_before", "ended_at")
        ),
        "article_votes": list(
            ArticleVote.objects.filter(person=person)
            .order_by("at", "pk")
            .values("article", "helped", "words", "at")
        ),
        **{name: read(customer) for name, read in parts},
    }


def about(customer: Customer) -> dict[str, Any]:
    """What we know of who they are."""
    person, firm = customer.person, customer.organisation
    known = ("name", "email", "language", "time_zone", "joined_at")
    return {
        **{name: getattr(person, name) for name in known},
        "phone": customer.phone,
        "address": customer.address,
        "customer_since": customer.since,
        "organisation": firm.name if firm else "",
    }


def companies_of(customer: Customer) -> Rows:
    """The accounts of companies that open this one, each by the name of its service and the number it knows them by."""
    names = dict(SignInService.objects.values_list("code", "name"))
    known = SocialAccount.objects.filter(user=customer.person).order_by("date_joined", "pk")
    return [
        {
            "company": names.get(account.provider, ""),
            "known_as": account.uid,
            "connected_at": account.date_joined,
            "last_used_at": account.last_login,
        }
        for account in known
    ]


def requests_of(customer: Customer) -> Rows:
    """Each own request with what was said in public and the names of the files."""
    said: dict[int, Rows] = defaultdict(list)
    files: dict[int, Rows] = defaultdict(list)
    for file in files_of(customer):
        files[file.message_id].append({"name": file.name, "bytes": file.size, "in_archive": place_of(file)})
    public = Message.objects.visible_to(customer.person).public().filter(ticket__customer=customer)
    for message in public.select_related("author").order_by("at", "pk"):
        who = message.author.name if message.author else "Kulanz"
        said[message.ticket_id].append(
            {"at": message.at, "by": who, "text": message.text, "files": files[message.pk]}
        )
    known: dict[int, list[FieldValue]] = defaultdict(list)
    seen = FieldValue.objects.filter(ticket__customer=customer, field__seen_by_customer=True)
    for row in seen.select_related("field"):
        known[row.ticket_id].append(row)
    copies: dict[int, list[str]] = defaultdict(list)
    for copied in Copied.objects.filter(ticket__customer=customer).order_by("name", "pk"):
        copies[copied.ticket_id].append(f"{copied.name} <{copied.email}>")
    own = (
        Ticket.objects.owned_by(customer.person)
        .select_related("cause", "status_name")
        .order_by("created_at", "pk")
    )
    return [
        {
            "number": ticket.number,
            "subject": ticket.subject,
            # What a call was about we guessed; the customer never said it.
            "about": "" if ticket.channel == Message.Channel.PHONE else ticket.cause.name,
            "status": ticket.status_shown_outside or ticket.get_status_display(),
            "written_at": ticket.created_at,
            "details": {field.name: field.called(one) for field, one in gathered(known[ticket.pk]).items()},
            "messages": said[ticket.pk],
            "on_copy": copies[ticket.pk],
        }
        for ticket in own
    ]


def files_of(customer: Customer) -> list[Attachment]:
    """The files of the public messages on the own requests; never one on a note."""
    public = Message.objects.visible_to(customer.person).public().filter(ticket__customer=customer)
    return list(Attachment.objects.filter(message__in=public).order_by("pk"))


def place_of(file: Attachment) -> str:
    """Where it lies in the archive: a number of ours, for names from outside may lead anywhere."""
    return f"files/{file.pk}"
