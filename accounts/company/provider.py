"""OpenID Connect as allauth speaks it, stricter: every word is signed, for this sign-in alone, and sent by code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import jwt
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse

from .claim import is_plain, is_uid
from .wire import ALGORITHMS, NotUsable, configuration

# What is looked at afterwards; a picture or a telephone number is none of our business.
LOOKED_AT = ("sub", "email", "email_verified", "name", "nonce", "azp", "exp")


class CompanyOAuth2(OpenIDConnectOAuth2Adapter):
    """The way to one service and back."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            with strangers_words():
                self._openid_config = configuration(self.get_provider().app.settings["server_url"])
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """On our own address, whatever the Host header says."""
        return settings.BASE_URL + reverse("company_callback", args=[self.provider_id])

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with strangers_words():
            return dict(super().get_access_token_data(*args, **kwargs))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        with strangers_words():
            said = self._decode_id_token(app, kwargs["response"]["id_token"])
            if "email" not in said and "userinfo_endpoint" in self.openid_config:
                more = self._fetch_user_info(token.token)
                if more.get("sub") == said["sub"]:
                    said |= {name: more.get(name) for name in ("email", "email_verified", "name")}
            # Before allauth looks for the account and stores what was said: not every database takes every letter.
            if not is_uid(said.get("sub")) or not all(is_plain(said.get(name)) for name in LOOKED_AT):
                raise OAuth2Error("said in letters no database takes")
            return self.get_provider().sociallogin_from_response(request, {"id_token": said})

    def get_client(self, request: HttpRequest, app: SocialApp) -> OAuth2Client:
        with strangers_words():
            return super().get_client(request, app)

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """It is used at once and never kept, so when it ends is all the same."""
        return SocialToken(token=str(data["access_token"]))

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Its signature is looked at even where it came straight from the service."""
        algorithm = jwt.get_unverified_header(id_token).get("alg")
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("signed in a way anybody could")
        said = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=partial(_key_of, algorithm=algorithm),
        )
        return dict(said)


class CompanyProvider(OpenIDConnectProvider):
    """One service; what an address may ask for besides is not listened to."""

    oauth2_adapter_class = CompanyOAuth2

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        nonce = secrets.token_urlsafe(24)
        return {
            "process": AuthProcess.LOGIN,
            "next_url": get_next_redirect_url(request),
            "scope": self.get_default_scope(),
            "auth_params": {"nonce": nonce},
            "nonce": nonce,
        }

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        said = data["id_token"]
        return {name: said[name] for name in LOOKED_AT if name in said}


def _key_of(said: dict[str, Any], kid: str, *, algorithm: str) -> Any | None:
    """Of the keys the service shows at this moment the one it names; what else lies there may be of any kind."""
    for one in said["keys"]:
        known = isinstance(one, dict) and (one.get("kid"), one.get("use", "sig")) == (kid, "sig")
        if known and one.get("alg", algorithm) == algorithm:
            return jwt.PyJWK(one, algorithm).key
    return None


@contextmanager
def strangers_words() -> Iterator[None]:
    """Whatever is wrong with what came from outside is one and the same: it does not count."""
    try:
        yield
    except (
        *(NotUsable, ImproperlyConfigured, jwt.PyJWTError),
        *(KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError),
    ) as trouble:
        raise OAuth2Error("not understood") from trouble


registry.register(CompanyProvider)
