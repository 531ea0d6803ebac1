"""What the crowd says: sentences put together from lists, in German and English, about the causes of the demo."""

from __future__ import annotations

from random import Random

Lists = dict[str, tuple[str, ...]]

THINGS: Lists = {
    "de": ("Halden Uno", "Halden Duo", "Mühle Mahl 2", "Filterkartuschen", "vier Kilo Bohnen",
           "Entkalker", "Tassen",
           "Milchschäumer", "Siebträger", "Wassertank", "Abtropfschale", "Bohnen-Abo"),
    "en": ("Halden Uno", "Halden Duo", "Mahl 2 grinder", "filter cartridges", "box of beans", "descaler",
           "set of cups",
           "milk frother", "portafilter", "water tank", "drip tray", "bean subscription"),
}  # fmt: skip

# By cause: subject, then what happened. A cause the lists do not know takes the one for everything else.
MATTERS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "late-delivery": {
        "de": (("{thing}: seit {n} Tagen überfällig", "Wo bleibt die Lieferung ({thing})?",
                "Liefertermin verstrichen: {thing}"),
               ("Der zugesagte Termin war vor {n} Tagen.",
                "Die Sendungsverfolgung bewegt sich seit {n} Tagen nicht mehr.",
                "Ich habe extra einen Tag Urlaub genommen, gekommen ist niemand.")),
        "en": (("{thing} is {n} days late", "Where is my {thing}?", "Delivery date passed: {thing}"),
               ("The promised date was {n} days ago.", "The tracking page has not moved for {n} days.",
                "I took a day off for this and nobody came.")),
    },
    "broken-on-arrival": {
        "de": (("{thing} defekt angekommen", "{thing}: Riss im Gehäuse", "Transportschaden: {thing}"),
               ("Beim Auspacken fiel uns sofort ein Riss auf.",
                "Nach {n} Minuten ging das Gerät aus und nicht wieder an.",
                "Der Karton war eingedrückt, innen fehlt ein Teil.")),
        "en": (("{thing} arrived broken", "{thing}: cracked housing", "Damaged in transit: {thing}"),
               ("We saw the crack as soon as we opened the box.",
                "It switched itself off after {n} minutes and stayed off.",
                "The carton was crushed and a part is missing inside.")),
    },
    "wrong-invoice": {
        "de": (("Rechnung {n} stimmt nicht", "Doppelt abgebucht: {thing}",
                "Falscher Betrag auf der Rechnung"),
               ("Der Betrag wurde zweimal abgebucht.",
                "Auf der Rechnung steht eine Position, die wir nie bestellt haben.",
                "Vereinbart waren {n} Euro weniger.")),
        "en": (("Invoice {n} is wrong", "Charged twice: {thing}", "Wrong amount on the invoice"),
               ("The amount was taken twice.", "There is an item on it that we never ordered.",
                "We had agreed on {n} euros less.")),
    },
    "contract-cancellation": {
        "de": (("Kündigung {thing}", "Vertrag pausieren", "Frage zur Laufzeit"),
               ("Ich möchte zum Monatsende kündigen.",
                "Wir schließen {n} Wochen und brauchen in der Zeit nichts.",
                "Laut Konto läuft der Vertrag noch {n} Monate, das kann nicht sein.")),
        "en": (("Cancel {thing}", "Pausing our contract", "Question about the term"),
               ("I would like to cancel at the end of the month.",
                "We close for {n} weeks and need nothing meanwhile.",
                "My account says {n} more months, which cannot be right.")),
    },
    "better-new-customer-offer": {
        "de": (("Neukunden zahlen weniger", "Besseres Angebot für {thing}", "Warum zahle ich mehr?"),
               ("Auf Ihrer Seite steht derselbe Vertrag für {n} Euro weniger.",
                "Ein Nachbar hat als Neukunde einen besseren Preis bekommen.",
                "Als Bestandskunde finde ich kein vergleichbares Angebot.")),
        "en": (("New customers pay less", "A better offer for {thing}", "Why do I pay more?"),
               ("Your site shows the same plan for {n} euros less.",
                "A neighbour got a better price as a new customer.",
                "As an existing customer I cannot find anything comparable.")),
    },
    "usage-question": {
        "de": (("{thing}: wie stelle ich das ein?", "Fehler {n} im Display", "Frage zur Reinigung"),
               ("Im Display steht Fehler {n}.", "Das Programm bricht jedes Mal nach der Hälfte ab.",
                "Die Anleitung sagt dazu nichts.")),
        "en": (("{thing}: how do I set this?", "Error {n} on the display", "Question about cleaning"),
               ("The display says error {n}.", "The programme stops halfway every time.",
                "The manual does not mention it.")),
    },
    "": {
        "de": (("Frage zu {thing}", "Bitte um Rückmeldung: {thing}", "{thing} – können Sie helfen?"),
               ("Seit {n} Tagen komme ich nicht weiter.",
                "Ich habe dazu zwei verschiedene Auskünfte bekommen.", "Das war bisher anders.")),
        "en": (("Question about {thing}", "Please get back to me: {thing}", "{thing} – can you help?"),
               ("I have been stuck for {n} days.", "I was given two different answers.",
                "It used to work differently.")),
    },
}  # fmt: skip

GREETINGS: Lists = {
    "de": ("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"),
    "en": ("Hello,", "Good morning,", "Dear team,"),
}
REPLIES: Lists = {"de": ("Guten Tag,", "Hallo,"), "en": ("Hello,", "Good morning,", "Hi,")}
ABOUT: Lists = {"de": ("es geht um: {thing}.", "zu meiner Bestellung ({thing}):",
                       "noch einmal wegen: {thing}."),
                "en": ("This is about: {thing}.", "regarding my order ({thing}):",
                       "once more about: {thing}.")}  # fmt: skip
WISHES: Lists = {
    "de": (
        "Können Sie bitte nachsehen?",
        "Wie geht es jetzt weiter?",
        "Ich bitte um eine kurze Antwort.",
        "Was schlagen Sie vor?",
    ),
    "en": (
        "Could you please look into it?",
        "What happens next?",
        "A short answer would be enough.",
        "What do you suggest?",
    ),
}
ANSWERS: Lists = {
    "de": ("da haben Sie recht, das ist bei uns falsch gelaufen.", "danke, dass Sie uns das schreiben.",
           "ich habe mir Ihren Fall gerade angesehen.", "gut, dass Sie sich noch einmal melden."),
    "en": ("You are right, this went wrong on our side.", "Thank you for telling us.",
           "I have just looked at your case.",
           "It is good that you wrote again."),
}  # fmt: skip
DEEDS: Lists = {
    "de": ("Ich habe es heute berichtigt, Sie müssen nichts weiter tun.",
           "Ersatz ist unterwegs, Sie haben ihn in zwei Tagen.",
           "Ich kläre das mit der Werkstatt und melde mich bis morgen Mittag.",
           "Der Betrag geht heute an Sie zurück.",
           "Mögen Sie mir noch ein Foto schicken?"),
    "en": ("I have put it right today; you need not do anything.",
           "A replacement is on its way and arrives within two days.",
           "I am checking with the workshop and will write by noon tomorrow.",
           "The amount goes back to you today.",
           "Would you send me a picture of it?"),
}  # fmt: skip
FOLLOW_UPS: Lists = {
    "de": ("Danke, das hat geholfen.", "Leider ist es noch nicht behoben.", "Gibt es schon etwas Neues?",
           "Das Foto schicke ich heute Abend.",
           "Alles angekommen, vielen Dank.", "So machen wir es."),
    "en": ("Thank you, that helped.", "It is not fixed yet, I am afraid.", "Is there any news?",
           "I will send the picture tonight.",
           "Everything arrived, thank you.", "Let us do it that way."),
}  # fmt: skip
NOTES: Lists = {
    "de": ("Mit dem Lager gesprochen, Ware ist da.", "Rückruf versucht, niemand erreicht.",
           "Zweiter Fall dieser Art diese Woche.",
           "Spedition bestätigt Termin {n}.", "Bitte vor dem Antworten die letzte Rechnung ansehen."),
    "en": ("Spoke to the warehouse, it is in stock.", "Tried to call, nobody there.",
           "Second case of this kind this week.",
           "Carrier confirms slot {n}.", "Look at the last invoice before answering, please."),
}  # fmt: skip


def opening(rng: Random, cause: str, language: str) -> tuple[str, str]:
    """Subject and first message of a matter, about one and the same thing."""
    subjects, happened = MATTERS.get(cause, MATTERS[""])[language]
    what, wish = rng.choice(happened), rng.choice(WISHES[language])
    text = f"{rng.choice(GREETINGS[language])}\n\n{rng.choice(ABOUT[language])} {what}\n\n{wish}"
    named = {"thing": rng.choice(THINGS[language]), "n": rng.randint(2, 14)}
    return rng.choice(subjects).format(**named), text.format(**named)


def answer(rng: Random, language: str, name: str) -> str:
    """How somebody on the desk answers, signed with `name`."""
    said = f"{rng.choice(ANSWERS[language])} {rng.choice(DEEDS[language])}"
    return f"{rng.choice(REPLIES[language])}\n\n{said}\n\n{name}"


def follow_up(rng: Random, language: str) -> str:
    return f"{rng.choice(FOLLOW_UPS[language])} {rng.choice(WISHES[language])}"


def inside(rng: Random, language: str) -> str:
    """An internal note."""
    return rng.choice(NOTES[language]).format(n=rng.randint(2, 14))
