"""Payouts: ordered with the gesture, delivered after it, and never twice – whatever the other side answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cast import MONDAY
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from payer import Payer, paying
from standardwebhooks import Webhook

from accounts.outside import post
from policies.facts import Wish
from policies.ledger.transfer import reconcile
from policies.models import BudgetPeriod, Offer, PayoutOrder, PayoutReport, PayoutTarget, Ruling
from policies.payout import delivery
from policies.payout.delivery import MOST_TRIES, WAITS, deliver_now
from policies.payout.order import LEASE, LONGEST_WAIT
from policies.payout.target import MOST_FAILURES
from tickets.models import Notice, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer():
    with paying() as made:
        yield made


@pytest.fixture
def target(cast, payer: Payer) -> PayoutTarget:
    return PayoutTarget.set_up(name="Bank", url=payer.url, private=True, form="credit_note", by=cast.ben)


def give(cast, key="k", kind="refund", cents=2000, **wish) -> Offer:
    return Ruling.request(cast.anna, cast.ticket(), Wish(kind, cents, **wish), key=key).offer


def ordered(offer: Offer) -> PayoutOrder:
    return PayoutOrder.objects.filter(offer=offer).latest("pk")


def state(offer: Offer) -> tuple[str, str]:
    offer.refresh_from_db()
    return ordered(offer).state, offer.state


# ---- ordering --------------------------------------------------------------------------------------------------


def test_what_is_paid_out_is_ordered_with_the_gesture(cast, target):
    order = ordered(give(cast))
    assert (order.state, order.cents, order.currency, order.target) == ("waiting", 2000, "EUR", target)
    assert not PayoutOrder.objects.filter(offer=give(cast, "v", "voucher")).exists()


def test_what_is_owed_is_paid_out_too(cast, target):
    assert ordered(give(cast, owed_by="law", cents=90_000)).cents == 90_000


def test_without_a_target_nothing_is_ordered(cast, payer):
    give(cast)
    assert not PayoutOrder.objects.exists()


def test_the_database_itself_refuses_a_second_order_for_one_gesture(cast, target):
    offer = give(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutOrder.place(offer, at=MONDAY)


# ---- delivering ------------------------------------------------------------------------------------------------


def test_it_is_signed_and_says_no_more_than_is_needed(cast, target, payer):
    order = ordered(give(cast))
    assert deliver_now() == 1
    [(headers, body)] = payer.got
    said = Webhook(target.secret).verify(body, headers)
    assert headers["webhook-id"] == order.delivery
    assert said == {
        "type": "payout.ordered",
        "timestamp": order.made_at.isoformat(),
        "data": {
            "order": order.delivery,
            "cents": 2000,
            "currency": "EUR",
            "purpose": "Refund, €20.00",
            "ticket": order.offer.ticket_id,
            "customer": {"id": cast.cem.pk, "email": "cem@kulanz.example"},
        },
    }


def test_confirmed_is_delivered_and_spent(cast, target):
    offer = give(cast)
    deliver_now()
    assert state(offer) == ("confirmed", "delivered")
    assert ordered(offer).reference == "T-1"
    assert BudgetPeriod.objects.get(budget=cast.budget).spent_cents == 2000
    assert deliver_now() == 0
    assert reconcile() == []


@pytest.mark.parametrize(
    ("status", "body"), [(422, b""), (200, b'{"status": "refused", "reason": "No such account"}')]
)
def test_refused_is_told_to_the_agent_and_the_gesture_stays(cast, target, payer, status, body):
    payer.status, payer.body = status, body
    offer = give(cast)
    deliver_now()
    assert state(offer) == ("refused", "granted")
    assert ordered(offer).words == ("No such account" if body else "HTTP 422")
    told = Notice.objects.filter(event__kind="payout_refused").values_list("person__name", flat=True)
    assert sorted(told) == ["Anna", "Ben"]


UNCLEAR = {
    "500": {"status": 500},
    "503": {"status": 503},
    "no report": {"body": b"OK"},
    "another status": {"body": b'{"status": "maybe"}'},
    "half a report": {"body": b'{"status": "confi'},
    "a list": {"body": b"[]"},
    "deep": {"body": b"[" * 60_000},
    "too much": {"body": b'{"status": "confirmed"}' + b" " * post.MOST_BYTES},
    "hung up": {"hangs_up": True},
    "not even text": {"body": b"\xff\xfe"},
}


@pytest.mark.parametrize("how", UNCLEAR)
def test_whatever_leaves_it_open_is_held_and_not_sent_again(cast, target, payer, how):
    for name, value in UNCLEAR[how].items():
        setattr(payer, name, value)
    offer = give(cast)
    deliver_now()
    assert state(offer) == ("unknown", "granted")
    deliver_now(now=timezone.now() + timedelta(days=30))
    assert len(payer.got) == 1
    assert BudgetPeriod.objects.get(budget=cast.budget).reserved_cents == 2000
    assert Notice.objects.filter(event__kind="payout_held").count() == 2


def test_who_answers_byte_by_byte_does_not_hold_us(cast, target, payer, monkeypatch):
    monkeypatch.setattr(post, "SECONDS", 0.3)
    payer.drips, payer.body = 0.1, b'{"status": "confirmed"}'
    offer = give(cast)
    deliver_now()
    assert state(offer) == ("unknown", "granted")


@pytest.mark.parametrize("status", [301, 302, 307, 401, 404, 429])
def test_what_nobody_looked_at_is_tried_again_and_no_redirect_is_followed(cast, target, payer, status):
    payer.status, payer.headers = status, {"Location": "http://169.254.169.254/latest/"}
    offer = give(cast)
    deliver_now()
    order = ordered(offer)
    assert (order.state, order.tries, order.trouble) == ("waiting", 1, f"HTTP {status}")
    assert len(payer.got) == 1


def test_nine_tries_over_more_than_a_day_each_under_the_same_name_then_a_person(cast, target, payer):
    payer.status = 429
    offer, at, waits = give(cast), timezone.now(), []
    for number in range(MOST_TRIES):
        assert deliver_now(now=at) == 1
        order = ordered(offer)
        if number < len(WAITS):
            waits.append(order.due_at - at)
            assert deliver_now(now=order.due_at - timedelta(seconds=1)) == 0
            at = order.due_at
        PayoutTarget.objects.update(failures=0)
    assert (MOST_TRIES, order.state) == (9, "failed")
    assert sum(waits, timedelta()) > timedelta(hours=24)
    assert {headers["webhook-id"] for headers, _body in payer.got} == {order.delivery}
    assert [abs(w / planned - 1) <= delivery.JITTER for w, planned in zip(waits, WAITS, strict=True)] == [
        True
    ] * 8
    assert deliver_now(now=at + timedelta(days=9)) == 0


def test_a_private_address_nobody_vouched_for_is_never_connected_to(cast, payer, target):
    PayoutTarget.objects.update(private=False)
    offer = give(cast)
    deliver_now()
    assert (ordered(offer).state, ordered(offer).trouble, payer.got) == ("waiting", "ForbiddenAddress", [])


def test_after_too_many_in_a_row_it_is_paused_once_and_the_administrators_hear(cast, target, payer):
    ada = type(cast.ben).objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)
    payer.status = 429
    for number in range(MOST_FAILURES + 2):
        Ruling.request(cast.anna, cast.ticket(), Wish("refund", 100), key=f"k{number}")
    deliver_now()
    target.refresh_from_db()
    assert (target.paused_at is not None, len(payer.got)) == (True, MOST_FAILURES)
    assert (
        OutgoingMail.objects.filter(key__startswith="payout-paused:").values_list("to", flat=True)[0]
        == ada.email
    )
    assert OutgoingMail.objects.filter(key__startswith="payout-paused:").count() == 1
    payer.status = 200
    assert deliver_now(now=timezone.now() + timedelta(hours=1)) == 0
    assert target.resume()
    assert deliver_now(now=timezone.now() + timedelta(hours=1)) == MOST_FAILURES + 2
    assert set(PayoutOrder.objects.values_list("state", flat=True)) == {"confirmed"}


def test_who_died_while_sending_leaves_it_held_not_sent_again(cast, target, payer):
    """Claimed, perhaps sent, never heard of again."""
    order, now = ordered(give(cast)), timezone.now()
    assert PayoutOrder.objects.claim(order.pk, now=now)
    assert not PayoutOrder.objects.claim(order.pk, now=now)
    assert deliver_now(now=now + LEASE - timedelta(seconds=1)) == 0
    order.refresh_from_db()
    assert order.state == "waiting"
    assert deliver_now(now=now + LEASE) == 0
    order.refresh_from_db()
    assert (order.state, payer.got) == ("unknown", [])


def test_received_and_never_heard_of_again_is_held_after_three_days(cast, target, payer):
    payer.body = b'{"status": "pending", "reference": "P-9"}'
    offer, now = give(cast), timezone.now()
    deliver_now(now=now)
    assert state(offer) == ("sent", "granted")
    deliver_now(now=now + LONGEST_WAIT - timedelta(seconds=1))
    assert state(offer) == ("sent", "granted")
    deliver_now(now=now + LONGEST_WAIT)
    assert state(offer) == ("unknown", "granted")


# ---- taking back ----------------------------------------------------------------------------------------------


def test_before_it_left_it_can_be_taken_back_and_is_cancelled(cast, target, payer):
    offer = give(cast)
    assert offer.reverse(by=cast.anna, why="A mistake")
    assert state(offer) == ("cancelled", "reversed")
    assert deliver_now() == 0


@pytest.mark.parametrize("how", ["unknown", "waiting again", "confirmed"])
def test_what_may_have_been_paid_is_not_taken_back(cast, target, payer, how):
    payer.status = {"unknown": 500, "waiting again": 429, "confirmed": 200}[how]
    offer = give(cast)
    deliver_now()
    assert not Offer.objects.get(pk=offer.pk).reverse(by=cast.ben, why="A mistake")
    assert not Offer.objects.get(pk=offer.pk).stages.filter(name="reversed").exists()
    assert reconcile() == []


def test_while_it_is_being_paid_nobody_marks_it_as_delivered(cast, target):
    offer = give(cast)
    assert not offer.deliver(by=cast.anna)
    deliver_now()
    assert state(offer) == ("confirmed", "delivered")


# ---- a person's word -------------------------------------------------------------------------------------------


@pytest.fixture
def held(cast, target, payer) -> Offer:
    payer.status = 500
    offer = give(cast)
    deliver_now()
    payer.status = 200
    return offer


def press(client: Client, name: str, order: PayoutOrder, **sent: str) -> str:
    answer = client.post(reverse(f"studio:{name}", args=[order.pk]), sent, follow=True)
    return answer.content.decode()


def test_a_lead_has_looked_and_it_was_paid(cast, client, held):
    client.force_login(cast.ben)
    assert "Say where it can be found" in press(client, "confirm_payout", ordered(held), reference=" ")
    assert "Noted as paid." in press(client, "confirm_payout", ordered(held), reference="Statement 7")
    assert state(held) == ("confirmed", "delivered")
    assert (ordered(held).settled_by, ordered(held).reference) == (cast.ben, "Statement 7")
    assert "settled otherwise already" in press(client, "refuse_payout", ordered(held), words="No")
    assert BudgetPeriod.objects.get(budget=cast.budget).spent_cents == 2000


def test_a_lead_has_looked_and_it_was_not_paid(cast, client, held):
    client.force_login(cast.ben)
    press(client, "refuse_payout", ordered(held), words="Not in the statement")
    assert state(held) == ("refused", "granted")
    assert held.deliver(by=cast.anna)


def test_sent_again_by_a_persons_word_it_has_its_old_name(cast, client, held, payer):
    client.force_login(cast.ben)
    assert "sent again" in press(client, "send_payout_again", ordered(held))
    assert "not held any more" in press(client, "send_payout_again", ordered(held))
    deliver_now()
    assert state(held) == ("confirmed", "delivered")
    assert len({headers["webhook-id"] for headers, _body in payer.got}) == 1


def test_the_page_shows_what_is_held_to_those_who_may_settle_it(cast, client, held):
    name = ordered(held).delivery
    for who, shown in ((cast.ben, True), (cast.dora, False)):
        client.force_login(who)
        page = client.get(reverse("studio:payouts"))
        assert (page.status_code, name in page.content.decode()) == (200, shown)


# ---- the other side's later word -------------------------------------------------------------------------------


def report(
    target: PayoutTarget, order: str, status: str, *, message="m1", at=None, secret="", **more
) -> object:
    at = at or timezone.now()
    body = json.dumps({"type": "payout.reported", "data": {"order": order, "status": status, **more}})
    headers = {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret or target.secret).sign(message, at, body),
    }
    path = reverse("api_authority:payout_report", args=[target.token])
    return Client().post(path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("status", "ends"), [("confirmed", ("confirmed", "delivered")), ("refused", ("refused", "granted"))]
)
def test_a_later_report_settles_what_was_unknown(target, held, status, ends):
    answer = report(target, ordered(held).delivery, status, reference="T-7", reason="Closed account")
    assert (answer.status_code, answer.json()) == (200, {"state": ends[0]})
    assert state(held) == ends


def test_the_same_report_again_changes_nothing_and_is_answered_the_same(target, held):
    name = ordered(held).delivery
    answers = [report(target, name, "confirmed").json() for _time in range(3)]
    assert answers == [{"state": "confirmed"}] * 3
    assert (PayoutReport.objects.count(), held.stages.filter(name="delivered").count()) == (1, 1)


def test_another_word_afterwards_is_refused(target, held):
    name = ordered(held).delivery
    report(target, name, "confirmed", message="m1")
    assert report(target, name, "refused", message="m2").status_code == 409
    assert state(held) == ("confirmed", "delivered")


def test_a_report_kept_and_sent_later_is_refused(target, held):
    old = timezone.now() - timedelta(minutes=6)
    assert report(target, ordered(held).delivery, "confirmed", at=old).status_code == 404
    assert state(held)[0] == "unknown"


def test_nobody_else_reports(cast, payer, target, held):
    other = PayoutTarget.set_up(name="Other", url=payer.url, private=True, form="goods", by=cast.ben)
    name = ordered(held).delivery
    assert report(target, name, "confirmed", secret=other.secret).status_code == 404
    assert report(other, name, "confirmed").status_code == 404
    assert Client().post(reverse("api_authority:payout_report", args=[target.token])).status_code == 404
    assert state(held)[0] == "unknown"


@pytest.mark.parametrize("signature", ["", "v1", "v1,", "v1,###", "v2,abc", "v1,ü", "x" * 5000])
def test_a_signature_that_is_none_is_no_error_of_ours(target, held, signature):
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(int(timezone.now().timestamp())),
        "webhook-signature": signature,
    }
    path = reverse("api_authority:payout_report", args=[target.token])
    assert Client().post(path, "{}", content_type="application/json", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "data", [None, [], "x", 1, {}, {"order": 1}, {"order": "a\x00b", "status": "confirmed"}]
)
def test_a_signed_report_that_says_nothing_is_refused_in_words(target, held, data):
    at, body = timezone.now(), json.dumps({"data": data})
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(target.secret).sign("m", at, body),
    }
    path = reverse("api_authority:payout_report", args=[target.token])
    assert Client().post(path, body, content_type="application/json", headers=headers).status_code in (
        400,
        404,
    )


# ---- where it goes ---------------------------------------------------------------------------------------------


def test_an_administrator_sets_it_up_and_sees_the_secret_once(cast, client):
    ada = type(cast.ben).objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)
    client.force_login(ada)
    sent = {"name": "Bank", "url": "https://pay.example/orders", "form": "credit_note"}
    made = client.post(reverse("studio:payout_target"), sent)
    target = PayoutTarget.objects.get()
    assert (made.status_code, target.secret in made.content.decode()) == (201, True)
    assert str(target.token) in made.content.decode()
    assert target.secret not in client.get(reverse("studio:payouts")).content.decode()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://pay.example/", "The address must begin with https://"),
        ("https://10.0.0.1/", "This address lies inside a network."),
        ("https://pay.example:22/", "Only the ports 443 and 8443"),
        ("nowhere", "The address must begin with https://"),
    ],
)
def test_a_bad_address_is_refused_at_its_field_and_kept(cast, client, url, said):
    ada = type(cast.ben).objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)
    client.force_login(ada)
    page = client.post(reverse("studio:payout_target"), {"name": "Bank", "url": url, "form": "credit_note"})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert f'value="{url}"' in page.content.decode()


def test_the_next_target_of_a_form_ends_the_one_before(cast, payer, target):
    give(cast)
    after = PayoutTarget.set_up(name="New bank", url=payer.url, private=True, form="credit_note", by=cast.ben)
    assert ordered(give(cast, "second")).target == after
    assert PayoutTarget.objects.get(pk=target.pk).ended_at is not None
    assert deliver_now() == 2
