"""What administrators change in Django's own pages stands in the log of the set-up too, through the same helper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .setup_change import Setting, in_words, note, stored


class Logged:
    """Beside a ModelAdmin: the settings before are read before saving, those after when everything is saved."""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        request.settings_before = in_words(stored(obj)) if change else []  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _note(request, obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        if hasattr(
            request, "settings_before"
        ):  # a new password is logged by Django without anything else saved
            _note(request, obj)
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        for obj in queryset:
            note(type(obj), obj.pk, in_words(obj), [], called=str(obj), by=request.user)
        return super().log_deletions(request, queryset)  # type: ignore[misc]


def _note(request: HttpRequest, obj: Model) -> None:
    before: list[Setting] = request.settings_before  # type: ignore[attr-defined]
    note(type(obj), obj.pk, before, in_words(stored(obj)), called=str(obj), by=request.user)
