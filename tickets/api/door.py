"""What all endpoints share: who asks, how much may be sent, and one answer for what is missing or somebody else's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.person import Person
from tickets.ticket import Ticket

from .paging import LARGEST_ID, ByNumber


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is more than can be sent at once.")
    default_code = "too_large"


class Conflict(APIException):
    """What was asked for cannot be now; the detail says why."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class Refused(APIException):
    """Understood, but not done as it is; the detail says what to change."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "refused"


class Door(APIView):
    """Answers are one person's, so nobody may keep them for the next."""

    pagination_class: type[ByNumber] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:18]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "no-store"
        return done

    @property
    def person(self) -> Person:
        return self.request.user

    def desk_only(self) -> None:
        """Whoever works in no team finds nothing here, not even a refusal."""
        if not self.person.is_agent:
            raise NotFound

    def house_only(self) -> None:
        """Whoever neither works in a team nor administers the desk finds nothing here."""
        if not (self.person.is_agent or self.person.is_staff):
            raise NotFound

    def seen(self, number: int) -> Ticket:
        """The ticket this person may read, on the desk or as its customer; NotFound otherwise, whatever the reason."""
        return _or_missing(
            Ticket.objects.visible_to(self.person).with_people().filter(pk=_storable(number)).first()
        )

    def worked(self, number: int) -> Ticket:
        """The ticket this person may work on; NotFound otherwise."""
        return _or_missing(
            Ticket.objects.worked_by(self.person).with_people().filter(pk=_storable(number)).first()
        )


def _storable(number: int) -> int:
    return number if number <= LARGEST_ID else 0


def _or_missing(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise NotFound
    return ticket


def is_served(person: Person, ticket: Ticket) -> bool:
    """Whether this person, who may read the ticket, does so from the customer's side: then nothing of the inside."""
    return ticket.customer.person_id == person.pk or ticket.team_id not in person.team_ids


@extend_schema(exclude=True)
class Nowhere(Door):
    """Any other address below the API: the same answer as for an object that is not there, as JSON."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
