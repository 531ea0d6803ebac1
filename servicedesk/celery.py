"""The Celery app and the whole beat table; Celery only wakes, the rows hold the promise."""

import os
import sys

from celery import Celery

# Celery would have Django check itself, which loads every page: a quarter of the memory of the beat, which has none.
# The worker and the web check.
IS_BEAT = "beat" in sys.argv
if IS_BEAT:
    os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

app = Celery("servicedesk", loader=None if IS_BEAT else "servicedesk.loader:Loader")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tickets", "policies"], related_name="jobs")

# A broker that answers and takes nothing, its memory full, killed the worker in the first task it fetched meanwhile; so
# it connects again, as it does to one that is gone.
app.conf.broker_channel_error_retry = True

# Whoever starts the beat, bin/run or a service of the system, has the mailboxes watched with it.
app.conf.beat_scheduler = "servicedesk.beat:Scheduler"

# What may take its time: behind it nobody waits.
app.conf.task_routes = {
    f"{room}.jobs.{job}": {"queue": "slow"}
    for room, jobs in {
        "tickets": (
            "deliver_mail",
            "take_in_mail",
            "fetch_mail",
            "automate",
            "time_rules",
            "go_on_with_many",
            "judge_what_lasted",
        ),
        "policies": (
            "rehearse",
            "ask_questions",
            "deliver_payouts",
            "carry_mirrors",
            "reconcile_ledger",
            "raise_levels",
            "draw_the_quiet",
        ),
    }.items()
    for job in jobs
}

# How often the quick sweeps look, in seconds; tests that wait for one do not want to wait for five.
PACE = float(os.environ.get("KULANZ_BEAT_SECONDS", "5"))

# What waits far longer than its interval is worth nothing: the next one does the same work.
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds * 2, 30)}}
    for name, task, seconds in [
        ("beat a heart", "tickets.jobs.beat_heart", PACE),
        # A promise of seconds, to a call or chat, is called broken within two of them.
        ("sweep promise marks", "tickets.jobs.sweep_marks", min(PACE, 1.0)),
        ("end pauses", "tickets.jobs.end_pauses", 60.0),
        ("wake the snoozed", "tickets.jobs.wake_the_snoozed", 30.0),
        ("go on recalculating promises", "tickets.jobs.go_on_recalculating", 60.0),
        ("sweep asks", "policies.jobs.sweep_asks", PACE),
        # An offer lasts twenty seconds and a hold budget sixty: the line is looked after more often than the rest.
        ("sweep the line", "tickets.jobs.sweep_line", min(PACE, 2.0)),
        ("care for the line", "tickets.jobs.care_for_the_line", 60.0),
        ("tell of longer waits", "tickets.jobs.tell_of_longer_waits", 3600.0),
        ("judge what lasted", "tickets.jobs.judge_what_lasted", 600.0),
        ("carry out rules", "tickets.jobs.automate", PACE),
        ("look whose time has come", "tickets.jobs.time_rules", 60.0),
        # A reply is held for ten seconds: two more are noticed, five are not what was said.
        ("let held replies go", "tickets.jobs.let_replies_go", min(PACE, 2.0)),
        ("forget files nobody sent", "tickets.jobs.forget_files", 3600.0),
        ("forget who looked", "tickets.jobs.forget_viewers", 300.0),
        ("write the news of the day", "tickets.jobs.write_the_days_news", 60.0),
        ("deliver mail", "tickets.jobs.deliver_mail", PACE),
        ("call webhooks", "tickets.jobs.call_webhooks", PACE),
        ("look into mailboxes", "tickets.jobs.fetch_mail", 30.0),
        ("take in mail nobody read to its end", "tickets.jobs.take_in_mail", 60.0),
        ("go on with many tickets at once", "tickets.jobs.go_on_with_many", PACE),
        ("forget addresses of the forgotten", "tickets.jobs.forget_addresses", 3600.0),
        ("forget old missed searches", "tickets.jobs.forget_missed_searches", 6 * 3600.0),
        ("give the same to the quiet ones", "policies.jobs.carry_mirrors", PACE),
        ("let ideas stand", "policies.jobs.sweep_ideas", 60.0),
        ("raise levels", "policies.jobs.raise_levels", 3600.0),
        ("let challenges lapse", "policies.jobs.sweep_challenges", 60.0),
        ("send payout orders", "policies.jobs.deliver_payouts", PACE),
        ("look for what is worth a question", "policies.jobs.ask_questions", 6 * 3600.0),
        ("turn the months of budgets", "policies.jobs.turn_months", 30.0),
        ("let vouchers run out", "policies.jobs.expire_offers", 60.0),
        ("publish what is due", "policies.jobs.publish_due", 30.0),
        ("rehearse drafts", "policies.jobs.rehearse", 30.0),
        ("tell when the field fell", "policies.jobs.tell_when_the_field_fell", 3600.0),
        ("forget details on their day", "policies.jobs.forget_details", 3600.0),
        ("promise by contracts that begin", "policies.jobs.begin_contracts", 3600.0),
        ("draw whom to call", "policies.jobs.draw_the_quiet", 6 * 3600.0),
        ("reconcile the ledger", "policies.jobs.reconcile_ledger", 3600.0),
    ]
}
