"""Answering from a mail without signing in: looking changes nothing, sending answers once, for one person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from policies.asks.ask import Ask
from policies.asks.link import AnswerLink
from policies.asks.silence import MOST_SILENT_YESES

from .cards import cards
from .forms import AnswerForm


@login_not_required
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The question alone. Programs that look into mails only ever GET, so they answer nothing."""
    now = timezone.now()
    link = AnswerLink.find(secret, now=now)
    # Somebody else is signed in here: a mail that was passed on is no way to decide as its receiver.
    if link is None or (request.user.is_authenticated and request.user != link.person):
        return render(request, "studio/asked/by_mail_over.html", status=404)
    language = link.person.language or translation.get_language()
    with translation.override(language), timezone.override(link.person.zone):
        return _page(request, link)


def _page(request: HttpRequest, link: AnswerLink) -> HttpResponse:
    now = timezone.now()
    ask = Ask.objects.answerable_by(link.person).with_story().get(pk=link.ask_id)
    context = {
        "card": cards([ask], reader=link.person, at=now)[0],
        "person": link.person,
        "form": AnswerForm(request.POST if request.method == "POST" else None, ask=ask, by=link.person),
        "most_silent": MOST_SILENT_YESES,
    }
    if request.method != "POST":
        return render(request, "studio/asked/by_mail.html", context)
    if not context["form"].is_valid():
        return render(request, "studio/asked/by_mail.html", context, status=422)
    said = context["form"].cleaned_data
    refusal = link.answer(said["answer"], words=said["words"], anyway=said["anyway"], at=now)
    ask.refresh_from_db()
    done = {**context, "refusal": refusal, "said": said["answer"]}
    return render(request, "studio/asked/by_mail.html", done, status=422 if refusal else 200)
