"""Only imports the nouns."""

from .attachment import Attachment
from .cause import Cause
from .event import Event
from .heartbeat import Heartbeat
from .incident import Affected, Incident, IncidentTicket
from .mail.outbox import OutgoingMail
from .message import Message
from .notice import Notice
from .rating import Rating
from .sla.clock import Clock
from .sla.hours import BusinessHours
from .sla.mark import Mark
from .sla.target import Target
from .ticket import Ticket

__all__ = [
    "Affected",
    "Attachment",
    "BusinessHours",
    "Cause",
    "Clock",
    "Event",
    "Heartbeat",
    "Incident",
    "IncidentTicket",
    "Mark",
    "Message",
    "Notice",
    "OutgoingMail",
    "Rating",
    "Target",
    "Ticket",
]
