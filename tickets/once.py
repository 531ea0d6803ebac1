"""The same key twice is once: what a form or a program sends again makes nothing new."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

Noun = TypeVar("Noun", bound=models.Model)


def once(rows: models.Manager[Noun], *, mine: dict[str, object], **said: Any) -> Noun:
    """The row that `mine` names, usually a person and their key, made now with what is `said` or found as it stands.

    Raises IntegrityError when something else than `mine` stands in the way, such as the same key of somebody else.
    """
    try:
        with transaction.atomic():
            return rows.create(**said, **mine)
    except IntegrityError:
        twin = rows.filter(**mine).first()
        if twin is None:
            raise
        return twin
