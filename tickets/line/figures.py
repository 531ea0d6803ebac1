"""The figures of a line: what became of everybody who sought somebody, each formula named. Pure.

The headline is F3: answered within the target of all who came. F2 leaves out whoever gave up and is never a headline.
Abandonment always stands beside the speed of answer: those who left make it look good.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from . import words as on
from .estimate import quantile
from .replay import Contact

TARGET_SECONDS: Final = 20
LONG_WAIT, LONG_TALK, SHORT_TALK, AGAIN_WITHIN = 240, 240, 10, 900
TOO_FEW: Final = 30
Figure = int | float | None | dict[str, "Figure"]


def figures_of(contacts: Sequence[Contact]) -> dict[str, Figure]:
    """Everything about one log; shares from 0 to 1, times in seconds."""
    queued = [contact for contact in contacts if contact.course.queued]
    answered = [contact for contact in contacts if contact.course.first_answered_at]
    abandoned = [contact for contact in contacts if contact.course.phase == on.ABANDONED]
    talks = [contact for contact in answered if contact.course.agent is not None]
    return {
        "seeking": len(contacts),
        "queued": len(queued),
        "answered": len(answered),
        "abandoned": len(abandoned),
        "abandoned_share": share(len(abandoned), len(contacts)),
        "mean_wait_queued_seconds": mean(contact.wait_seconds for contact in queued),
        "asa_seconds": mean(contact.wait_seconds for contact in answered),
        "sl20": service_level(answered, abandoned),
        "queued_over_240": sum(contact.wait_seconds > LONG_WAIT for contact in queued),
        "talks": len(talks),
        "mean_talk_seconds": mean(contact.course.talked_seconds for contact in talks),
        "talks_over_240": sum(contact.course.talked_seconds > LONG_TALK for contact in talks),
        "talks_over_240_share": share(sum(c.course.talked_seconds > LONG_TALK for c in talks), len(talks)),
        "suspected_drops": sum(contact.course.drops for contact in contacts),
        "callback_offers": fired(contacts, on.CALLBACK_OFFERED),
        "callback_offers_on_arrival": sum(
            due.at == contact.course.arrived_at
            for contact in contacts
            for due in contact.fired
            if due.kind == on.CALLBACK_OFFERED
        ),
        "escalations": fired(contacts, on.ESCALATED),
        "help_added": fired(contacts, on.HELPED),
        "repeat_within_15_min": repeats(contacts, talks),
        "follow_ups": follow_ups(answered, abandoned),
        "range": coverage(queued),
        "mae_seconds": errors(queued),
        "parity": parity(contacts),
        "ended_by_system": sum(contact.course.ended_by not in on.ENDED_BY for contact in contacts),
    }


def service_level(answered: Sequence[Contact], abandoned: Sequence[Contact]) -> dict[str, Figure]:
    """Four formulas that are all called “service level”, side by side."""
    soon = sum(contact.wait_seconds <= TARGET_SECONDS for contact in answered)
    left_soon = sum(contact.wait_seconds <= TARGET_SECONDS for contact in abandoned)
    everybody = len(answered) + len(abandoned)
    return {
        "f1": share(soon + left_soon, everybody),
        "f2": share(soon, len(answered)),
        "f3": share(soon, everybody),
        "f4": share(soon, everybody - left_soon),
    }


def fired(contacts: Iterable[Contact], kind: str) -> int:
    return sum(due.kind == kind for contact in contacts for due in contact.fired)


def repeats(contacts: Iterable[Contact], talks: Iterable[Contact]) -> dict[str, Figure]:
    """Who rang again within a quarter of an hour, by how long the talk was; only callers we could recognise."""
    arrivals: dict[str, list[datetime]] = defaultdict(list)
    for contact in contacts:
        if contact.call.customer and contact.course.arrived_at:
            arrivals[contact.call.customer].append(contact.course.arrived_at)
    again: dict[str, list[bool]] = {"short": [], "normal": [], "long": []}
    for contact in talks:
        ended = contact.course.ended_at
        if contact.call.customer and ended:
            seconds = contact.course.talked_seconds
            length = "short" if seconds < SHORT_TALK else "long" if seconds > LONG_TALK else "normal"
            gaps = ((came - ended).total_seconds() for came in arrivals[contact.call.customer])
            again[length].append(any(0 <= gap <= AGAIN_WITHIN for gap in gaps))
    return {length: share(sum(found), len(found)) for length, found in again.items()}


def follow_ups(answered: Iterable[Contact], abandoned: Iterable[Contact]) -> int:
    """Recognised callers who gave up and were not answered later that day: one each, whatever they tried."""
    last_answer: dict[tuple[str, date], datetime] = {}
    last_try: dict[tuple[str, date], datetime] = {}
    for latest, found in ((last_answer, answered), (last_try, abandoned)):
        for contact in found:
            if contact.call.customer and contact.course.arrived_at:
                came = contact.course.arrived_at
                key = contact.call.customer, came.date()
                latest[key] = max(came, latest.get(key, came))
    return sum(key not in last_answer or last_answer[key] < tried for key, tried in last_try.items())


def coverage(queued: Iterable[Contact]) -> dict[str, Figure]:
    """How many real waits lay in the range announced before them; eight of ten should."""
    served = [c for c in queued if c.forecast and c.course.first_answered_at and c.wait_seconds > 0]
    inside = below = 0
    for contact in served:
        said = contact.forecast.range if contact.forecast else None
        if said is not None:
            most = math.inf if said.most is None else said.most
            inside += said.least <= contact.wait_seconds <= most
            below += contact.wait_seconds <= (math.inf if said.likely is None else said.likely)
    return {
        "announced": len(served),
        "coverage": share(inside, len(served)),
        "not_longer_than_likely": share(below, len(served)),
    }


def errors(queued: Iterable[Contact]) -> dict[str, Figure]:
    """Mean absolute error of each estimator over everybody who waited and was served."""
    served = [c for c in queued if c.forecast and c.course.first_answered_at and c.wait_seconds > 0]
    names = list(served[0].forecast.by_name) if served and served[0].forecast else []
    return {
        name: mean(abs(c.forecast.by_name[name] - c.wait_seconds) for c in served if c.forecast)
        for name in names
    }


def parity(contacts: Iterable[Contact]) -> dict[str, Figure]:
    """The same figures for each status, and the days on which one side waited longer than the other."""
    by_status: dict[str, list[Contact]] = defaultdict(list)
    by_day: dict[date, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for contact in contacts:
        by_status[contact.call.status].append(contact)
        if contact.course.arrived_at:
            by_day[contact.course.arrived_at.date()][contact.call.status].append(contact.wait_seconds)
    compared = [waits for waits in by_day.values() if len(waits) > 1]
    compared = [waits for waits in compared if min(map(len, waits.values())) >= TOO_FEW]
    worse: dict[str, Figure] = {
        status: sum(_waits_longer(waits, status) for waits in compared) for status in sorted(by_status)
    }
    return {
        **{status: _treatment(found) for status, found in sorted(by_status.items())},
        "days_compared": len(compared),
        "days_with_longer_waits": worse,
    }


def _treatment(contacts: Sequence[Contact]) -> dict[str, Figure]:
    waits = sorted(contact.wait_seconds for contact in contacts)
    abandoned = sum(contact.course.phase == on.ABANDONED for contact in contacts)
    return {
        "contacts": len(contacts),
        "mean_wait_seconds": mean(waits),
        "median_wait_seconds": quantile(waits, 0.5),
        "p90_wait_seconds": quantile(waits, 0.9),
        "mean_wait_queued_seconds": mean(c.wait_seconds for c in contacts if c.course.queued),
        "asa_seconds": mean(c.wait_seconds for c in contacts if c.course.first_answered_at),
        "abandoned_share": share(abandoned, len(contacts)),
    }


def _waits_longer(waits: dict[str, list[float]], status: str) -> bool:
    own = sorted(waits[status])
    others = [sorted(found) for other, found in waits.items() if other != status]
    return any(quantile(own, at) > quantile(other, at) for other in others for at in (0.5, 0.9))


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return math.fsum(found) / len(found) if found else None
