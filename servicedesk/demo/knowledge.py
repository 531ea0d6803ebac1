"""What the demo's house knows: articles for customers and for colleagues, whether they helped, what was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.models import Article, ArticleVote, MissedSearch

from .people import NORTH, SOUTH, Cast
from .rules import Ground


@dataclass(frozen=True)
class Told:
    """An article: who looks after it and reads it, what it helps with, and its two texts."""

    code: str
    team: str
    audience: str
    cause: str
    by: str
    days_ago: int
    de: tuple[str, str]
    en: tuple[str, str]


TOLD = (
    Told(
        "descale", SOUTH, "public", "usage-question", "katharina", 210,
        (
            "Maschine entkalken: wann und wie",
            "Kalk ist der häufigste Grund, warum Espresso zu kalt wird oder die Pumpe laut ist.\n\n"
            "## Wann?\n"
            "- bei hartem Wasser alle vier Wochen\n"
            "- bei weichem Wasser alle drei Monate\n"
            "- sobald die **Entkalken**-Lampe leuchtet\n\n"
            "## So geht es\n"
            "1. Wassertank leeren und 1 Liter Entkalkerlösung einfüllen.\n"
            "2. Gefäß unter den Auslauf stellen, Taste **Spülen** fünf Sekunden drücken.\n"
            "3. Warten, bis der Tank leer ist – etwa 25 Minuten.\n"
            "4. Tank ausspülen, mit frischem Wasser füllen und noch einmal spülen.\n\n"
            "Bitte keinen Essig nehmen: Er greift die Dichtungen an.",
        ),
        (
            "Descale your machine: when and how",
            "Limescale is the most common reason why espresso gets too cold or the pumps get loud.\n\n"
            "## When?\n"
            "- with hard water every four weeks\n"
            "- with soft water every three months\n"
            "- as soon as the **descale** light is on\n\n"
            "## How\n"
            "1. Empty the tank and fill in 1 litre of descaling solution.\n"
            "2. Put a jug under the spout and hold **rinse** for five seconds.\n"
            "3. Wait until the tank is empty – about 25 minutes.\n"
            "4. Rinse the tank, fill it with fresh water and rinse once more.\n\n"
            "Please use no vinegar: it harms the seals.",
        ),
    ),
    Told(
        "parcel", NORTH, "public", "late-delivery", "birgit", 160,
        (
            "Wo ist meine Lieferung?",
            "In der Versandbestätigung steht ein Link zur Sendungsverfolgung. Dort sehen Sie den Tag "
            "und, am Liefertag ab 8 Uhr, ein Zeitfenster von zwei Stunden.\n\n"
            "## Wenn der Tag verstrichen ist\n"
            "Schreiben Sie uns; Sie müssen nicht nachforschen. Wir klären es mit der Spedition und "
            "nennen Ihnen einen neuen Termin, der hält.\n\n"
            "- Große Maschinen kommen mit zwei Personen bis zur Aufstellstelle.\n"
            "- Bohnen und Zubehör kommen mit der Post.",
        ),
        (
            "Where is my delivery?",
            "The dispatch mail holds a tracking link. It shows the day and, from 8 a.m. on the day "
            "itself, a window of two hours.\n\n"
            "## If the day has passed\n"
            "Write to us; you need not chase anybody. We settle it with the carrier and give you a "
            "new date that holds.\n\n"
            "- Large machines are brought to where they stand by two people.\n"
            "- Beans and accessories come by post.",
        ),
    ),
    Told(
        "invoice", NORTH, "public", "wrong-invoice", "birgit", 120,
        (
            "Ihre Rechnung lesen",
            "Jede Rechnung hat drei Teile: **Gerät**, **Wartung** und **Verbrauch**.\n\n"
            "- Wartung wird im Voraus berechnet, immer für ein Quartal.\n"
            "- Verbrauch folgt dem Zählerstand vom Monatsende.\n"
            "- Gutschriften stehen unten mit einem Minus und verweisen auf die alte Rechnung.\n\n"
            "Stimmt etwas nicht, zahlen Sie den unstrittigen Teil und schreiben Sie uns. Es wird "
            "nicht gemahnt, solange wir prüfen.",
        ),
        (
            "Read your invoice",
            "Each invoice has three parts: **machine**, **maintenance** and **usage**.\n\n"
            "- Maintenance is charged ahead, always for a quarter.\n"
            "- Usage follows the meter at the end of the month.\n"
            "- Credits stand below with a minus and name the earlier invoice.\n\n"
            "If something is wrong, pay what is not in doubt and write to us. No reminder is sent "
            "while we check.",
        ),
    ),
    Told(
        "broken", SOUTH, "public", "broken-on-arrival", "katharina", 95,
        (
            "Die Maschine ist beschädigt angekommen",
            "Das tut uns leid. Drei Dinge helfen uns, Ihnen schnell zu helfen:\n\n"
            "1. Fotos vom Karton **und** von der Maschine.\n"
            "2. Die Seriennummer, sie steht hinter dem Wassertank.\n"
            "3. Bitte heben Sie die Verpackung auf.\n\n"
            "Sie bekommen Ersatz; das Gerät wird bei Ihnen abgeholt. Bis dahin leihen wir Ihnen "
            "eines, wenn Sie eines brauchen.",
        ),
        (
            "The machine arrived damaged",
            "We are sorry. Three things help us to help you quickly:\n\n"
            "1. Photos of the box **and** the machine.\n"
            "2. The serial number, behind the water tank.\n"
            "3. Please keep the packaging.\n\n"
            "You get a replacement, and the machine is collected from you. Until then we lend you "
            "one if you need it.",
        ),
    ),
    Told(
        "cancel", NORTH, "public", "contract-cancellation", "birgit", 80,
        (
            "Vertrag kündigen oder ändern",
            "Wartungsverträge laufen zwölf Monate und verlängern sich danach von Monat zu Monat.\n\n"
            "- Kündigen können Sie hier im Portal, per Mail oder per Brief. Ein Grund ist nicht "
            "nötig.\n"
            "- Sie bekommen eine Bestätigung mit dem letzten Tag.\n"
            "- Ein kleinerer Vertrag ist jederzeit möglich.\n\n"
            "Was Sie bei einer Kündigung angeboten bekämen, bekommen Sie auch ohne: Fragen Sie "
            "einfach.",
        ),
        (
            "Cancel or change a contract",
            "Maintenance contracts run for twelve months and then go on from month to month.\n\n"
            "- You can cancel here, by mail or by letter. No reason is needed.\n"
            "- You get a confirmation with the last day.\n"
            "- A smaller contract is possible at any time.\n\n"
            "What you would be offered for cancelling you get without it: just ask.",
        ),
    ),
    Told(
        "milk", SOUTH, "public", "usage-question", "katharina", 40,
        (
            "Milchschaum wird nicht fest",
            "Meist liegt es an einem von drei Dingen:\n\n"
            "- Die Milch ist zu warm. Nehmen Sie sie direkt aus dem Kühlschrank.\n"
            "- Die Düse ist verstopft. Nadel durchstechen, dann zehn Sekunden Dampf ablassen.\n"
            "- Die Dichtung am Schaumrohr ist verschlissen. Wir schicken Ihnen eine neue, in der "
            "Garantie kostenlos.",
        ),
        (
            "Milk froth does not get firm",
            "Mostly it is one of three things:\n\n"
            "- The milk is too warm. Take it straight from the fridge.\n"
            "- The nozzle is blocked. Use the needle, then let off steam for ten seconds.\n"
            "- The seal at the froth pipe is worn. We send you a new one, free under guarantee.",
        ),
    ),
    Told(
        "pump", SOUTH, "team", "repair", "katharina", 60,
        (
            "Pumpe brummt, kein Druck: am Telefon prüfen",
            "1. Tank sitzt? Zweimal absetzen und andrücken.\n"
            "2. Luft im System: Heißwasser öffnen, 20 Sekunden laufen lassen.\n"
            "3. Kommt nichts, Schlauch hinter dem Sieb prüfen lassen – bei der Serie H2 rutscht er "
            "ab.\n\n"
            "Erst dann ein Leihgerät anbieten und abholen lassen. **H2 vor 2024**: gleich tauschen, "
            "die Ursache ist bekannt.",
        ),
        (
            "Pump hums, no pressure: check it on the phone",
            "1. Is the tank in place? Lift it twice and press it down.\n"
            "2. Air in the system: open hot water, let it run for 20 seconds.\n"
            "3. If nothing comes, have the hose behind the sieve checked – on the H2 series it slips "
            "off.\n\n"
            "Only then offer a loan machine and collection. **H2 before 2024**: replace it at once, "
            "the cause is known.",
        ),
    ),
    Told(
        "carrier", NORTH, "desk", "late-delivery", "birgit", 30,
        (
            "Wen wir bei der Spedition anrufen",
            "Nicht die Hotline: die Disposition der Niederlassung, werktags 6 bis 18 Uhr. Nummern "
            "stehen im Adressbuch unter „Spedition“.\n\n"
            "- Auftragsnummer **und** Postleitzahl bereithalten\n"
            "- nach dem Fahrer fragen, nicht nach dem Status\n"
            "- Zusage mit Uhrzeit geben lassen und beim Ticket als Zusage eintragen",
        ),
        (
            "Whom we call at the carrier",
            "Not the hotline: the branch's dispatcher, workdays 6 a.m. to 6 p.m. Numbers are in the "
            "address book under “carrier”.\n\n"
            "- have the order number **and** the postcode at hand\n"
            "- ask for the driver, not for the status\n"
            "- get a promise with a time and write it down on the ticket",
        ),
    ),
)  # fmt: skip
# Which article helped whom, and what was missing where it did not.
VOTES = (
    ("descale", "brandt", ""), ("descale", "weber", ""), ("descale", "turner", ""),
    ("descale", "yildiz", "Welcher Entkalker ist der richtige für die kleine Maschine?"),
    ("parcel", "grant", ""), ("parcel", "stein", "Was ist mit Samstagen?"),
    ("invoice", "hoffmann", ""), ("broken", "oconnor", ""), ("milk", "hughes", ""),
)  # fmt: skip
MISSED = (
    ("de", "wasserfilter wechseln", 6), ("de", "lieferung samstag", 4), ("en", "change payment method", 3),
    ("de", "bohnen abo pausieren", 2), ("en", "grinder too loud", 1),
)  # fmt: skip


def write_down(cast: Cast, ground: Ground, *, now: datetime) -> None:
    """Written and published over the last months; one was changed since, one is a draft."""
    made = {told.code: _write(told, cast, ground, now=now) for told in TOLD}
    _change_one(made["parcel"], cast, now=now)
    Article.write(
        audience="public", team_id=cast.teams[SOUTH].pk, by=cast.desk["jonas"], key="filter",
        at=now - timedelta(days=1), title_de="Wasserfilter wechseln", title_en="", text_en="",
        text_de="Alle zwei Monate oder nach 50 Litern.\n\n1. Alten Filter nach links drehen.\n2. Neuen wässern.",
    )  # fmt: skip
    for number, (code, customer, missing) in enumerate(VOTES):
        person, at = cast.customers[customer].person, now - timedelta(days=3 + number)
        ArticleVote.cast(made[code], helped=not missing, words=missing, by=person, at=at)
    for language, words, times in MISSED:
        for number in range(times):
            MissedSearch.note(words, language=language, at=now - timedelta(days=2 * number))


def _write(told: Told, cast: Cast, ground: Ground, *, now: datetime) -> Article:
    at, by = now - timedelta(days=told.days_ago), cast.desk[told.by]
    article = Article.write(
        audience=told.audience,
        team_id=cast.teams[told.team].pk,
        cause_id=ground.causes[told.cause].pk,
        title_de=told.de[0],
        text_de=told.de[1],
        title_en=told.en[0],
        text_en=told.en[1],
        by=by,
        key=told.code,
        at=at,
    )
    article.publish(by=by, at=at + timedelta(minutes=20))
    return article


def _change_one(article: Article, cast: Cast, *, now: datetime) -> None:
    """Somebody asked about Saturdays; Emily wrote it in, and Birgit has not published it yet."""
    was = article.latest
    assert was is not None
    more_de, more_en = (
        "\n- Samstags liefern wir nur nach Absprache.",
        "\n- We deliver on Saturdays by appointment only.",
    )
    texts = {"title_de": was.title_de, "title_en": was.title_en}
    article.revise(
        seen=1,
        by=cast.desk["emily"],
        at=now - timedelta(days=1),
        **texts,
        text_de=was.text_de + more_de,
        text_en=was.text_en + more_en,
    )
