"""What every page knows: the person's place in the house, the pass for the live stream, the ways through the studio."""

from __future__ import annotations

from django.http import HttpRequest

from policies.studio.navigation import groups_for, way_at
from tickets.desk.shortcuts import Shortcuts
from tickets.live.admission import admit
from tickets.notice import Notice


def desk(request: HttpRequest) -> dict[str, object]:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    customer = person.as_customer
    topics = [
        *getattr(request, "live_topics", ()),
        f"person-{person.pk}",
        *([f"customer-{customer.pk}"] if customer else []),
        *(f"team-{pk}" for pk in sorted(person.team_ids)),
        *(f"line-{pk}" for pk in sorted(person.team_ids)),
    ]
    return {
        "live_pass": admit(topics),
        "shortcuts": Shortcuts.of(person.shortcuts) if person.is_agent else None,
        "unseen_notices": Notice.objects.told_to(person).unseen_by(person).count() if person.is_agent else 0,
    }


def studio(request: HttpRequest) -> dict[str, object]:
    """Its ways, in groups, and where in them one is; elsewhere nothing."""
    match = request.resolver_match
    if match is None or match.namespace != "studio" or not request.user.is_authenticated:
        return {}
    groups = groups_for(request.user)
    return {"studio_groups": groups, "studio_way": way_at(match.url_name, groups)}
