"""Wrong invoices: billed twice, billed wrongly, billed to somebody else."""

from ..files import document
from ..moments import DAY
from ..steps import (
    Story,
    assign,
    confirm,
    decline,
    deliver,
    give,
    hear,
    note,
    rate,
    reply,
    solve,
    take_back,
    wait_for_customer,
)

INVOICE = "wrong-invoice"

STORIES = (
    Story(
        "invoice-visit",
        "hoffmann",
        INVOICE,
        25 * DAY + 240,
        "Anfahrt berechnet, obwohl ich das Gerät gebracht habe",
        "Guten Tag,\n\nauf der Rechnung für die Wartung steht eine Anfahrt mit 29,90 Euro. Ich habe das "
        "Gerät selbst in die Werkstatt gebracht. Bitte berichtigen.\n\nMit freundlichen Grüßen\nPeter "
        "Hoffmann",
        (
            assign(60, "mehmet"),
            reply(
                45,
                "mehmet",
                "Guten Tag Herr Hoffmann,\n\nstimmt, bei uns steht „Gerät gebracht“. Die 29,90 Euro sind "
                "heute an Sie zurückgegangen, die berichtigte Rechnung hängt an.\n\nDanke, dass Sie genau "
                "hingesehen haben.\nMehmet Kaya",
                lambda: document(
                    "Rechnung-berichtigt.pdf", "Haldenwerk", "Wartung Halden Uno", "Anfahrt: 0,00 EUR"
                ),
            ),
            give(2, "mehmet", "credit-note", 2990),
            deliver(30, "mehmet"),
            solve(2, "mehmet"),
            confirm(700),
            rate(4, 4),
        ),
        files=(
            lambda: document(
                "Rechnung.pdf", "Haldenwerk", "Wartung Halden Uno: 119,00 EUR", "Anfahrt: 29,90 EUR"
            ),
        ),
    ),
    Story(
        "invoice-twice",
        "turner",
        INVOICE,
        18 * DAY + 60,
        "Charged twice for the same filters",
        "Hello,\n\nmy card was charged twice for the same box of filters this month. Could you please sort "
        "this out?\n\nSophie Turner",
        (
            assign(25, "emily"),
            note(
                10, "emily", "Two payments found, five seconds apart. Our shop did not stop the second click."
            ),
            give(3, "emily", "credit-note", 4500),
            take_back(20, "emily", "The box costs 54.00, not 45.00"),
            give(2, "emily", "credit-note", 5400),
            reply(
                4,
                "emily",
                "Hello Sophie,\n\nYou were charged twice, and that was our shop's doing. 54.00 euros are on "
                "their way back to your card; your bank usually shows them within three days. You need not "
                "do anything.\n\nEmily Clarke",
            ),
            deliver(30, "emily"),
            solve(1, "emily"),
            hear(1500, "The money is back on my card. Thanks!"),
            solve(10, "emily"),
            confirm(25),
            rate(1, 5),
        ),
    ),
    Story(
        "invoice-project",
        "lowe",
        INVOICE,
        6 * DAY + 470,
        "Last year's price on the offer, this year's on the invoice",
        "Hi there,\n\nour offer for the service plan says 49 a month, the invoices say 59. That is 120 over "
        "the year. I have attached the offer.\n\nHannah Lowe",
        (
            assign(40, "emily"),
            reply(
                30,
                "emily",
                "Hi Hannah,\n\nthank you for attaching the offer, that saves us both time. I am comparing "
                "it with the order now and will come back to you today.\n\nEmily Clarke",
            ),
            give(50, "emily", "credit-note", 12_000),
            decline(
                75,
                "birgit",
                "The offer was for the small plan; in March the large one was chosen, and everybody on it pays "
                "the same. From now on we name the plan on every invoice.",
            ),
            note(
                12,
                "emily",
                "Birgit is right, the order in March says “large plan”. The invoice never names the plan, "
                "though.",
            ),
            reply(
                10,
                "emily",
                "Hi Hannah,\n\nI looked up both: the offer was for the small plan; in March you moved to "
                "the large one with the quarterly visit, which is 59. Our invoice does not say so anywhere, "
                "and it should. From the next one on it names the plan.\n\nFor the time this cost you we "
                "have credited 60 euros.\n\nEmily Clarke",
            ),
            give(2, "emily", "credit-note", 6000),
            deliver(90, "emily"),
            solve(400, "emily"),
        ),
        files=(lambda: document("offer.pdf", "Haldenwerk", "Service plan, small", "49.00 EUR a month"),),
    ),
    Story(
        "invoice-address",
        "yildiz",
        INVOICE,
        2 * DAY + 75,
        "Rechnung auf den alten Namen",
        "Guten Tag,\n\ndie Rechnung ist noch auf meinen Geburtsnamen ausgestellt, die brauche ich für die "
        "Steuer richtig. Geht das nachträglich?\n\nFatma Yıldız",
        (
            assign(90, "mehmet"),
            reply(
                20,
                "mehmet",
                "Guten Tag Frau Yıldız,\n\nja, das geht. Mögen Sie mir noch sagen, ob auch die Anschrift "
                "neu ist? Dann schreibe ich beides in einem Zug um.\n\nMehmet Kaya",
            ),
            wait_for_customer(1, "mehmet"),
        ),
        priority=1,
    ),
    Story(
        "invoice-deposit",
        "weber",
        INVOICE,
        322,
        "Kaution für Leihgerät wurde nicht verrechnet",
        "Moin,\n\ndie Kaution fürs Leihgerät (150 Euro) sollte mit der letzten Rechnung verrechnet werden. "
        "Steht aber nicht drauf. Könnt ihr das prüfen?\n\nLukas Weber",
    ),
    Story(
        "invoice-vat-number",
        "grant",
        INVOICE,
        228,
        "Invoice without our VAT number",
        "Hello,\n\nour accountant returned your last invoice because our VAT number is missing. We need a "
        "corrected one before the end of the month.\n\nOliver Grant",
        (assign(30, "anna", by="birgit"),),
        files=(lambda: document("invoice.pdf", "Haldenwerk", "Service plan", "VAT number: –"),),
    ),
)
