from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0051_what_is_not_done_has_an_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="place",
            name="came_back",
            field=models.BooleanField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(
                    came_back=None, first_answered_at__isnull=False, customer__isnull=False, cause__isnull=False
                ),
                fields=["first_answered_at"],
                name="place_not_judged",
            ),
        ),
    ]
