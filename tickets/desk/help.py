"""What is added on the desk when a talk takes its time: who is free to help, what is written about such a matter."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import translation

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.presence import Presence
from tickets.knowledge.article import Article
from tickets.knowledge.find import for_matter
from tickets.line import words as on
from tickets.line.line_event import LineEvent
from tickets.line.place import Place

COLLEAGUES, ARTICLES = 5, 3
NO_WORD: Final = 0


def help_with(place: Place, *, reader: Person, at: datetime) -> dict[str, object]:
    """From four minutes on colleagues and articles; who is silent is reminded rung by rung before. Nothing ends."""
    done = _DONE.rows(place=place.pk)
    silent = [step for kind, step in done if kind == on.SILENT and step >= place.holds * 10]
    rung = len(silent) if place.held_since else NO_WORD
    needs_help = (on.HELPED, place.talks) in done
    colleagues = Presence.objects.ready(at).exclude(person=place.agent).select_related("person")
    return {
        "rung": rung,
        "needs_help": needs_help,
        "colleagues": colleagues[:COLLEAGUES] if rung or needs_help else [],
        "articles": _articles(place, reader) if needs_help else [],
    }


_DONE = Prepared(
    lambda place: (
        LineEvent.objects.filter(place=place, kind__in=(on.SILENT, on.HELPED))
        .order_by()
        .values_list("kind", "step")
    )
)


def _articles(place: Place, reader: Person) -> list[dict[str, object]]:
    """By the cause the contact came with, or that of its ticket, and by the words it was described with.

    Each as its reader calls it, and as it is said to the customer, where everybody may read it.
    """
    cause_id, matter = place.cause_id, place.matter
    if place.ticket is not None:
        cause_id, matter = place.ticket.cause_id, place.ticket.subject
    found = for_matter(Article.objects.visible_to(reader), matter, cause_id=cause_id)[:ARTICLES]
    shown = [(one, one.live.title) for one in found if one.live]
    language = place.customer.person.language if place.customer else ""
    with translation.override(language or translation.get_language()):
        said = {one.pk: f"{one.live.title}\n{one.link()}\n" for one in found if one.live and one.is_public}
    return [{"pk": one.pk, "title": title, "said": said.get(one.pk, "")} for one, title in shown]
