"""Many tickets at once: choosing one step for what is ticked, looking what it would do, doing it, taking it back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from tickets.automation.bulk import KINDS, MOST, Bulk
from tickets.automation.step import StepKind, kinds
from tickets.textfields import KeyField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only
from .lists import numbers_in, typed_in


class StepForm(forms.Form):
    """One step with its fields; the key makes doing the same twice the same as once."""

    key = KeyField()

    def __init__(self, *args: Any, kind: StepKind, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{kind.name}-%s", **kwargs)
        self.kind = kind
        self.fields.update(kind.fields(person))

    @property
    def said(self) -> dict[str, Any]:
        return {"do": self.kind.name} | {k: v for k, v in self.cleaned_data.items() if k != "key"}

    def key_for(self, ticked: list[str]) -> str:
        """Of this form, this step and these tickets: whoever goes back and chooses anew does something new."""
        parts = [self.cleaned_data["key"], self.said, ticked]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def bulk(request: HttpRequest) -> HttpResponse:
    """What is ticked, with the steps one can do; sent: first what each would become, then the deed."""
    sent = request.POST if request.method == "POST" else request.GET
    tickets = _meant(request, sent)
    if not tickets:
        messages.info(request, _("Tick some tickets first."))
        return redirect("desk:tickets")
    kind = kinds.get(sent.get("do", "")) if sent.get("do") in KINDS else None
    if request.method != "POST" or kind is None:
        return _page(request, tickets)
    form = StepForm(sent, kind=kind, person=request.user)
    if not form.is_valid():
        return _page(request, tickets, form, status=422)
    if "go" not in sent:
        rows = Bulk.rehearse(tickets, form.said, by=request.user)
        fitting = sum(done.is_done for _ticket, done in rows)
        context = {"tickets": tickets, "form": form, "rows": rows, "fitting": fitting}
        return render(request, "desk/bulk_rehearsal.html", context | {"sentence": rows[0][1].said})
    done = Bulk.run(tickets, form.said, by=request.user, key=form.key_for(sent.getlist("ticket")))
    return redirect("desk:bulk_run", done.pk)


@require_safe
@desk_only
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each ticket."""
    return render(request, "desk/bulk_run.html", _become(request, pk))


@require_safe
@desk_only
def run_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The same again, for a page that stands open while it goes on."""
    return render(request, "desk/_bulk_run.html", _become(request, pk))


@require_POST
@desk_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if found.undo():
        messages.success(request, _("Taken back where nobody has changed it since."))
    else:
        messages.error(request, _("This can be taken back for 24 hours."))
    return redirect("desk:bulk_run", found.pk)


def _become(request: HttpRequest, pk: int) -> dict[str, object]:
    found = _find(request, pk)
    numbers = [line["ticket"] for line in found.lines]
    tickets = Ticket.objects.worked_by(request.user).in_bulk(numbers)
    rows = [(line, tickets.get(line["ticket"])) for line in found.lines]
    return {"bulk": found, "rows": rows}


def _find(request: HttpRequest, pk: int) -> Bulk:
    found = Bulk.objects.filter(by=request.user, pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _meant(request: HttpRequest, sent: QueryDict) -> list[Ticket]:
    """What was ticked or, of the whole list, as much as can be done at once."""
    if "all" not in sent:
        return _ticked(request.user, sent.getlist("ticket"))
    view, typed = sent.get("view", ""), typed_in(sent)
    numbers = numbers_in(request.user, view=view, typed=typed, most=MOST + 1)
    if len(numbers) > MOST:
        words = _("These are the first %(most)s of the list. The rest stays as it is.")
        messages.info(request, words % {"most": MOST})
    return _ticked(request.user, [str(pk) for pk in numbers])


def _ticked(person: Person, sent: list[str]) -> list[Ticket]:
    """What was ticked and may be worked on, in the order it was ticked; the rest does not exist."""
    typed = [text for text in sent if text.isascii() and text.isdigit() and len(text) < 20]
    numbers = [int(text) for text in typed[: MOST * 2] if int(text) <= LARGEST_ID]
    found = Ticket.objects.worked_by(person).with_people().in_bulk(numbers)
    return [found[number] for number in dict.fromkeys(numbers) if number in found][:MOST]


def _page(
    request: HttpRequest, tickets: list[Ticket], form: StepForm | None = None, *, status: int = 200
) -> HttpResponse:
    shown = [
        form if form and form.kind.name == name else StepForm(kind=kinds[name], person=request.user)
        for name in KINDS
    ]
    return render(request, "desk/bulk.html", {"tickets": tickets, "forms": shown}, status=status)
