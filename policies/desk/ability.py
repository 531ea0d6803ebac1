"""My ability: one's own levels with their evidence, what to learn, and when nobody disturbs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from policies.case.tie import Tie
from policies.learning.evidence import Evidence
from policies.learning.forms import ConfirmForm, LearntForm, SlotForm
from policies.learning.ladder import UNUSUAL
from policies.learning.slot import LearningSlot
from policies.learning.standing import own_standings
from policies.learning.training import TrainingItem
from policies.refusal import Refusal
from tickets.cause import Cause
from tickets.desk.access import LARGEST_ID, desk_only
from tickets.knowledge.article import Article


@require_safe
@desk_only
def ability(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@desk_only
def learnt(request: HttpRequest, pk: int) -> HttpResponse:
    """Done: what was learnt becomes evidence."""
    item = TrainingItem.objects.filter(agent=request.user, pk=min(pk, LARGEST_ID)).first()
    if item is None:
        raise Http404
    form = LearntForm(request.POST)
    if not form.is_valid():
        return _page(request, learnt_form=form, learning=item)
    Evidence.trained(item, words=form.cleaned_data["words"], by=request.user)
    messages.success(request, _("Noted. It stands with your evidence."))
    return redirect("authority:ability")


@require_POST
@desk_only
def slot(request: HttpRequest) -> HttpResponse:
    form = _slot_form(request.user, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        planned = LearningSlot.plan(
            request.user, said["starts"], form.ends, item=said["item"], by=request.user
        )
        if not isinstance(planned, Refusal):
            messages.success(request, _("Kept free. Nobody asks you anything then."))
            return redirect("authority:ability")
        form.add_error("starts", str(planned.text))
    return _page(request, slot_form=form)


@require_POST
@desk_only
def no_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the time back: one's own, or as a lead that of one's people."""
    found = LearningSlot.objects.changeable_by(request.user).filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.cancel(by=request.user)
    messages.success(request, _("The time is free for work again."))
    return redirect("authority:ability" if found.agent_id == request.user.pk else "studio:ability")


@require_POST
@desk_only
def confirm(request: HttpRequest) -> HttpResponse:
    """A word about what a colleague is able to do."""
    form = _confirm_form(request.user, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        refusal = Evidence.confirm(said["agent"], said["cause"], words=said["words"], by=request.user)
        if refusal is None:
            messages.success(request, _("Said. %(name)s reads it.") % {"name": said["agent"].name})
            return redirect("authority:ability")
        form.add_error(None, str(refusal.text))
    return _page(request, confirm_form=form)


def _page(
    request: HttpRequest,
    *,
    slot_form: SlotForm | None = None,
    confirm_form: ConfirmForm | None = None,
    learnt_form: LearntForm | None = None,
    learning: TrainingItem | None = None,
) -> HttpResponse:
    now: datetime = timezone.now()
    own = TrainingItem.objects.filter(agent=request.user).select_related("cause")
    known, waiting = _known_well(request.user), list(own.open())
    to_read = _written_about(request.user, waiting)
    context = {
        "standings": own_standings(request.user, at=now),
        "items": [
            (item, learnt_form if item == learning else None, to_read[item.cause_id]) for item in waiting
        ],
        "slots": LearningSlot.objects.to_come(now).filter(agent=request.user).select_related("item__cause"),
        "slot_form": slot_form or _slot_form(request.user),
        "confirm_form": confirm_form or (_confirm_form(request.user) if known.exists() else None),
        "ties": Tie.objects.standing().filter(agent=request.user).select_related("customer__person"),
    }
    again = slot_form or confirm_form or learnt_form
    return render(request, "desk/ability.html", context, status=422 if again else 200)


def _written_about(person: Person, items: Iterable[TrainingItem]) -> dict[int, list[Article]]:
    """By cause, what there is to read for whoever has to learn about it."""
    found: dict[int, list[Article]] = defaultdict(list)
    causes = {item.cause_id for item in items}
    for article in Article.objects.visible_to(person).with_texts().filter(cause__in=causes).order_by("pk"):
        found[article.cause_id].append(article)
    return found


def _slot_form(person: Person, data: object = None) -> SlotForm:
    items = TrainingItem.objects.open().filter(agent=person)
    return SlotForm(data, people=Person.objects.none(), items=items, alone=True)


def _confirm_form(person: Person, data: object = None) -> ConfirmForm:
    return ConfirmForm(data, people=_colleagues(person), at_causes=_known_well(person))


def _colleagues(person: Person) -> QuerySet[Person]:
    nearby = Person.objects.active().filter(teamuserobjectpermission__content_object__in=person.team_ids)
    return nearby.exclude(pk=person.pk).distinct().order_by("name")


def _known_well(person: Person) -> QuerySet[Cause]:
    well = Cause.objects.filter(levels__agent=person, levels__level__gte=UNUSUAL)
    return well.order_by("position", "code")
