"""The history of tickets and the logs of clocks: what happened, when and by whom is never rewritten.

What an event says beside that may hold a person's words or name, and must be able to be forgotten.
"""

from django.db import migrations

from ._only_added import wall


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_words_of_articles_are_indexed")]
    operations = [
        wall("tickets_event", "Events are only added.", ["id", "ticket_id", "kind", "by_id", "at"]),
        wall("tickets_clockentry", "Entries of a log are only added."),
    ]
