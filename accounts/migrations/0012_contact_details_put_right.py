import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_people_say_where_they_go_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        choices=[
                            ("name", "name"),
                            ("phone", "phone"),
                            ("address", "postal address"),
                            ("language", "language"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("was", models.CharField(blank=True, default="", max_length=300)),
                ("becomes", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_changes",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of contact details",
                "verbose_name_plural": "changes of contact details",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["customer", "-at"], name="contact_change_of_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("detail__in", ["name", "phone", "address", "language"])),
                        name="contact_detail_known",
                    ),
                ],
            },
        ),
    ]
