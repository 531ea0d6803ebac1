"""A no as one can say it aloud: the wish, what we protect, what is possible, and by when – as “we”, never a bare no.

In the customer's language, whoever reads it at the desk; an amount is never in it, for amounts are our limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets.sla.promise import moment_in_words

if TYPE_CHECKING:
    from ..rules.guardrail import Guardrail
    from ..ruling import Ruling


def spoken_no(
    ruling: Ruling, *, rails: Iterable[Guardrail] = (), words: str = "", hears_by: datetime | None = None
) -> list[str]:
    """Up to four paragraphs in this order: the wish, what a no protects, what we can do now, until when they hear.

    `rails` are the guardrails that ruled it out; `words` are those of somebody who said no.
    """
    ticket, rails = ruling.ticket, list(rails)
    with translation.override(ticket.reader_language):
        wish = ruling.called[ticket.reader_language]
        said = [
            _("You wrote to us about “%(subject)s”. %(gesture)s would be a way to put it right.")
            % {"subject": ticket.subject, "gesture": wish},
            " ".join([*(rail.reason for rail in rails), *filter(None, [words])]),
            " ".join([_("What we can do now:"), *_possible(ruling, rails)]),
        ]
        if hears_by is not None:
            zone = ticket.customer.person.zone
            moment = moment_in_words(hears_by, zone=zone, now=timezone.now())
            said.append(_("You hear from us by %(moment)s.") % {"moment": moment})
        return [paragraph for paragraph in said if paragraph]


def _possible(ruling: Ruling, rails: Iterable[Guardrail]) -> list[str]:
    """At least one thing: what the rule itself offers, a smaller gesture, and in any case our time."""
    found = [rail.instead for rail in rails]
    nearest = ruling.answer.nearest
    if nearest and nearest.cents:
        found.append(_("We can do it on a smaller scale, and at once."))
    return found or [_("We stay with you until it works, and call you whenever it suits you.")]
