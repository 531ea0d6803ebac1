"""The door to what can be set up on the desk."""

from django.urls import path

from . import access, hours, inbox, macros, mailboxes, policies, rules

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
    path("hours/", hours.calendars, name="calendars"),
    path("hours/new/", hours.new, name="new_calendar"),
    path("hours/<int:pk>/", hours.calendar, name="calendar"),
    path("hours/<int:pk>/holidays/", hours.holidays, name="holidays"),
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
