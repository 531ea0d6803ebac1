"""What an agent does by hand beside a conversation: taken down, put right, linked, filled in, given, doubted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from looked_at import sound
from stack import Stack, running
from test_story import SAID, choose, write
from visitor import DESK, Visitor

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(300)]

# What the house says in that language.
WORDS = {
    "de": {
        "cause": "Verspätete Lieferung",
        "who": "Um wen geht es? Wählen Sie",
        "child": "ist Teilticket von",
        "parent": "hat als Teilticket",
        "unknown": "Keines Ihrer Tickets hat diese Nummer.",
        "number": "Bitte geben Sie eine ganze Zahl ein.",
        "alone": "Das können Sie hier nicht allein geben.",
        "sorry": "Es tut uns leid, Cem.",
        "answers": "Ben beantwortet Ihren Einspruch spätestens",
        "covered": "niemandem persönlich",
    },
    "en": {
        "cause": "Late delivery",
        "who": "Who is it? Choose one",
        "child": "is a sub-ticket of",
        "parent": "has the sub-ticket",
        "unknown": "None of your tickets has this number.",
        "number": "Enter a whole number.",
        "alone": "This you cannot give alone here.",
        "sorry": "We are sorry, Eva.",
        "answers": "Ben answers your challenge by",
        "covered": "to nobody in person",
    },
}
SAVE = "form.card button.button--primary"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A house of its own: what is given here would count where the story is told."""
    with running(tmp_path_factory.mktemp("beside")) as stack:
        yield stack


@pytest.mark.parametrize("language", ["de", "en"])
def test_beside_a_conversation(stack: Stack, visit: Callable[..., Visitor], language: str) -> None:
    customer, anna, ben = (visit(size=DESK, language=language) for _each in range(3))
    customer.sign_in(SAID[language]["who"])
    number = write(customer, SAID[language] | {"subject": f"Talk {language}"})
    anna.sign_in("anna@kulanz.example")
    ben.sign_in("ben@kulanz.example")
    other = taken_down(anna, number, language)
    put_right(anna, number)
    linked(anna, number, other, language)
    filled_in(anna, language)
    by_macro(stack, anna, number, language)
    doubted(anna, ben, number, language)
    surprised(stack, anna, customer, number, language)
    praised(anna, ben, number, language)


def taken_down(anna: Visitor, number: int, language: str) -> int:
    """A ticket for somebody on the telephone: found by what was typed, with what they have open; its number."""
    page, words = anna.page, WORDS[language]
    page.click("a[data-does=new]")
    page.fill("textarea[name=text]", "Rang: nothing came.")
    page.click(SAVE)
    page.wait_for_selector(f".field--who .field__error:has-text('{words['who']}')")
    for name in ("subject", "cause"):
        assert page.locator(f".field--{name} .field__error").count() == 1
    assert page.input_value("textarea[name=text]") == "Rang: nothing came."
    sound(anna, f"conversation-{language}-1-refused")
    page.fill("input[name=who]", SAID[language]["who"].split("@")[0])
    page.click(f"#who-found .choice:has-text('{SAID[language]['who']}')")
    page.wait_for_selector(f"#alike-open a[href='/desk/tickets/{number}/']")
    page.fill("input[name=subject]", f"Rang {language}")
    page.select_option("select[name=cause]", label=words["cause"])
    page.check("input[name=mine]")
    sound(anna, f"conversation-{language}-2-found")
    page.click(SAVE)
    page.wait_for_selector(f"#ticket-head h1:has-text('Rang {language}')")
    assert page.locator("#thread .message--customer:has-text('nothing came')").count() == 1
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def put_right(anna: Visitor, number: int) -> None:
    """Called and judged otherwise; for another team a word is needed, and nothing typed is lost."""
    page = anna.page
    anna.go(f"/desk/tickets/{number}/")
    page.click("#ticket-head a[href$='#id_cause']")
    page.fill("input[name=subject]", "Put right")
    page.select_option("select[name=priority]", "3")
    page.select_option("select[name=team]", label="South")
    page.click(SAVE)
    page.wait_for_selector(".field--why .field__error")
    assert page.input_value("input[name=subject]") == "Put right"
    page.select_option("select[name=team]", label="North")
    page.click(SAVE)
    page.wait_for_selector("#ticket-head h1:has-text('Put right')")
    page.wait_for_selector("#ticket-head .chip--warn[data-does=priority]")


def linked(anna: Visitor, number: int, other: int, language: str) -> None:
    """How the one stands to the other is read from both, and ended again."""
    page, words = anna.page, WORDS[language]
    page.click("#links summary")
    page.select_option("#links select[name=role]", "child")
    page.fill("#links input[name=other]", "#99999")
    page.press("#links input[name=other]", "Enter")
    page.wait_for_selector(f"#links .field__error:has-text('{words['unknown']}')")
    assert page.input_value("#links select[name=role]") == "child"
    page.fill("#links input[name=other]", f"#{other}")
    page.press("#links input[name=other]", "Enter")
    page.wait_for_selector(f"#links li:has-text('{words['child']}') a[href='/desk/tickets/{other}/']")
    page.click(f"#links a[href='/desk/tickets/{other}/']")
    page.wait_for_selector(f"#links li:has-text('{words['parent']}') a[href='/desk/tickets/{number}/']")
    page.click("#links .chip__off")
    page.wait_for_selector("#links li", state="detached")
    anna.go(f"/desk/tickets/{number}/")


def filled_in(anna: Visitor, language: str) -> None:
    """A field of the house: what is no number is refused where it was typed."""
    page = anna.page
    page.click("#details .panel__head a")
    page.fill("#details input[name=field_boxes]", "zwölf")
    page.press("#details input[name=field_boxes]", "Enter")
    page.wait_for_selector(
        f"#details .field--field_boxes .field__error:has-text('{WORDS[language]['number']}')"
    )
    assert page.input_value("#details input[name=field_boxes]") == "zwölf"
    sound(anna, f"conversation-{language}-3-field")
    page.fill("#details input[name=field_boxes]", "12")
    page.press("#details input[name=field_boxes]", "Enter")
    page.wait_for_selector("#details dd:text-is('12')")


def by_macro(stack: Stack, anna: Visitor, number: int, language: str) -> None:
    """Seen before it is done; what one may not give alone keeps the answer to the customer back as well."""
    page, words = anna.page, WORDS[language]
    done = (
        f"SELECT (SELECT count(*) FROM policies_offer WHERE ticket_id = {number}), count(*) "
        f"FROM tickets_message WHERE ticket_id = {number}"
    )
    page.get_by_role("link", name="Very sorry", exact=True).click()
    page.wait_for_selector(f".done b:has-text('{words['alone']}')")
    page.click(SAVE)
    page.wait_for_selector(f".done b:has-text('{words['alone']}')")
    sound(anna, f"conversation-{language}-4-macro")
    assert stack.sql(done) == [(0, 1)]
    page.click("a.back")
    page.get_by_role("link", name="Sorry", exact=True).click()
    assert page.input_value("form.card textarea") == words["sorry"]
    page.fill("form.card textarea", f"{words['sorry']} :-)")
    page.click(SAVE)
    page.wait_for_selector(f".message--ours:has-text('{words['sorry']} :-)')")
    assert stack.sql(done) == [(1, 2)]


def doubted(anna: Visitor, ben: Visitor, number: int, language: str) -> None:
    """A rule that stands in the way is doubted where it speaks, and answered with reasons everybody can read."""
    page, words = anna.page, WORDS[language]
    panel = choose(anna, number, "voucher", "70")
    panel.locator(".challenge summary").click()
    page.fill("#challenge", f"Too little for {language}")
    sound(anna, f"conversation-{language}-5-doubt")
    panel.locator("button[name=rule]").first.click()
    page.wait_for_selector(f".toast:has-text('{words['answers']}')")
    ben.go("/studio/challenges/")
    ben.page.click(f"tr:has-text('Too little for {language}') a.cover")
    ben.page.locator("input[name=answer][value=stays]").check()
    ben.page.fill("textarea[name=words]", f"It is enough in {language}.")
    ben.page.click(SAVE)
    ben.page.wait_for_selector(f"article:has-text('It is enough in {language}.')")


def surprised(stack: Stack, anna: Visitor, customer: Visitor, number: int, language: str) -> None:
    """A detail the customer told us, kept with consent, and a small thing that goes with it; they read of the thing."""
    page = anna.page
    page.click("#relationship details summary")
    page.fill("#detail-words", "Twins in May")
    page.press("#detail-words", "Enter")
    page.wait_for_selector("#relationship .field--purpose .field__error")
    assert page.input_value("#detail-words") == "Twins in May"
    page.fill("#detail-purpose", "To ask how they are")
    page.press("#detail-purpose", "Enter")
    page.click("#relationship li:has-text('Twins in May') form[action$='/authority/'] button")
    page.wait_for_selector("#for-detail option:checked:has-text('Twins in May')", state="attached")
    page.fill("#amount", "8")
    page.fill("#named", f"A card {language}")
    sound(anna, f"conversation-{language}-6-surprise")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/offers/" in answer.url):
        page.click(".authority__act button")
    page.wait_for_selector(f"#authority .authority__state:has-text('A card {language}')")
    given = (
        "SELECT o.cents, b.purpose FROM policies_offer o JOIN policies_budgetperiod p ON p.id = o.period_id "
        f"JOIN policies_budget b ON b.id = p.budget_id WHERE o.ticket_id = {number} AND o.cents = 800"
    )
    assert stack.sql(given) == [(800, "surprises")]
    customer.go(f"/requests/{number}/")
    customer.page.wait_for_selector(f".requests:has-text('A card {language}')")
    assert "Twins" not in customer.page.content()
    sound(customer, f"conversation-{language}-7-card")


def praised(anna: Visitor, ben: Visitor, number: int, language: str) -> None:
    """How it was decided: whatever came of it is the rules’, a word on it is written down, and a kind one said."""
    page = ben.page
    ben.go(f"/desk/tickets/{number}/")
    page.click(f".authority__state a[href*='/rulings/']:has-text('A card {language}')")
    page.wait_for_selector(f"section[aria-labelledby=reviews]:has-text('{WORDS[language]['covered']}')")
    page.locator("input[name=verdict][value=right]").check()
    page.fill("input[name=words]", f"Twins, {language}")
    sound(ben, f"conversation-{language}-8-ruling")
    page.click("form[action$='/reviews/'] button")
    page.wait_for_selector(f"section[aria-labelledby=reviews]:has-text('Twins, {language}')")
    page.click("a[href$='/kind-words/'].button")
    page.click(SAVE)
    page.wait_for_selector(".field--words .field__error")
    page.fill("input[name=words]", f"Well seen, {language}")
    page.click(SAVE)
    page.wait_for_selector(f".timeline q:has-text('Well seen, {language}')")
    anna.go("/desk/notices/")
    assert f"Well seen, {language}" in anna.page.inner_text("main")
