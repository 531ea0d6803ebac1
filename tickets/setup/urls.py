"""The door to what can be set up on the desk."""

from django.urls import path

from . import access, duty, hours, inbox, macros, mailboxes, overflow, policies, rules, sites, webhooks

app_name = "setup"
urlpatterns = [
    path("", access.index, name="index"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule, name="new_rule"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/preview/", rules.rule_preview, name="rule_preview"),
    path("rules/<int:pk>/log/", rules.rule_log, name="rule_log"),
    path("rules/<int:pk>/mode/", rules.switch_rule, name="switch_rule"),
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", policies.new, name="new_policy"),
    path("policies/<int:pk>/", policies.policy, name="policy"),
    path("policies/<int:pk>/rank/", policies.move, name="move_policy"),
    path("policies/<int:pk>/retirement/", policies.retire, name="retire_policy"),
    path("recalculations/", policies.recalculations, name="recalculations"),
    path("duty/", duty.duty, name="duty"),
    path("duty/<int:pk>/hours/", duty.team_hours, name="team_hours"),
    path("duty/on-call/<int:pk>/end/", duty.end_on_call, name="end_on_call"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/end/", webhooks.end, name="end_webhook"),
    path("webhooks/<int:pk>/resumption/", webhooks.resume, name="resume_webhook"),
    path("hours/", hours.calendars, name="calendars"),
    path("hours/new/", hours.new, name="new_calendar"),
    path("hours/<int:pk>/", hours.calendar, name="calendar"),
    path("hours/<int:pk>/holidays/", hours.holidays, name="holidays"),
    path("newcomers/", overflow.overflow, name="overflow"),
    path("sites/", sites.sites, name="sites"),
    path("sites/new/", sites.site, name="new_site"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/end/", sites.end_site, name="end_site"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/retry/", inbox.retry_mail, name="retry_mail"),
    path("inbox/<int:pk>/removal/", inbox.put_aside_mail, name="put_aside_mail"),
    path("inbox/<int:pk>/raw/", inbox.raw_mail, name="raw_mail"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("mailboxes/new/", mailboxes.mailbox, name="new_mailbox"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/end/", mailboxes.end_mailbox, name="end_mailbox"),
    path("macros/", macros.macros, name="macros"),
    path("macros/new/", macros.macro, name="new_macro"),
    path("macros/<int:pk>/", macros.macro, name="macro"),
    path("macros/<int:pk>/removal/", macros.remove_macro, name="remove_macro"),
]
