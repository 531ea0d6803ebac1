"""What a page hands its script: as JSON in an attribute, where no policy has to trust it."""

from __future__ import annotations

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """Escaped like any text; the script reads it back from its attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)
