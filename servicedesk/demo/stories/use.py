"""Questions about use: what no manual explains well enough."""

from ..moments import DAY
from ..steps import (
    Story,
    assign,
    confirm,
    deliver,
    give,
    hear,
    note,
    rate,
    reply,
    solve,
    wait_for_customer,
)

USE = "usage-question"

STORIES = (
    Story(
        "use-descaling",
        "turner",
        USE,
        35 * DAY,
        "Descaling stops halfway with error 14",
        "Hi,\n\nI tried descaling three times, it always stops halfway and shows error 14. I followed the "
        "manual word for word.\n\nSophie Turner",
        (
            assign(30, "priya"),
            give(25, "priya", "voucher", 1500),
            note(
                3,
                "priya",
                "No money for questions – fair enough, it would not help her either. I take the time "
                "instead.",
            ),
            give(2, "priya", "walkthrough"),
            reply(
                5,
                "priya",
                "Hi Sophie,\n\nerror 14 means the tray was lifted during the programme – the manual hides "
                "that on page 31. Shall we do it together on video? It takes fifteen minutes. Tomorrow at "
                "five or at six?\n\nPriya Nair",
            ),
            wait_for_customer(1, "priya"),
            hear(200, "Tomorrow at five is perfect!"),
            deliver(600, "priya"),
            note(
                5,
                "priya",
                "Done. The tray sensor is too easy to trigger; told product, second case this month.",
            ),
            solve(2, "priya"),
            confirm(30),
            rate(2, 5, "Fifteen minutes with Priya beat three evenings with the manual."),
        ),
        in_the_evening=True,
    ),
    Story(
        "use-grind",
        "stein",
        USE,
        DAY - 30,
        "Welcher Mahlgrad für die Siebträger-Einstellung?",
        "Hallo,\n\nich komme von der Filtermaschine und mein Espresso läuft in acht Sekunden durch. Was "
        "stelle ich falsch ein?\n\nMiriam Stein",
        (
            assign(50, "jonas"),
            reply(
                20,
                "jonas",
                "Hallo Frau Stein,\n\nacht Sekunden heißt: **viel zu grob**. So kommen Sie hin:\n\n"
                "1. Mühle auf Stufe 4 drehen\n2. 18 Gramm abwiegen\n3. auf etwa 25 Sekunden achten\n\n"
                "Schreiben Sie mir kurz, was herauskommt? Dann stellen wir es zusammen fein.\n\nJonas Huber",
            ),
            wait_for_customer(1, "jonas"),
        ),
    ),
)
