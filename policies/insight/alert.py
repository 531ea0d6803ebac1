"""The alert: when the field has become smaller, those who make the rules hear of it, once a week at most."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.person import Person
from tickets.mail.outbox import OutgoingMail

from ..ledger.budget import house_day
from .field import FieldSize, field_size


def tell_when_it_fell_now(*, now: datetime | None = None) -> int:
    """Mail leads and administrators, each in their language; the number told. The same week a second time is once."""
    now = now or timezone.now()
    field = field_size(at=now)
    if not field.fell_by:
        return 0
    leads = Q(teamuserobjectpermission__permission__codename="lead_team")
    people = list(Person.objects.active().filter(leads | Q(is_staff=True)).distinct())
    year, week, _day = house_day(now).isocalendar()
    for person in people:
        _tell(person, field, key=f"field-fell:{year}-{week}:{person.pk}")
    return len(people)


def _tell(person: Person, field: FieldSize, *, key: str) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(person.zone):
        context = {"field": field, "url": settings.BASE_URL + reverse("studio:insight")}
        subject = render_to_string("mail/field_fell.subject.txt", context).strip()
        text = render_to_string("mail/field_fell.txt", context).strip() + "\n"
    OutgoingMail.write(key=key, to=person.email, subject=subject, text=text)
