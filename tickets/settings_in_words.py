"""What the log of the set-up says of the desk: of each thing one can set up, its settings in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.setup_change import Hidden, settings_of

from .automation.macro import Macro
from .automation.rule import Rule
from .cause import Cause
from .checklist import ReadyList
from .composing.canned_reply import CannedReply
from .fields.custom_field import CustomField
from .line.overflow import Overflow
from .line.site import Site
from .mail.carrier import Carrier
from .mail.mailbox import Mailbox
from .mail.stationery import Stationery
from .sla.alert import TELLS, Alert, acts
from .sla.duty import PersonHours, TeamHours
from .sla.hours import BusinessHours
from .sla.on_call import OnCall
from .sla.opening import WEEKDAYS
from .sla.policy import Policy
from .sla.target import Target
from .status_name import StatusName
from .webhook.hook import Webhook

Settings = Iterable[tuple[str, object]]


@settings_of.register
def _cause(cause: Cause) -> Settings:
    return [
        (_("In English"), cause.name_en),
        (_("In German"), cause.name_de),
        (_("Team"), cause.team),
        (_("Offered in the portal"), cause.offered),
        (_("Position"), cause.position),
    ]


@settings_of.register
def _custom_field(field: CustomField) -> Settings:
    return [
        (_("Key"), field.code),
        (_("In English"), field.name_en),
        (_("In German"), field.name_de),
        (_("Help in English"), field.help_en),
        (_("Help in German"), field.help_de),
        (_("Kind"), field.get_kind_display()),
        (
            _("List"),
            [f"{one['code']}: {one['en']} / {one['de']}" for one in field.options if not one.get("left")],
        ),
        (_("Customers see it"), field.seen_by_customer),
        (_("Needed from customers who write"), field.needed_to_write),
        (_("Needed before a ticket is solved"), field.needed_to_solve),
        (_("Only asked for when"), field.asked_in_words),
        (_("Only for tickets about"), [str(cause) for cause in field.causes.all()]),
        (_("Only for tickets of"), [str(team) for team in field.teams.all()]),
        (_("Position"), field.position),
        (_("Retired"), field.retired_at is not None),
    ]


@settings_of.register
def _own_status(one: StatusName) -> Settings:
    return [
        (_("Key"), one.code),
        (_("In English"), one.name_en),
        (_("In German"), one.name_de),
        (_("Status"), one.get_status_display()),
        (_("Customers see it"), one.seen_by_customer),
        (_("Position"), one.position),
        (_("Retired"), one.retired_at is not None),
    ]


@settings_of.register
def _hours(hours: BusinessHours) -> Settings:
    return [
        (_("Name"), hours.name),
        (_("Time zone"), hours.tz),
        (
            _("Week"),
            [f"{_day(day)} {_periods(hours.weekly[day])}" for day in WEEKDAYS if hours.weekly.get(day)],
        ),
        (_("Holidays"), hours.holidays),
        (_("Days with own hours"), _dated(hours.overrides)),
        (_("Extra breaks"), _dated(hours.breaks)),
    ]


@settings_of.register
def _team_hours(said: TeamHours) -> Settings:
    return [(_("Business hours"), said.hours)]


@settings_of.register
def _person_hours(said: PersonHours) -> Settings:
    return [(_("Business hours"), said.hours)]


@settings_of.register
def _on_call(said: OnCall) -> Settings:
    return [
        (_("Team"), said.team),
        (_("Person"), said.person),
        (_("From"), _moment(said.starts_at)),
        (_("Until"), _moment(said.ends_at)),
        (_("Ended early"), _moment(said.ended_at) if said.ended_at else ""),
    ]


@settings_of.register
def _policy(policy: Policy) -> Settings:
    version = policy.versions.order_by("-number").first()
    if version is None:
        return []
    before = Policy.objects.kept().filter(rank__lt=policy.rank).count()
    targets = version.targets.select_related("hours").prefetch_related("alerts")
    return [
        (_("Name"), policy.name),
        (_("Rank"), before + 1 if policy.retired_at is None else ""),
        (_("Conditions"), [one.sentence for one in version.conditions.all()]),
        (_("Promises"), [_target(target) for target in targets]),
        (_("In force from"), _moment(version.valid_from)),
        (_("What changes, and why"), version.note),
        (_("Retired"), policy.retired_at is not None),
    ]


@settings_of.register
def _rule(rule: Rule) -> Settings:
    return [
        (_("Name"), rule.name),
        (_("For the tickets of"), rule.team or _("the whole house")),
        (_("State"), rule.get_mode_display()),
        (_("When"), rule.when),
        (_("Steps"), rule.then),
        (_("At most in an hour"), rule.most_per_hour),
    ]


@settings_of.register
def _macro(macro: Macro) -> Settings:
    """One's own is one's own business."""
    if macro.team is None:
        return []
    return [(_("Name"), macro.name), (_("For whom"), macro.team), (_("Steps"), macro.then)]


@settings_of.register
def _ready_list(ready: ReadyList) -> Settings:
    return [(_("Name"), ready.name), (_("Cause"), ready.cause), (_("Lines"), ready.lines)]


@settings_of.register
def _canned_reply(reply: CannedReply) -> Settings:
    if reply.scope == CannedReply.Scope.OWN:
        return []
    return [
        (_("Name"), reply.name),
        (_("For whom"), reply.whose),
        (_("In German"), reply.text_de),
        (_("In English"), reply.text_en),
    ]


@settings_of.register
def _mailbox(box: Mailbox) -> Settings:
    return [
        (_("Address"), box.address),
        (_("What its mails are about"), box.cause),
        (_("Server"), f"{box.host}:{box.port}, {box.get_security_display()}"),
        (_("Folder"), box.folder),
        (_("User name"), box.username),
        (_("Way to sign in"), box.get_way_display()),
        (_("Password, app password or refresh token"), Hidden(box.secret)),
        (_("Address for keys (OAuth 2)"), box.token_url),
        (_("Client id (OAuth 2)"), box.client_id),
        (_("Client secret (OAuth 2)"), Hidden(box.client_secret)),
        (_("Ended"), box.ended_at is not None),
    ]


@settings_of.register
def _carrier(carrier: Carrier) -> Settings:
    server = f"{carrier.host}:{carrier.port}, {carrier.get_security_display()}" if carrier.host else ""
    return [
        (_("Way"), carrier.get_kind_display()),
        (_("Server"), "" if carrier.provider else server),
        (_("User name"), carrier.username),
        (_("Password or key"), Hidden(carrier.secret)),
        (_("Domain (Mailgun)"), carrier.domain),
        (_("The account is kept in the European Union"), carrier.is_european),
        (_("Key it signs reports with (Mailgun)"), Hidden(carrier.signing_key)),
        (_("Ended"), carrier.ended_at is not None),
    ]


@settings_of.register
def _stationery(paper: Stationery) -> Settings:
    return [
        (_("Team"), paper.team or _("The whole house")),
        (_("Language"), paper.get_language_display()),
        (_("Greeting"), paper.greeting),
        (_("Put it before replies of colleagues, too"), paper.greets_replies),
        (_("Signature"), paper.signature),
        (_("Footer"), paper.footer),
    ]


@settings_of.register
def _webhook(hook: Webhook) -> Settings:
    return [
        (_("Name"), hook.name),
        (_("Address"), hook.url),
        (_("It stands in our own network"), hook.private),
        (_("Secret"), Hidden(hook.secret)),
        (_("Paused"), hook.paused_at is not None),
        (_("Ended"), hook.ended_at is not None),
    ]


@settings_of.register
def _site(site: Site) -> Settings:
    return [
        (_("Name"), site.name),
        (_("Addresses"), site.origins),
        (_("Ended"), site.ended_at is not None),
    ]


@settings_of.register
def _overflow(said: Overflow) -> Settings:
    return [
        (_("Team for newcomers"), said.team),
        (_("How much longer may existing customers wait? (seconds)"), said.margin_seconds),
        (_("Turned off"), said.off_at is not None),
        (_("Why not?"), said.off_reason),
    ]


def _target(target: Target) -> str:
    hours, minutes = divmod(target.seconds // 60, 60)
    said = {
        "promise": target.get_kind_display(),
        "length": _as_clock(hours, minutes, target.seconds % 60),
        "calendar": target.hours,
    }
    first = _("%(promise)s: within %(length)s hours (%(calendar)s)") % said
    return "; ".join([first, *(_alert(alert) for alert in target.alerts.all())])


def _as_clock(hours: int, minutes: int, seconds: int) -> str:
    """Of whole hours only their number; seconds are there only where somebody meant some."""
    parts = [f"{minutes:02}"] if minutes or seconds else []
    return ":".join([str(hours), *parts, *([f"{seconds:02}"] if seconds else [])])


def _alert(alert: Alert) -> str:
    told = [str(TELLS[name]) for name in alert.tells] + [str(acts[name].label) for name in alert.acts]
    said = {"minutes": abs(alert.minutes or 0), "percent": alert.percent, "acts": ", ".join(told)}
    if alert.percent is not None:
        return _("at %(percent)s per cent: %(acts)s") % said
    if alert.is_before:
        return _("%(minutes)s minutes before: %(acts)s") % said
    return _("%(minutes)s minutes after: %(acts)s") % said


def _periods(periods: list[list[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in periods) or _("closed")


def _dated(days: dict[str, list[list[str]]]) -> list[str]:
    return [f"{day} {_periods(periods)}" for day, periods in sorted(days.items())]


def _day(code: str) -> str:
    return str(WEEKDAYS_ABBR[WEEKDAYS.index(code)])


def _moment(at: datetime) -> str:
    """In the zone of the house: the log is read by others than who wrote it."""
    return date_format(localtime(at, ZoneInfo(settings.TIME_ZONE)), "SHORT_DATETIME_FORMAT")
