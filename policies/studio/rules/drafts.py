"""Drafts of the rulebook: edited at leisure, compared in sentences, rehearsed, published, or thrown away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from accounts.team import Team
from policies.duerfen import latitude
from policies.facts import rules_in_force, rules_of
from policies.koennen import Requirement
from policies.rules.comparison import compared
from policies.rules.difference import AMOUNTS
from policies.rules.narrowing import narrowed
from policies.rules.rehearsal import Rehearsal
from policies.rules.rulebook import Rulebook
from policies.rules.standard import unmeasured
from policies.ruling import Ruling
from policies.weigh.decision import Outcome
from policies.weigh.words import outcome_name

from ..access import LARGEST_ID, NOT_YOURS, only, publishes_rules, sets_rules
from .draft_forms import DraftForm, PublishForm, RequirementForm
from .term_forms import NeedForm, TermForm


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def drafts(request: HttpRequest) -> HttpResponse:
    """Drafts that wait, and a new one."""
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = Rulebook.draft(by=request.user, note=form.cleaned_data["note"])
        return redirect("studio:draft", version=draft.version)
    waiting = Rulebook.objects.filter(state=Rulebook.State.DRAFT).select_related("made_by")
    return render(
        request,
        "studio/rules/drafts.html",
        {"drafts": waiting, "form": form},
        status=422 if form.errors else 200,
    )


@require_safe
@only(sets_rules)
def draft(request: HttpRequest, version: int) -> HttpResponse:
    return render(request, "studio/rules/draft.html", page(find(version), reader=request.user))


@require_safe
@only(sets_rules)
def rehearsal(request: HttpRequest, version: int) -> HttpResponse:
    """Only the rehearsal, while it runs."""
    found = find(version)
    return render(request, "studio/rules/_rehearsal.html", {"draft": found, **rehearsed(found, request.user)})


@require_POST
@only(sets_rules)
def rehearse(request: HttpRequest, version: int) -> HttpResponse:
    found = find(version)
    if not found.rehearsals.filter(finished_at=None).exists():
        Rehearsal.ask(found, by=request.user)
    return redirect("studio:draft", version=version)


@require_POST
@only(sets_rules)
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Put it in force now or at a time; not with a limit that would shrink without an end, nor with a public promise
    that no clock measures."""
    found = find(version)
    form = PublishForm(request.POST)
    shrunk = narrowed(rules_in_force(), rules_of(found))
    if form.is_valid() and not publishes_rules(request.user):
        form.add_error(None, NOT_YOURS)
    if form.is_valid() and enlarges_own(request.user, found):
        form.add_error(
            None, _("This would enlarge your own limit. Another lead or an administrator can do that.")
        )
    for words in unmeasured(found):
        form.add_error(None, words)
    if not form.is_valid() or shrunk:
        return render(
            request,
            "studio/rules/draft.html",
            page(found, reader=request.user, form=form, shrunk=shrunk),
            status=422,
        )
    at = form.cleaned_data["at"]
    if at:
        Rulebook.objects.filter(pk=found.pk, state=Rulebook.State.DRAFT).update(publish_at=at)
        messages.success(request, _("It comes into force by itself at that time."))
        return redirect("studio:draft", version=version)
    with transaction.atomic():
        if Rulebook.objects.select_for_update().filter(pk=found.pk, state=Rulebook.State.DRAFT).exists():
            found.publish(at=timezone.now())
    messages.success(request, _("Version %(version)s is in force.") % {"version": version})
    return redirect("studio:rules")


@require_POST
@only(sets_rules)
def discard(request: HttpRequest, version: int) -> HttpResponse:
    found = find(version)
    with transaction.atomic():
        Rulebook.objects.filter(pk=found.pk, state=Rulebook.State.DRAFT).delete()
    messages.success(request, _("The draft is gone. Nothing else changed."))
    return redirect("studio:drafts")


@require_POST
@only(sets_rules)
def roll_back(request: HttpRequest, version: int) -> HttpResponse:
    """The rules of an older version again, as a draft to look at and put in force."""
    older = Rulebook.objects.filter(version=version, state=Rulebook.State.RETIRED).first()
    if older is None:
        raise Http404
    note = _("Back to version %(version)s") % {"version": version}
    again = Rulebook.draft(by=request.user, note=note, like=older)
    return redirect("studio:draft", version=again.version)


def edit(request: HttpRequest, version: int) -> Rulebook:
    """The draft to change a rule in. What was set to come into force by itself waits for a new word then."""
    found = find(version)
    if request.method == "POST":
        found.rehearsals.all().delete()  # it weighed what the draft said before
    if request.method == "POST" and found.publish_at:
        Rulebook.objects.filter(pk=found.pk, state=Rulebook.State.DRAFT).update(publish_at=None)
    return found


def find(version: int) -> Rulebook:
    drafts = Rulebook.objects.filter(state=Rulebook.State.DRAFT, version=min(version, LARGEST_ID))
    found = drafts.select_related("made_by").first()
    if found is None:
        raise Http404
    return found


def page(
    draft: Rulebook,
    *,
    reader: Person | None = None,
    form: PublishForm | None = None,
    shrunk: list[str] | None = None,
) -> dict[str, object]:
    return {
        "draft": draft,
        "differences": compared(rules_in_force().rulebook, draft),
        "guardrails": draft.guardrails.prefetch_related("conditions"),
        "kinds": draft.gesture_kinds.all(),
        "requirements": _levels(draft),
        "standards": draft.standards.all(),
        "limits": draft.limits.select_related("team", "person"),
        "requirement_form": RequirementForm(draft=draft),
        "terms": draft.terms.all(),
        "term_form": TermForm(auto_id="term-%s"),
        "needs": draft.needed_facts.select_related("cause"),
        "need_form": NeedForm(auto_id="need-%s"),
        "form": form or PublishForm(initial={"at": draft.publish_at}),
        "shrunk": shrunk or [],
        "currency": settings.CURRENCY,
        **rehearsed(draft, reader),
    }


def _levels(draft: Rulebook) -> list[tuple[str, Requirement]]:
    """Each required level with what its gesture is called in this draft."""
    names = {kind.code: kind.name for kind in draft.gesture_kinds.all()}
    rows = draft.requirements.select_related("cause")
    return [(names.get(row.kind, row.kind), row) for row in rows]


def enlarges_own(person: Person, draft: Rulebook) -> bool:
    """Nobody gives themselves more; administrators set the house up and are watched by the versions."""
    if person.is_staff:
        return False
    now = timezone.now()
    before, after = rules_in_force().limits, rules_of(draft).limits
    for team in Team.objects.worked_by(person):
        was, will = (latitude(limits, person, team, at=now) for limits in (before, after))
        if any(getattr(will, name) > getattr(was, name) for name in AMOUNTS):
            return True
    return False


def rehearsed(draft: Rulebook, reader: Person | None) -> dict[str, object]:
    """The last rehearsal, with the names of the outcomes, and examples to open where `reader` works on the ticket."""
    last = draft.rehearsals.first()
    changes = last.found.get("changes", []) if last else []
    examples = Ruling.objects.in_bulk({pk for change in changes for pk in change["examples"]})
    own = Ruling.objects.visible_to(reader) if reader else Ruling.objects.none()
    seen = set(own.filter(pk__in=examples).values_list("pk", flat=True))
    named = [
        {
            "was": outcome_name(Outcome(change["before"])),
            "will": outcome_name(Outcome(change["after"])),
            "count": change["count"],
            "examples": [
                (examples[pk].gesture, pk if pk in seen else None)
                for pk in change["examples"]
                if pk in examples
            ],
        }
        for change in changes
    ]
    return {"rehearsal": last, "changes": named, "currency": settings.CURRENCY}
