"""One request: the conversation as its customer may read it, answering, saying it is solved, and rating it.

Who oversees the organisation's requests reads and answers, too; what is solved and how it was only its customer says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.feedback.survey import Survey
from tickets.message import Message
from tickets.rating import Rating
from tickets.ticket import Ticket

from . import copying
from .access import find, find_own
from .feedback import SurveyForm
from .forms import RatingForm, ReplyForm
from .pledges import promised_on
from .standing import standing_on


@require_safe
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    own = find(request, number)
    survivor = own.survivor if own.is_settled else None
    if survivor is None:
        return _page(request, own)
    messages.info(
        request, _("We have put your request #%(number)s together with this one.") % {"number": number}
    )
    return redirect(survivor.portal_url())


@require_safe
def conversation(request: HttpRequest, number: int) -> HttpResponse:
    """What changes while the page stands open; what is being typed lies outside of it."""
    own = find(request, number)
    response = render(request, "portal/_conversation.html", _conversation(request, own))
    if own.is_settled and own.survivor is not None:
        response["HX-Redirect"] = own.portal_url()  # merged while the page stood open
    return response


Finding = Callable[[HttpRequest, int], Ticket]


def sent(finding: Finding) -> Callable[..., Callable[..., HttpResponse]]:
    """A deed is sent; whoever comes by link – back from signing in again – lands on the request itself."""

    def door(view: Callable[[HttpRequest, Ticket], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: HttpRequest, number: int) -> HttpResponse:
            own = finding(request, number)
            return view(request, own) if request.method == "POST" else redirect(own.portal_url())

        return found

    return door


@sent(find)
def reply(request: HttpRequest, own: Ticket) -> HttpResponse:
    """Writing to a solved or closed request opens it again."""
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, own, reply_form=form, status=422)
    was_settled = own.is_settled
    said = own.hear(
        form.cleaned_data["text"], files=form.cleaned_data["files"], by=request.user, key=form.once
    )
    if said.ticket_id != own.pk and own.survivor is not None:
        done = _("Sent.")
    elif said.ticket_id != own.pk:
        done = _("Sent. Your earlier request was solved a while ago, so this is a new one.")
    elif was_settled and not own.is_settled:
        done = _("Sent. Your request is open again.")
    else:
        done = _("Sent.")
    messages.success(request, done)
    return redirect(said.ticket.portal_url())


@sent(find_own)
def confirm(request: HttpRequest, own: Ticket) -> HttpResponse:
    own.confirm_solved(by=request.user)
    messages.success(request, _("Good to hear. Thank you for telling us."))
    return redirect(f"{own.portal_url()}#rating")


@sent(find_own)
def rate(request: HttpRequest, own: Ticket) -> HttpResponse:
    """Only what is solved can be rated; a second rating replaces the first."""
    if not own.is_settled:
        messages.info(request, _("You can rate this request as soon as it is solved."))
        return redirect(own.portal_url())
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, own, rating_form=form, status=422)
    own.rate(form.cleaned_data["score"], comment=form.cleaned_data["comment"], by=request.user)
    messages.success(request, _("Thank you. We read every rating."))
    return redirect(own.portal_url())


@sent(find_own)
def put_on_copy(request: HttpRequest, own: Ticket) -> HttpResponse:
    """A colleague of the same organisation gets our answers too."""
    form = copying.CopyForm(request.POST, ticket=own)
    if not form.put():
        return _page(request, own, copy_form=form, status=422)
    messages.success(request, _("From now on they get our answers, too."))
    return redirect(f"{own.portal_url()}#copies")


def _conversation(
    request: HttpRequest, own: Ticket, rating_form: RatingForm | None = None
) -> dict[str, object]:
    said = Message.objects.visible_to(request.user).public().filter(ticket=own)
    rating = Rating.objects.filter(ticket=own).first()
    # One question at a time: where another one than how it went is asked, that one stands here.
    asked = Survey.objects.open(timezone.now()).exclude(kind=Survey.Kind.SATISFACTION)
    survey = asked.filter(ticket=own).first() if own.is_settled else None
    given = {"score": rating.score, "comment": rating.comment} if rating else None
    is_own = own.customer.person_id == request.user.pk
    return {
        "ticket": own,
        "is_own": is_own,
        "standing": standing_on(own, own.open_clocks, zone=request.user.zone, now=timezone.now()),
        "promised": promised_on(own, zone=request.user.zone, now=timezone.now()),
        "thread": said.select_related("author").prefetch_related("attachments"),
        "survey": survey if is_own else None,
        "form": SurveyForm(survey=survey) if survey else None,
        "rating": rating,
        "rating_form": rating_form or RatingForm(initial=given),
    }


def _page(
    request: HttpRequest,
    own: Ticket,
    *,
    reply_form: ReplyForm | None = None,
    rating_form: RatingForm | None = None,
    copy_form: copying.CopyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    request.live_topics = [f"request-{own.pk}"]
    context = {
        **_conversation(request, own, rating_form),
        "details": [
            (one.name, one.called(it)) for one, it in own.custom_values.items() if one.seen_by_customer
        ],
        "reply_form": reply_form or ReplyForm(),
        **copying.context_of(own, copy_form),
        "most_files": settings.ATTACHMENTS_PER_MESSAGE,
        "most_megabytes": settings.ATTACHMENT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "portal/ticket.html", context, status=status)
