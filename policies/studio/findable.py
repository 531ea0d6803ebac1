"""What the search for settings finds of the studio: every way through it, by its fields and other words too."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.setup_search import Place, Said, fields_of

from .latitude.extras import ExtraForm
from .latitude.forms import LimitForm
from .latitude.house_will import HouseWillForm
from .latitude.newcomers import OfferForm
from .money.books import ExportForm
from .money.forms import SizeForm
from .money.payouts import TargetForm
from .navigation import groups_for
from .rules.draft_forms import DraftForm, GestureForm, PublishForm
from .rules.guardrail_forms import GuardrailForm
from .rules.standards import StandardForm
from .rules.term_forms import NeedForm, TermForm

FORMS: dict[str, tuple[type[forms.BaseForm], ...]] = {
    "limits": (LimitForm,),
    "extras": (ExtraForm,),
    "house_will": (HouseWillForm,),
    "newcomers": (OfferForm,),
    "drafts": (DraftForm, PublishForm, GestureForm, GuardrailForm, TermForm, NeedForm),
    "standards": (StandardForm,),
    "budgets": (SizeForm,),
    "payouts": (TargetForm,),
    "books": (ExportForm,),
}
ALSO: dict[str, Said] = {
    "asks": _("approvals, decisions"),
    "limits": _("amount, authority, how much may be given"),
    "extras": _("recall, peak day, for a while"),
    "rules": _("rulebook, guardrails, gestures, catalogue, history"),
    "drafts": _("rulebook, change the rules, rehearsal, guardrails, gestures"),
    "standards": _("base standards, published promises"),
    "budgets": _("goodwill, money, month, pool"),
    "payouts": _("refunds, vouchers, payment system"),
    "books": _("DATEV, export, bookkeeping, accounts"),
    "ability": _("skills, levels, training"),
}
ADMINISTRATION = _("Administration")


def places(person: Person) -> Iterable[Place]:
    for group in groups_for(person):
        for way in group.ways:
            fields, also = fields_of(*FORMS.get(way.name, ())), ALSO.get(way.name, "")
            yield Place(way.label, group.title, reverse(way.address), way.icon, _("Studio"), fields, also)
    for permission, address, label, words, icon in _ADMINISTERED:
        if person.is_staff and person.has_perm(permission):
            yield Place(label, words, reverse(address), icon, ADMINISTRATION)


_ADMINISTERED = (
    (
        "policies.change_thresholds",
        "admin:policies_thresholds_changelist",
        _("Thresholds for questions"),
        _("From where on a pattern is worth a question"),
        "message-circle-question-mark",
    ),
    (
        "policies.change_treatment",
        "admin:policies_treatment_changelist",
        _("Treatments in the books"),
        _("Accounts, tax keys and validity of gestures"),
        "book-open-check",
    ),
)
