"""Extra authority for a while: so much more per case, announced, bounded, over by itself, and never one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.test import Client
from django.utils import timezone

from policies.extra import ExtraAuthority
from policies.facts import Wish, forget_rules, gather
from policies.models import Guardrail, Limit, Rulebook, Ruling
from policies.referral import may_decide
from policies.weigh.decision import Outcome

pytestmark = pytest.mark.django_db
EIGHTY = Wish("voucher", 8000)
HOUR = timedelta(hours=1)


def extra(cast: Cast, cents: int = 5000, **how: object) -> ExtraAuthority:
    how = {"team": cast.north, "granted_by": cast.ben, **how}
    if how.get("person"):
        how["team"] = None
    return ExtraAuthority(
        cents=cents,
        currency="EUR",
        reason="The lorry broke down",
        starts_at=how.pop("starts", MONDAY),
        ends_at=how.pop("ends", MONDAY + 10 * HOUR),
        key=how.pop("key", "k"),
        **how,
    )


def limits(cast: Cast, *, at=MONDAY, agent=None) -> tuple[int, int, int]:
    facts = gather(agent or cast.anna, cast.ticket(at=MONDAY), EIGHTY, at=at)
    return facts.own_limit_cents, facts.stretch_limit_cents, facts.customer_limit_cents


def test_it_adds_to_what_one_decides_alone_and_falls_back_by_itself(cast):
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    second = timedelta(seconds=1)
    moments = (MONDAY - second, MONDAY, MONDAY + 10 * HOUR - second, MONDAY + 10 * HOUR)
    assert [limits(cast, at=at)[:2] for at in moments] == [
        (5000, 10_000),
        (10_000, 15_000),
        (10_000, 15_000),
        (5000, 10_000),
    ]
    assert limits(cast)[2] == 20_000


def test_what_was_asked_becomes_a_do_and_the_ruling_says_why(cast):
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    ruling = Ruling.request(cast.anna, cast.ticket(at=MONDAY), EIGHTY, key="r", at=MONDAY)
    assert (ruling.answer.outcome, ruling.extra) == (Outcome.DO, "€50.00")
    assert ruling.circumstances["extra_cents"] == 5000
    later = Ruling.request(
        cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 9), key="s", at=MONDAY + 11 * HOUR
    )
    assert (later.extra, "extra_cents" in later.circumstances) == ("", False)


def test_a_guardrail_stays_a_guardrail(cast):
    cast.cem.status = "prospect"
    cast.cem.save(update_fields=["status"])
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    assert Guardrail.objects.filter(code="no-cash-to-prospects").exists()
    ruling = Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("refund", 100), key="r", at=MONDAY)
    assert ruling.answer.outcome is Outcome.NEVER


def test_nobody_grants_it_to_themselves_directly_or_through_their_team(cast):
    assert ExtraAuthority.grant(extra(cast, person=cast.ben), at=MONDAY).code == "own"
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    assert limits(cast, agent=cast.ben)[0] == 20_000


def test_a_lead_goes_no_further_than_their_own_limit_an_administrator_may(cast):
    refusal = ExtraAuthority.grant(extra(cast, 15_001), at=MONDAY)
    assert (refusal.code, "Anna could decide more alone than you" in str(refusal.text)) == ("beyond", True)
    assert ExtraAuthority.grant(extra(cast, 15_000), at=MONDAY) is None
    ada = person("Ada", is_staff=True)
    assert ExtraAuthority.grant(extra(cast, 50_000, granted_by=ada), at=MONDAY) is None
    assert limits(cast)[0] == 55_000  # the largest holds, they are not added up


def test_a_person_with_a_limit_of_their_own_counts_with_it(cast):
    with Rulebook.amend(by=None, note="Anna", at=MONDAY) as book:
        Limit.objects.create(
            rulebook=book,
            role="agent",
            person=cast.anna,
            own_cents=19_000,
            stretch_cents=19_000,
            customer_cents=1,
        )
    forget_rules()
    assert ExtraAuthority.grant(extra(cast, 1001), at=MONDAY).code == "beyond"
    assert ExtraAuthority.grant(extra(cast, 1000, person=cast.anna), at=MONDAY) is None


def test_it_has_to_end_and_within_a_month(cast):
    for ends in (MONDAY, MONDAY - HOUR, MONDAY + timedelta(days=32)):
        starts = min(ends - HOUR, MONDAY)
        assert ExtraAuthority.grant(extra(cast, starts=starts, ends=ends), at=MONDAY).code == "until"
    assert ExtraAuthority.objects.count() == 0


def test_the_same_form_sent_twice_grants_once(cast):
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    assert ExtraAuthority.grant(extra(cast), at=MONDAY) is None
    assert ExtraAuthority.objects.count() == 1


def test_ended_early_it_is_over_at_once_and_stays_in_the_history(cast):
    made = extra(cast)
    ExtraAuthority.grant(made, at=MONDAY)
    assert made.end(by=cast.ben, at=MONDAY + HOUR) is True
    assert made.end(by=cast.ben, at=MONDAY + HOUR) is False
    assert limits(cast, at=MONDAY + HOUR)[0] == 5000
    made.refresh_from_db()
    assert (made.ended_by, made.ended_at) == (cast.ben, MONDAY + HOUR)


def test_it_is_for_the_team_or_the_person_and_for_nobody_else(cast):
    gina = person("Gina")
    cast.north.welcome(gina)
    assert ExtraAuthority.grant(extra(cast, person=cast.anna), at=MONDAY) is None
    assert (limits(cast)[0], limits(cast, agent=gina)[0]) == (10_000, 5000)
    assert (
        ExtraAuthority.grant(extra(cast, team=cast.south, granted_by=person("Ada", is_staff=True)), at=MONDAY)
        is None
    )
    assert limits(cast, agent=gina)[0] == 5000


def test_a_peer_with_extra_authority_may_say_yes_to_others(cast):
    gina = person("Gina")
    cast.north.welcome(gina)
    gina.levels.create(cause=cast.late, level=3)
    ruling = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY), EIGHTY, at=MONDAY)
    assert may_decide(gina, ruling, "approve", at=MONDAY).code == "duerfen"
    ExtraAuthority.grant(extra(cast, person=gina), at=MONDAY)
    assert may_decide(gina, ruling, "approve", at=MONDAY) is None


# ---- pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    cast.ben.time_zone = "UTC"
    cast.ben.save(update_fields=["time_zone"])
    client.force_login(cast.ben)
    return client


def form(cast: Cast, **other: str) -> dict[str, str]:
    ends = timezone.now() + 2 * HOUR
    return {
        "whom": f"team-{cast.north.pk}",
        "amount": "50",
        "starts": "",
        "ends": f"{ends:%Y-%m-%dT%H:%M}",
        "reason": "Recall of the grinder",
        "key": "k" * 32,
        **other,
    }


def test_the_lead_grants_it_the_desk_is_told_and_it_is_ended_early(cast, ben):
    assert ben.post("/studio/extras/", form(cast)).status_code == 302
    made = ExtraAuthority.objects.get()
    assert (made.team, made.cents, made.granted_by, made.reason) == (
        cast.north,
        5000,
        cast.ben,
        "Recall of the grinder",
    )
    assert "€50.00 more for North" in ben.get("/studio/extras/").content.decode()
    anna = Client()
    anna.force_login(cast.anna)
    ticket = cast.ticket()
    for page in ("/desk/extras/", f"/desk/tickets/{ticket.pk}/authority/"):
        text = anna.get(page).content.decode()
        assert "€50.00 more per case" in text
        assert "Recall of the grinder" in text
    dora = Client()
    dora.force_login(cast.dora)
    assert "more per case" not in dora.get("/desk/extras/").content.decode()
    assert dora.post(f"/studio/extras/{made.pk}/end/").status_code == 404
    ben.post(f"/studio/extras/{made.pk}/end/")
    assert "more per case" not in anna.get("/desk/extras/").content.decode()
    assert "ended early by Ben" in ben.get("/studio/extras/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", "0"), ("amount", "-5"), ("amount", "１２x"), ("amount", "9" * 25), ("amount", "151")),
        *(
            ("ends", ""),
            ("ends", "2020-01-01T00:00"),
            ("ends", "9999-12-31T23:59"),
            ("ends", "0001-01-01T00:00"),
        ),
        *(("starts", "9999-12-31T23:59"), ("starts", "0001-01-01T00:00"), ("starts", "x\x00")),
        *(("reason", ""), ("reason", "\x00"), ("reason", "r" * 201)),
        *(("whom", "team-0"), ("whom", "person-x"), ("whom", ""), ("whom", "\x00")),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(cast, ben, field, value):
    answer = ben.post("/studio/extras/", {**form(cast), field: value})
    assert (answer.status_code, ExtraAuthority.objects.count()) == (422, 0)
    assert "field__error" in answer.content.decode()


def test_a_lead_grants_nothing_to_another_team(cast, ben):
    assert ben.post("/studio/extras/", form(cast, whom=f"team-{cast.south.pk}")).status_code == 422
    assert ben.post("/studio/extras/", form(cast, whom=f"person-{cast.ben.pk}")).status_code == 422
