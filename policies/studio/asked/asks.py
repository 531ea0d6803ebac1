"""The inbox of asks: what waits for this person's answer, answering it, and what was decided lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.absence import Absence, led_by
from accounts.person import Person
from policies.asks.ask import Ask, AskQuerySet
from policies.asks.silence import MOST_SILENT_YESES, silent_yeses
from policies.referral import Refusal
from tickets.ticket import Ticket

from ..access import LARGEST_ID, may_be_asked, only
from .cards import cards
from .forms import AnswerForm, PassOnForm

MOST_OPEN, MOST_CLOSED, LATELY = 100, 15, timedelta(days=30)
YES = (Ask.Answer.GRANTED, Ask.Answer.TAKEN)


@require_safe
@vary_on_headers("HX-Request")
@only(may_be_asked)
def asks(request: HttpRequest) -> HttpResponse:
    """The whole inbox; its middle alone for the page that stands open."""
    now = timezone.now()
    mine = _asks_of(request.user)
    closed = mine.exclude(closed_at=None).filter(closed_at__gt=now - LATELY).order_by("-closed_at", "-pk")
    context = {
        "cards": cards(mine.open().order_by("due_at", "pk")[:MOST_OPEN], reader=request.user, at=now),
        "closed": closed[:MOST_CLOSED],
        "own_teams": request.user.team_ids,
        "live_teams": sorted(request.user.led_team_ids),
        "most_silent": MOST_SILENT_YESES,
        **_of_the_teams(request.user, at=now),
    }
    return render(request, "studio/asked/_asks.html" if request.htmx else "studio/asked/asks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@only(may_be_asked)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One ask on a page of its own, or in a dialog over the inbox, to answer it with words.

    Sent twice, it is answered once.
    """
    ask = _find(request.user, pk)
    if ask is None:
        messages.info(request, _("This question has gone on to somebody else meanwhile."))
        return redirect("studio:asks")
    if request.method != "POST":
        return _alone(request, ask, form=AnswerForm(initial={"answer": request.GET.get("answer", "")}))
    form = AnswerForm(request.POST, ask=ask, by=request.user)
    if not form.is_valid():
        return _alone(request, ask, form=form, status=422)
    said = form.cleaned_data["answer"]
    refusal = form.say()
    ask.refresh_from_db()
    if refusal and not (ask.answered_by == request.user and (ask.answer in YES) is (said == "grant")):
        return _alone(request, ask, form=form, refusal=refusal, status=422)
    messages.success(request, _answered(ask))
    return redirect("studio:asks")


@require_POST
@only(may_be_asked)
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a question to somebody else who may answer it."""
    ask = _find(request.user, pk)
    if ask is None or not ask.is_open:
        messages.info(request, _("This question has gone on to somebody else meanwhile."))
        return redirect("studio:asks")
    now = timezone.now()
    form = PassOnForm(request.POST, people=ask.receivers(at=now))
    if not form.is_valid():
        return _alone(request, ask, form=AnswerForm(), pass_on=form, status=422)
    refusal = ask.delegate(form.receiver, by=request.user, words=form.cleaned_data["words"], at=now)
    if refusal:
        ask.refresh_from_db()
        return _alone(request, ask, form=AnswerForm(), pass_on=form, refusal=refusal, status=422)
    messages.success(request, _("%(name)s has the question now.") % {"name": form.receiver.name})
    return redirect("studio:asks")


def _of_the_teams(person: Person, *, at: datetime) -> dict[str, object]:
    """What a lead sees of the teams beside the questions: what silence granted, and who is away."""
    if not person.is_lead:
        return {}
    led = Ask.objects.filter(ruling__ticket__team_id__in=person.led_team_ids)
    away = Absence.objects.not_over(at).filter(person__in=led_by(person).values("pk"))
    return {
        "silent": silent_yeses(led, now=at),
        "away": away.select_related("person", "substitute"),
    }


def _asks_of(person: Person) -> AskQuerySet:
    found = Ask.objects.answerable_by(person).with_story()
    return found.select_related("ruling__ticket__customer__organisation")


def _find(person: Person, pk: int) -> Ask | None:
    """The ask if this person may answer it; None when it was theirs and went on; Http404 for all others."""
    pk = min(pk, LARGEST_ID)
    ask = _asks_of(person).filter(pk=pk).first()
    if ask is None:
        passed_on = Ask.objects.filter(pk=pk, ruling__ticket__in=Ticket.objects.worked_by(person)).first()
        if passed_on is None or person.pk not in passed_on.asked_before:
            raise Http404
    return ask


def _alone(
    request: HttpRequest,
    ask: Ask,
    *,
    form: AnswerForm,
    pass_on: PassOnForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    inside = request.htmx and request.method != "POST"
    if ask.is_open and not inside:
        pass_on = pass_on or PassOnForm(people=ask.receivers(at=timezone.now()))
    context = {
        "pass_on": pass_on,
        "card": cards([ask], reader=request.user, at=timezone.now())[0],
        "form": form,
        "refusal": refusal,
        "most_silent": MOST_SILENT_YESES,
    }
    return render(
        request,
        "studio/asked/_answer_dialog.html" if inside else "studio/asked/answer.html",
        context,
        status=status,
    )


def _answered(ask: Ask) -> str:
    words = {
        Ask.Answer.GRANTED: _("Granted: %(gesture)s. %(name)s and the customer were told."),
        Ask.Answer.TAKEN: _("You have taken over ticket #%(number)s."),
        Ask.Answer.DECLINED: _("Declined: %(gesture)s. %(name)s has your words."),
    }[Ask.Answer(ask.answer)]
    told = {
        "gesture": ask.ruling.gesture,
        "name": ask.ruling.agent.get_short_name(),
        "number": ask.ruling.ticket_id,
    }
    return words % told
