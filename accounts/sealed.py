"""What is kept to sign in elsewhere: sealed in the database and its backups, opened by a key outside of them."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Tells a sealed text from one that was written before there were seals.
MARK: Final = "sealed:"


def seal(text: str) -> str:
    """Two seals of the same text differ; nothing stays nothing."""
    return MARK + _ring().encrypt(text.encode()).decode() if text else ""


def unsealed(kept: str) -> str:
    """What was sealed; "" where no key of today opens it, as if nothing were kept."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _ring().decrypt(kept.removeprefix(MARK).encode()).decode()
    except (InvalidToken, ValueError):
        return ""


class SealedField(models.TextField):
    """Text that only this program reads. It cannot be searched for, but for whether it is empty."""

    def get_prep_value(self, value: object) -> str:
        return seal(str(value or ""))

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> str:
        return unsealed(value or "")


def seal_anew() -> tuple[int, list[str]]:
    """Seal everything kept with the first key of today. How many texts that were, and where one opens with no key."""
    count, lost = 0, []
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, SealedField):
                rows = model._default_manager.annotate(kept=Cast(field.name, models.TextField()))
                for pk, kept in rows.exclude(kept="").values_list("pk", "kept"):
                    text = unsealed(kept)
                    if not text:
                        lost.append(f"{model._meta.label} {pk}: {field.name}")
                    else:  # whoever enters another one meanwhile wins
                        count += rows.filter(pk=pk, kept=kept).update(**{field.name: text})
    return count, lost


def open_for_good(rows: models.Manager[Any], *names: str) -> None:
    """Write what is kept in these fields as it is read, in the clear: a version without seals goes on with it.

    Raises ValueError for what no key of today opens; it would be lost.
    """
    for name in names:
        kept = rows.annotate(kept=Cast(name, models.TextField())).exclude(kept="")
        for pk, text in kept.values_list("pk", "kept"):
            clear = unsealed(text)
            if not clear:
                raise ValueError(f"No key opens {rows.model._meta.label} {pk}: {name}.")
            rows.filter(pk=pk).update(**{name: models.Value(clear, models.TextField())})


def _ring() -> MultiFernet:
    return _ring_of(tuple(settings.SEALING_KEYS or [settings.SECRET_KEY]))


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals, each of them opens; any text is a key, as long and random as it may be."""
    digests = (hashlib.sha256(b"kulanz.sealed:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
