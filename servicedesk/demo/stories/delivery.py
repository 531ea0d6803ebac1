"""Late deliveries: what waited, for how long, and what was done about it."""

from ..files import photo
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
    wait_for_others,
)

LATE = "late-delivery"

STORIES = (
    Story(
        "late-filters",
        "brandt",
        LATE,
        65 * DAY + 410,
        "Wasserfilter seit neun Tagen unterwegs",
        "Guten Tag,\n\nunsere Filterkartuschen sollten vor neun Tagen da sein. Die Sendungsverfolgung sagt "
        "seit einer Woche nur „in Zustellung“. Ohne Filter dürfen wir die Maschine im Wartezimmer nicht "
        "betreiben.\n\nKönnen Sie bitte nachsehen?\n\nClaudia Brandt, Praxis Brandt",
        (
            assign(35, "anna"),
            reply(
                20,
                "anna",
                "Guten Tag Frau Brandt,\n\nda hätten wir uns von selbst melden müssen. Ihr Paket liegt im "
                "Verteilzentrum fest; ich habe Ihnen soeben neue Kartuschen per Kurier losgeschickt, Sie "
                "haben sie morgen bis zehn Uhr. Das alte Paket dürfen Sie einfach annehmen oder zurückgehen "
                "lassen.\n\nDie Versandkosten bekommen Sie natürlich zurück.\n\nHerzliche Grüße\nAnna "
                "Petersen",
            ),
            give(2, "anna", "free-shipping", 690),
            deliver(300, "anna"),
            hear(420, "Die Kartuschen sind da, vielen Dank. So schnell hatte ich nicht damit gerechnet."),
            solve(15, "anna"),
            confirm(200),
            rate(5, 5, "Eine Antwort nach einer Stunde und am nächsten Tag war alles gut. Genau so."),
        ),
    ),
    Story(
        "late-grinder",
        "grant",
        LATE,
        40 * DAY + 95,
        "Grinder still not here – third date has passed",
        "Hello,\n\nWe ordered a Mahl 2 grinder for the office four weeks ago. I have now been given three "
        "delivery dates and none of them was kept. Could somebody tell me honestly when it will "
        "arrive?\n\nOliver Grant",
        (
            assign(18, "emily"),
            reply(
                40,
                "emily",
                "Dear Oliver,\n\nThree dates and none kept – you are right to ask for an honest one. The "
                "grinders came in yesterday, yours is packed and leaves today; I have the consignment in "
                "front of me. Delivery is on Thursday, before noon.\n\nI will look at it again on Thursday "
                "morning and write to you either way.\n\nKind regards\nEmily Clarke",
            ),
            give(5, "emily", "voucher", 2500),
            note(
                3,
                "emily",
                "Supplier gave us wrong dates twice. Told purchasing so they stop showing them in the shop.",
            ),
            hear(900, "It came this morning. Thank you for keeping your word, and for the voucher."),
            deliver(10, "emily"),
            solve(5, "emily"),
            confirm(90),
            rate(2, 4, "Good in the end. I should not have had to ask three times."),
        ),
    ),
    Story(
        "late-cups",
        "weber",
        LATE,
        15 * DAY + 333,
        "200 Tassen fehlen – wir eröffnen am Samstag",
        "Hallo zusammen,\n\nzur Neueröffnung am Samstag brauche ich die 200 Tassen mit Aufdruck. Zugesagt "
        "war letzter Freitag. Ich stehe hier sonst mit Pappbechern. Was ist da los?\n\nLukas Weber, Café "
        "Morgenrot",
        (
            assign(12, "anna"),
            note(
                6,
                "anna",
                "Druckerei sagt: Farbe reklamiert, neuer Druck fertig am Donnerstag. Kurier wäre möglich.",
            ),
            reply(
                9,
                "anna",
                "Hallo Herr Weber,\n\nder erste Druck war nicht gut genug, und das hätten wir Ihnen am "
                "Freitag sagen müssen, nicht erst auf Nachfrage. Der neue Druck ist am Donnerstag fertig. "
                "Ein Kurier bringt Ihnen die Tassen am Freitag bis 14 Uhr ins Café – ich begleite das "
                "persönlich.\n\nAnna Petersen",
            ),
            give(8, "anna", "voucher", 8000),
            grant(42, "birgit", "Ja, unbedingt. Zur Eröffnung mit leeren Händen dazustehen ist bitter."),
            deliver(30, "anna"),
            hear(900, "Sie sind da! Alle heil, Aufdruck perfekt. Ihr habt uns den Samstag gerettet."),
            solve(20, "anna"),
            confirm(60),
            rate(3, 5, "Selten so ehrlich und schnell. Danke, Frau Petersen!"),
        ),
        priority=3,
    ),
    Story(
        "late-machine",
        "yildiz",
        LATE,
        7 * DAY + 180,
        "Halden Uno zum Geburtstag kam zu spät",
        "Sehr geehrte Damen und Herren,\n\ndie Halden Uno war ein Geburtstagsgeschenk für meinen Mann. Sie "
        "kam zwei Tage nach dem Geburtstag an, obwohl ich den Wunschtermin bezahlt habe. Das war sehr "
        "schade.\n\nFatma Yıldız",
        (
            assign(50, "mehmet"),
            reply(
                30,
                "mehmet",
                "Guten Tag Frau Yıldız,\n\nein Geschenk, das zwei Tage zu spät kommt – das tut mir leid, "
                "und der bezahlte Wunschtermin macht es nicht besser. Den bekommen Sie zurück. Ich überlege "
                "mit meinen Kolleginnen, wie wir den Tag wenigstens ein bisschen gutmachen, und melde mich "
                "heute noch.\n\nMehmet Kaya",
            ),
            give(6, "mehmet", "voucher", 7000),
            note(
                180,
                "mehmet",
                "Keine Antwort bis zum Ablauf, also gilt es. Ich habe Frau Yıldız gerade angerufen.",
            ),
            reply(
                5,
                "mehmet",
                "Liebe Frau Yıldız,\n\nwie am Telefon besprochen: Der Gutschein ist für Bohnen und Tassen, "
                "die Ihr Mann sich selbst aussucht. Er gilt drei Jahre. Alles Gute nachträglich!\n\nMehmet "
                "Kaya",
            ),
            deliver(4, "mehmet"),
            solve(500, "mehmet"),
        ),
    ),
    Story(
        "late-beans-promise",
        "krueger",
        LATE,
        34 * 60,
        "Bohnen-Abo: die zweite Lieferung in Folge fehlt",
        "Guten Tag,\n\nim letzten Monat kamen die Bohnen eine Woche zu spät, diesen Monat gar nicht. Wir "
        "haben zwölf Leute im Büro. Muss ich mir da etwas anderes suchen?\n\nThomas Krüger",
        (
            assign(45, "mehmet"),
            reply(
                35,
                "mehmet",
                "Guten Tag Herr Krüger,\n\nSie müssen sich nichts anderes suchen, wir müssen das in Ordnung "
                "bringen. Ich kläre heute mit dem Lager, warum Ihr Abo zweimal hängen geblieben ist, und "
                "schicke Ihnen vorab vier Kilo aus dem Bestand.\n\nMehmet Kaya",
            ),
            note(
                400,
                "mehmet",
                "Lager: Abo war nach der Adressänderung auf „manuell“ gestellt. Betrifft vielleicht mehr "
                "Kunden.",
            ),
            hear(700, "Die vier Kilo sind da, danke. Wie geht es jetzt mit dem Abo weiter?"),
            note(
                500, "birgit", "@Mehmet Kaya, bitte zuerst Herrn Krüger antworten – er wartet seit gestern."
            ),
            feel(300, "mehmet", "want"),
            give(5, "mehmet", "voucher", 8000),
        ),
    ),
    Story(
        "late-first-order",
        "stein",
        LATE,
        25,
        "Erste Bestellung: noch keine Versandbestätigung",
        "Hallo,\n\nich habe am Wochenende zum ersten Mal bei Ihnen bestellt (Mahl 2 und zwei Kilo Bohnen) "
        "und noch keine Versandbestätigung. Ist die Bestellung angekommen?\n\nViele Grüße\nMiriam Stein",
    ),
    Story(
        "late-descaler",
        "turner",
        LATE,
        203,
        "Descaler and brush not delivered",
        "Hi,\n\nMy order with descaler and cleaning brush was due on Tuesday. The machine is asking for "
        "descaling with every cup now. Any news?\n\nSophie Turner",
        (assign(20, "emily"),),
    ),
    Story(
        "late-bar-machine",
        "oconnor",
        LATE,
        700,
        "Delivery of our Halden Duo to Harbour Street",
        "Hello Haldenwerk,\n\nthe carrier came today with the Duo but without a tail lift, so the pallet "
        "went back. We are a coffee bar on the first floor, I did mention this when ordering. When can it "
        "be delivered properly?\n\nJames",
        (
            assign(15, "anna"),
            reply(
                40,
                "anna",
                "Hello James,\n\nyou did mention it – the note is in the order, we did not pass it on. I "
                "have asked the carrier for a lorry with a tail lift and two people. I will tell you the "
                "date as soon as they confirm, and by tomorrow noon in any case.\n\nAnna Petersen",
                lambda: photo("order-note.png", shade=150),
            ),
            wait_for_others(1, "anna"),
            note(200, "anna", "Spedition bietet Donnerstag 7–9 Uhr an, Bestätigung steht aus."),
            give(3, "anna", "priority"),
        ),
        priority=3,
    ),
)
