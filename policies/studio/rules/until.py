"""The day on which something ends by itself; what leaves less room must have one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FURTHEST = timedelta(days=366)


class UntilField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": gettext_lazy("Until"),
            "required": False,
            "widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "help_text": gettext_lazy("Needed, with a reason, where this leaves less room."),
        }
        super().__init__(**given | kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        today = timezone.localdate()
        if day and not today <= day <= today + FURTHEST:
            raise ValidationError(_("Choose a day within the next year."))
        return day
