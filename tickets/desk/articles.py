"""Articles for whoever answers: beside a ticket, and what customers looked for in vain."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.knowledge.article import Article
from tickets.knowledge.blocks import link_to
from tickets.knowledge.find import LONGEST_ASKED, for_ticket, search
from tickets.knowledge.missed_search import LONGEST, MissedSearch
from tickets.setup.access import only
from tickets.setup_page import leads
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import desk_only, find

MOST_BESIDE, MOST_REPORTED = 6, 100


class SettledForm(forms.Form):
    words = OneLineField(max_length=LONGEST)
    language = forms.CharField(max_length=2)


@require_safe
@desk_only
def beside_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """What may help here: by the words asked for, else what fits the ticket."""
    ticket = find(request, number)
    context = {"ticket": ticket, "asked": _asked(request), "articles": _offered(request, ticket)}
    return render(request, "desk/_articles.html", context)


@require_safe
@only(leads)
def missed(request: HttpRequest) -> HttpResponse:
    """What people looked for and did not find, most often first."""
    return render(request, "desk/missed.html", {"rows": MissedSearch.report()[:MOST_REPORTED]})


@require_POST
@only(leads)
def settle_missed(request: HttpRequest) -> HttpResponse:
    form = SettledForm(request.POST)
    if form.is_valid() and MissedSearch.settle(**form.cleaned_data):
        messages.success(request, _("Done. It begins to count anew."))
    return redirect("desk:missed")


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:LONGEST_ASKED].replace("\0", "").strip()


def _offered(request: HttpRequest, ticket: Ticket) -> list[dict[str, object]]:
    """Each with its link and its words in the customer's language; only what everybody reads is put into a reply."""
    readable, asked = Article.objects.visible_to(request.user), _asked(request)
    found = search(readable, asked) if asked else for_ticket(readable, ticket)
    with translation.override(ticket.reader_language):
        said = [(one, one.live.title, one.live.text) for one in found[:MOST_BESIDE] if one.live]
    return [
        {
            "id": one.pk,
            "title": title,
            "text": text,
            "link": one.link(),
            "puts": f"{link_to(one.link(), title)}\n",
            "is_public": one.is_public,
        }
        for one, title, text in said
    ]
