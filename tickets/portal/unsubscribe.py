"""No more mails of a kind, by the link in one: looking changes nothing, for mail scanners look; sending does.

Who is signed in says the same of questions, and takes it back, without such a mail.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.customer import Customer
from accounts.person import Person
from tickets.feedback.silence import Silence
from tickets.mail.unsubscribe import QUESTIONS, of_token
from tickets.ticket import Ticket
from tickets.watcher import Watcher

from .access import customer_of


@login_not_required
@csrf_exempt  # a mail program sends it, and the signature in the address says who asks
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """However often it is sent, it is done once. Whoever changed their mind is asked again."""
    meant = of_token(token)
    if meant is None:
        raise Http404
    if meant.kind == QUESTIONS:
        return _questions(request, meant.number)
    return _watching(request, meant.number, meant.person)


@require_http_methods(["GET", "HEAD", "POST"])
def own_questions(request: HttpRequest) -> HttpResponse:
    return _questions(request, customer_of(request).pk, own=True)


def _questions(request: HttpRequest, number: int, *, own: bool = False) -> HttpResponse:
    customer = Customer.objects.select_related("person").filter(pk=number, person__is_active=True).first()
    if customer is None:
        raise Http404
    if request.method == "POST":
        (Silence.end if "again" in request.POST else Silence.keep)(customer)
    context: dict[str, object] = {"asks": True, "own": own, "is_over": Silence.is_kept_for(customer)}
    return _shown(request, context, customer.person)


def _watching(request: HttpRequest, number: int, person: int) -> HttpResponse:
    watcher, ticket = Person.objects.filter(pk=person).first(), Ticket.objects.filter(pk=number).first()
    if watcher is None or ticket is None:
        raise Http404
    if request.method == "POST":
        Watcher.remove(ticket, watcher, by=watcher)
    watches = Watcher.objects.filter(ticket=ticket, person=watcher).exists()
    # The number alone: whoever got hold of the link reads nothing of the ticket.
    return _shown(request, {"number": number, "is_over": not watches}, watcher)


def _shown(request: HttpRequest, context: dict[str, object], reader: Person) -> HttpResponse:
    """In the reader's language, whatever the browser says: the letter was in it."""
    with translation.override(reader.language or translation.get_language()):
        return render(request, "portal/unsubscribe.html", context)
