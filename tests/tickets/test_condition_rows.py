"""The one editor of conditions, on every page that has it: rows come and go without saving, nothing typed is lost."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client

from tickets.models import Policy, Rule, SavedView

pytestmark = pytest.mark.django_db
PAGES = {
    "/desk/setup/policies/new/": "when",
    "/desk/setup/rules/new/": "group1",
    "/desk/views/new/": "group1",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_row_comes_and_goes_without_saving(cast: Cast, client: Client, page: str) -> None:
    cast.ben.is_staff = True
    cast.ben.save(update_fields=["is_staff"])
    client.force_login(cast.ben)
    at, kept = PAGES[page], Policy.objects.count()
    typed = {"name": "Half a thought", f"{at}-0-fact": "tenure_months", f"{at}-0-value": "twenty"}
    more = client.post(page, {**typed, "add_condition": at, f"{at}-new": "cause"})
    words = more.content.decode()
    assert more.status_code == 200
    for said in ("Half a thought", 'value="twenty"', f'name="{at}-1-fact" value="cause"', "Late delivery"):
        assert said in words
    assert "Enter a whole number." not in words
    fewer = client.post(page, {**typed, "drop_condition": f"{at}-0"}).content.decode()
    assert "twenty" not in fewer
    assert "Half a thought" in fewer
    assert (Policy.objects.count(), Rule.objects.count(), SavedView.objects.count()) == (kept, 0, 0)


@pytest.mark.parametrize("sent", [{"add_condition": "\x00"}, {"drop_condition": "９" * 30}])
def test_a_row_that_is_not_there_changes_nothing(cast: Cast, client: Client, sent: dict[str, str]) -> None:
    client.force_login(cast.anna)
    answer = client.post("/desk/views/new/", {"name": "Odd", "group0-0-fact": "unanswered", **sent})
    assert answer.status_code == 200
    assert 'name="group0-0-fact" value="unanswered"' in answer.content.decode()
