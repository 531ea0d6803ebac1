"""The administrators' door to authority: budgets and levels to edit; rules, rulings and the ledger only to look at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from accounts.admin import Kept, Logged, ReadOnly, choose_by_name
from accounts.models import Person

from .models import (
    AnswerLink,
    Ask,
    Budget,
    BudgetPeriod,
    BudgetUserObjectPermission,
    Challenge,
    ExtraAuthority,
    GestureKind,
    Guardrail,
    Level,
    Limit,
    Offer,
    Paid,
    Requirement,
    Rulebook,
    Ruling,
    Stage,
    Thresholds,
    Transfer,
    Treatment,
)
from .weigh.currency import money
from .weigh.decision import Dimension

LINK_FIELDS = ("ask", "person", "created_at", "expires_at", "used_at")


class PeriodInline(ReadOnly, admin.TabularInline):
    model = BudgetPeriod
    fields = ("starts", "allotted", "reserved", "spent", "left")
    readonly_fields = ("allotted", "reserved", "spent", "left")

    @admin.display(description=_("allotted"))
    def allotted(self, period: BudgetPeriod) -> str:
        return money(period.allotted_cents, period.budget.currency)

    @admin.display(description=_("reserved"))
    def reserved(self, period: BudgetPeriod) -> str:
        return money(period.reserved_cents, period.budget.currency)

    @admin.display(description=_("spent"))
    def spent(self, period: BudgetPeriod) -> str:
        return money(period.spent_cents, period.budget.currency)

    @admin.display(description=_("left"))
    def left(self, period: BudgetPeriod) -> str:
        return money(period.left_cents, period.budget.currency)


class BudgetForm(forms.ModelForm):
    managers = forms.ModelMultipleChoiceField(
        Person.objects.all(),
        required=False,
        label=_("Managers"),
        help_text=_("They may change its size and read its use. Leads do so for their team’s budget anyway."),
    )

    class Meta:
        model = Budget
        fields = ("name", "purpose", "team", "person", "currency", "monthly_cents", "each_cents")
        help_texts = {
            "team": _("Without team and person it is the pool of the house."),
            "monthly_cents": _(
                "Once it is used, its size is changed in the studio, where the month is booked too."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = BudgetUserObjectPermission._meta.get_field("user")
        managers = sorted(_managers(self.instance)) if self.instance.pk else []
        choose_by_name(self, "managers", person, initial=managers)


@admin.register(Budget)
class BudgetAdmin(Logged, Kept, admin.ModelAdmin):
    form = BudgetForm
    list_display = ("name", "team", "person", "a_month")
    list_select_related = ("team", "person")
    autocomplete_fields = ("person",)
    inlines = (PeriodInline,)

    @admin.display(description=_("a month"))
    def a_month(self, budget: Budget) -> str:
        return money(budget.monthly_cents, budget.currency)

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> tuple[str, ...]:
        """Whose it is and how large decides what was booked: neither changes behind the ledger's back."""
        return ("purpose", "team", "person", "currency", "monthly_cents", "each_cents") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Budget | None) -> tuple[type[admin.TabularInline], ...]:
        return self.inlines if obj else ()

    def save_related(self, request: HttpRequest, form: BudgetForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        budget, wanted = form.instance, set(form.cleaned_data["managers"])
        for person in Person.objects.filter(pk__in=_managers(budget)):
            if person not in wanted:
                remove_perm("manage_budget", person, budget)
        for person in wanted:
            assign_perm("manage_budget", person, budget)


def _managers(budget: Budget) -> QuerySet[BudgetUserObjectPermission, int]:
    rows = BudgetUserObjectPermission.objects.filter(
        content_object=budget, permission__codename="manage_budget"
    )
    return rows.values_list("user_id", flat=True)


@admin.register(Transfer)
class TransferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "at", "period", "step", "amount", "by", "key")
    list_filter = ("step", "period__budget")
    list_select_related = ("period__budget", "by")
    ordering = ("-pk",)

    @admin.display(description=_("amount"))
    def amount(self, entry: Transfer) -> str:
        return money(entry.cents, entry.period.budget.currency)


@admin.register(Ruling)
class RulingAdmin(ReadOnly, admin.ModelAdmin):
    """What was asked and answered. How gladly somebody took a case is theirs and is left out."""

    list_display = ("pk", "at", "ticket", "agent", "gesture", "outcome", "rulebook")
    list_filter = ("outcome", "rulebook")
    list_select_related = ("ticket", "agent", "rulebook")
    search_fields = ("=ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)
    fields = ("ticket", "agent", "at", "gesture", "owed_by", "outcome", "reasons", "rulebook")
    readonly_fields = ("gesture", "reasons")

    @admin.display(description=_("reasons"))
    def reasons(self, ruling: Ruling) -> str:
        shown = (reason for reason in ruling.answer.reasons if reason.dimension != Dimension.WOLLEN)
        return "\n".join(reason.text for reason in shown)


class StageInline(ReadOnly, admin.TabularInline):
    model = Stage
    fields = ("name", "at", "by", "why", "entry")
    readonly_fields = fields


@admin.register(Thresholds)
class ThresholdsAdmin(Logged, Kept, admin.ModelAdmin):
    """One row at most: from where on a pattern is worth a question."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Thresholds.objects.exists()

    def save_model(self, request: HttpRequest, obj: Thresholds, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(Treatment)
class TreatmentAdmin(Logged, admin.ModelAdmin):
    """Where no row is, what is proposed holds. What was exported before keeps its accounts."""

    list_display = ("form", "skr03", "contra_skr03", "skr04", "contra_skr04", "tax_key", "valid_days")


@admin.register(Offer)
class OfferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "at", "ticket", "agent", "gesture", "state", "approver")
    list_filter = ("state", "kind")
    list_select_related = ("ticket", "agent", "approver")
    search_fields = ("=ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)
    inlines = (StageInline,)


@admin.register(Ask)
class AskAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "ruling", "role", "asked", "due_at", "answer", "answered_by")
    list_filter = ("role", "answer")
    list_select_related = ("ruling", "asked", "answered_by")
    ordering = ("-pk",)
    fields = (
        *("ruling", "role", "asked", "step", "opened_at", "due_at", "silence_grants"),
        *("asked_before", "remind_at", "restarted_at", "pooled_at"),
        *("closed_at", "answer", "answered_by", "words"),
    )


@admin.register(AnswerLink)
class AnswerLinkAdmin(ReadOnly, admin.ModelAdmin):
    """Which links to answer by mail were sent, never what they open with."""

    list_display = LINK_FIELDS
    list_select_related = ("ask", "person")
    ordering = ("-pk",)
    fields = LINK_FIELDS


@admin.register(Challenge)
class ChallengeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "rule_in_words", "team", "raised_by", "owner", "due_at", "answer")
    list_filter = ("kind", "team", "answer")
    list_select_related = ("team", "raised_by", "owner")
    ordering = ("-pk",)


@admin.register(ExtraAuthority)
class ExtraAuthorityAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "whom", "amount", "starts_at", "ends_at", "ended_at", "granted_by")
    list_select_related = ("team", "person", "granted_by")
    ordering = ("-pk",)
    fields = (
        *("team", "person", "cents", "currency", "reason", "starts_at", "ends_at"),
        *("granted_by", "granted_at", "ended_at", "ended_by"),
    )


@admin.register(Paid)
class PaidAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "ticket", "amount", "source", "words", "by", "at")
    list_filter = ("source",)
    list_select_related = ("ticket", "by")
    ordering = ("-pk",)

    @admin.display(description=_("amount"))
    def amount(self, paid: Paid) -> str:
        return money(paid.cents, paid.currency)


@admin.register(Level)
class LevelAdmin(admin.ModelAdmin):
    list_display = ("agent", "cause", "level", "since", "evidence")
    list_filter = ("cause", "level")
    list_select_related = ("agent", "cause")
    search_fields = ("agent__name",)
    autocomplete_fields = ("agent", "cause")

    def get_readonly_fields(self, _request: HttpRequest, obj: Level | None = None) -> tuple[str, ...]:
        """Where somebody stands to begin with; from then on evidence leads up, and a talk in the studio down."""
        return ("agent", "cause", "level", "since", "evidence") if obj else ()


class KindInline(ReadOnly, admin.TabularInline):
    model = GestureKind
    fields = ("code", "name_en", "name_de", "form", "usual_cents", "costs_money", "reversible")


class GuardrailInline(ReadOnly, admin.StackedInline):
    model = Guardrail
    readonly_fields = ("when",)

    @admin.display(description=_("when"))
    def when(self, rail: Guardrail) -> str:
        return "\n".join(str(condition) for condition in rail.conditions.all())


class LimitInline(ReadOnly, admin.TabularInline):
    model = Limit
    fields = (
        "role",
        "team",
        "person",
        "own_cents",
        "stretch_cents",
        "customer_cents",
        "on_trial",
        "valid_until",
    )


class RequirementInline(ReadOnly, admin.TabularInline):
    model = Requirement


@admin.register(Rulebook)
class RulebookAdmin(ReadOnly, admin.ModelAdmin):
    """Every version that ever held. Rules are changed in the studio, as a new version."""

    list_display = ("version", "state", "note", "made_by", "published_at", "retired_at")
    list_select_related = ("made_by",)
    inlines = (KindInline, GuardrailInline, LimitInline, RequirementInline)
