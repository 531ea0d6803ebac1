"""Kind words on the desk: saying them of a decision or an idea, and reading what was said."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from policies.kind_word import LONGEST, KindWord, whose
from policies.recognition import stream
from policies.refusal import Refusal
from policies.rules.space import Idea
from policies.ruling import Ruling
from tickets.desk.access import LARGEST_ID, desk_only
from tickets.textfields import KeyField, OneLineField


class KindWordForm(forms.Form):
    words = OneLineField(label=gettext_lazy("What was good about it?"), max_length=LONGEST)
    key = KeyField()


@require_safe
@desk_only
def kind_words(request: HttpRequest) -> HttpResponse:
    context = {"said": stream(request.user, now=timezone.now())}
    return render(request, "desk/kind_words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def of_ruling(request: HttpRequest, pk: int) -> HttpResponse:
    found = Ruling.objects.visible_to(request.user).of_people().select_related("agent", "ticket")
    return _say(request, found.filter(pk=min(pk, LARGEST_ID)).first())


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def of_idea(request: HttpRequest, pk: int) -> HttpResponse:
    found = Idea.objects.praisable_by(request.user).select_related("by", "ticket")
    return _say(request, found.filter(pk=min(pk, LARGEST_ID)).first())


def _say(request: HttpRequest, about: Ruling | Idea | None) -> HttpResponse:
    """To somebody else; one's own is not found here."""
    if about is None or whose(about) == request.user:
        raise Http404
    form = KindWordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = KindWord.say(about, **form.cleaned_data, by=request.user)
        if not isinstance(said, Refusal):
            messages.success(request, _("%(name)s hears it.") % {"name": whose(about).get_short_name()})
            return redirect("authority:kind_words")
        form.add_error("words", str(said.text))
    context = {"form": form, "about": about, "to": whose(about)}
    return render(request, "desk/kind_word.html", context, status=422 if form.is_bound else 200)
