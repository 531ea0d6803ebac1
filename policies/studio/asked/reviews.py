"""Reviewing the outcome of a decision: read beside it, written by a colleague, put down to the rules."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from policies.review import Review
from policies.ruling import Ruling
from tickets.textfields import OneLineField

from ..access import LARGEST_ID, may_be_asked, only


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Seen from today"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    words = OneLineField(label=gettext_lazy("What should the next version learn from it?"), max_length=300)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@only(may_be_asked)
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the page about a decision; by itself, a page of its own. Sent twice, it is written once."""
    rulings = Ruling.objects.visible_to(request.user).select_related("rulebook", "agent", "ticket")
    ruling = rulings.filter(pk=min(pk, LARGEST_ID)).first()
    if ruling is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _shown(request, ruling, form)
    if not form.is_valid():
        return _shown(request, ruling, form, status=422)
    said = form.cleaned_data
    refusal = Review.write(ruling, said["verdict"], words=said["words"], by=request.user)
    if refusal:
        form.add_error(None, str(refusal.text))
        return _shown(request, ruling, form, status=422)
    messages.success(request, _("Thank you. It is put down to the rules, not to anybody."))
    return redirect("studio:ruling", pk=ruling.pk)


def _shown(request: HttpRequest, ruling: Ruling, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    written = Review.objects.visible_to(request.user).filter(ruling=ruling).select_related("reviewer")
    context = {
        "ruling": ruling,
        "reviews": written,
        "form": form,
        "may_review": ruling.agent_id != request.user.pk
        and not written.filter(reviewer=request.user).exists(),
    }
    inside = request.htmx and request.method != "POST"
    return render(
        request,
        "studio/asked/_reviews.html" if inside else "studio/asked/reviews.html",
        context,
        status=status,
    )
