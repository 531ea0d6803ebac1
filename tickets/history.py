"""The words of a ticket's history, and who listens to it; packages to the right add theirs when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .event import Event

OPENED, REPLIED, NOTED, ASSIGNED, MOVED, RATED = "opened", "replied", "noted", "assigned", "moved", "rated"
TAKEN = "taken"  # somebody made themselves the assignee
PRIORITISED, THANKED, TAKEN_AS_THANKS = "prioritised", "thanked", "taken_as_thanks"
PROMISE_WARNED, PROMISE_BREACHED = "promise_warned", "promise_breached"
INCIDENT_LINKED, INCIDENT_UNLINKED = "incident_linked", "incident_unlinked"

# What the desk says about each kind of event.
words: dict[str, object] = {
    OPENED: _("%(who)s opened this ticket"),
    REPLIED: _("%(who)s replied"),
    NOTED: _("%(who)s wrote an internal note"),
    ASSIGNED: _("%(who)s gave this ticket to %(to)s"),
    TAKEN: _("%(who)s took this ticket"),
    MOVED: _("%(who)s changed the status to “%(status)s”"),
    PRIORITISED: _("%(who)s changed the priority to “%(priority)s”"),
    THANKED: _("%(who)s said thank you; nothing is owed for it"),
    TAKEN_AS_THANKS: _("%(who)s took the last message as a mere thank-you; no answer is owed for it"),
    RATED: _("%(who)s rated this ticket with %(score)s of 5"),
    PROMISE_WARNED: _("The promise “%(promise)s” runs out soon; %(told)s was told"),
    PROMISE_BREACHED: _("The promise “%(promise)s” was broken; %(told)s was told"),
    INCIDENT_LINKED: _("%(who)s linked this ticket to the incident “%(incident)s”"),
    INCIDENT_UNLINKED: _("%(who)s took this ticket out of the incident “%(incident)s”"),
}

# What a customer's open page hears of; the rest would only tell them that something moved inside.
outside: set[str] = {OPENED, REPLIED, MOVED, RATED}

# Called with each new event inside its transaction; how packages to the right hear of what happens here.
listeners: list[Callable[[Event], None]] = []


def in_each_language(say: Callable[[], object]) -> dict[str, str]:
    """What `say` says in every language: an event is written once and read by people of either."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = str(say())
    return texts
