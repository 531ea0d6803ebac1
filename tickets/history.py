"""The words of a ticket's history, and who listens to it; packages to the right add theirs when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .event import Event

OPENED, REPLIED, NOTED, ASSIGNED, MOVED, RATED = "opened", "replied", "noted", "assigned", "moved", "rated"
STATUS_CALLED = "status_called"  # it stands where it stood; what the house calls that changed
TAKEN = "taken"  # somebody made themselves the assignee
PRIORITISED, THANKED, TAKEN_AS_THANKS = "prioritised", "thanked", "taken_as_thanks"
PAUSE_AGREED, PAUSE_OVER = "pause_agreed", "pause_over"
RELEASED, HANDED_OVER = "released", "handed_over"
RENAMED, RECLASSIFIED = "renamed", "reclassified"
CUSTOMER_CHANGED = "customer_changed"
TAKEN_DOWN = "taken_down"  # what somebody said was written down by one of ours
INFORMED = "informed"  # a text the house sent by itself
RULE_RAN, RULE_TOLD, RULE_PAUSED, MACRO_RAN = "rule_ran", "rule_told", "rule_paused", "macro_ran"
REPLY_PLANNED, REPLY_CANCELLED = "reply_planned", "reply_cancelled"
REPLY_STOPPED, REPLY_GIVEN_UP = "reply_stopped", "reply_given_up"
MAIL_BOUNCED, MAIL_SENT_AGAIN, MAIL_UNWANTED = "mail_bounced", "mail_sent_again", "mail_unwanted"
THANKS = (THANKED, TAKEN_AS_THANKS)  # after these nobody waits for an answer
PROMISE_WARNED, PROMISE_BREACHED = "promise_warned", "promise_breached"
PLEDGE_GIVEN, PLEDGE_KEPT, PLEDGE_MOVED = "pledge_given", "pledge_kept", "pledge_moved"
PLEDGE_WITHDRAWN, PLEDGE_PASSED_ON = "pledge_withdrawn", "pledge_passed_on"
REPAIR_OPENED, REPAIR_DONE = "repair_opened", "repair_done"
PROMISE_REMINDED = "promise_reminded"
WAITED_TOO_LONG, BROKE_OFF = "waited_too_long", "broke_off"  # a live contact
INCIDENT_LINKED, INCIDENT_UNLINKED = "incident_linked", "incident_unlinked"
MENTIONED = "mentioned"  # a colleague, in an internal note
TAGGED, UNTAGGED = "tagged", "untagged"
FIELD_SET, FIELD_CHANGED, FIELD_EMPTIED = "field_set", "field_changed", "field_emptied"
NOT_SOLVED = "not_solved"  # a reply went out that was to solve it, and a field was empty
SNOOZED, WOKEN = "snoozed", "woken"
ANSWERED, PRAISED = "answered", "praised"  # one question about how it went, and kind words with it
SPLIT_OFF = "split_off"
LINKED, UNLINKED, PART_DONE, UNBLOCKED = "linked", "unlinked", "part_done", "unblocked"
TICKED_OFF, TICK_TAKEN_BACK = "ticked_off", "tick_taken_back"
WATCHING, WATCHING_NO_MORE = "watching", "watching_no_more"
WATCHER_ADDED, WATCHER_REMOVED = "watcher_added", "watcher_removed"
PUT_ON_COPY, TAKEN_OFF_COPY = "put_on_copy", "taken_off_copy"
WROTE_ON_COPY = "wrote_on_copy"  # somebody outside who gets our answers, too
MERGED, MERGED_IN, TAKEN_APART, GAVE_BACK = "merged", "merged_in", "taken_apart", "gave_back"

# What a notice is about, in a word that tells nobody anything who reads it over a shoulder.
in_short: dict[str, object] = {
    **dict.fromkeys((REPLIED, NOTED, INFORMED, WROTE_ON_COPY), _("A new message")),
    MENTIONED: _("Somebody mentions you"),
    OPENED: _("New in your team"),
    **dict.fromkeys((ASSIGNED, RELEASED, HANDED_OVER, TAKEN), _("Who works on it has changed")),
    PROMISE_WARNED: _("A promise runs out soon"),
    PROMISE_BREACHED: _("A promise was not kept"),
    PROMISE_REMINDED: _("A promise is still not kept"),
    WAITED_TOO_LONG: _("Somebody waits too long"),
    BROKE_OFF: _("A talk broke off"),
    **dict.fromkeys((PLEDGE_GIVEN, PLEDGE_MOVED, PLEDGE_WITHDRAWN, PLEDGE_PASSED_ON), _("A promise by word")),
    **dict.fromkeys((REPAIR_OPENED, REPAIR_DONE), _("A promise to make good")),
    WOKEN: _("It is back on the list"),
}

# What the desk says about each kind of event.
words: dict[str, object] = {
    OPENED: _("%(who)s opened this ticket"),
    REPLIED: _("%(who)s replied"),
    NOTED: _("%(who)s wrote an internal note"),
    MENTIONED: _("%(who)s mentioned %(named)s in an internal note"),
    ASSIGNED: _("%(who)s gave this ticket to %(to)s"),
    TAKEN: _("%(who)s took this ticket"),
    RELEASED: _("%(who)s gave this ticket back to the team"),
    HANDED_OVER: _("%(who)s gave this ticket to the team %(team)s"),
    TAKEN_DOWN: _("%(who)s wrote this down (%(way)s)"),
    RENAMED: _("%(who)s changed the subject from “%(from_subject)s” to “%(subject)s”"),
    RECLASSIFIED: _("%(who)s changed the cause from “%(from_cause)s” to “%(cause)s”"),
    CUSTOMER_CHANGED: _("%(who)s changed the customer from %(from_customer)s to %(customer)s"),
    INFORMED: _("%(who)s sent an automatic message"),
    RULE_RAN: _("The rule “%(rule)s” acted"),
    RULE_TOLD: _("“%(words)s” – says the rule “%(rule)s”"),
    RULE_PAUSED: _("The rule “%(rule)s” was paused: %(why)s"),
    MACRO_RAN: _("%(who)s ran the macro “%(macro)s”"),
    MOVED: _("%(who)s changed the status to “%(status)s”"),
    STATUS_CALLED: _("%(who)s changed the status to “%(status)s”"),
    PRIORITISED: _("%(who)s changed the priority to “%(priority)s”"),
    THANKED: _("%(who)s said thank you; nothing is owed for it"),
    TAKEN_AS_THANKS: _("%(who)s took the last message as a mere thank-you; no answer is owed for it"),
    PAUSE_AGREED: _("%(who)s wrote down why we wait: %(why)s"),
    PAUSE_OVER: _("We waited long enough (%(why)s); the clocks run again"),
    REPLY_PLANNED: _("%(who)s planned a reply"),
    REPLY_CANCELLED: _("%(who)s took back the planned reply of %(author)s; it stands in the draft"),
    REPLY_STOPPED: _(
        "The customer wrote, so the planned reply of %(author)s did not go; it stands in the draft"
    ),
    REPLY_GIVEN_UP: _("The reply of %(author)s could not go out; it stands in the draft"),
    MAIL_BOUNCED: _("A mail to %(to)s came back: %(why)s"),
    MAIL_UNWANTED: _("%(to)s reported a mail of ours as spam; nothing is asked there any more"),
    MAIL_SENT_AGAIN: _("%(who)s sent the mail to %(to)s again"),
    RATED: _("%(who)s rated this ticket with %(score)s of 5"),
    ANSWERED: _("%(who)s answered our question about how it went"),
    PRAISED: _("%(who)s says thank you: “%(words)s”"),
    PROMISE_WARNED: _("The promise “%(promise)s” runs out soon; %(told)s was told"),
    PROMISE_BREACHED: _("The promise “%(promise)s” was broken; %(told)s was told"),
    PLEDGE_GIVEN: _("%(who)s promised: “%(words)s”"),
    PLEDGE_KEPT: _("%(who)s kept the promise “%(words)s”"),
    PLEDGE_MOVED: _("%(who)s moved the promise “%(words)s”: %(reason)s"),
    PLEDGE_WITHDRAWN: _("%(who)s took back the promise “%(words)s”: %(reason)s"),
    PLEDGE_PASSED_ON: _("%(to)s keeps the promise “%(words)s” from now on"),
    REPAIR_OPENED: _("The promise “%(words)s” was broken; %(owner)s makes it good"),
    REPAIR_DONE: _("%(who)s made the broken promise “%(words)s” good: %(done)s"),
    PROMISE_REMINDED: _("The promise “%(promise)s” is still not kept; %(told)s was told"),
    WAITED_TOO_LONG: _("The customer waits in the line for too long; every team is asked, %(told)s was told"),
    BROKE_OFF: _("The talk broke off; an answer is owed in writing"),
    INCIDENT_LINKED: _("%(who)s linked this ticket to the incident “%(incident)s”"),
    INCIDENT_UNLINKED: _("%(who)s took this ticket out of the incident “%(incident)s”"),
    TAGGED: _("%(who)s put the tag “%(tag)s” on this ticket"),
    UNTAGGED: _("%(who)s took the tag “%(tag)s” off this ticket"),
    FIELD_SET: _("%(who)s filled in “%(field)s”: %(value)s"),
    FIELD_CHANGED: _("%(who)s changed “%(field)s” from “%(before)s” to “%(value)s”"),
    FIELD_EMPTIED: _("%(who)s emptied “%(field)s”; it said “%(before)s”"),
    NOT_SOLVED: _("The reply was to solve this ticket; it stays open until this is filled in: %(field)s"),
    SNOOZED: _("%(who)s snoozed this ticket"),
    WOKEN: _("This ticket is back: %(why)s"),
    SPLIT_OFF: _("%(who)s made #%(number)s “%(subject)s” of a message of this ticket"),
    LINKED: _("%(who)s linked this ticket: it %(how)s #%(number)s"),
    UNLINKED: _("%(who)s ended a link; no longer: it %(how)s #%(number)s"),
    PART_DONE: _("#%(number)s is done, a sub-ticket of this one"),
    UNBLOCKED: _("#%(number)s is done, which blocked this ticket"),
    TICKED_OFF: _("%(who)s ticked off “%(words)s”"),
    TICK_TAKEN_BACK: _("%(who)s took back: “%(words)s” is not done"),
    WATCHING: _("%(who)s watches this ticket"),
    WATCHING_NO_MORE: _("%(who)s no longer watches this ticket"),
    WATCHER_ADDED: _("%(who)s lets %(to)s watch this ticket"),
    WATCHER_REMOVED: _("%(who)s took %(to)s off the watchers of this ticket"),
    PUT_ON_COPY: _("%(who)s put %(to)s on copy (%(email)s)"),
    TAKEN_OFF_COPY: _("%(who)s took %(to)s off the copies (%(email)s)"),
    WROTE_ON_COPY: _("%(from)s, on copy, wrote by mail"),
    MERGED: _("%(who)s merged this ticket into #%(into)s"),
    MERGED_IN: _("%(who)s merged #%(number)s “%(subject)s” into this ticket"),
    TAKEN_APART: _("%(who)s took this ticket apart from #%(into)s again"),
    GAVE_BACK: _("%(who)s took #%(number)s “%(subject)s” apart from this ticket again"),
}

# The same where the event says what was before, under this name; what happened long ago does not.
words_in_full: dict[str, tuple[str, object]] = {
    PRIORITISED: (
        "from_priority",
        _("%(who)s changed the priority from “%(from_priority)s” to “%(priority)s”"),
    ),
    HANDED_OVER: (
        "from_team",
        _("%(who)s gave this ticket from the team %(from_team)s to the team %(team)s"),
    ),
    RELEASED: ("had", _("%(who)s gave this ticket back to the team; %(had)s had it")),
}

# Added to a sentence by whoever did it, to say why.
BECAUSE = _("%(sentence)s: %(because)s")
# Added to a sentence about something that was noticed long after its time.
LATE = _("%(sentence)s – %(minutes)s minutes after its time")

# What a customer's open page hears of; the rest would only tell them that something moved inside.
outside: set[str] = {
    *(OPENED, REPLIED, INFORMED, MOVED, STATUS_CALLED, RATED),
    *(MERGED, MERGED_IN, TAKEN_APART, GAVE_BACK),
    *(RENAMED, RECLASSIFIED, CUSTOMER_CHANGED),
    *(PLEDGE_GIVEN, PLEDGE_KEPT, PLEDGE_MOVED, PLEDGE_WITHDRAWN, PLEDGE_PASSED_ON, REPAIR_OPENED),
}

# Called with each new event inside its transaction; how packages to the right hear of what happens here.
listeners: list[Callable[[Event], None]] = []
# What a listener does instead where thousands of promises break at once: it would ask the database for each of them.
at_once: dict[Callable[[Event], None], Callable[[Sequence[Event]], None]] = {}


def let_listen(events: Sequence[Event]) -> None:
    """What `Ticket.record` does for one event, for all that one sweep wrote; in its transaction."""
    for listener in listeners:
        if listener in at_once:
            at_once[listener](events)
        else:
            for event in events:
                listener(event)


def in_each_language(say: Callable[[], object]) -> dict[str, str]:
    """What `say` says in every language: an event is written once and read by people of either."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = str(say())
    return texts


def own_language() -> str:
    return (translation.get_language() or "en")[:2]


def in_own_language(said: Mapping[str, str]) -> str:
    """Of what was said in every language, the reader's."""
    return said.get(own_language(), "")
