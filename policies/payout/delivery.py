"""Delivering payout orders: what is due is signed and sent; each answer is certain, or it is held."""

from __future__ import annotations

import json
import logging
import random
import time
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import override
from standardwebhooks import Webhook

from accounts.outside.post import Answer, NotSent, Unclear, post
from tickets.webhook.call import SEALED

from .order import PayoutOrder

# Nine tries over more than a day, each a little earlier or later than the next house's.
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 720)]
MOST_TRIES = len(WAITS) + 1
JITTER = 0.1
LONGEST_SECONDS = 30
# Nobody looked at it: too many at once, not let in, nobody there, gone elsewhere.
NOT_TAKEN = {401, 403, 404, 405, 407, 413, 415, 429} | set(range(300, 400))
REFUSALS = {400, 402, 406, 409, 410, 422}
AGENT = "Kulanz"
logger = logging.getLogger(__name__)


def deliver_now(*, now: datetime | None = None, most: int = 50) -> int:
    """Send what is due; how many were taken up. What was lost on the way is held first."""
    started, ends = now or timezone.now(), time.monotonic() + LONGEST_SECONDS
    for order in PayoutOrder.objects.lost(started).select_related("offer__ticket__team", "offer__ruling")[
        :most
    ]:
        _guarded(order, lambda order=order: order.hold("Lost", at=started))
    done = 0
    for pk in list(PayoutOrder.objects.due(started).values_list("pk", flat=True)[:most]):
        if time.monotonic() > ends:
            break
        if PayoutOrder.objects.claim(pk, now=now or timezone.now()):
            order = PayoutOrder.objects.select_related(
                "target", "offer__ticket__team", "offer__ruling", "offer__customer__person", "offer__period"
            ).get(pk=pk)
            _guarded(order, lambda order=order: _send(order, now=now))
            done += 1
    return done


def _guarded(order: PayoutOrder, deed: object) -> None:
    try:
        deed()  # type: ignore[operator]
    except (
        Exception
    ):  # whatever is wrong with one must not keep the others; its mark stays, so it will be held
        logger.exception("payout %s", order.pk)


def _send(order: PayoutOrder, *, now: datetime | None) -> None:
    if not order.target.secret:  # nobody was asked to pay: what cannot be signed waits until it can
        _try_later(order, SEALED, now=now or timezone.now())
        return
    body = json.dumps(said_of(order), separators=(",", ":"), ensure_ascii=True)
    at = timezone.now()  # the receiver compares it with its own clock
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": order.delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(order.target.secret).sign(order.delivery, at, body),
    }
    try:
        answer = post(order.target.url, body.encode(), headers, private=order.target.private)
    except NotSent as trouble:
        _try_later(order, str(trouble), now=now or timezone.now())
    except Unclear as trouble:
        order.target.fail(at=now or timezone.now())
        order.hold(str(trouble), at=now or timezone.now())
    else:
        _heard(order, answer, at=now or timezone.now())


def said_of(order: PayoutOrder) -> dict[str, object]:
    """What the paying system learns: whom, how much and for what; nothing of how it came about."""
    offer = order.offer
    with override("en"):
        purpose = offer.gesture
    return {
        "type": "payout.ordered",
        "timestamp": order.made_at.isoformat(),
        "data": {
            "order": order.delivery,
            "cents": order.cents,
            "currency": order.currency,
            "purpose": purpose,
            "ticket": offer.ticket_id,
            "customer": {"id": offer.customer_id, "email": offer.customer.person.email},
        },
    }


def _heard(order: PayoutOrder, answer: Answer, *, at: datetime) -> None:
    if answer.status in NOT_TAKEN:
        _try_later(order, f"HTTP {answer.status}", now=at)
        return
    if answer.status in REFUSALS:
        order.target.succeed()
        order.refuse(by=None, at=at, words=_words(answer) or f"HTTP {answer.status}")
        return
    report = report_in(answer.body) if 200 <= answer.status < 300 else None
    if report is None:
        order.target.fail(at=at)
        order.hold(f"HTTP {answer.status}", at=at)
        return
    order.target.succeed()
    apply(order, report, at=at)


def apply(order: PayoutOrder, report: dict[str, str], *, at: datetime) -> object:
    """What the paying system says of an order, whether it answers at once or reports later."""
    if report["status"] == "confirmed":
        return order.confirm(by=None, at=at, reference=report["reference"])
    if report["status"] == "refused":
        return order.refuse(by=None, at=at, words=report["reason"] or "–")
    waiting = PayoutOrder.objects.filter(pk=order.pk, state=PayoutOrder.State.WAITING)
    waiting.update(
        state=PayoutOrder.State.SENT, sent_at=at, sending_at=None, reference=report["reference"][:80]
    )
    return None


def report_in(body: bytes) -> dict[str, str] | None:
    """A report as we understand it, or None: what cannot be read says nothing."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("status") not in ("confirmed", "refused", "pending"):
        return None
    return {"status": said["status"]} | {name: _line(said.get(name)) for name in ("reference", "reason")}


def _line(value: object) -> str:
    """One line of text, whatever was sent."""
    text = value if isinstance(value, str) else ""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:300])
    return " ".join(printable.encode("utf-8", "replace").decode().split())


def _words(answer: Answer) -> str:
    report = report_in(answer.body)
    return report["reason"] if report else ""


def _try_later(order: PayoutOrder, trouble: str, *, now: datetime) -> None:
    """It has certainly not arrived, so it may be sent again; after the last try a person decides."""
    order.target.fail(at=now)
    if order.tries >= MOST_TRIES:
        order.hold(trouble, at=now, failed=True)
        return
    wait = WAITS[order.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
    mine = PayoutOrder.objects.filter(pk=order.pk, state=PayoutOrder.State.WAITING)
    mine.update(due_at=now + wait, sending_at=None, trouble=trouble[:300])
