"""The steps that put a tag on a ticket and take one off."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from tickets.refused import Refused
from tickets.tag import LONGEST, MOST, Tag, fold, spelled
from tickets.textfields import OneLineField

from .step import Acting, Said, StepKind


class TagField(OneLineField):
    def clean(self, value: object) -> str:
        name = spelled(super().clean(value))
        if not name:
            raise forms.ValidationError(_("A tag needs a word."))
        return name


def _field(_person: Person) -> dict[str, forms.Field]:
    return {"tag": TagField(label=gettext_lazy("Tag"), max_length=LONGEST)}


def _name_of(said: Said) -> str:
    return spelled(str(said.get("tag", "")))[:LONGEST]


def _has(acting: Acting, said: Said) -> bool:
    return Tag.objects.on(acting.ticket).filter(folded=fold(_name_of(said))).exists()


def _put_trouble(acting: Acting, said: Said, _place: int) -> str:
    if not _name_of(said):
        return _("A tag needs a word.")
    if _has(acting, said):
        return _("It has this tag already.")
    if Tag.objects.on(acting.ticket).count() >= MOST:
        return _("A ticket has at most %(most)s tags.") % {"most": MOST}
    return ""


def _put(acting: Acting, said: Said, _place: int) -> None:
    put = Tag.put(_name_of(said), acting.ticket, by=acting.by, at=acting.at)
    if isinstance(put, Refused):  # somebody else was faster since it was weighed
        raise ValueError(put.words)


def _take_off(acting: Acting, said: Said, _place: int) -> None:
    for tag in Tag.objects.on(acting.ticket).filter(folded=fold(_name_of(said))):
        tag.take_off(acting.ticket, by=acting.by, at=acting.at)


KINDS = (
    StepKind(
        "tag",
        gettext_lazy("Put a tag on it"),
        _field,
        lambda said: _("put the tag “%(tag)s” on it") % {"tag": _name_of(said)},
        _put_trouble,
        _put,
    ),
    StepKind(
        "untag",
        gettext_lazy("Take a tag off"),
        _field,
        lambda said: _("take the tag “%(tag)s” off") % {"tag": _name_of(said)},
        lambda acting, said, _place: "" if _has(acting, said) else _("It does not have this tag."),
        _take_off,
    ),
)
