"""Where something stands in a list that the house orders itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

FIRST, LAST, USUAL = 1, 9999, 100


class PositionField(forms.IntegerField):
    def __init__(self, **how: Any) -> None:
        words = {"label": gettext_lazy("Position"), "help_text": gettext_lazy("Small numbers come first.")}
        super().__init__(**{"min_value": FIRST, "max_value": LAST, "initial": USUAL, **words, **how})
