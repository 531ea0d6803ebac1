"""An explanation: how a deadline came about – start, days counted, pauses, target, result – in a sentence, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from .clock import Clock
from .course import AROUND_THE_CLOCK, REPLACED, RESUMED, Course, begin, step
from .log import ClockEntry
from .opening import OpeningHours
from .promise import moment_as_label, moment_in_words, rounded_up
from .terms import also_fitting
from .worktime import elapsed, open_spans

# A year of counted days is a page nobody reads; the sum is right all the same.
MOST_DAYS = 60
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
COUNTED_IN_MINUTES = 600  # seconds; what is shorter than this is promised to somebody who waits on the line

# Why something happened to a clock, said to whoever asks.
CAUSES: dict[str, str] = {
    "opened": gettext_noop("the request came in"),
    "customer_wrote": gettext_noop("the customer wrote"),
    "answered": gettext_noop("somebody of us answered"),
    "waiting_customer": gettext_noop("we are waiting for the customer"),
    "went_on": gettext_noop("we went on without waiting"),
    "solved": gettext_noop("it was solved"),
    "closed": gettext_noop("it was closed"),
    "reopened": gettext_noop("it was opened again"),
    "thanks": gettext_noop("it was a mere thank-you"),
    "priority": gettext_noop("the priority changed"),
    "cause": gettext_noop("the cause changed"),
    "customer": gettext_noop("it is another customer’s"),
    "fields": gettext_noop("a custom field was filled in"),
    "contract": gettext_noop("the customer has a contract"),
    "standing": gettext_noop("the customer’s standing changed"),
    "recalculated": gettext_noop("the policies were applied anew"),
    "merged": gettext_noop("two requests became one"),
    "unmerged": gettext_noop("two requests were taken apart again"),
    "split": gettext_noop("one request became two"),
    "promised": gettext_noop("somebody gave their word"),
    "due": gettext_noop("its time had passed"),
    "over": gettext_noop("nothing was owed any more"),
    "gave_up": gettext_noop("the customer waited no longer"),
    "put_in_writing": gettext_noop("it goes on in writing"),
    "time_chosen": gettext_noop("the customer chose when we call"),
    "in_turn": gettext_noop("the customer wants to be called in turn after all"),
    "call_wanted": gettext_noop("the customer is called instead of waiting"),
    "line_broke": gettext_noop("the connection broke, and we call"),
    "called_themselves": gettext_noop("the customer called themselves"),
    "writes_instead": gettext_noop("the customer writes instead"),
    "told_late": gettext_noop("the telephone system told it late"),
    "call_over": gettext_noop("the call was over"),
}


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One date in the calendar's zone: when it was open, and how many minutes of the promise it used."""

    day: date
    spans: tuple[tuple[datetime, datetime], ...]
    minutes: int
    words: str


@dataclass(frozen=True, slots=True)
class Stood:
    """A time that did not count: while we waited, or while it was solved and nobody knew better."""

    since: datetime
    until: datetime | None
    was_solved: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the log in words."""

    at: datetime
    kind: str
    cause: str
    by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    clock: Clock
    sentence: str
    days: tuple[CountedDay, ...]
    left_out: int
    pauses: tuple[Stood, ...]
    used_minutes: int
    target_minutes: int
    used: str
    target: str
    calendar: str
    zone: str
    is_elsewhere: bool  # its days are another zone's than the reader's
    why: tuple[str, ...]
    policy: str
    below: tuple[str, ...]  # policies that would promise the same too, and come after it in rank
    changes: tuple[str, ...]  # how it changed since it was first said, a sentence for each time
    log: tuple[Happening, ...]


def explain(
    clock: Clock, *, zone: ZoneInfo, now: datetime, facts: Mapping[str, object] | None = None
) -> Explanation:
    """How the deadline of `clock` came about, in the active language, moments in the reader's `zone`.

    With the `facts` of its ticket it also says which policies would have promised the same, had they come first.
    """
    course, hours = clock.course, clock.opening
    until = min(filter(None, (course.ended_at, clock.due_at or now)), default=now)
    days = _days(course, hours, until=until)
    used = elapsed(hours, course.started_at, until, course.pauses)
    version = clock.target.version if clock.target and not clock.until else None
    log = list(clock.log.select_related("by", "calendar").order_by("pk"))
    chosen = _terms_since(log, course)
    below = also_fitting(clock.target, facts, at=chosen) if clock.target and version and facts else ()
    return Explanation(
        clock=clock,
        sentence=_sentence(clock, course, log, zone=zone, now=now),
        days=tuple(days[:MOST_DAYS]),
        left_out=max(0, len(days) - MOST_DAYS),
        pauses=tuple(_stood(course, log)),
        used_minutes=used // 60,
        target_minutes=course.seconds // 60,
        used=length_in_words(used, promised=course.seconds),
        target=length_in_words(course.seconds, promised=course.seconds),
        calendar=clock.hours.name if clock.hours and not clock.until else "",
        zone=hours.zone.key,
        is_elsewhere=course.started_at.astimezone(zone).utcoffset()
        != course.started_at.astimezone(hours.zone).utcoffset(),
        why=tuple(condition.sentence for condition in version.conditions.all()) if version else (),
        policy=str(version.policy) if version else "",
        below=tuple(below),
        changes=tuple(_changes(log, zone=zone, now=now)),
        log=tuple(map(_in_words, log)),
    )


def duration_in_words(minutes: int) -> str:
    """“4 hours”, “1 hour 30 minutes”, “20 minutes”."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest})
    return " ".join(parts)


def length_in_words(seconds: int, *, promised: int) -> str:
    """In the measure of what was promised: whole minutes, or seconds too where those are promised."""
    if promised >= COUNTED_IN_MINUTES:
        return duration_in_words(seconds // 60)
    minutes, rest = divmod(seconds, 60)
    words = [duration_in_words(minutes)] if minutes else []
    if rest or not minutes:
        words.append(ngettext("%(count)s second", "%(count)s seconds", rest) % {"count": rest})
    return " ".join(words)


def _sentence(
    clock: Clock, course: Course, log: Sequence[ClockEntry], *, zone: ZoneInfo, now: datetime
) -> str:
    said = {
        "start": moment_in_words(course.started_at.replace(second=0, microsecond=0), zone=zone, now=now),
        "length": length_in_words(course.seconds, promised=course.seconds),
        "due": moment_in_words(clock.due_at, zone=zone, now=now) if clock.due_at else "",
    }
    chosen = [entry.data["chosen"] for entry in log if "chosen" in entry.data]
    if course.until is not None and chosen:
        said["chosen"] = moment_in_words(datetime.fromisoformat(chosen[-1]), zone=zone, now=now)
        return _("The call is wanted %(chosen)s and promised by %(due)s.") % said
    if course.until is not None:
        return _("Somebody of us promised %(due)s by word.") % said
    if clock.due_at is None:
        return (
            _("%(length)s of working time count from %(start)s; the clock stands still while we wait.") % said
        )
    if course.pauses:
        return (
            _("%(length)s of working time count from %(start)s; waiting taken out, that makes %(due)s.")
            % said
        )
    return _("%(length)s of working time count from %(start)s; that makes %(due)s.") % said


def _days(course: Course, hours: OpeningHours, *, until: datetime) -> list[CountedDay]:
    """The dates between start and deadline on which the clock ran; none for a promise by word."""
    if course.until is not None:
        return []
    found: dict[date, list[tuple[datetime, datetime]]] = {}
    for opens, closes in _running_spans(course, hours, until=until):
        found.setdefault(opens.astimezone(hours.zone).date(), []).append((opens, closes))
    counted, used = [], timedelta()
    for day, spans in sorted(found.items()):
        before, used = used, used + sum((closes - opens for opens, closes in spans), timedelta())
        # The whole minutes up to this day less those before it: a part of a minute is not lost with each day, and
        # what stands in the rows adds up to what stands below them.
        minutes = used // MINUTE - before // MINUTE
        in_minutes = course.seconds >= COUNTED_IN_MINUTES
        seconds = minutes * 60 if in_minutes else used // SECOND - before // SECOND
        # As the deadline is told: what ends within a minute ends with it.
        shown = tuple((opens, rounded_up(closes)) for opens, closes in spans)
        counted.append(CountedDay(day, shown, minutes, length_in_words(seconds, promised=course.seconds)))
    return counted


def _running_spans(
    course: Course, hours: OpeningHours, *, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Working time outside the pauses, cut at the calendar's midnights."""
    at = course.started_at
    for since, back in (*course.pauses, (until, until)):
        if at < min(since, until):
            for opens, closes in open_spans(hours, at, min(since, until)):
                yield from _by_date(opens, closes, hours.zone)
        at = max(at, back or until)


def _by_date(opens: datetime, closes: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    while True:
        local = opens.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
        end = min(closes, midnight.astimezone(closes.tzinfo))
        yield opens, end
        if end >= closes:
            return
        opens = end


def _stood(course: Course, log: Sequence[ClockEntry]) -> Iterator[Stood]:
    back = {entry.at for entry in log if entry.kind == RESUMED and entry.cause == "reopened"}
    return (Stood(since, until, was_solved=until in back) for since, until in course.pauses)


def _terms_since(log: Sequence[ClockEntry], course: Course) -> datetime:
    """When what is now promised was chosen."""
    return max((entry.at for entry in log if entry.target_id is not None), default=course.started_at)


def _changes(log: Sequence[ClockEntry], *, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """What the customer had been told before and what held from then on; a wait alone changes no promise."""
    if not log:
        return
    course, hours = begin(log[0]), log[0].calendar.opening if log[0].calendar else AROUND_THE_CLOCK
    for entry in log[1:]:
        was = course.without_open_pause().due_at(hours)
        hours = entry.calendar.opening if entry.calendar else hours
        course = step(course, entry, hours)
        due_at = course.without_open_pause().due_at(hours)
        if entry.kind == REPLACED and was is not None and due_at is not None and was != due_at:
            words = {
                "when": moment_as_label(entry.at, zone=zone, now=now),
                "moment": moment_in_words(due_at, zone=zone, now=now),
                "was": moment_in_words(was, zone=zone, now=now),
            }
            yield _("%(when)s: due %(moment)s instead of %(was)s.") % words


def _in_words(entry: ClockEntry) -> Happening:
    cause = CAUSES.get(entry.cause)
    return Happening(
        at=entry.at,
        kind=entry.get_kind_display(),
        cause=_(cause) if cause else entry.cause.replace("_", " "),
        by=entry.by.name if entry.by else "Kulanz",
    )
