"""Only imports the nouns."""

from .attachment import Attachment
from .cause import Cause
from .event import Event
from .heartbeat import Heartbeat
from .incident import Affected, Incident, IncidentTicket
from .line.deadline import Deadline
from .line.forecast import Forecast
from .line.line_event import LineEvent
from .line.place import Place
from .mail.outbox import OutgoingMail
from .message import Message
from .notice import Notice
from .rating import Rating
from .sla.calendar_version import CalendarVersion
from .sla.clock import Clock
from .sla.hours import BusinessHours
from .sla.log import ClockEntry
from .sla.mark import Mark
from .sla.rebuild import RebuildRun
from .sla.target import Target
from .ticket import Ticket

__all__ = [
    "Affected",
    "Attachment",
    "BusinessHours",
    "CalendarVersion",
    "Cause",
    "Clock",
    "ClockEntry",
    "Deadline",
    "Event",
    "Forecast",
    "Heartbeat",
    "Incident",
    "IncidentTicket",
    "LineEvent",
    "Mark",
    "Message",
    "Notice",
    "OutgoingMail",
    "Place",
    "Rating",
    "RebuildRun",
    "Target",
    "Ticket",
]
