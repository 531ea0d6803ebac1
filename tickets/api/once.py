"""Once: the `Idempotency-Key` header. The same key with the same body has one effect and one answer.

What it made carries the key, so nothing has to be remembered beside it: the first half of the stored key names
person, place and key, the second half the body.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from .door import Refused

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
Row = TypeVar("Row", bound=Model)

PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters, new for each thing one wants to happen. Sent again with the same "
    f"body, nothing happens again and the answer is the same, with `{REPLAYED}: true`; with another body: 422.",
)


class Once:
    """One request with its key; without a key each request is a new one."""

    def __init__(self, request: Request, place: str, body: object) -> None:
        key = request.headers.get(HEADER)
        if key is not None and not _KEY.fullmatch(key):
            raise ValidationError({HEADER: [_("A key has 1 to 255 visible ASCII characters.")]})
        self.name = key and _half(request.user.pk, place, key)
        self.key = self.name and self.name + _half(body)

    def earlier(self, rows: QuerySet[Row], *, before: str = "") -> Row | None:
        """What this key made before; Refused when that was made from another body.

        `before` is what some nouns put in front of every key.
        """
        if not self.name:
            return None
        row = rows.filter(key__startswith=before + self.name).first()
        if row is not None and getattr(row, "key", "") != f"{before}{self.key}":
            raise reused()
        return row


def reused() -> Refused:
    return Refused(_("This key was used for something else already."), code="key_reused")


def replayed(response: Response) -> Response:
    response[REPLAYED] = "true"
    return response


def _half(*parts: object) -> str:
    """128 bits, of everything that was said in its order."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
