"""Somebody chats while browsers, the web server and the broker are killed: the place is kept, the pages come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from stack import answers, wait_for

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]
CEM = "customer_id = (SELECT c.id FROM accounts_customer c JOIN accounts_person p ON p.id = c.person_id"
CEM += " WHERE p.email = 'cem@kulanz.example')"
PLACE = f"SELECT phase, arrived_at, agent_id FROM tickets_place WHERE channel = 'chat' AND {CEM} ORDER BY id"


def test_a_chat_outlives_browsers_web_and_broker_and_every_page_comes_back_by_itself(stack, visit):
    person = dict(stack.sql("SELECT name, id FROM accounts_person"))
    anna = ready(visit, "anna@kulanz.example")
    cem = visit(language="en")
    cem.sign_in_by_code("cem@kulanz.example")
    start(cem, "Where is my parcel?")
    take(anna)
    ((_phase, arrived_at, _agent),) = stack.sql(PLACE)
    cem.page.get_by_text("Anna", exact=False).first.wait_for()

    # The customer's browser is killed; with the next one they are where they were.
    cookies = cem.context.storage_state()
    cem.context.close()
    say(anna, "I look at once.")
    cem = visit(language="en", storage_state=cookies)
    cem.go("/chat/")
    cem.page.wait_for_selector("text=I look at once.")
    assert stack.sql(PLACE) == [("talking", arrived_at, person["Anna"])]

    # The web server is killed and started again; nobody reloads anything.
    stack.kill("web")
    stack.begin("web")
    wait_for(lambda: answers(stack.url), "the web server to be back")
    say(anna, "It left this morning.")
    cem.page.wait_for_selector("text=It left this morning.")

    # The broker is killed: both go on writing, and when it is back so is everything that runs through it.
    stack.kill("broker")
    say(cem, "Thank you. And by when?")
    stack.begin("broker")
    anna.page.wait_for_selector("text=And by when?")
    assert stack.sql(PLACE) == [("talking", arrived_at, person["Anna"])]

    # The agent's browser is killed: after a minute a colleague is asked, and finds every word.
    ben = ready(visit, "ben@kulanz.example")
    anna.context.close()
    past = timezone.now() - timedelta(seconds=61)
    stack.sql(f"UPDATE accounts_presence SET seen_at = '{past}' WHERE person_id = {person['Anna']}")
    take(ben)
    ben.page.wait_for_selector("text=And by when?")
    say(ben, "Tomorrow before noon.")
    cem.page.wait_for_selector("text=Tomorrow before noon.")
    assert stack.sql(PLACE) == [("talking", arrived_at, person["Ben"])]
    assert stack.sql("SELECT count(*) FROM tickets_lineevent WHERE kind IN ('ended', 'lost')") == [(0,)]
    for somebody in (anna, ben, cem):
        somebody.forgive("console on")  # what a browser says about a server that is gone


def ready(visit, email: str):
    """An agent with the page of the line open, who has said that they are ready."""
    agent = visit(language="en")
    agent.sign_in(email)
    agent.go("/desk/line/")
    agent.page.click("button[name=state][value=ready]")
    agent.page.wait_for_selector("button[value=ready][aria-pressed=true]")
    return agent


def start(customer, text: str) -> None:
    customer.go("/chat/")
    customer.page.select_option("select[name=cause]", "late-delivery")
    customer.page.fill("textarea[name=text]", text)
    customer.page.click("form.form button[type=submit]")
    customer.page.wait_for_selector("#talk")


def take(agent) -> None:
    """What is offered appears by itself."""
    agent.page.click("button[name=verb][value=accept]")
    agent.page.wait_for_selector("#chat-composer")


def say(somebody, text: str) -> None:
    page = somebody.page
    page.fill("#chat-composer textarea", text)
    page.click("#chat-composer .chat__send")
    page.wait_for_selector(f".bubble--mine >> text={text}")
