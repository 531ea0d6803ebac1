"""Contracts, cancellations, and the better offer somebody else gets."""

from ..moments import DAY
from ..steps import (
    Story,
    assign,
    confirm,
    deliver,
    feel,
    give,
    grant,
    hear,
    note,
    rate,
    reply,
    solve,
    wait_for_customer,
)

CONTRACT, BETTER = "contract-cancellation", "better-new-customer-offer"

STORIES = (
    Story(
        "contract-after-the-end",
        "vogt",
        CONTRACT,
        30 * DAY + 150,
        "Abbuchung nach der Kündigung",
        "Sehr geehrte Damen und Herren,\n\nich habe den Servicevertrag fristgerecht gekündigt, trotzdem "
        "wurde noch einmal abgebucht. Ich bitte um Erstattung.\n\nAndreas Vogt",
        (
            assign(80, "anna"),
            give(20, "anna", "voucher", 2000),
            note(
                3,
                "anna",
                "Gutschein geht hier nicht, und eigentlich zu Recht: er ist ja gegangen. Dann eine Karte.",
            ),
            give(2, "anna", "note"),
            reply(
                10,
                "anna",
                "Guten Tag Herr Vogt,\n\nIhre Kündigung war rechtzeitig da, die Abbuchung hätte nicht mehr "
                "laufen dürfen. Der Betrag ist zurückgebucht. Es bleibt bei der Kündigung, Sie müssen "
                "nichts weiter tun.\n\nDanke für sechs gemeinsame Jahre.\nAnna Petersen",
            ),
            deliver(500, "anna"),
            solve(5, "anna"),
            hear(900, "Geld ist da. Und die Karte hat mich gefreut, das hatte ich nicht erwartet."),
            solve(20, "anna"),
            confirm(15),
            rate(2, 4),
        ),
    ),
    Story(
        "contract-thinking-of-leaving",
        "hoffmann",
        CONTRACT,
        700,
        "Was bekomme ich, wenn ich bleibe?",
        "Guten Tag,\n\nseit elf Jahren bin ich Kunde, und mein Servicevertrag ist inzwischen teurer als der "
        "für jemanden, der heute kommt. Ich überlege zu kündigen. Was können Sie mir anbieten?\n\nPeter "
        "Hoffmann",
        (
            assign(40, "mehmet"),
            reply(
                30,
                "mehmet",
                "Guten Tag Herr Hoffmann,\n\nelf Jahre – und dann zahlen Sie mehr als jemand, der heute "
                "kommt. Das verstehe ich gut. Ich hole jemanden dazu, der Verträge besser kennt als ich; "
                "Sie hören heute noch von uns.\n\nMehmet Kaya",
            ),
            give(4, "mehmet", "match", 3000),
            grant(25, "emily", "Gerne, das mache ich."),
            give(12, "emily", "match", 3000),
            reply(
                5,
                "emily",
                "Guten Tag Herr Hoffmann,\n\nab dem nächsten Ersten gelten für Sie dieselben Konditionen "
                "wie für neue Kunden, das sind 2,50 Euro weniger im Monat. Dafür müssen Sie weder kündigen "
                "noch etwas unterschreiben. Alle anderen, die es betrifft, bekommen es auch.\n\nEmily Clarke",
            ),
            deliver(20, "emily"),
            hear(300, "Das ist anständig. Gilt das auch für das zweite Gerät bei meiner Tochter?"),
        ),
        in_the_evening=True,
    ),
    Story(
        "contract-pause",
        "brandt",
        CONTRACT,
        4 * DAY + 300,
        "Bohnen-Abo in den Praxisferien aussetzen",
        "Guten Tag,\n\nwir schließen drei Wochen. Können wir das Abo so lange anhalten, ohne zu "
        "kündigen?\n\nClaudia Brandt",
        (
            assign(55, "anna"),
            give(15, "anna", "match", 2400),
            grant(30, "emily", "Passt. Pause ist jederzeit möglich, und die Konditionen stehen ihr zu."),
            reply(
                10,
                "anna",
                "Guten Tag Frau Brandt,\n\nja, anhalten geht jederzeit. Ab wann bis wann schließen Sie? "
                "Dann trage ich es gleich ein. Nebenbei: Für neue Abos gilt inzwischen ein günstigerer "
                "Preis, den haben Sie ab sofort auch.\n\nAnna Petersen",
            ),
            wait_for_customer(2, "anna"),
        ),
    ),
    Story(
        "contract-double",
        "stein",
        CONTRACT,
        51,
        "Zwei Verträge statt einem – erste Abbuchung morgen!",
        "Hallo,\n\nich habe nur EINEN Servicevertrag abgeschlossen, in meinem Konto stehen aber zwei. "
        "Morgen wird abgebucht. Bitte dringend stoppen!\n\nMiriam Stein",
        priority=4,
    ),
    Story(
        "better-offer-advert",
        "turner",
        BETTER,
        1 * DAY,
        "New customers get the grinder for half the price?",
        "Hi,\n\nI just saw your advert: new customers get the Mahl 2 for half the price with a "
        "subscription. I have had a subscription for two and a half years and paid full price in spring. "
        "How is that fair?\n\nSophie Turner",
        (
            assign(30, "emily"),
            reply(
                60,
                "emily",
                "Hi Sophie,\n\nIt is a fair question, and I do not have a good answer to “why them and not "
                "you”. Let me find out what we can do about the grinder you bought in spring; I will write "
                "to you tomorrow with a proposal, not with an excuse.\n\nEmily Clarke",
            ),
            note(
                20,
                "emily",
                "Eleven others asked the same since the advert. We should do this for all of them, not for "
                "Sophie alone.",
            ),
        ),
        in_the_evening=True,
    ),
    Story(
        "better-offer-plan",
        "krueger",
        BETTER,
        12 * DAY + 505,
        "Neukunden zahlen für den Servicevertrag weniger",
        "Guten Tag,\n\nIhr Außendienst hat unserem Nachbarn den Servicevertrag für 8 Euro weniger im Monat "
        "angeboten. Wir sind seit sieben Jahren bei Ihnen. Bitte um Stellungnahme.\n\nThomas Krüger",
        (
            assign(60, "mehmet"),
            give(30, "mehmet", "match", 2400),
            reply(
                5,
                "mehmet",
                "Guten Tag Herr Krüger,\n\nSie zahlen ab sofort dasselbe wie Ihr Nachbar; die Differenz für "
                "dieses Quartal, 24 Euro, haben wir gutgeschrieben. Danke, dass Sie uns darauf hingewiesen "
                "haben.\n\nMehmet Kaya",
            ),
            deliver(60, "mehmet"),
            solve(1200, "mehmet"),
        ),
    ),
    Story(
        "better-offer-came-back",
        "hughes",
        BETTER,
        50 * DAY + 275,
        "Why I left, since you ask",
        "Hello,\n\nyour survey asked why I left: because a competitor gave me the same beans for 20 per "
        "cent less and nobody at your end ever noticed I was gone. No need to answer.\n\nEmma Hughes",
        (
            assign(60, "birgit"),
            give(30, "birgit", "call"),
            note(
                25,
                "birgit",
                "Rang her. No selling, just listened for a quarter of an hour. She liked the beans, not the "
                "silence.",
            ),
            deliver(2, "birgit"),
            reply(
                5,
                "birgit",
                "Dear Ms Hughes,\n\nthank you for the time on the phone. You told us two things we did not "
                "know, and both are now on the list for the next quarter. Enjoy the competitor's beans – "
                "and do tell us if they ever go stale.\n\nBirgit Lorenzen",
            ),
            solve(10, "birgit"),
            confirm(1100),
            rate(3, 5, "I did not expect a call from the head of the team."),
        ),
    ),
    Story(
        "better-offer-prospect",
        "schuster",
        BETTER,
        95,
        "Angebot für vier Häuser – was gilt für Bestandskunden?",
        "Guten Tag,\n\nwir verwalten vier Bürohäuser und vergleichen gerade. Ihre Neukundenpreise sind gut. "
        "Meine Frage ist, was nach dem ersten Jahr daraus wird.\n\nNadine Schuster",
        (
            assign(20, "mehmet", by="birgit"),
            feel(5, "mehmet", "fine"),
            reply(
                30,
                "mehmet",
                "Guten Tag Frau Schuster,\n\ndie Frage freut mich. Nach dem ersten Jahr zahlen Sie, was "
                "dann auch ein neuer Kunde zahlt, nie mehr; das steht so im Vertrag. Darf ich Ihnen zwei "
                "Hausverwaltungen nennen, die schon länger bei uns sind? Fragen Sie die.\n\nMehmet Kaya",
            ),
        ),
    ),
)
