"""A customer takes along what is theirs, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from cast import MONDAY, Cast
from counting import as_often_for_thirty
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.company.service import SignInService
from policies.facts import Wish
from policies.models import Outreach, Ruling
from tickets.feedback.silence import Silence
from tickets.models import Attachment, Place
from tickets.own_data import gather

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


def archive_of(client: Client) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(client.get("/own-data/").getvalue()))


def test_everything_of_theirs_is_in_it_and_no_word_from_inside(
    cast: Cast, client: Client, settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket = cast.ticket("Meine Sache", files=[SimpleUploadedFile("../../lampe.png", PNG)])
    ticket.reply("We look.", by=cast.anna)
    ticket.note("Difficult one.", by=cast.ben, files=[SimpleUploadedFile("inside.png", PNG + b"1")])
    Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="given")
    cast.ticket("Eva's matter", customer=cast.eva, by=cast.eva.person)
    ticket.move("solved", by=cast.anna)
    ticket.rate(4, comment="Gut", by=cast.cem.person)
    client.force_login(cast.cem.person)
    packed = archive_of(client)
    mine = Attachment.objects.get(message__kind="public")
    assert sorted(packed.namelist()) == [f"files/{mine.pk}", "kulanz.json"]
    assert packed.read(f"files/{mine.pk}") == PNG
    said = packed.read("kulanz.json").decode()
    for inside in ("Difficult", "inside.png", "Eva", "limit", "budget"):
        assert inside not in said
    data = json.loads(said)
    assert data["you"]["email"] == "cem@kulanz.example"
    assert [[one["text"] for one in request["messages"]] for request in data["requests"]] == [
        ["I am waiting again.", "We look."]
    ]
    assert [(one["score"], one["comment"]) for one in data["ratings"]] == [(4, "Gut")]
    assert [one["ticket"] for one in data["received"]] == [ticket.pk]


def test_a_file_that_is_lost_keeps_nobody_from_the_rest(
    cast: Cast, client: Client, settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.ticket(files=[SimpleUploadedFile("one.png", PNG), SimpleUploadedFile("two.png", PNG + b"2")])
    one, two = Attachment.objects.order_by("pk")
    one.file.storage.delete(one.file.name)
    client.force_login(cast.cem.person)
    assert sorted(archive_of(client).namelist()) == [f"files/{two.pk}", "kulanz.json"]
    assert [client.get(f"/files/{file.token}/").status_code for file in (one, two)] == [404, 200]


def test_callbacks_they_asked_for_are_in_it_and_what_a_colleague_wrote_of_a_call_is_not(cast: Cast) -> None:
    for channel, matter in (("portal", "Die Lampe"), ("phone", "Sounds angry")):
        Place.enter(cast.north, customer=cast.cem, channel=channel, caller="030 1234", matter=matter)
    Place.enter(cast.north, customer=cast.eva, channel="portal", caller="030 99", matter="Eva’s")
    said = [(one["caller"], one["matter"]) for one in gather(cast.cem)["callbacks"]]
    assert said == [("030 1234", "Die Lampe")]


def test_what_opens_their_account_and_that_they_were_drawn_is_in_it(cast: Cast) -> None:
    said = {"name": "Firm", "issuer": "https://id.firm.example", "client_id": "us"}
    service = SignInService.add(**said, domains=["firm.example"], by=cast.ben, key="firm")
    service.connect(cast.cem.person, "u-1")
    service.connect(cast.eva.person, "u-2")
    drawn = {"team": cast.north, "week": date(2026, 3, 2), "this_year": 1, "year_before": 4}
    rows = [Outreach.objects.create(customer=one, **drawn) for one in (cast.cem, cast.eva)]
    rows[0].reach(by=cast.ben, at=MONDAY)
    Silence.keep(cast.cem, at=MONDAY)
    data = gather(cast.cem)
    assert [(one["company"], one["known_as"]) for one in data["company_accounts"]] == [("Firm", "u-1")]
    assert data["drawn_to_be_called"] == [
        {"week": drawn["week"], "held_out": False, "this_year": 1, "year_before": 4, "reached_at": MONDAY}
    ]
    assert data["wish_for_no_questions"] == [{"since": MONDAY}]


def test_it_asks_as_often_for_thirty_requests_as_for_one(cast: Cast) -> None:
    def give(_number: int) -> None:
        ticket = cast.ticket()
        Ruling.request(cast.anna, ticket, Wish("call", 0), key=f"given-{ticket.pk}")

    as_often_for_thirty(lambda: gather(cast.cem), give)


def test_asking_whether_it_is_there_packs_nothing(cast: Cast, client: Client) -> None:
    cast.ticket("Meine Sache")
    client.force_login(cast.cem.person)
    with CaptureQueriesContext(connection) as asked:
        head = client.head("/own-data/")
    read = [query["sql"] for query in asked if "tickets_ticket" in query["sql"]]
    whole = client.get("/own-data/")
    assert (head.status_code, head.content, read) == (200, b"", [])
    assert [head[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")] == [
        whole[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")
    ]
