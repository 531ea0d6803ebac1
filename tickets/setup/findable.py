"""What the search for settings finds of the desk: the pages of the set-up and the own ones."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms import AbsenceForm, SettingsForm, TokenForm
from accounts.person import Person
from tickets.desk.news import NewsForm
from tickets.setup_page import pages_for, works
from tickets.setup_search import Place, Said, fields_of

from .canned import CannedReplyForm
from .causes import CauseForm
from .custom_fields import CustomFieldForm
from .duty_forms import OnCallForm, PersonHoursForm, TeamHoursForm
from .forms import MacroForm, RuleForm
from .hours_forms import CalendarForm, RegionForm
from .log import LogForm
from .mailboxes import MailboxForm
from .outgoing import CarrierForm
from .overflow import OverflowForm
from .people_forms import InvitationForm, PersonForm
from .policy_forms import PolicyForm, RecalculationForm
from .sign_in import SignInServiceForm
from .sites import SiteForm
from .stationery import StationeryForm
from .statuses import OwnStatusForm
from .team_forms import JoinForm, NewTeamForm
from .webhooks import WebhookForm

# By the name of the page: its forms, and by which other words one looks for it.
FORMS: dict[str, tuple[type[forms.BaseForm], ...]] = {
    "rules": (RuleForm,),
    "macros": (MacroForm,),
    "canned_replies": (CannedReplyForm,),
    "custom_fields": (CustomFieldForm,),
    "people": (InvitationForm, PersonForm),
    "teams": (NewTeamForm, JoinForm),
    "causes": (CauseForm,),
    "statuses": (OwnStatusForm,),
    "policies": (PolicyForm,),
    "calendars": (CalendarForm, RegionForm),
    "duty": (OnCallForm, TeamHoursForm, PersonHoursForm),
    "webhooks": (WebhookForm,),
    "recalculations": (RecalculationForm,),
    "sites": (SiteForm,),
    "sign_in_services": (SignInServiceForm,),
    "overflow": (OverflowForm,),
    "mailboxes": (MailboxForm,),
    "outgoing": (CarrierForm,),
    "stationery": (StationeryForm,),
    "log": (LogForm,),
}
ALSO: dict[str, Said] = {
    "rules": _("automation, trigger, workflow, escalation"),
    "macros": _("shortcuts, several actions"),
    "canned_replies": _("templates, snippets, text blocks, answers"),
    "custom_fields": _("form, input, attribute, required, mandatory, drop-down"),
    "people": _("Accounts, rights, administrators, agents, users"),
    "teams": _("Groups, members, leads, departments"),
    "causes": _("topics, categories, reasons, subjects"),
    "statuses": _("state, stage, pending, on hold, workflow"),
    "policies": _("SLA, first response, solution, targets, deadlines, alerts, warnings, escalation"),
    "calendars": _("opening times, public holidays, days off, closed, working time"),
    "duty": _("on call, shifts, standby, who is told"),
    "webhooks": _("integration, other systems, HTTP"),
    "sites": _("widget, live chat, web site, domain"),
    "sign_in_services": _("SSO, single sign-on, OpenID Connect, OIDC, Microsoft, Google, Okta, Keycloak"),
    "overflow": _("hotline, prospects, waiting"),
    "inbox": _("quarantine, bounced, set aside, not delivered"),
    "mailboxes": _("e-mail, IMAP, Microsoft 365, Google, OAuth, password"),
    "stationery": _("templates, salutation, letterhead, imprint, e-mail, regards"),
    "outgoing": _("e-mail, SMTP, sender, Mailgun, Postmark, SendGrid, Amazon SES, bounces, delivery"),
    "log": _("audit, history, who changed, trace"),
}
SETUP, MINE = _("Set-up"), _("My settings")


def places(person: Person) -> Iterable[Place]:
    for page in pages_for(person):
        name = page.address.partition(":")[2]
        fields, also = fields_of(*FORMS.get(name, ())), ALSO.get(name, "")
        yield Place(page.label, page.words, page.url, page.icon, SETUP, fields, also)
    if works(person):
        yield from _own()


def _own() -> Iterable[Place]:
    yield Place(
        _("My settings"),
        _("Name, language, time zone, being away, keys for machines"),
        reverse("me"),
        "user-round-cog",
        MINE,
        fields_of(SettingsForm, AbsenceForm, TokenForm),
        _("holiday, substitute, API token, sign-in"),
    )
    yield Place(
        _("What I want to hear"),
        _("Mails, the bell, quiet hours, the mail of the day"),
        reverse("desk:news"),
        "bell",
        MINE,
        fields_of(NewsForm),
        _("notifications, digest, do not disturb"),
    )
    yield Place(
        _("Keys"),
        _("Single keys of the desk, and switching them off"),
        reverse("desk:keys"),
        "keyboard",
        MINE,
        (),
        _("shortcuts, keyboard"),
    )
