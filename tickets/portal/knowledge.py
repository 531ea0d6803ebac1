"""Help: what everybody may read, found by words, without signing in; whether it helped; what fits a new request."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.knowledge import vote as votes
from tickets.knowledge.article import Article
from tickets.knowledge.find import LONGEST_ASKED, search, suggestions
from tickets.knowledge.missed_search import MissedSearch
from tickets.knowledge.vote import ArticleVote
from tickets.message import MAX_LENGTH
from tickets.textfields import OneLineField

from .access import LARGEST_ID, customer_of

MOST_SHOWN = 50


class VoteForm(forms.Form):
    helped = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))], coerce=lambda said: said == "yes"
    )
    words = OneLineField(label=gettext_lazy("What was missing?"), max_length=votes.LONGEST, required=False)


@login_not_required
@require_safe
def help_pages(request: HttpRequest) -> HttpResponse:
    """All there is, or what holds the words looked for; that nothing did is counted without saying who looked."""
    asked = request.GET.get("q", "")[:LONGEST_ASKED].replace("\0", "").strip()
    open_to_all = Article.objects.public()
    if asked:
        found = search(open_to_all, asked)
        if not found and request.method == "GET":
            name = request.user.name if request.user.is_authenticated else ""
            MissedSearch.note(asked, language=(get_language() or "en")[:2], name=name)
    else:
        # Databases differ in where they put what has no cause; here it stands at the end.
        by_cause = F("cause__position").asc(nulls_last=True)
        found = list(open_to_all.with_texts().order_by(by_cause, "-pk")[:MOST_SHOWN])
    return render(request, "portal/help.html", {"articles": found, "asked": asked})


@login_not_required
@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """The public ones for everybody; a colleague follows the same link to what colleagues read."""
    found = _find(request, pk)
    return _page(request, found)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """One a person; saying it again replaces it."""
    found = _find(request, pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    ArticleVote.cast(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Thank you. We read this."))
    return redirect(found.portal_url())


@require_POST
def suggested(request: HttpRequest) -> HttpResponse:
    """What may already answer the request somebody is writing. Sent, not asked for by address: what is typed stands in
    no log, and nothing of it is kept."""
    customer_of(request)
    text = f"{request.POST.get('subject', '')[:LONGEST_ASKED]} {request.POST.get('text', '')[:MAX_LENGTH]}"
    found = suggestions(Article.objects.public(), text)
    return render(request, "portal/_suggested.html", {"articles": found})


def _find(request: HttpRequest, pk: int) -> Article:
    found = Article.objects.visible_to(request.user).with_texts().filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: Article, *, form: VoteForm | None = None, status: int = 200
) -> HttpResponse:
    own = None
    if request.user.is_authenticated:
        own = ArticleVote.objects.filter(article=found, person=request.user).first()
    context = {"article": found, "version": found.live, "vote": own, "form": form or VoteForm()}
    return render(request, "portal/article.html", context, status=status)
