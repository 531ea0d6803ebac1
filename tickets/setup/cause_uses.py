"""What names a cause: mailboxes and checklists, custom fields, promise policies in force or planned, rules that run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.cause import Cause
from tickets.checklist import ReadyList
from tickets.mail.mailbox import Mailbox

from .field_uses import Use, of_policies, of_rules


def uses(cause: Cause) -> list[Use]:
    asking = [use for use in (*of_policies(), *of_rules()) if _is_named(cause, use.rows)]
    return [*_belonging(cause), *asking]


def _belonging(cause: Cause) -> Iterator[Use]:
    for box in Mailbox.objects.filter(cause=cause, ended_at=None).order_by("address"):
        yield Use(
            _("the mailbox “%(name)s”") % {"name": box.address}, reverse("setup:mailbox", args=[box.pk]), []
        )
    for ready in ReadyList.objects.filter(cause=cause).order_by("name"):
        words = _("the checklist “%(name)s”") % {"name": ready.name}
        yield Use(words, reverse("setup:checklist", args=[ready.pk]), [])
    for field in cause.custom_fields.filter(retired_at=None):
        words = _("the field “%(name)s”") % {"name": field.name}
        yield Use(words, reverse("setup:custom_field", args=[field.pk]), [])


def _is_named(cause: Cause, rows: Iterable[dict[str, Any]]) -> bool:
    said = (row["value"] for row in rows if row["fact"] == "cause")
    return any(cause.code in (value if isinstance(value, list) else [value]) for value in said)
