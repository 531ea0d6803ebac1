"""Webhooks: an alert calls them once, signed, names and no content; what does not arrive is tried again and shown."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cast import MONDAY, person
from payer import Payer, paying
from standardwebhooks import Webhook as Reader

from tickets.models import Alert, Target, Webhook, WebhookCall
from tickets.sla import aftermath
from tickets.sla.sweep import sweep_now
from tickets.webhook.call import MOST_TRIES, call_now
from tickets.webhook.hook import MOST_FAILURES

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HALF = MONDAY + 2 * HOUR


@pytest.fixture
def siren():
    with paying() as found:
        yield found


@pytest.fixture
def hook(cast, siren: Payer) -> Webhook:
    target = Target.objects.get(version__policy__name__startswith="North", kind="first_response")
    Alert.objects.create(target=target, step=1, percent=50, actions=["tell_lead", "call_webhooks"])
    made = Webhook.set_up(name="Siren", url=siren.url, private=True, by=cast.ben)
    assert isinstance(made, Webhook), made
    return made


def test_an_alert_calls_each_webhook_once_with_names_and_no_content(cast, hook, siren):
    ticket = cast.ticket("My secret matter", at=MONDAY)
    for _again in range(2):
        sweep_now(now=HALF)
        aftermath.act_now(now=HALF)
        call_now(now=HALF)
    ((headers, body),) = siren.got
    said = Reader(hook.secret).verify(body, headers)
    assert said["type"] == "promise.warning"
    assert said["data"] == {
        "ticket": ticket.pk,
        "promise": "first_response",
        "due_at": (MONDAY + 4 * HOUR).isoformat(),
        "broken_at": None,
        "step": 1,
    }
    assert b"secret matter" not in body
    assert WebhookCall.objects.get().sent_at == HALF


def test_a_promise_kept_meanwhile_calls_nobody(cast, hook, siren):
    ticket = cast.ticket(at=MONDAY)
    ticket.reply("Here.", by=cast.anna, at=MONDAY + HOUR)
    sweep_now(now=HALF)
    assert (WebhookCall.objects.count(), siren.got) == (0, [])


def test_what_does_not_arrive_is_tried_again_under_the_same_id_and_given_up_in_the_end(cast, hook, siren):
    cast.ticket(at=MONDAY)
    siren.status = 503
    sweep_now(now=HALF)
    now = HALF
    for _try in range(MOST_TRIES + 2):
        call_now(now=now)
        now += 10 * HOUR
    assert len(siren.got) == MOST_TRIES
    assert len({headers["webhook-id"] for headers, _body in siren.got}) == 1
    call = WebhookCall.objects.get()
    assert (call.trouble, call.sent_at, call.failed_at is None) == ("HTTP 503", None, False)


def test_a_system_that_is_away_is_not_knocked_at_for_days(cast, hook, siren):
    siren.status = 500
    Webhook.objects.update(failures=MOST_FAILURES - 1)
    cast.ticket(at=MONDAY)
    sweep_now(now=HALF)
    call_now(now=HALF)
    assert call_now(now=HALF + 10 * HOUR) == 0
    hook.resume()
    siren.status = 204
    assert call_now(now=HALF + 10 * HOUR) == 1
    assert WebhookCall.objects.exclude(sent_at=None).count() == 1


def test_a_redirect_is_not_followed_and_an_ended_webhook_not_called(cast, hook, siren):
    siren.status, siren.headers = 302, {"Location": siren.url + "/elsewhere"}
    cast.ticket(at=MONDAY)
    sweep_now(now=HALF)
    call_now(now=HALF)
    assert (len(siren.got), WebhookCall.objects.get().trouble) == (1, "HTTP 302")
    hook.end()
    assert call_now(now=HALF + 10 * HOUR) == 0


@pytest.fixture
def ada(cast, client):
    client.force_login(person("Ada", is_staff=True, is_superuser=True))
    return client


def test_the_secret_is_shown_this_one_time(ada):
    made = ada.post("/desk/setup/webhooks/", {"name": "Siren", "url": "https://siren.example/x"})
    hook = Webhook.objects.get()
    assert (made.status_code, hook.private) == (201, False)
    assert hook.secret in made.content.decode()
    page = ada.get("/desk/setup/webhooks/").content.decode()
    assert hook.secret not in page
    assert "https://siren.example/x" in page
    again = ada.post("/desk/setup/webhooks/", {"name": "Siren", "url": "https://siren.example/x"})
    assert (again.status_code, "This address is called already." in again.content.decode()) == (422, True)
    ada.post(f"/desk/setup/webhooks/{hook.pk}/end/")
    assert not Webhook.objects.kept().exists()


@pytest.mark.parametrize(
    "url", ["", "\0", "http://siren.example/", "https://127.0.0.1/", "https://169.254.169.254/", "x" * 400]
)
def test_an_address_one_may_not_be_sent_to_is_refused_and_stays_in_the_form(ada, url):
    answer = ada.post("/desk/setup/webhooks/", {"name": "The siren", "url": url})
    assert (answer.status_code, Webhook.objects.count()) == (422, 0)
    assert 'value="The siren"' in answer.content.decode()


def test_what_it_did_lately_stands_on_the_page(cast, hook, siren, ada):
    cast.ticket(at=MONDAY)
    sweep_now(now=HALF)
    assert json.dumps(WebhookCall.objects.get().said)
    call_now(now=HALF)
    assert "promise.warning" in ada.get("/desk/setup/webhooks/").content.decode()
