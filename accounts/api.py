"""The API's door for machines: `Authorization: Bearer kul_…`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .person import Person
from .token import ApiToken


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Person, None] | None:
        scheme, _sep, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        person = ApiToken.holder_of(secret.strip())
        if person is None:
            raise AuthenticationFailed(_("This token is not valid, or no longer."))
        return person, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
