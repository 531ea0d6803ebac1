"""Words of rules are read twice before they stand: customers read them, and colleagues say them aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.draft_check import Remark
from tickets.textfields import OneLineField

Reader = Callable[[str], list[Remark]]


def anyway_field() -> OneLineField:
    return OneLineField(
        label=gettext_lazy("Why the words stay as they are"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only where a remark about them is mistaken."),
    )


def read_twice(form: forms.BaseForm, said: Mapping[str, object], readers: Mapping[str, Reader]) -> None:
    """Each remark stands at its field, until the words are others or one line says why they stay."""
    if said.get("anyway"):
        return
    for name, reader in readers.items():
        remarks = reader(str(said.get(name) or ""))
        for remark in remarks[:1]:
            words = _("“%(found)s”: %(advice)s") % {"found": remark.found, "advice": remark.advice}
            form.add_error(name, words)
