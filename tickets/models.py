"""Only imports the nouns."""

from .attachment import Attachment
from .automation.effect import Effect
from .automation.macro import Macro
from .automation.reading import Bookmark, Reading
from .automation.rule import Rule, RuleVersion
from .automation.run import Run
from .cause import Cause
from .event import Event
from .heartbeat import Heartbeat
from .incident import Affected, Incident, IncidentTicket
from .line.chat import Chat
from .line.deadline import Deadline
from .line.forecast import Forecast
from .line.line_event import LineEvent
from .line.place import Place
from .mail.inbox import IncomingMail
from .mail.mailbox import Mailbox
from .mail.outbox import OutgoingMail
from .message import Message
from .notice import Notice
from .promises.pledge import Pledge, PledgeChange
from .promises.repair import Repair
from .rating import Rating
from .sla.alert import Alert
from .sla.calendar_version import CalendarVersion
from .sla.clock import Clock
from .sla.duty import TeamHours
from .sla.hours import BusinessHours
from .sla.log import ClockEntry
from .sla.mark import Mark
from .sla.policy import Policy, PolicyCondition, PolicyVersion
from .sla.rebuild import RebuildRun
from .sla.recalculation import Recalculation
from .sla.target import Target
from .ticket import Ticket

__all__ = [
    "Affected",
    "Alert",
    "Attachment",
    "Bookmark",
    "BusinessHours",
    "CalendarVersion",
    "Cause",
    "Chat",
    "Clock",
    "ClockEntry",
    "Deadline",
    "Effect",
    "Event",
    "Forecast",
    "Heartbeat",
    "Incident",
    "IncidentTicket",
    "IncomingMail",
    "LineEvent",
    "Macro",
    "Mailbox",
    "Mark",
    "Message",
    "Notice",
    "OutgoingMail",
    "Place",
    "Pledge",
    "PledgeChange",
    "Policy",
    "PolicyCondition",
    "PolicyVersion",
    "Rating",
    "Reading",
    "RebuildRun",
    "Recalculation",
    "Repair",
    "Rule",
    "RuleVersion",
    "Run",
    "Target",
    "TeamHours",
    "Ticket",
]
