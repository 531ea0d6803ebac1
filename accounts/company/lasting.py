"""How long somebody stays signed in by a company’s account: as long as that account opens theirs, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.prepared import Prepared

from .service import SignInService

BY_COMPANY = "socialaccount"  # allauth's word for it, in what a session remembers of how it was opened


class LastingMiddleware:
    """Looks with each page, and only at whoever came in by a company and proved themselves in no other way.

    A session says by itself which account opened it. So nobody has to search all sessions for those to end, and none
    is forgotten that is being opened in the same moment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not _still_opens(request):
            logout(request)
        return self.get_response(request)


def _still_opens(request: HttpRequest) -> bool:
    ways = get_authentication_records(request, request.user)
    if not ways or any(way.get("method") != BY_COMPANY for way in ways):
        return True
    return any(
        _OPENING.first(person=request.user.pk, code=str(way.get("provider")), uid=str(way.get("uid")))
        for way in ways
    )


def _opening(person: int, code: str, uid: str) -> QuerySet[SocialAccount, Any]:
    account = SocialAccount.objects.filter(user=person, provider=code, uid=uid)
    return account.filter(provider__in=SignInService.objects.open().values("code")).values_list("pk")


_OPENING = Prepared(_opening)
