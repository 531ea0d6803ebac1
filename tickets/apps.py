"""Mechanism: what happens on a service desk. Useful without policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from .setup_page import SetupPage, administers, leads, works

# Name of the address, label, what it is for, icon, and whom it admits.
SETUP_PAGES = (
    ("rules", _("Rules"), _("What the desk does by itself."), "workflow", leads),
    ("macros", _("Macros"), _("Several steps at once, on one ticket."), "zap", works),
    (
        "canned_replies",
        _("Canned replies"),
        _("What you write again and again."),
        "message-square-text",
        works,
    ),
    ("checklists", _("Checklists"), _("What is to be done on tickets of one cause."), "list-checks", leads),
    (
        "custom_fields",
        _("Custom fields"),
        _("What you want to know of tickets, and who is asked for it."),
        "text-cursor-input",
        administers,
    ),
    ("people", _("People"), _("Who works here, and whether they come in."), "user-round-cog", administers),
    ("teams", _("Teams"), _("Who works where, and who leads."), "users-round", leads),
    ("causes", _("Causes"), _("What tickets are about, and which team answers for it."), "tag", administers),
    (
        "statuses",
        _("Own statuses"),
        _("What you call where tickets stand."),
        "signpost",
        administers,
    ),
    ("policies", _("Promise policies"), _("What we promise to whom."), "clock", leads),
    ("calendars", _("Business hours"), _("When promises count."), "calendar-clock", leads),
    ("duty", _("Duty"), _("Whom news reaches, and when."), "bell", leads),
    ("webhooks", _("Webhooks"), _("Which systems an alert calls."), "webhook", administers),
    (
        "recalculations",
        _("Recalculate"),
        _("Bring running promises in line with the policies."),
        "refresh-cw",
        administers,
    ),
    ("sites", _("Chat on web sites"), _("Where our chat may stand."), "message-circle", administers),
    (
        "sign_in_services",
        _("Company sign-in"),
        _("Whose people sign in with the account of their company."),
        "log-in",
        administers,
    ),
    ("overflow", _("Newcomers’ hotline"), _("When it serves existing customers first."), "split", leads),
    (
        "inbox",
        _("Incoming mail"),
        _("What came by mail, and what waits for somebody to look at it."),
        "mail",
        administers,
    ),
    ("reviews", _("Reviews"), _("What is written about us where everybody reads it."), "star", works),
    (
        "deletions",
        _("Deletion of data"),
        _("Who asked to be forgotten, and when that is due."),
        "user-x",
        administers,
    ),
    (
        "mailboxes",
        _("Mailboxes"),
        _("Where customers write to, and whether we get in."),
        "mailbox",
        administers,
    ),
    (
        "stationery",
        _("Greeting and signature"),
        _("What mails to customers begin and end with, by team and language."),
        "signature",
        leads,
    ),
    (
        "outgoing",
        _("Outgoing mail"),
        _("By which server or provider mails leave, and what stands still."),
        "send",
        administers,
    ),
    (
        "first_steps",
        _("First steps"),
        _("What is set, and what is left to set."),
        "footprints",
        administers,
    ),
    (
        "log",
        _("Log of changes"),
        _("Who changed what of the set-up, from what to what."),
        "scroll-text",
        administers,
    ),
)


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        # Nouns can only be imported once the apps are there.
        from . import (  # noqa: F401
            alert_acts,
            checklist,
            condition,
            draft_check,
            history,
            known,
            open_item,
            settings_in_words,
            setup_page,
        )
        from .automation import known as moments
        from .automation import step, steps, tag_steps, words
        from .composing import held_reply, mention
        from .fields import facts as custom
        from .line import chat
        from .promises import pledge
        from .sla import alert
        from .together import link, merge

        condition.register((*known.FACTS, *moments.FACTS))
        condition.sources.append(custom.SOURCE)
        alert.acts.update(alert_acts.ACTS)
        step.register((*steps.KINDS, *words.KINDS, *tag_steps.KINDS))
        open_item.readers += [pledge.open_on, link.open_on, held_reply.planned_on, checklist.open_on]
        draft_check.checks.append(mention.in_public)
        merge.readers.append(chat.stands_in_the_way)
        setup_page.pages.extend(SetupPage(f"setup:{name}", *said) for name, *said in SETUP_PAGES)
        self._listen()

    def _listen(self) -> None:
        """Who hears of each event, in this order."""
        from accounts import customer, presence

        from . import history, snooze, standing, watcher, whose
        from .automation import effect, reading
        from .feedback import survey
        from .line import attendance, overheard
        from .mail import copied
        from .promises import repair
        from .together import link

        history.listeners += [
            effect.notice,
            reading.wake,
            repair.hear,
            overheard.hear_history,
            snooze.hear,
            survey.hear,
            whose.hear,
            watcher.hear,
            copied.hear,
            link.hear,
        ]
        history.at_once[watcher.hear] = watcher.hear_at_once
        customer.standing_listeners.append(standing.hear)
        presence.listeners.append(attendance.hear)
