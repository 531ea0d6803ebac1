"""Only imports the nouns."""

from .attachment import Attachment
from .automation.bulk import Bulk
from .automation.effect import Effect
from .automation.macro import Macro
from .automation.reading import Bookmark, Reading
from .automation.rule import Rule, RuleVersion
from .automation.run import Run
from .cause import Cause
from .checklist import ChecklistItem, ReadyList
from .composing.canned_reply import CannedReply
from .composing.held_reply import HeldReply
from .composing.staged_file import StagedFile
from .composing.viewer import Viewer
from .draft import Draft, DraftVersion
from .erasure import Erasure
from .event import Event
from .feedback.silence import Silence
from .feedback.survey import Survey
from .fields.custom_field import CustomField
from .fields.field_value import FieldValue
from .first_steps import PutOff
from .glance import Glance
from .heartbeat import Heartbeat
from .incident import Affected, Incident, IncidentTicket
from .knowledge.article import Article
from .knowledge.article_event import ArticleEvent
from .knowledge.article_version import ArticleVersion
from .knowledge.article_words import ArticleWords
from .knowledge.missed_search import MissedSearch
from .knowledge.vote import ArticleVote
from .line.chat import Chat
from .line.deadline import Deadline
from .line.forecast import Forecast
from .line.line_event import LineEvent
from .line.overflow import Overflow
from .line.place import Place
from .line.site import Site
from .line.visit import Visit
from .mail.carrier import Carrier
from .mail.copied import Copied
from .mail.inbox import IncomingMail
from .mail.mailbox import Mailbox
from .mail.outbox import OutgoingMail
from .mail.stationery import Stationery
from .message import Message
from .news import KeptNews, NewsWish
from .notice import Notice
from .promises.pledge import Pledge, PledgeChange
from .promises.repair import Repair
from .public_review import PublicReview
from .rating import Rating
from .search.saved_view import SavedView
from .search.words import TicketWords
from .sla.alert import Alert
from .sla.calendar_version import CalendarVersion
from .sla.clock import Clock
from .sla.duty import PersonHours, TeamHours
from .sla.hours import BusinessHours
from .sla.log import ClockEntry
from .sla.mark import Mark
from .sla.on_call import OnCall
from .sla.pause import Pause
from .sla.policy import Policy, PolicyCondition, PolicyVersion
from .sla.rebuild import RebuildRun
from .sla.recalculation import Recalculation
from .sla.recalculation_preview import RecalculationPreview
from .sla.target import Target
from .snooze import Snooze
from .status_name import StatusName
from .tag import Tag, Tagging
from .ticket import Ticket
from .together.link import Link
from .together.merge import Merge
from .watcher import Watcher
from .webhook.call import WebhookCall
from .webhook.hook import Webhook

__all__ = [
    "Affected",
    "Alert",
    "Article",
    "ArticleEvent",
    "ArticleVersion",
    "ArticleVote",
    "ArticleWords",
    "Attachment",
    "Bookmark",
    "Bulk",
    "BusinessHours",
    "CalendarVersion",
    "CannedReply",
    "Carrier",
    "Cause",
    "Chat",
    "ChecklistItem",
    "Clock",
    "ClockEntry",
    "Copied",
    "CustomField",
    "Deadline",
    "Draft",
    "DraftVersion",
    "Effect",
    "Erasure",
    "Event",
    "FieldValue",
    "Forecast",
    "Glance",
    "Heartbeat",
    "HeldReply",
    "Incident",
    "IncidentTicket",
    "IncomingMail",
    "KeptNews",
    "LineEvent",
    "Link",
    "Macro",
    "Mailbox",
    "Mark",
    "Merge",
    "Message",
    "MissedSearch",
    "NewsWish",
    "Notice",
    "OnCall",
    "OutgoingMail",
    "Overflow",
    "Pause",
    "PersonHours",
    "Place",
    "Pledge",
    "PledgeChange",
    "Policy",
    "PolicyCondition",
    "PolicyVersion",
    "PublicReview",
    "PutOff",
    "Rating",
    "Reading",
    "ReadyList",
    "RebuildRun",
    "Recalculation",
    "RecalculationPreview",
    "Repair",
    "Rule",
    "RuleVersion",
    "Run",
    "SavedView",
    "Silence",
    "Site",
    "Snooze",
    "StagedFile",
    "Stationery",
    "StatusName",
    "Survey",
    "Tag",
    "Tagging",
    "Target",
    "TeamHours",
    "Ticket",
    "TicketWords",
    "Viewer",
    "Visit",
    "Watcher",
    "Webhook",
    "WebhookCall",
]
