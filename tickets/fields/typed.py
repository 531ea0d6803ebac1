"""A custom field as somebody types it into the search, such as serial:4711 or bought:2026-03-31."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from .custom_field import CustomField
from .field_value import FieldValue
from .kind import LISTS, Kind, cents_of, day_of, number_of

_YES, _NO = ("yes", "ja", "true", "1"), ("no", "nein", "false", "0")


def asked_for(code: str, typed: str) -> Q | str:
    """What the search asks of tickets; or in words why it cannot be asked. A text is found by a part of it."""
    field = CustomField.objects.get(code=code)
    try:
        said = _said(field, typed)
    except ValidationError:
        return _("“%(value)s” does not fit “%(field)s”.") % {"value": typed, "field": field.name}
    return Q(pk__in=FieldValue.objects.filter(said, field=field).values("ticket"))


def _said(field: CustomField, typed: str) -> Q:
    if field.kind == Kind.NUMBER:
        return Q(number=number_of(typed))
    if field.kind == Kind.MONEY:
        return Q(number=cents_of(typed))
    if field.kind == Kind.DAY:
        return Q(day=day_of(typed))
    if field.kind == Kind.FLAG:
        return Q(number=int(_is_yes(typed)))
    if field.kind in LISTS:
        return Q(option__in=_options(field, typed))
    return Q(folded__contains=typed.casefold())


def _is_yes(typed: str) -> bool:
    said = typed.casefold()
    if said not in (*_YES, *_NO):
        raise ValidationError("", code="flag")
    return said in _YES


def _options(field: CustomField, typed: str) -> list[str]:
    """Whatever of the list is called like this, in either language: colleagues send each other what they typed."""
    said = typed.casefold()
    found = [
        str(option["code"])
        for option in field.options
        if said == option["code"] or any(said in str(option[name]).casefold() for name in ("en", "de"))
    ]
    if not found:
        raise ValidationError("", code="list")
    return found
