"""Who is let in from a company’s sign-in service, and as whom; allauth asks this before it signs anybody in."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.person import Person
from accounts.textfields import clean_line

from .claim import Claim, claim_of
from .service import LONGEST_NAME, SignInService
from .wire import Wire

# What was proven by the company and waits for the code from the mail, in the session.
WAITS: Final = "company-account"
WAITS_SECONDS: Final = 1200
logger = logging.getLogger(__name__)


class CompanyAdapter(DefaultSocialAccountAdapter):
    """One answer to whatever does not fit; why stands in the log of the house alone."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        services = SignInService.objects.open()
        return [service.as_app for service in (services.filter(code=provider) if provider else services)]

    def get_requests_session(self) -> Wire:
        return Wire()

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_more: Any
    ) -> None:
        if error != AuthError.CANCELLED:
            logger.warning("sign-in service %s: %s", provider.name, type(exception).__name__)
        raise ImmediateHttpResponse(render(request, "account/company_refused.html", status=403))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Known accounts go on; known people prove themselves as before this once; newcomers become customers."""
        account, provider = sociallogin.account, sociallogin.provider
        service = SignInService.objects.open().filter(code=provider.app.provider_id).first()
        nonce = sociallogin.state.get("nonce")
        claim = claim_of(account.extra_data, nonce=nonce, client_id=provider.app.client_id)
        if service is None or claim is None or not _is_address(claim.email):
            raise _refused(request, because="its word is of another sign-in, or proves no address")
        if not service.speaks_for(claim.email):
            raise _refused(request, because="the address is of no domain of its own")
        if account.pk is not None:
            # Whoever has another address by now, our own perhaps, is not the company's to let in.
            if not any(map(service.speaks_for, proven_by(account.user))):
                raise _refused(request, because="the account has an address of another domain by now")
            return
        person = _owner_of(claim.email)
        if person is not None:
            raise _proves_it_once(request, sociallogin, person, service, claim)
        person = service.welcome(uid=claim.uid, email=claim.email, name=_name(claim))
        if person is None:
            why = "unknown" if service.organisation_id is None else ""
            raise _refused(request, why, because="nobody with this address has an account")
        sociallogin.user = person
        sociallogin.account = SocialAccount.objects.get(provider=service.code, uid=claim.uid)


def connect_what_waits(request: HttpRequest, person: Person) -> None:
    """Who was sent here by their company and has now signed in with the same address comes in by one click later."""
    waits = request.session.pop(WAITS, None)
    if not isinstance(waits, dict) or waits.get("email") not in proven_by(person):
        return
    if time.time() - float(waits["at"]) > WAITS_SECONDS:
        return
    service = SignInService.objects.open().filter(code=waits["service"]).first()
    if service is not None and service.speaks_for(waits["email"]):
        service.connect(person, str(waits["uid"]))


def proven_by(person: Person) -> set[str]:
    """The addresses that are theirs: the one of the account, and those they showed to be."""
    return {
        person.email,
        *EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True),
    }


def _owner_of(email: str) -> Person | None:
    shown = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return Person.objects.filter(email=email).first() or (shown.user if shown else None)


def _proves_it_once(
    request: HttpRequest, login: SocialLogin, person: Person, service: SignInService, claim: Claim
) -> ImmediateHttpResponse:
    """An account that was there before is opened by its own means: whoever made it up for them must not keep it."""
    if not person.is_active:
        return ImmediateHttpResponse(redirect("account_inactive"))
    next_url = login.get_redirect_url(request)
    if request.user == person:
        service.connect(person, claim.uid)
        return ImmediateHttpResponse(HttpResponseRedirect(next_url or reverse("me")))
    if request.user.is_authenticated:  # as somebody else: the page for the code is for whoever is nobody yet
        logout(request)
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=claim.email)
    request.session[WAITS] = {
        "service": service.code,
        "uid": claim.uid,
        "email": claim.email,
        "at": time.time(),
    }
    address = reverse("account_confirm_login_code")
    return ImmediateHttpResponse(
        redirect(f"{address}?{urlencode({'next': next_url})}" if next_url else address)
    )


def _refused(request: HttpRequest, why: str = "", *, because: str) -> ImmediateHttpResponse:
    logger.warning("sign-in of a company refused: %s", because)
    return ImmediateHttpResponse(render(request, "account/company_refused.html", {"why": why}, status=403))


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _name(claim: Claim) -> str:
    try:
        name = clean_line(claim.name)
    except ValidationError:
        name = ""
    return (name or claim.email.partition("@")[0])[:LONGEST_NAME]
