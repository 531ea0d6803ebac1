"""The books: whether the ledger agrees with itself, and handing it to the bookkeeping."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from policies.export.batch import (
    ACCOUNT_LENGTHS,
    BOTH,
    CLIENTS,
    CONSULTANTS,
    ExportBatch,
    Office,
    may_export,
    misfit,
    not_exported,
)
from policies.export.download import as_download
from policies.ledger.finding import Finding, reconcile_now
from tickets.heartbeat import Heartbeat
from tickets.textfields import KeyField, OneLineField

from ..access import LARGEST_ID, manages_money, only

SHOWN = 30


class SettlementForm(forms.Form):
    words = OneLineField(max_length=200)


class ExportForm(forms.Form):
    chart = forms.ChoiceField(
        label=gettext_lazy("Chart of accounts"),
        choices=ExportBatch.Chart.choices,
        initial=ExportBatch.Chart.SKR04,
    )
    consultant = forms.IntegerField(
        label=gettext_lazy("Number of the tax adviser"),
        min_value=CONSULTANTS[0],
        max_value=CONSULTANTS[1],
        required=False,
        help_text=gettext_lazy("Without both numbers the file has no head line."),
    )
    client = forms.IntegerField(
        label=gettext_lazy("Our number there"), min_value=CLIENTS[0], max_value=CLIENTS[1], required=False
    )
    year_begins = forms.TypedChoiceField(
        label=gettext_lazy("The fiscal year begins in"),
        choices=[(month, name) for month, name in MONTH_NAMES.items()],
        coerce=int,
    )
    account_length = forms.TypedChoiceField(
        label=gettext_lazy("Digits of an account"),
        choices=[(digits, str(digits)) for digits in range(ACCOUNT_LENGTHS[0], ACCOUNT_LENGTHS[1] + 1)],
        coerce=int,
    )
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, other in (("consultant", "client"), ("client", "consultant")):
            if not self.errors and said.get(name) is None and said.get(other) is not None:
                self.add_error(name, BOTH)
        if not self.errors and (words := misfit(said["chart"], said["account_length"])):
            self.add_error("account_length", words)
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As an export takes it."""
        chart, key = self.cleaned_data["chart"], self.cleaned_data["key"]
        office = Office(**{field.name: self.cleaned_data[field.name] for field in fields(Office)})
        return {"chart": chart, "key": key, "office": office}


def reads_books(person: Person) -> bool:
    return may_export(person) or manages_money(person)


@require_safe
@only(reads_books)
def books(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@only(reads_books)
def check(request: HttpRequest) -> HttpResponse:
    """Count now instead of tonight."""
    if not request.user.is_staff:
        raise Http404
    differences = reconcile_now()
    Heartbeat.beat("ledger")
    if differences:
        messages.error(request, _("The ledger does not agree with itself; see below."))
    else:
        messages.success(request, _("Counted: every entry and every sum agrees."))
    return redirect("studio:books")


@require_POST
@only(reads_books)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    found = Finding.objects.answered_for_by(request.user).filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    form = SettlementForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words how it came about."))
    elif found.settle(by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted. If it is still there tonight, it is reported again."))
    return redirect("studio:books")


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_export)
def exports(request: HttpRequest) -> HttpResponse:
    """A new export of everything booked since the last one; without a form, back to the books."""
    if request.method != "POST":
        return redirect("studio:books")
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    batch = ExportBatch.make(by=request.user, **form.said)
    words = _("Export %(number)s: %(count)s entries. Its files stand below.")
    messages.success(request, words % {"number": batch.pk, "count": batch.count})
    return redirect("studio:books")


@require_safe
@only(may_export)
def export_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """One file of an export, the same however often it is fetched."""
    batch = ExportBatch.objects.readable_by(request.user).filter(pk=min(pk, LARGEST_ID)).first()
    if batch is None:
        raise Http404
    return as_download(request, batch, kind)


def _page(request: HttpRequest, form: ExportForm | None = None, *, status: int = 200) -> HttpResponse:
    age = Heartbeat.ages().get("ledger")
    own = Finding.objects.answered_for_by(request.user)
    context: dict[str, Any] = {
        "checked_at": timezone.now() - timedelta(seconds=age) if age is not None else None,
        "findings": own.open().select_related("period__budget")[:SHOWN],
        "settled": own.exclude(settled_at=None).select_related("period__budget", "settled_by")[:SHOWN],
        "exports": may_export(request.user),
    }
    if context["exports"]:
        context |= {
            "form": form or ExportForm(initial=asdict(ExportBatch.last_office())),
            "waiting": not_exported().count(),
            "batches": ExportBatch.objects.readable_by(request.user).select_related("made_by")[:SHOWN],
        }
    return render(request, "studio/money/books.html", context, status=status)
