"""The door for Amazon SES: mails that came there, and what became of ours, both by its notices (SNS), signed.

Our mails leave through SES as through any mail server.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from typing import Any, Final

from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.outside.post import NotSent, Unclear, call

from . import reported, sns
from .handed import NotTheirs, check_password
from .inbox import IncomingMail
from .intake import receive
from .outbox import OutgoingMail, bare_id

# A notice holds a quarter of a megabyte, written as text in text.
MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 8
CERTIFICATE_LASTS: Final = 24 * 3600
HELD_BACK: Final = "OnAccountSuppressionList"
# Beside what mail servers say, in their language.
HELD_BACK_IN_WORDS: Final = "on the suppression list of Amazon SES"


class _Reader(AmazonSESTrackingWebhookView):
    """The library's own page would talk to Amazon with keys nobody here has; only its reading is asked for."""

    def __init__(self) -> None:
        """Without what it is set up with."""


@login_not_required
@csrf_exempt  # no cookie is read here: a password says whose topic it is, a signature that it comes from Amazon
@require_POST
def amazon(request: HttpRequest) -> HttpResponse:
    """200 once it is stored or noted; what Amazon cannot mend by saying it again is not asked for again."""
    if not settings.MAIL_WEBHOOK_PASSWORD:
        raise Http404
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return JsonResponse({"error": "Larger than we take."}, status=413)
    try:
        check_password(request.headers.get("authorization", ""), settings.MAIL_WEBHOOK_PASSWORD)
        said = sns.said_in(body, certificate_of=certificate_of, now=timezone.now())
        if said["Type"] == sns.BEGINS:
            return _confirmed(said)
    except (NotTheirs, sns.NotTheirs):
        refused = JsonResponse({"error": "The password or signature is not right."}, status=401)
        refused["WWW-Authenticate"] = 'Basic realm="mail"'  # Amazon says its password only when asked
        return refused
    except sns.NoMessage:
        return JsonResponse({"error": "This is nothing Amazon hands over."}, status=422)
    except (NotSent, Unclear):
        return JsonResponse({"error": "Amazon does not answer; please say it again."}, status=503)
    seen = f"amazon:{said.get('MessageId', '')[:100]}"
    if said["Type"] == sns.ENDS or cache.get(seen):
        return JsonResponse({"result": IncomingMail.Result.IGNORED})
    answer = _done(said)
    if answer.status_code == 200:
        cache.set(seen, 1, timeout=int((sns.LONGEST_AGE + sns.AHEAD).total_seconds()))
    return answer


def certificate_of(url: str) -> bytes:
    """With which Amazon signs, from Amazon itself; looked up once a day. Raises NotSent or Unclear."""
    known = cache.get(f"amazon-certificate:{url}")
    if isinstance(known, bytes):
        return known
    answer = call("GET", url, None, {}, private=False, seconds=SECONDS)
    # What was cut off or came from something in between is not kept, or for a day nothing would be believed.
    if answer.status != 200 or not sns.is_certificate(answer.body):
        raise Unclear(str(answer.status))
    cache.set(f"amazon-certificate:{url}", answer.body, timeout=CERTIFICATE_LASTS)
    return answer.body


def _confirmed(said: dict[str, str]) -> HttpResponse:
    """Yes, these notices are wanted: whoever set them up knows our password."""
    url = said.get("SubscribeURL", "")
    if not sns.CONFIRMATION.fullmatch(url):
        raise sns.NotTheirs
    if call("GET", url, None, {}, private=False, seconds=SECONDS).status != 200:
        raise Unclear("not confirmed")
    return JsonResponse({"confirmed": True})


def _done(said: dict[str, str]) -> JsonResponse:
    try:
        event = json.loads(said.get("Message", ""))
    except (ValueError, RecursionError):
        event = None  # a sentence by which Amazon tries out whether somebody is there
    if not isinstance(event, dict):
        return JsonResponse({"result": IncomingMail.Result.IGNORED})
    if event.get("notificationType") == "Received":
        return _taken_in(event)
    if _tells_of_an_absence(event.get("bounce")):
        return JsonResponse({"result": IncomingMail.Result.IGNORED})
    try:
        reports = list(reported.said_of(_Reader().esp_to_anymail_events(event, said)[: reported.MOST_EVENTS]))
        own, theirs = _names_of(event["mail"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError):
        return JsonResponse({"error": "This is no report of Amazon SES."}, status=422)
    if own and theirs:  # an answer to it names the id Amazon gave it
        mail = reported.mail_of(own)
        OutgoingMail.objects.filter(pk=mail and mail.pk, carried_as="").update(carried_as=theirs)
    if _was_held_back(event.get("complaint")):
        reports = [replace(one, fate=reported.FAILED, words=HELD_BACK_IN_WORDS) for one in reports]
    now = timezone.now()
    noted = sum(reported.note(replace(one, message_id=own or one.message_id), at=now) for one in reports)
    return JsonResponse({"noted": noted})


def _tells_of_an_absence(bounce: object) -> bool:
    """Amazon calls the automatic answer of whoever is away a bounce, too; only it has no words of a mail server."""
    if not isinstance(bounce, dict):
        return False
    kind = (bounce.get("bounceType"), bounce.get("bounceSubType"))
    recipients = bounce.get("bouncedRecipients")
    if kind != ("Transient", "General") or not isinstance(recipients, list):
        return False
    return not any(isinstance(one, dict) and one.get("diagnosticCode") for one in recipients)


def _was_held_back(complaint: object) -> bool:
    """To whoever reported a mail Amazon carries none of ours any more, and calls each a complaint as well."""
    return isinstance(complaint, dict) and complaint.get("complaintSubType") == HELD_BACK


def _names_of(mail: dict[str, Any]) -> tuple[str, str]:
    """The Message-ID we gave it, where Amazon says it, and the one Amazon gave it."""
    headers = [one for one in mail.get("headers") or () if str(one["name"]).lower() == "message-id"]
    return (bare_id(headers[0]["value"]) if headers else "", bare_id(mail.get("messageId", "")))


def _taken_in(event: dict[str, Any]) -> JsonResponse:
    content, receipt = event.get("content"), event.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    is_packed = isinstance(action, dict) and action.get("encoding") == "BASE64"
    try:
        text = content if isinstance(content, str) else ""
        raw = base64.b64decode(text, validate=True) if is_packed else text.encode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        raw = b""
    if not raw.strip():
        advice = "No mail in it: let the rule’s action be SNS, with the encoding Base64."
        return JsonResponse({"error": advice}, status=422)
    return JsonResponse({"result": receive(raw, door=IncomingMail.Door.WEBHOOK).result})
