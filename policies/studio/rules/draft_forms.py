"""What a lead can type in a draft of the rulebook: a gesture, a required level."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.forms import MoneyField
from policies.koennen import LEVELS, Requirement
from policies.rules.catalogue import GestureKind
from policies.rules.guardrail import Guardrail
from policies.rules.rulebook import Rulebook
from tickets.cause import Cause
from tickets.textfields import OneLineField

from .until import UntilField

ANY = ("", gettext_lazy("any"))
FURTHEST = timedelta(days=366)


class DraftForm(forms.Form):
    note = OneLineField(
        label=gettext_lazy("What shall change, and why"), max_length=300,
        help_text=gettext_lazy("Everybody who is decided by it later can read this."),
    )  # fmt: skip


class PublishForm(forms.Form):
    """At once, or at a time."""

    at = forms.DateTimeField(
        label=gettext_lazy("At"), required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty: at once."),
    )  # fmt: skip

    def clean_at(self) -> object:
        at = self.cleaned_data["at"]
        now = timezone.now()
        if at and not now < at < now + FURTHEST:
            raise ValidationError(_("Choose a time within the next year."))
        return at


class GestureForm(forms.ModelForm):
    usual_cents = MoneyField(label=gettext_lazy("Usually"), required=False)

    class Meta:
        model = GestureKind
        fields = (
            "code",
            "name_en",
            "name_de",
            "form",
            "usual_cents",
            "costs_money",
            "reversible",
            "position",
        )
        field_classes = dict.fromkeys(("name_en", "name_de"), OneLineField)

    def clean_code(self) -> str:
        return code_is_free(self, self.cleaned_data["code"], GestureKind)

    def clean_usual_cents(self) -> int:
        return self.cleaned_data["usual_cents"] or 0


class RequirementForm(forms.Form):
    cause = forms.ModelChoiceField(
        queryset=Cause.objects.order_by("position", "code"),
        required=False,
        empty_label=gettext_lazy("any"),
        label=gettext_lazy("Cause"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Gesture"), required=False)
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), choices=LEVELS, coerce=int)
    until = UntilField()
    reason = OneLineField(label=gettext_lazy("What it protects"), max_length=200, required=False)

    def __init__(self, *args: Any, draft: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [ANY, *((kind.code, kind.name) for kind in draft.gesture_kinds.all())]

    def save_in(self, draft: Rulebook) -> None:
        """One standing row for each place, and one with an end beside it: saying it again changes the level."""
        said = self.cleaned_data
        place = {"rulebook": draft, "cause": said["cause"], "kind": said["kind"]}
        place["valid_until__isnull"] = said["until"] is None
        row = Requirement.objects.filter(**place).first() or Requirement(
            rulebook=draft, cause=said["cause"], kind=said["kind"]
        )
        row.level, row.valid_until, row.reason = said["level"], said["until"], said["reason"]
        row.save()


def code_is_free(form: forms.ModelForm, code: str, model: type[Guardrail] | type[GestureKind]) -> str:
    others = model.objects.filter(rulebook=form.instance.rulebook, code=code).exclude(pk=form.instance.pk)
    if others.exists():
        raise ValidationError(_("This code is taken in this draft."))
    return code
