"""What is new on the bell, as a browser shows it beside its window: the ticket and in a word what it is about.

It may stand on a locked screen and on one that is shown to others, so it names no person and none of their words.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from tickets import history
from tickets.news import NewsWish
from tickets.notice import Notice

from .access import desk_only

MOST = 5


@require_safe
@desk_only
def fresh(request: HttpRequest) -> JsonResponse:
    """What came after the notice `after`; without it only where one is. Quiet hours show nothing, then or later."""
    after, now = request.GET.get("after", ""), timezone.now()
    mine = Notice.objects.told_to(request.user).order_by("-pk")
    newest = mine.values_list("pk", flat=True).first() or 0
    begins = int(after) if after.isascii() and after.isdigit() and len(after) < 20 else newest
    shown: list[dict[str, object]] = []
    if begins < newest and NewsWish.of(request.user).loud_at(now) == now:
        found = mine.filter(pk__gt=begins, seen_at=None).select_related("event__ticket")[:MOST]
        shown = [_in_short(notice, request.user) for notice in found][::-1]
    answer = JsonResponse({"after": newest, "notices": shown})
    answer["Cache-Control"] = "no-store"
    return answer


def _in_short(notice: Notice, person: Person) -> dict[str, object]:
    ticket = notice.event.ticket
    words = history.in_short.get(notice.event.kind) or _("Something new")
    if notice.event.kind == history.ASSIGNED and ticket.assignee_id == person.pk:
        words = _("It was given to you")
    title = _("Ticket #%(number)s") % {"number": ticket.pk}
    return {"id": notice.pk, "title": title, "text": str(words), "url": ticket.desk_url()}
