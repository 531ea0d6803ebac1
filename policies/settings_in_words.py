"""What the log of the set-up says of money and its books. The rulebook keeps a history of its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.setup_change import settings_of

from .ledger.budget import Budget
from .life.treatment import Treatment
from .questions.thresholds import Thresholds
from .relationship.figures import RelationshipFigures
from .weigh.currency import money

Settings = Iterable[tuple[str, object]]


@settings_of.register
def _budget(budget: Budget) -> Settings:
    pot = [(_("One surprise, at most"), money(budget.each_cents, budget.currency))] if budget.is_pot else []
    return [
        (_("Name"), budget.name),
        (_("Team"), budget.team),
        (_("Person"), budget.person),
        (_("A month"), money(budget.monthly_cents, budget.currency)),
        *pot,
    ]


@settings_of.register
def _relationship(figures: RelationshipFigures) -> Settings:
    return [
        (_("What winning a customer costs"), money(figures.acquisition_cents, figures.currency)),
        (_("Of a hundred customers, who stay a year"), figures.stay_percent),
    ]


@settings_of.register
def _thresholds(thresholds: Thresholds) -> Settings:
    return _each_field(thresholds)


@settings_of.register
def _treatment(treatment: Treatment) -> Settings:
    return _each_field(treatment)


def _each_field(row: Thresholds | Treatment) -> Settings:
    """Numbers and accounts stand for themselves; each is called as its field is."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return [(_capital(str(field.verbose_name)), getattr(row, field.name)) for field in fields]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
