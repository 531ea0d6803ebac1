"""What the people of a team are able to do, for their lead: evidence, talks, learning slots. By name, never by rank."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from policies.learning.evidence import Evidence, led_by
from policies.learning.forms import SlotForm, TalkForm
from policies.learning.slot import LearningSlot
from policies.learning.standing import learners
from policies.learning.training import TrainingItem
from policies.refusal import Refusal

from ..access import only, sets_rules


@require_safe
@only(sets_rules)
def ability(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@only(sets_rules)
def talk(request: HttpRequest) -> HttpResponse:
    form = TalkForm(request.POST, people=_people(request.user))
    if form.is_valid():
        said = form.cleaned_data
        refusal = Evidence.talk(
            said["agent"], said["cause"], said["level"], words=said["words"], by=request.user
        )
        if refusal is None:
            messages.success(request, _("Noted. %(name)s reads it too.") % {"name": said["agent"].name})
            return redirect("studio:ability")
        form.add_error(None, str(refusal.text))
    return _page(request, talk_form=form)


@require_POST
@only(sets_rules)
def slot(request: HttpRequest) -> HttpResponse:
    form = _slot_form(request.user, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        planned = LearningSlot.plan(
            said["agent"], said["starts"], form.ends, item=said["item"], by=request.user
        )
        if not isinstance(planned, Refusal):
            messages.success(request, _("Kept free for %(name)s.") % {"name": said["agent"].name})
            return redirect("studio:ability")
        form.add_error("starts", str(planned.text))
    return _page(request, slot_form=form)


def _page(
    request: HttpRequest, *, talk_form: TalkForm | None = None, slot_form: SlotForm | None = None
) -> HttpResponse:
    now = timezone.now()
    people = _people(request.user)
    context = {
        "learners": learners(people, at=now),
        "talk_form": talk_form or TalkForm(people=people),
        "slot_form": slot_form or _slot_form(request.user),
    }
    return render(
        request, "studio/growing/ability.html", context, status=422 if talk_form or slot_form else 200
    )


def _people(person: Person) -> QuerySet[Person]:
    return led_by(person).exclude(pk=person.pk).order_by("name")


def _slot_form(person: Person, data: object = None) -> SlotForm:
    people = _people(person)
    return SlotForm(data, people=people, items=TrainingItem.objects.open().filter(agent__in=people))
