"""What was written down in every language, shown in the reader's; and numbers as what a click on them opens."""

from __future__ import annotations

import re
from typing import Final

from django import template
from django.conf import settings

from tickets.history import in_own_language

TELEPHONE: Final = "tel:{number}"
SCHEMES: Final = ("tel:", "sip:", "sips:")
register = template.Library()
register.filter("own_language", in_own_language)


@register.filter
def dial_link(number: str) -> str:
    """As the house has set it: by the telephone, or by a program that speaks SIP."""
    how: str = settings.DIAL_LINK
    if not how.startswith(SCHEMES) or "{number}" not in how:
        how = TELEPHONE
    return how.replace("{number}", re.sub(r"[^0-9+*#]", "", number.replace("(0)", "")))
