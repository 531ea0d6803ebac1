"""The log of the set-up: what was changed, when and by whom is never rewritten.

What was said of it may hold a person's name, and must be able to be forgotten.
"""

from django.db import migrations

from ._only_added import wall


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_watchers"), ("accounts", "0003_changes_of_the_set_up")]
    operations = [
        wall("accounts_setupchange", "Changes of the set-up are only added.", ["id", "part", "thing", "done", "by_id", "at"]),
    ]
