"""Broken on arrival, and repairs."""

from ..files import photo
from ..moments import DAY
from ..steps import (
    Story,
    assign,
    confirm,
    deliver,
    give,
    grant,
    hear,
    note,
    rate,
    reply,
    solve,
    wait_for_others,
)

BROKEN, REPAIR = "broken-on-arrival", "repair"

STORIES = (
    Story(
        "broken-duo",
        "weber",
        BROKEN,
        55 * DAY + 45,
        "Halden Duo: Gehäuse gerissen angekommen",
        "Hallo,\n\ndie neue Duo ist heute gekommen, seitlich geht ein Riss durchs Gehäuse. Fotos hängen an. "
        "Morgen früh um sieben stehen hier die Leute.\n\nLukas Weber",
        (
            assign(10, "jonas"),
            reply(
                15,
                "jonas",
                "Hallo Herr Weber,\n\nauf den Fotos ist es deutlich zu sehen: Transportschaden. Sie "
                "bekommen eine neue Duo, ein Kollege bringt sie heute bis 20 Uhr vorbei und nimmt die "
                "kaputte gleich mit.\n\nJonas Huber",
            ),
            give(2, "jonas", "replacement", 189_000, owed_by="warranty"),
            give(4, "jonas", "beans", 1800),
            deliver(540, "jonas"),
            deliver(1, "jonas"),
            hear(30, "Läuft! Und danke für die Bohnen, die gehen heute als Erstes raus."),
            solve(20, "jonas"),
            confirm(40),
            rate(2, 5, "Abends um halb acht stand die neue Maschine da. Wahnsinn."),
        ),
        priority=4,
        files=(lambda: photo("riss-links.png"), lambda: photo("riss-oben.png", shade=120)),
    ),
    Story(
        "broken-grinder",
        "oconnor",
        BROKEN,
        20 * DAY + 390,
        "Grinder makes a terrible noise out of the box",
        "Hello,\n\nbrand new Mahl 2, first start, terrible metallic noise and it smells burnt. We open in "
        "ten days and I need to dial in the coffee before that.\n\nJames O’Connor",
        (
            assign(20, "priya"),
            reply(
                25,
                "priya",
                "Hello James,\n\nplease unplug it and leave it – that sounds like a burr that came loose on "
                "the way. We will repair or replace it; meanwhile a loan grinder leaves today so that you "
                "can get on with the dialling in. No charge for either.\n\nPriya Nair",
            ),
            give(3, "priya", "loan-machine", 3500),
            deliver(600, "priya"),
            hear(400, "The loaner is here and works. Picking up the broken one tomorrow suits us."),
            wait_for_others(15, "priya"),
            note(
                700,
                "priya",
                "Workshop: upper burr loose, carrier damaged. New carrier fitted, tested with two kilos.",
            ),
            reply(
                30,
                "priya",
                "Hello James,\n\nyour own grinder is repaired, tested and on its way back. Keep the loaner "
                "until it is there.\n\nPriya Nair",
            ),
            solve(300, "priya"),
            confirm(300),
            rate(5, 5, "Never stood still for a single day. Impressed."),
        ),
        files=(lambda: photo("burr.png", shade=70),),
    ),
    Story(
        "broken-display",
        "lowe",
        BROKEN,
        2 * DAY + 130,
        "Display stays dark on the new machine",
        "Hi,\n\nthe replacement machine for our second floor arrived yesterday. It heats up but the display "
        "stays dark.\n\nHannah",
        (
            assign(40, "priya"),
            reply(
                50,
                "priya",
                "Hi Hannah,\n\nthe ribbon cable behind the display sometimes slips in transit. A technician "
                "can fix that on site in ten minutes; I have asked for a slot with you this week and will "
                "confirm it today.\n\nPriya Nair",
            ),
            wait_for_others(2, "priya"),
            give(5, "priya", "priority"),
        ),
        files=(lambda: photo("dark-display.png", shade=30),),
    ),
    Story(
        "broken-tank",
        "hoffmann",
        BROKEN,
        88,
        "Wassertank undicht – Küche unter Wasser",
        "Guten Tag,\n\nder Wassertank der neuen Uno ist undicht. Über Nacht ist ein Liter in die Schublade "
        "gelaufen. Bitte um schnelle Hilfe.\n\nPeter Hoffmann",
        (assign(12, "jonas"),),
        priority=3,
        files=(lambda: photo("schublade.png", shade=140),),
    ),
    Story(
        "repair-pump",
        "brandt",
        REPAIR,
        6 * DAY + 25,
        "Pumpe pfeift wieder, drei Wochen nach der Reparatur",
        "Guten Tag,\n\ndie Pumpe wurde vor drei Wochen getauscht und pfeift jetzt wieder genauso. Das "
        "Wartezimmer hört mit. Muss ich noch einmal bezahlen?\n\nClaudia Brandt",
        (
            assign(60, "jonas"),
            reply(
                40,
                "jonas",
                "Guten Tag Frau Brandt,\n\nnein, Sie bezahlen nichts noch einmal. Das Pfeifen kommt "
                "vermutlich gar nicht von der Pumpe, sondern vom Druckventil – das hätten wir beim ersten "
                "Mal prüfen müssen. Das Ersatzteil ist bestellt.\n\nJonas Huber",
            ),
            wait_for_others(2, "jonas"),
            note(
                300,
                "jonas",
                "Ventil beim Hersteller im Rückstand, Termin offen. Erste Rechnung war 110 € und wohl "
                "umsonst.",
            ),
            give(5, "jonas", "credit-note", 11_000),
            grant(170, "katharina", "Ja. Wer zweimal kommt, zahlt nicht einmal."),
            reply(
                6,
                "jonas",
                "Guten Tag Frau Brandt,\n\ndie erste Reparatur von 110 Euro bekommen Sie zurück: Sie hat "
                "nicht geholfen. Das Ventil kommt erst nächste Woche; ich rufe an, sobald es im Haus "
                "ist.\n\nJonas Huber",
            ),
            deliver(200, "jonas"),
            hear(900, "Vielen Dank für die Gutschrift. Auf das Ventil warte ich gern, wenn es dann hält."),
        ),
    ),
    Story(
        "repair-steam",
        "grant",
        REPAIR,
        5 * DAY + 200,
        "Steam wand drips after service",
        "Hello,\n\nsince your service visit last week the steam wand drips all day. It did not "
        "before.\n\nOliver Grant",
        (
            assign(35, "priya"),
            note(
                20,
                "priya",
                "Not sure whether this is the seal or the valve. Asking Jonas before I promise anything.",
            ),
            give(15, "priya", "beans", 1800),
            grant(35, "jonas", "Die Dichtung, ganz sicher. Bohnen sind eine gute Idee."),
            reply(
                10,
                "priya",
                "Hello Oliver,\n\nit is the seal of the steam valve; it must have been pinched during our "
                "visit. A technician replaces it tomorrow between eight and ten, and he brings a box of "
                "beans for the trouble.\n\nPriya Nair",
            ),
            deliver(560, "priya"),
            solve(20, "priya"),
        ),
    ),
)
