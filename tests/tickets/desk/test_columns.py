"""Columns of the lists: chosen and ordered by each person, custom fields among them, in as many queries as before."""

from __future__ import annotations

import pytest
from cast import Cast
from counting import as_often_for_thirty, reading
from django.test import Client

from tickets.models import CustomField, Tag, Ticket

pytestmark = pytest.mark.django_db


def a_serial(cast: Cast) -> CustomField:
    said = {"code": "serial", "kind": "line", "name_en": "Serial", "name_de": "Seriennummer"}
    return CustomField.write(**said, causes=[], teams=[], by=cast.ben, key="serial")


def test_each_chooses_columns_in_their_order_and_nobody_else_sees_them(cast: Cast, client: Client) -> None:
    serial, ticket = a_serial(cast), cast.ticket()
    ticket.describe({serial: "EM 4711"}, by=cast.ben)
    Tag.put("Fragile", ticket, by=cast.ben)
    client.force_login(cast.anna)
    twice = client.post("/desk/columns/", {"column0": "tags", "column1": "tags", "column2": "field_gone"})
    assert (twice.status_code, sorted(twice.context["form"].errors)) == (422, ["column1", "column2"])
    client.post("/desk/columns/", {"column0": "field_serial", "column3": "tags", "column5": "opened"})
    cast.anna.refresh_from_db()
    assert cast.anna.columns == ["field_serial", "tags", "opened"]
    shown = client.get("/desk/")
    row = shown.context["page"].rows[0]
    assert shown.context["columns"].cells(row)[:2] == (("Serial", "EM 4711"), ("Tags", "Fragile"))
    assert all(words in shown.content.decode() for words in ("EM 4711", "Fragile", "Serial"))
    serial.retire()
    assert client.get("/desk/").context["columns"].labels == ["Tags", "Opened"]
    client.post("/desk/columns/", {"column0": "cause", "usual": "1"})
    client.force_login(cast.ben)
    assert "list-columns" not in client.get("/desk/").content.decode()


def test_every_column_can_be_shown_and_thirty_lines_cost_what_one_costs(cast: Cast, client: Client) -> None:
    serial = a_serial(cast)
    client.force_login(cast.anna)
    names = ["customer", "customer_status", "organisation", "cause", "team", "status"]

    def fill(_number: int) -> None:
        ticket = cast.ticket()
        ticket.describe({serial: "4711"}, by=cast.anna)
        Tag.put("Fragile", ticket, by=cast.anna)

    for chosen in (names, ["priority", "channel", "changed", "opened", "tags", "field_serial"]):
        cast.anna.choose_columns(chosen)
        as_often_for_thirty(reading(client, "/desk/"), fill)
        page = client.get("/desk/")
        assert len(page.context["columns"].cells(page.context["page"].rows[0])) == 6
        Ticket.objects.all().update(status="closed")
