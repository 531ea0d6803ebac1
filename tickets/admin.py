"""The administrators' door to the desk: causes, hours and targets to edit; what happened only to look at."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import Kept, Logged, ReadOnly

from .models import (
    Attachment,
    BusinessHours,
    CalendarVersion,
    Cause,
    Clock,
    ClockEntry,
    Deadline,
    Event,
    Heartbeat,
    LineEvent,
    Mark,
    Message,
    OutgoingMail,
    Place,
    PolicyCondition,
    PolicyVersion,
    Rating,
    Target,
    TeamHours,
    Ticket,
)


@admin.register(Cause)
class CauseAdmin(Logged, Kept, admin.ModelAdmin):
    list_display = ("name_en", "name_de", "code", "team", "offered", "position")
    list_filter = ("team", "offered")
    list_select_related = ("team",)
    search_fields = ("code", "name_en", "name_de")

    def get_readonly_fields(self, request: HttpRequest, obj: Cause | None = None) -> tuple[str, ...]:
        """Rules and stored decisions name a cause by its code."""
        return ("code",) if obj else ()


@admin.register(BusinessHours)
class BusinessHoursAdmin(Logged, admin.ModelAdmin):
    """The calendar is checked by the same reader that reckons with it; its refusals are sentences."""

    list_display = ("name", "tz", "holiday_count")
    search_fields = ("name",)

    @admin.display(description=_("holidays"))
    def holiday_count(self, hours: BusinessHours) -> int:
        return len(hours.holidays)


class ConditionInline(ReadOnly, admin.TabularInline):
    model = PolicyCondition
    fields = ("sentence",)
    readonly_fields = ("sentence",)


class TargetInline(ReadOnly, admin.TabularInline):
    model = Target
    fields = ("kind", "seconds", "hours", "warn_percent")


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnly, admin.ModelAdmin):
    """Changed in the setup of the desk, where the change is weighed; here one sees what was in force when."""

    list_display = ("policy", "number", "valid_from", "valid_until", "by", "note")
    list_select_related = ("policy", "by")
    ordering = ("policy__rank", "-number")
    inlines = (ConditionInline, TargetInline)


@admin.register(TeamHours)
class TeamHoursAdmin(Logged, admin.ModelAdmin):
    list_display = ("team", "hours")
    list_select_related = ("team", "hours")
    fields = ("team", "hours")


class MessageInline(ReadOnly, admin.TabularInline):
    model = Message
    fields = ("at", "author", "kind", "channel", "text")


class EventInline(ReadOnly, admin.TabularInline):
    model = Event
    fields = ("at", "sentence")
    readonly_fields = ("sentence",)


class ClockInline(ReadOnly, admin.TabularInline):
    model = Clock
    fields = ("kind", "started_at", "due_at", "met_at", "breached_at", "cancelled_at")
    show_change_link = True


@admin.register(Ticket)
class TicketAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("number", "subject", "customer", "team", "assignee", "status", "next_due_at")
    list_display_links = ("number", "subject")
    list_filter = ("status", "team", "priority")
    list_select_related = ("customer__person", "team", "assignee")
    search_fields = ("=pk", "subject")
    search_help_text = _("Number or words of the subject.")
    ordering = ("-pk",)
    fields = (
        *("subject", "customer", "team", "assignee", "cause", "priority", "status", "language"),
        *("created_at", "changed_at", "solved_at", "next_due_at"),
    )
    inlines = (ClockInline, MessageInline, EventInline)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("pk", "ticket", "author", "kind", "channel", "at")
    list_filter = ("kind", "channel")
    list_select_related = ("ticket", "author")
    search_fields = ("=ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)
    fields = ("ticket", "author", "from_customer", "kind", "channel", "at", "text")


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "ticket", "sentence")
    list_select_related = ("ticket", "by")
    search_fields = ("=ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)
    fields = ("ticket", "at", "by", "kind", "sentence")
    readonly_fields = ("sentence",)


class ClockEntryInline(ReadOnly, admin.TabularInline):
    model = ClockEntry
    fields = ("at", "kind", "cause", "by", "seconds", "until", "calendar", "written_at")


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("hours", "number", "since")
    list_select_related = ("hours",)
    ordering = ("hours", "-number")
    fields = ("hours", "number", "since", "content")


@admin.register(ClockEntry)
class ClockEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "clock", "kind", "cause", "by", "written_at")
    list_filter = ("kind",)
    list_select_related = ("clock", "by")
    search_fields = ("=clock__ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)


@admin.register(Clock)
class ClockAdmin(ReadOnly, admin.ModelAdmin):
    inlines = (ClockEntryInline,)
    list_display = ("pk", "ticket", "kind", "started_at", "due_at", "met_at", "breached_at")
    list_filter = ("kind",)
    list_select_related = ("ticket",)
    search_fields = ("=ticket__pk",)
    search_help_text = _("Number of the ticket.")
    ordering = ("-pk",)


@admin.register(Mark)
class MarkAdmin(ReadOnly, admin.ModelAdmin):
    """Where a mark that could not be fired shows its trouble."""

    list_display = ("due_at", "clock", "kind", "done_at", "skipped", "tries", "trouble")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "kind", ("trouble", admin.EmptyFieldListFilter))
    list_select_related = ("clock",)
    ordering = ("-pk",)


@admin.register(Rating)
class RatingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("ticket", "score", "comment", "at")
    list_filter = ("score",)
    list_select_related = ("ticket",)
    ordering = ("-pk",)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin):
    """What came, not the file itself: files are fetched in the conversation, by those who may read it."""

    list_display = ("name", "message", "content_type", "size", "at")
    list_select_related = ("message",)
    ordering = ("-pk",)
    fields = ("name", "message", "content_type", "size", "sha256", "at")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, admin.ModelAdmin):
    """What left, waits or failed. A mail with a sign-in code is nobody's to read but the receiver's."""

    list_display = ("created_at", "to", "subject_or_not", "sent_at", "failed_at", "tries", "trouble")
    list_filter = (("sent_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter))
    search_fields = ("to",)
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: OutgoingMail | None = None) -> tuple[str, ...]:
        said = () if obj is None or obj.secret else ("subject", "text")
        return (
            "to",
            *said,
            "created_at",
            "due_at",
            "tries",
            "sent_at",
            "failed_at",
            "bounced_at",
            "delivered_at",
            "unwanted_at",
            "trouble",
        )

    @admin.display(description=_("subject"))
    def subject_or_not(self, mail: OutgoingMail) -> str:
        return "–" if mail.secret else mail.subject


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, admin.ModelAdmin):
    """When each kind of work was last really done."""

    list_display = ("name", "at")


class LineEventInline(ReadOnly, admin.TabularInline):
    model = LineEvent
    fields = ("at", "kind", "agent", "ended_by", "heard_at")


class DeadlineInline(ReadOnly, admin.TabularInline):
    model = Deadline
    fields = ("due_at", "kind", "done_at", "skipped", "trouble")


@admin.register(Place)
class PlaceAdmin(ReadOnly, admin.ModelAdmin):
    """One contact with everything heard of it."""

    list_display = ("pk", "arrived_at", "team", "customer", "phase", "channel", "trouble")
    list_filter = ("phase", "channel", "team")
    list_select_related = ("team", "customer__person")
    ordering = ("-pk",)
    fields = (
        *("team", "customer", "caller", "channel", "matter", "phase", "arrived_at", "agent", "outcome"),
        "trouble",
    )
    inlines = (LineEventInline, DeadlineInline)
