"""The first rules of a house: once, and in its own currency."""

from __future__ import annotations

import pytest
from cast import person

from accounts.models import Team
from policies.models import Budget, Rulebook
from policies.rules.beginning import begin

pytestmark = pytest.mark.django_db


def test_a_house_begins_once_and_in_its_own_currency(settings) -> None:
    settings.CURRENCY = "CHF"
    ada, service = person("Ada", is_staff=True), Team.objects.create(name="Service", slug="service")
    Budget.objects.create(name="In euros", team=service, currency="EUR", monthly_cents=1)
    assert begin("usual", by=ada) is True
    assert begin("generous", by=ada) is False
    assert Rulebook.objects.count() == 1
    assert list(Budget.objects.filter(currency="CHF").values_list("team", "monthly_cents")) == [
        (service.pk, 50_000)
    ]
