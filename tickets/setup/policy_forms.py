"""What one can write into a promise policy: for whom, how long, and who is told when."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.condition import vocabulary
from tickets.condition_form import ConditionRows
from tickets.fields.custom_field import CustomField
from tickets.fields.facts import facts_of
from tickets.fields.kind import Kind
from tickets.sla import besides
from tickets.sla.alert import TELLS, acts
from tickets.sla.hours import BusinessHours
from tickets.sla.policy import AlertTerms, PolicyVersion, Terms
from tickets.sla.target import ANSWER, CALLBACK, MOST_SECONDS, TARGET_KINDS
from tickets.textfields import OneLineField

ALERTS = 4
# What is known of a ticket the moment it is opened; others are not known yet when we promise. Custom fields come
# beside: filled in later, they make a promise sooner.
FACTS: Final = ("cause", "team", "priority", "channel", "customer_status", "tenure_months", "language")
LENGTH: Final = re.compile(r"([0-9]{1,5})(?::([0-5][0-9])(?::([0-5][0-9]))?)?", re.ASCII)
_HELP: Final = {
    ANSWER: gettext_lazy(
        "As 0:00:45 it is 45 seconds. Each call of a customer we know is then a ticket. Callers we do not know are "
        "promised nothing, but not left alone: after 60 seconds they are offered a callback, after 240 every team is "
        "asked."
    ),
    CALLBACK: gettext_lazy(
        "For those who are called in turn; it counts from their arrival in the line. Whoever chooses a time is "
        "promised that time, whatever stands here."
    ),
}
PERCENT, BEFORE, AFTER = "percent", "before", "after"


class LengthField(OneLineField):
    """Hours, or hours and minutes, of working time: “4”, “4:30”, “0:00:20”."""

    def clean(self, value: object) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = LENGTH.fullmatch(text)
        if found is None:
            raise ValidationError(_("Write hours and minutes, such as 4:30."), code="length")
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        length = hours * 3600 + minutes * 60 + seconds
        if not 0 < length <= MOST_SECONDS:
            raise ValidationError(
                _("A promise lasts more than nothing and less than three years."), code="length"
            )
        return length


def length_as_text(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if rest else f"{hours}:{minutes:02}"


class PolicyForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    note = OneLineField(label=gettext_lazy("What changes, and why"), max_length=300)
    valid_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy("Empty means at once."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in TARGET_KINDS:
            self.fields[f"length_{kind}"] = LengthField(label=capfirst(label), max_length=12, required=False)
            self.fields[f"length_{kind}"].help_text = _HELP.get(kind, "")
            self.fields[f"hours_{kind}"] = forms.ModelChoiceField(
                label=gettext_lazy("Business hours"),
                queryset=BusinessHours.objects.order_by("name"),
                required=False,
            )
        self._alert_fields()

    def _alert_fields(self) -> None:
        does = [*TELLS.items(), *((name, act.label) for name, act in acts.items())]
        units = [
            (PERCENT, gettext_lazy("per cent of the time")),
            (BEFORE, gettext_lazy("minutes before")),
            (AFTER, gettext_lazy("minutes after")),
        ]
        for row in range(ALERTS):
            self.fields[f"alert_kind{row}"] = forms.ChoiceField(
                label=gettext_lazy("Promise"), choices=[("", "–"), *TARGET_KINDS], required=False
            )
            self.fields[f"alert_amount{row}"] = forms.IntegerField(
                label=gettext_lazy("When"), min_value=1, max_value=43_200, required=False
            )
            self.fields[f"alert_unit{row}"] = forms.ChoiceField(
                label=gettext_lazy("Unit"), choices=units, required=False
            )
            self.fields[f"alert_actions{row}"] = forms.MultipleChoiceField(
                label=gettext_lazy("What happens"),
                choices=does,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    # ---- as the page shows it ------------------------------------------------------------------------------------

    @property
    def target_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"length_{kind}"], self[f"hours_{kind}"]] for kind, _label in TARGET_KINDS]

    @property
    def alert_rows(self) -> list[list[forms.BoundField]]:
        names = ("kind", "amount", "unit", "actions")
        return [[self[f"alert_{name}{n}"] for name in names] for n in range(ALERTS)]

    @classmethod
    def showing(cls, version: PolicyVersion) -> PolicyForm:
        said: dict[str, object] = {"name": version.policy.name}
        alerts = []
        for target in version.targets.all():
            said |= {
                f"length_{target.kind}": length_as_text(target.seconds),
                f"hours_{target.kind}": target.hours_id,
            }
            alerts += [(target.kind, alert) for alert in target.alerts.all()]
        for row, (kind, alert) in enumerate(alerts[:ALERTS]):
            minutes = alert.minutes or 0
            unit = PERCENT if alert.percent else (BEFORE if minutes < 0 else AFTER)
            said |= {f"alert_kind{row}": kind, f"alert_unit{row}": unit, f"alert_actions{row}": alert.actions}
            said[f"alert_amount{row}"] = alert.percent or abs(minutes)
        return cls(initial=said)

    @classmethod
    def typing(cls, data: QueryDict) -> PolicyForm:
        """As it was typed so far; it says of nothing yet that it is wrong."""
        said = {name: data.getlist(name) if "actions" in name else data.get(name) for name in data}
        return cls(initial=said)

    # ---- as it is understood ---------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        alerts: dict[str, list[AlertTerms]] = {}
        for row in range(ALERTS):
            self._alert(cleaned, row, alerts)
        cleaned["targets"] = self._targets(cleaned, alerts)
        if not cleaned["targets"] and not self.errors:
            raise ValidationError(_("A policy promises at least one thing."), code="empty")
        return cleaned

    def _targets(self, cleaned: dict[str, Any], alerts: dict[str, list[AlertTerms]]) -> list[Terms]:
        found = []
        for kind, _label in TARGET_KINDS:
            length, hours = cleaned.get(f"length_{kind}"), cleaned.get(f"hours_{kind}")
            if length and hours is None:
                self.add_error(f"hours_{kind}", _("Choose the hours in which this counts."))
            elif length:
                found.append(Terms(kind, length, hours, alerts=tuple(alerts.pop(kind, ()))))
        if alerts and not self.errors:
            raise ValidationError(_("An alert belongs to a promise this policy makes."), code="alert")
        return found

    def _alert(self, cleaned: dict[str, Any], row: int, found: dict[str, list[AlertTerms]]) -> None:
        kind, amount = cleaned.get(f"alert_kind{row}"), cleaned.get(f"alert_amount{row}")
        if not kind:
            return
        unit, does = (
            cleaned.get(f"alert_unit{row}") or PERCENT,
            tuple(cleaned.get(f"alert_actions{row}") or ()),
        )
        if not amount or (unit == PERCENT and amount > 99):
            self.add_error(f"alert_amount{row}", _("Say when: 1 to 99 per cent, or a number of minutes."))
        elif not does:
            self.add_error(f"alert_actions{row}", _("Choose what happens then."))
        else:
            when = (
                {"percent": amount} if unit == PERCENT else {"minutes": -amount if unit == BEFORE else amount}
            )
            found.setdefault(kind, []).append(AlertTerms(does, **when))


class RecalculationForm(forms.Form):
    reason = OneLineField(label=gettext_lazy("Reason"), max_length=300)


def conditions_of(version: PolicyVersion | None, data: QueryDict | None = None) -> ConditionRows:
    """For whom it promises, over what is known of a ticket when it is opened, what is filled in of it, and which
    contracts its customer has."""
    # One that holds several values at once could fit two policies, and comparing what prospects get would miss it.
    single = CustomField.objects.in_use().exclude(kind=Kind.SEVERAL)
    known = (*FACTS, *besides.readers)
    facts = [*(vocabulary[name] for name in known if name in vocabulary), *facts_of(single)]
    stored = version.conditions.values("fact", "operator", "value") if version else ()
    return ConditionRows("when", facts, list(stored), data)
