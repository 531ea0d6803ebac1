"""What one can write into a promise policy: for whom, how long, and who is told when."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.condition import CHOICE, FLAG, MONEY, OPERATORS, refusal, vocabulary
from tickets.sla.alert import TELLS, acts
from tickets.sla.hours import BusinessHours
from tickets.sla.policy import AlertTerms, ConditionTerms, PolicyVersion, Terms
from tickets.sla.target import MOST_SECONDS, TARGET_KINDS
from tickets.textfields import OneLineField

CONDITIONS, ALERTS = 4, 4
# What is known of a ticket the moment it is opened; others are not known yet when we promise.
FACTS: Final = ("cause", "team", "priority", "channel", "customer_status", "tenure_months", "language")
LENGTH: Final = re.compile(r"([0-9]{1,5})(?::([0-5][0-9])(?::([0-5][0-9]))?)?", re.ASCII)
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
        facts = [(name, vocabulary[name].label) for name in FACTS if name in vocabulary]
        for row in range(CONDITIONS):
            self.fields[f"fact{row}"] = forms.ChoiceField(
                label=gettext_lazy("Fact"), choices=[("", "–"), *facts], required=False
            )
            self.fields[f"operator{row}"] = forms.ChoiceField(
                label=gettext_lazy("Comparison"), choices=OPERATORS, required=False
            )
            self.fields[f"value{row}"] = OneLineField(
                label=gettext_lazy("Value"), max_length=300, required=False
            )
        for kind, label in TARGET_KINDS:
            self.fields[f"length_{kind}"] = LengthField(label=label, max_length=12, required=False)
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
    def condition_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"fact{n}"], self[f"operator{n}"], self[f"value{n}"]] for n in range(CONDITIONS)]

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
        for row, condition in enumerate(version.conditions.all()[:CONDITIONS]):
            values = condition.value if isinstance(condition.value, list) else [condition.value]
            said |= {f"fact{row}": condition.fact, f"operator{row}": condition.operator}
            said[f"value{row}"] = ", ".join(_called(condition.fact, value) for value in values)
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

    # ---- as it is understood ---------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["conditions"] = [one for row in range(CONDITIONS) if (one := self._condition(cleaned, row))]
        alerts: dict[str, list[AlertTerms]] = {}
        for row in range(ALERTS):
            self._alert(cleaned, row, alerts)
        cleaned["targets"] = self._targets(cleaned, alerts)
        if not cleaned["targets"] and not self.errors:
            raise ValidationError(_("A policy promises at least one thing."), code="empty")
        return cleaned

    def _condition(self, cleaned: dict[str, Any], row: int) -> ConditionTerms | None:
        name, operator = cleaned.get(f"fact{row}"), cleaned.get(f"operator{row}") or "is"
        if not name:
            if cleaned.get(f"value{row}"):
                self.add_error(f"fact{row}", _("Choose what this value is compared with."))
            return None
        try:
            value = _understood(name, operator, cleaned.get(f"value{row}") or "")
        except ValueError:
            value = None
        words = refusal(name, operator, value)
        if words:
            self.add_error(f"value{row}", words)
            return None
        return name, operator, value

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


def _called(fact: str, value: object) -> str:
    known = vocabulary.get(fact)
    return known.called(value) if known is not None else str(value)


def _understood(fact: str, operator: str, text: str) -> object:
    """What somebody wrote, as the fact has it: a name or code of the list, a whole number, yes or no."""
    known = vocabulary[fact]
    if known.kind == FLAG:
        return text.casefold() in ("yes", "ja", "true")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if known.kind == CHOICE:
        choices = known.choices() if known.choices else {}
        by_name = {str(label).casefold(): code for code, label in choices.items()}
        values: list[object] = [by_name.get(part.casefold(), part) for part in parts]
    else:
        named = {known.called(number).casefold(): number for number in range(10)}  # a priority has a name
        values = [
            named.get(part.casefold()) or _number(part, scale=100 if known.kind == MONEY else 1)
            for part in parts
        ]
    if operator == "in":
        return values
    return values[0] if len(values) == 1 else None


def _number(text: str, *, scale: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        raise ValueError(text)
    return int(text) * scale
