"""The doors for providers of mail: a mail handed over is stored before it is read, a report is noted at its mail."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import reported
from .carrier import Carrier
from .handed import AHEAD, LONGEST_AGE, RAW, NoMail, NotTheirs, mail_in
from .inbox import IncomingMail
from .intake import receive

MOST_REPORTED = 10 * 1024 * 1024


@login_not_required
@csrf_exempt  # no cookie is read here: a signature or a password says who asks
@require_POST
def handed_over(request: HttpRequest, provider: str) -> HttpResponse:
    """200 once the mail is stored, whatever it is: only what was not stored is to be sent again."""
    keys = {"password": settings.MAIL_WEBHOOK_PASSWORD, "signing_key": settings.MAIL_WEBHOOK_SIGNING_KEY}
    if provider not in RAW or not keys["signing_key" if provider == "mailgun" else "password"]:
        raise Http404
    most = 2 * settings.MAIL_MAX_BYTES  # as text in an object a mail may take that much
    body = request.read(most + 1)
    if len(body) > most:
        return JsonResponse({"error": "Larger than we take."}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        handed = mail_in(provider, body, headers, **keys, now=timezone.now().timestamp())
    except NotTheirs:
        return JsonResponse({"error": "The signature or password is not the one set up here."}, status=401)
    except NoMail as advice:
        return JsonResponse({"error": str(advice)}, status=422)
    # Said a second time it is not even stored; it is remembered only once it is, or what failed would be lost.
    seen = f"handed-over:{hashlib.sha256(handed.token.encode()).hexdigest()}" if handed.token else ""
    if seen and cache.get(seen):
        return JsonResponse({"result": IncomingMail.Result.IGNORED})
    mail = receive(handed.raw, door=IncomingMail.Door.WEBHOOK)
    if seen:
        cache.set(seen, 1, timeout=LONGEST_AGE + AHEAD)
    return JsonResponse({"result": mail.result})


@login_not_required
@csrf_exempt  # no cookie is read here either
@require_POST
def reports(request: HttpRequest, provider: str) -> HttpResponse:
    """200 once what it says is noted; also for mails that are none of ours, or it would be told for days."""
    carrier = Carrier.in_use()
    if carrier is None or carrier.provider is None or carrier.kind != provider:
        raise Http404
    if request.content_type != "application/json":
        return JsonResponse({"error": "Reports are read as JSON."}, status=415)
    body = request.read(MOST_REPORTED + 1)
    if len(body) > MOST_REPORTED:
        return JsonResponse({"error": "Larger than we take."}, status=413)
    request._body = body  # type: ignore[attr-defined] # of many events at once it is larger than any form of ours
    try:
        said = reported.read(carrier, request)
    except reported.NotTheirs:
        return JsonResponse({"error": "The signature or password is not the one set up here."}, status=401)
    except reported.NoReport:
        return JsonResponse({"error": "This is no report of this provider."}, status=422)
    noted = sum(reported.note(one, at=timezone.now()) for one in said)
    return JsonResponse({"noted": noted})
