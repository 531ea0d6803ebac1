"""A guardrail as its editor types it: what it protects, what else is possible, until when it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.language.wording import reason_remarks, remarks
from policies.rules.guardrail import Guardrail
from tickets import condition
from tickets.textfields import OneLineField

from .draft_forms import code_is_free
from .read_twice import anyway_field, read_twice

# The reason explains a no; what is possible instead only has to be sayable.
READERS = {
    **dict.fromkeys(("reason_en", "reason_de"), reason_remarks),
    **dict.fromkeys(("instead_en", "instead_de"), remarks),
}


class GuardrailForm(forms.ModelForm):
    anyway = anyway_field()

    class Meta:
        model = Guardrail
        fields = (
            "code",
            "owner",
            "reason_en",
            "reason_de",
            "instead_en",
            "instead_de",
            "anyway",
            "valid_from",
            "valid_until",
        )
        widgets = {
            name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            for name in ("valid_from", "valid_until")
        }
        field_classes = dict.fromkeys(
            ("owner", "reason_en", "reason_de", "instead_en", "instead_de"), OneLineField
        )
        help_texts = {
            "code": gettext_lazy("A short name for colleagues and reports: letters, digits, hyphens."),
            "valid_until": gettext_lazy("A new guardrail ends within a year and can be renewed then."),
        }

    def clean_code(self) -> str:
        return code_is_free(self, self.cleaned_data["code"], Guardrail)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("It cannot end before it begins."))
        read_twice(self, said, READERS)
        return said


def facts() -> list[condition.Fact]:
    """What is known when a gesture is weighed; a guardrail can ask nothing else."""
    return condition.known_about(condition.TICKET, condition.GESTURE)


def in_words(said: dict[str, Any], rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The rule as customers and colleagues will read it, in each language: its name, the reason, when it holds."""
    found = []
    for language, name in (("en", "English"), ("de", "Deutsch")):
        with translation.override(language):
            held = [condition.sentence(row["fact"], row["operator"], row["value"]) for row in rows]
            when = "; ".join(held) or _("It forbids nothing yet: no condition says when.")
            instead = said.get(f"instead_{language}") or "…"
            words = f"{said.get(f'reason_{language}') or '…'} {_('Instead:')} {instead}"
        found.append((name, words, when))
    return found
