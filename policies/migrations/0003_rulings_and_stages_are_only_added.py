"""What was decided, on which facts and by which version, and how far a gesture came: never rewritten afterwards.

The agent's own words beside a ruling may name a person, and must be able to be forgotten.
"""

from django.db import migrations

from tickets.migrations._only_added import wall

DECIDED = [
    *("id", "ticket_id", "agent_id", "rulebook_id", "facts", "decision", "outcome", "owed_by"),
    *("circumstances", "form", "at", "key"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0002_entries_are_only_added"),
        ("tickets", "0007_what_happened_is_only_added"),
    ]
    operations = [
        wall("policies_ruling", "Rulings are only added.", DECIDED),
        wall("policies_stage", "Stages of a gesture are only added.", ["id", "offer_id", "name", "at", "by_id", "entry_id"]),
    ]
