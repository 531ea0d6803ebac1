"""The portal's start: a welcome for strangers, the own requests for customers, and writing a new one."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.customer import Customer
from accounts.prepared import Prepared
from tickets.cause import Cause
from tickets.line.closing import reopening
from tickets.sla.promise import first_answers, moment_in_words
from tickets.ticket import Ticket

from .access import customer_of
from .forms import Choice, RequestForm
from .listing import OwnRequests, page_of
from .pledges import promised_to
from .standing import hear_from_us

NOBODYS = "portal/no_customer.html"


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def home(request: HttpRequest) -> HttpResponse:
    """Strangers are welcomed, customers see their requests; the desk's people have a start of their own."""
    now = timezone.now()
    if not request.user.is_authenticated:
        if request.htmx:  # an open page that looks again after its session has ended: it says so and stays
            return redirect_to_login(request.get_full_path())
        return render(request, "portal/welcome.html", {"reopening": reopening(now=now)})
    if request.user.as_customer is None:
        if request.user.is_agent:
            return redirect("desk:tickets")
        return redirect("setup:first_steps") if request.user.is_staff else render(request, NOBODYS)
    context = {
        "page": page_of(request, OwnRequests(request.user)),
        "customer": request.user.as_customer,
        "promised": promised_to(request.user, now=now),
        "reopening": None if request.htmx else reopening(now=now),
    }
    return render(request, "portal/_requests.html" if request.htmx else "portal/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Each cause says at once what we would promise for it now."""
    customer, now = customer_of(request), timezone.now()
    choices = _choices(customer, now=now)
    if request.method != "POST":
        form = RequestForm(choices=choices, initial={"cause": _wished(request, choices)})
        return _form(request, form)
    form = RequestForm(request.POST, request.FILES, choices=choices)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    ticket = Ticket.open(
        customer,
        subject=said["subject"],
        text=said["text"],
        cause=said["cause"],
        files=said["files"],
        by=request.user,
        key=form.once,
        fields={field: value for field, value in form.answered.items() if value is not None},
        at=now,
    )
    messages.success(request, _received(ticket))
    return redirect(ticket.portal_url())


@require_POST
def questions(request: HttpRequest) -> HttpResponse:
    """What else is asked about a cause that was just chosen, with what was typed so far.

    Sent, not asked for by address: what is typed stands in no log, and a long text fits."""
    customer, now = customer_of(request), timezone.now()
    typed = {name: said if len(said) > 1 else said[0] for name, said in request.POST.lists() if said}
    form = RequestForm(choices=_choices(customer, now=now), initial=typed)
    return render(request, "portal/_questions.html", {"form": form})


def _choices(customer: Customer, *, now: datetime) -> list[Choice]:
    """Each cause with the promise a request of this customer about it would get; reckoned only where it is shown."""
    causes: list[Cause] = _OFFERED.rows()

    @cache
    def promises() -> dict[int, str]:
        language = (get_language() or "en")[:2]
        unwritten = {
            cause.pk: Ticket(customer=customer, cause=cause, team=cause.team, language=language)
            for cause in causes
        }
        due, zone = first_answers(unwritten, at=now), customer.person.zone
        return {cause.pk: _promise(due.get(cause.pk), zone=zone, now=now) for cause in causes}

    return [Choice(cause, promises) for cause in causes]


_OFFERED = Prepared(lambda: Cause.objects.filter(offered=True).select_related("team"))


def _promise(due_at: datetime | None, *, zone: ZoneInfo, now: datetime) -> str:
    return hear_from_us(moment_in_words(due_at, zone=zone, now=now)) if due_at else ""


def _wished(request: HttpRequest, choices: list[Choice]) -> str:
    """The cause a link asks for (`?cause=late-delivery`), or the only one there is."""
    code = request.GET.get("cause", "")
    wished = [choice.cause for choice in choices if choice.cause.code == code or len(choices) == 1]
    return str(wished[0].pk) if wished else ""


def _form(request: HttpRequest, form: RequestForm, *, status: int = 200) -> HttpResponse:
    organisation = request.user.as_customer.organisation
    others = [name for name in organisation.managers() if name != request.user.name] if organisation else []
    context = {
        "form": form,
        "organisation": organisation,
        "also_read_by": others,
        "most_files": settings.ATTACHMENTS_PER_MESSAGE,
        "most_megabytes": settings.ATTACHMENT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "portal/new.html", context, status=status)


def _received(ticket: Ticket) -> str:
    return _(
        "Thank you. Your request has the number %(number)s, and a confirmation is on its way to %(email)s."
    ) % {
        "number": ticket.number,
        "email": ticket.customer.person.email,
    }
