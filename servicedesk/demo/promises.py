"""The promises of the demo: what every customer can count on, as part of the first rulebook."""

from __future__ import annotations

from policies.models import BaseStandard, Rulebook

# Code, promise (English, German), measured by, kept in at least, per cent.
STANDARDS = (
    (
        "first-answer",
        "You hear from a person, by name, within four working hours.",
        "Innerhalb von vier Arbeitsstunden antwortet Ihnen ein Mensch mit Namen.",
        "first_response", 95,
    ),
    (
        "promise-kept",
        "When we name a time, we keep it – or tell you before it has passed.",
        "Nennen wir eine Uhrzeit, halten wir sie – oder sagen es Ihnen, bevor sie vorbei ist.",
        "promise_kept", 90,
    ),
)  # fmt: skip


def promise(book: Rulebook) -> None:
    """Write them into `book`."""
    BaseStandard.objects.bulk_create(
        BaseStandard(
            rulebook=book,
            code=code,
            promise_en=english,
            promise_de=german,
            measured_by=measure,
            target_percent=percent,
            position=number * 10,
        )
        for number, (code, english, german, measure, percent) in enumerate(STANDARDS, start=1)
    )
