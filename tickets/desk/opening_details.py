"""Custom fields of a ticket that is being opened at the desk: those for its cause and team, none of them needed yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone

from tickets.cause import Cause
from tickets.fields.custom_field import CustomField
from tickets.fields.in_play import in_play
from tickets.fields.inputs import answers, deciding, inputs, name_of, typed_so_far
from tickets.fields.kind import Value

from .access import LARGEST_ID


class DetailsAsked(forms.Form):
    """What is asked hangs on what is chosen and answered so far; whoever has no scripts fills it in on the ticket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = self._fitting()
        typed = typed_so_far(fitting, self.data) if self.is_bound else {}
        self.asked = in_play(fitting, typed, on=timezone.localdate())
        self.deciding = deciding(fitting)
        self.fields.update(inputs(self.asked))

    @property
    def details(self) -> list[BoundField]:
        return [self[name_of(field)] for field in self.asked]

    @property
    def answered(self) -> dict[CustomField, Value | None]:
        return answers(self, self.asked)

    def _fitting(self) -> list[CustomField]:
        cause = Cause.objects.filter(pk=self._number("cause")).first()
        if cause is None:
            return []
        return list(CustomField.objects.fitting(cause=cause.pk, team=self._number("team") or cause.team_id))

    def _number(self, name: str) -> int:
        said = str(self[name].value() or "")
        plain = said.isascii() and said.isdigit() and len(said) < 20
        return int(said) if plain and int(said) <= LARGEST_ID else 0
