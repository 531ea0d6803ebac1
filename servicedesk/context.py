"""What every page knows: the person's place in the house, the pass for the live stream, the ways through the studio.

Most answers are pieces of a page that show nothing of it, so it is found out only where it is shown.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.person import Person
from accounts.prepared import Prepared
from policies.studio.navigation import groups_for, way_at
from tickets.desk.shortcuts import Shortcuts
from tickets.live.admission import pass_for
from tickets.notice import Notice

MOST_COUNTED = 100


def desk(request: HttpRequest) -> dict[str, object]:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    return {
        "live_pass": SimpleLazyObject(lambda: _pass(request, person)),
        "shortcuts": SimpleLazyObject(lambda: Shortcuts.of(person.shortcuts) if person.is_agent else None),
        "unseen_notices": SimpleLazyObject(lambda: _unseen(person)),
    }


def _pass(request: HttpRequest, person: Person) -> str:
    customer = person.as_customer
    topics = [
        *getattr(request, "live_topics", ()),
        f"person-{person.pk}",
        *([f"customer-{customer.pk}"] if customer else []),
        *(f"team-{pk}" for pk in sorted(person.team_ids)),
        *(f"line-{pk}" for pk in sorted(person.team_ids)),
    ]
    return pass_for(request, topics)


def _unseen(person: Person) -> int | str:
    """How many; from a hundred on nobody counts them."""
    count = len(_UNSEEN.rows(person=person)) if person.is_agent else 0
    return count if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


_UNSEEN = Prepared(
    lambda person: (
        Notice.objects.told_to(person).unseen_by(person).order_by().values_list("pk")[:MOST_COUNTED]
    )
)


def studio(request: HttpRequest) -> dict[str, object]:
    """Its ways, in groups, and where in them one is; elsewhere nothing."""
    match = request.resolver_match
    if match is None or match.namespace != "studio" or not request.user.is_authenticated:
        return {}
    groups = groups_for(request.user)
    return {"studio_groups": groups, "studio_way": way_at(match.url_name, groups)}
