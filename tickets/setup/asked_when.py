"""When a custom field is asked for: the conditions on others in its form, and what cannot be one."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.condition_form import ConditionRows
from tickets.fields.custom_field import CustomField
from tickets.fields.facts import facts_of
from tickets.fields.in_play import Row, codes_in, goes_round
from tickets.fields.says import IS

from .field_uses import uses, waiting_for

MOST = 4


def asked_when(found: CustomField | None, data: QueryDict | None) -> ConditionRows:
    others = CustomField.objects.in_use().exclude(pk=found.pk if found else None)
    stored = found.asked_when if found else []
    return ConditionRows("when", facts_of(others), stored, data, most=MOST)


def waits_for_retired(field: CustomField) -> list[CustomField]:
    """The retired fields on which it hangs whether this one is asked for: nobody would ever be asked."""
    return list(CustomField.objects.filter(code__in=codes_in(field.asked_when), retired_at__isnull=False))


def needed_first(retired: list[CustomField]) -> str:
    names = ", ".join(field.name for field in retired)
    return _(
        "It is only asked for by what these say, which are retired: %(fields)s. Use them again first."
    ) % {"fields": names}


def still_needed(found: CustomField) -> str:
    """Why it cannot be retired: what hangs on it would silently come about no more. "" when nothing does."""
    names = ", ".join(dict.fromkeys(use.words for use in uses(found)))
    words = _("It is still needed by %(names)s. Change that first, then retire it.")
    return words % {"names": names} if names else ""


def dropped(found: CustomField, now: set[str]) -> list[str]:
    """What of its list would no longer be offered although something hangs on it, each in a sentence: nobody could
    choose it any more, and what hangs on it would never come about."""
    named = [(use.words, _options_in(found, use.rows)) for use in uses(found)]
    said = []
    for code, label in found.offered.items():
        by = dict.fromkeys(name for name, options in named if code in options and code not in now)
        if by:
            words = _(
                "“%(option)s” is still needed by %(names)s. Change that first, then take it off the list."
            )
            said.append(words % {"option": label, "names": ", ".join(by)})
    return said


def _options_in(found: CustomField, rows: list[Row]) -> set[str]:
    """“Is not” holds for a field in which nobody can choose it, too."""
    about = [row for row in rows if row["fact"] == f"{IS}{found.code}" and row["operator"] in ("is", "in")]
    values = [row["value"] if isinstance(row["value"], list) else [row["value"]] for row in about]
    return {str(one) for value in values for one in value}


def fits(form: forms.Form, when: ConditionRows, found: CustomField | None) -> bool:
    """Whether it waits neither for itself nor, where customers are asked, for what they do not see; and whether what
    hangs on its list still can come about."""
    lost = dropped(found, {one["code"] for one in form.cleaned_data["options"]}) if found else []
    for words in lost:
        form.add_error("options", words)
    return not lost and _fits_others(form, when, found)


def _fits_others(form: forms.Form, when: ConditionRows, found: CustomField | None) -> bool:
    rows, code = when.read(), form.cleaned_data["code"]
    others = {field.code: field for field in CustomField.objects.exclude(code=code)}
    if goes_round(code, rows, {name: field.asked_when for name, field in others.items()}):
        form.add_error(None, _("By these conditions it would wait for itself."))
        return False
    seen = form.cleaned_data["seen_by_customer"]
    unseen = [others[name].name for name in sorted(codes_in(rows)) if not others[name].seen_by_customer]
    if seen and unseen:
        words = _("Customers do not see “%(field)s”, so it cannot decide what they are asked.")
        form.add_error(None, words % {"field": unseen[0]})
        return False
    waiting = [field.name for field in waiting_for(found) if field.seen_by_customer] if found else []
    if waiting and not seen:
        words = _("Customers have to see it: it decides whether they are asked for “%(field)s”.")
        form.add_error("seen_by_customer", words % {"field": waiting[0]})
        return False
    return True
