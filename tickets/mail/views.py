"""The door for providers of mail: what one hands over by webhook is stored before it is read, like any other mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .handed import RAW, NoMail, NotTheirs, mail_in
from .inbox import IncomingMail
from .intake import receive


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
        raw = mail_in(provider, body, headers, **keys)
    except NotTheirs:
        return JsonResponse({"error": "The signature or password is not the one set up here."}, status=401)
    except NoMail as advice:
        return JsonResponse({"error": str(advice)}, status=422)
    mail = receive(raw, door=IncomingMail.Door.WEBHOOK)
    return JsonResponse({"result": mail.result})
