"""A change of the rules in preparation: wider limits for agents, rehearsed on what was asked for, not yet in force."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from policies.models import Rehearsal, Rulebook

from .people import Cast

NOTE = "Mehr Spielraum für alle: 50 € mehr, bevor jemand fragen muss"
MORE_CENTS = 5000


def prepare(cast: Cast, *, now: datetime) -> None:
    draft = Rulebook.draft(by=cast.desk["birgit"], note=NOTE, at=now)
    draft.limits.filter(role="agent", valid_until=None).update(
        own_cents=F("own_cents") + MORE_CENTS,
        stretch_cents=F("stretch_cents") + MORE_CENTS,
        customer_cents=F("customer_cents") + MORE_CENTS,
    )
    Rehearsal.ask(draft, by=cast.desk["birgit"], at=now).run(now=now)
