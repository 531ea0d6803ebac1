"""What hangs on a custom field: other fields, promise policies in force or planned, and rules that run – none of them
would ever come about again without it –, and the views that ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.automation.group import rows_of
from tickets.automation.rule import Rule
from tickets.fields.custom_field import CustomField
from tickets.fields.facts import is_one
from tickets.fields.in_play import Row, code_of, codes_in
from tickets.search.saved_view import SavedView
from tickets.sla.policy import PolicyVersion


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that asks the field, in words, with where it is changed."""

    words: str
    url: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Views:
    """Those of teams by name; somebody's own are theirs, so they are only counted."""

    shared: list[SavedView]
    own: int

    def __bool__(self) -> bool:
        return bool(self.shared or self.own)


def waiting_for(field: CustomField) -> list[CustomField]:
    """The fields that are only asked for because of what this one says."""
    others = CustomField.objects.in_use().exclude(pk=field.pk)
    return [other for other in others if field.code in codes_in(other.asked_when)]


def uses(field: CustomField) -> list[Use]:
    found = (*_fields(field), *of_policies(), *of_rules())
    return [use for use in found if field.code in asked(use.rows)]


def views(field: CustomField) -> Views:
    """They go on finding the tickets that hold something in it already, and no others."""
    every = SavedView.objects.select_related("team")
    asking = [view for view in every if field.code in asked(list(rows_of(view.conditions)))]
    shared = [view for view in asking if view.team_id is not None]
    return Views(shared, len(asking) - len(shared))


def retired_in(rows: list[Row]) -> str:
    """Why these conditions would never hold of a new ticket; "" when none is about a retired field."""
    found = CustomField.objects.filter(code__in=asked(rows), retired_at__isnull=False)
    names = ", ".join(field.name for field in found)
    words = _("Its conditions ask what is retired: %(fields)s. Use that again first, or change them.")
    return words % {"fields": names} if names else ""


def asked(rows: list[Row]) -> set[str]:
    """The keys of the custom fields among what these conditions are about."""
    return {code_of(row["fact"]) for row in rows if is_one(row["fact"])}


def _fields(field: CustomField) -> Iterator[Use]:
    for other in waiting_for(field):
        words = _("the field “%(name)s”") % {"name": other.name}
        yield Use(words, reverse("setup:custom_field", args=[other.pk]), other.asked_when)


def of_policies() -> Iterator[Use]:
    now = timezone.now()
    planned = PolicyVersion.objects.filter(valid_from__gt=now, valid_until=None)
    planned = planned.select_related("policy").prefetch_related("conditions")
    for version in (*PolicyVersion.objects.in_force(now), *planned):
        said = version.conditions.all()
        rows = [{"fact": one.fact, "operator": one.operator, "value": one.value} for one in said]
        words = _("the promise policy “%(name)s”") % {"name": version.policy.name}
        yield Use(words, reverse("setup:policy", args=[version.policy_id]), rows)


def of_rules() -> Iterator[Use]:
    for rule in Rule.objects.running().order_by("name"):
        words = _("the rule “%(name)s”") % {"name": rule.name}
        yield Use(words, reverse("setup:rule", args=[rule.pk]), list(rows_of(rule.conditions)))
