"""A call of a webhook: written with what causes it, sent after it, found again by the beat; each key once.

It carries names, never content: which promise of which ticket, and when it is due. Whoever wants more asks the API.
"""

from __future__ import annotations

import json
import logging
import random
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from standardwebhooks import Webhook as Signer

from accounts.outside.post import NotSent, Unclear, post

from .hook import Webhook

if TYPE_CHECKING:
    from tickets.sla.mark import Mark

LEASE = timedelta(minutes=2)
# Eight tries over most of a day, each a little earlier or later than the next house's.
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480)]
MOST_TRIES, JITTER, MOST, LONGEST_SECONDS = len(WAITS) + 1, 0.1, 50, 30
# No key of today opens its secret: what is not signed is not sent.
SEALED = "no key opens the secret"
logger = logging.getLogger(__name__)


class WebhookCallQuerySet(models.QuerySet["WebhookCall"]):
    def due(self, now: datetime) -> WebhookCallQuerySet:
        waiting = self.filter(sent_at=None, failed_at=None, due_at__lte=now)
        return waiting.filter(hook__ended_at=None, hook__paused_at=None).order_by("due_at", "pk")

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take a lease by pushing the row ahead; a sender that dies gives it back when the lease ends."""
        free = self.filter(pk=pk, sent_at=None, failed_at=None, due_at__lte=now)
        return free.update(due_at=now + LEASE, tries=models.F("tries") + 1) == 1


class WebhookCall(models.Model):
    hook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="calls")
    # The delivery's id on the wire, made of what it means: a receiver drops what it has had.
    key = models.CharField(max_length=80)
    said = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=120, blank=True, default="")

    objects = WebhookCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call of a webhook")
        verbose_name_plural = _("calls of webhooks")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["hook", "key"], name="webhook_called_once_per_key")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="webhook_call_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hook_id}: {self.key}"

    @classmethod
    def of_alert(cls, mark: Mark, *, at: datetime) -> None:
        """An alert says to call: every webhook there is, in the transaction that does what the alert says."""
        clock = mark.clock
        said = {
            "type": f"promise.{mark.kind}",
            "timestamp": at.isoformat(),
            "data": {
                "ticket": clock.ticket_id,
                "promise": clock.kind,
                "due_at": clock.due_at and clock.due_at.isoformat(),
                "broken_at": clock.breached_at and clock.breached_at.isoformat(),
                "step": mark.step,
            },
        }
        calls = [
            cls(hook=hook, key=f"msg_mark_{mark.pk}", said=said, made_at=at, due_at=at)
            for hook in Webhook.objects.called()
        ]
        cls.objects.bulk_create(calls, ignore_conflicts=True)

    def send(self, *, now: datetime) -> None:
        """Once, to an address looked up and checked now; at the last try it is given up and shown."""
        if not self.hook.secret:
            self._try_later(SEALED, now=now)
            return
        body = json.dumps(self.said, separators=(",", ":"), ensure_ascii=True)
        at = timezone.now()  # the receiver compares it with its own clock
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Kulanz",
            "webhook-id": self.key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(self.hook.secret).sign(self.key, at, body),
        }
        try:
            answer = post(self.hook.url, body.encode(), headers, private=self.hook.private)
        except (NotSent, Unclear) as error:
            self._try_later(str(error), now=now)
            return
        if 200 <= answer.status < 300:
            WebhookCall.objects.filter(pk=self.pk).update(sent_at=now, trouble="")
            self.hook.succeed()
        else:
            self._try_later(f"HTTP {answer.status}", now=now)

    def _try_later(self, trouble: str, *, now: datetime) -> None:
        """The key lets the receiver tell a repeat, so what is unclear may be sent again too."""
        self.hook.fail(at=now)
        mine = WebhookCall.objects.filter(pk=self.pk, sent_at=None)
        if self.tries >= MOST_TRIES:
            mine.update(failed_at=now, trouble=trouble[:120])
            return
        wait = WAITS[self.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
        mine.update(due_at=now + wait, trouble=trouble[:120])


def call_now(*, now: datetime | None = None) -> int:
    """Send what is due; how many were taken up."""
    ends, started, done = time.monotonic() + LONGEST_SECONDS, now or timezone.now(), 0
    for pk in list(WebhookCall.objects.due(started).values_list("pk", flat=True)[:MOST]):
        if time.monotonic() > ends:
            break
        if not WebhookCall.objects.claim(pk, now=now or timezone.now()):
            continue
        call = WebhookCall.objects.select_related("hook").get(pk=pk)
        try:
            call.send(now=now or timezone.now())
        except Exception:  # whatever is wrong with one must not keep the others; its lease gives it back
            logger.exception("webhook call %s", pk)
        done += 1
    return done
