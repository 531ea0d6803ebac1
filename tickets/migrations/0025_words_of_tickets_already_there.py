"""Tickets that were there before their words were kept get them."""

import re
import unicodedata
from itertools import islice

from django.db import migrations

LONGEST, LONGEST_TOKEN, BATCH = 300_000, 60, 500
TOKEN = re.compile(r"[^\W_]+")


def write(apps, schema_editor):
    Ticket = apps.get_model("tickets", "Ticket")
    TicketWords = apps.get_model("tickets", "TicketWords")
    people = ("customer__person", "customer__organisation")
    tickets = Ticket.objects.select_related(*people).order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(tickets, BATCH)):
        said = {ticket.pk: [*about(ticket)] for ticket in batch}
        messages = apps.get_model("tickets", "Message").objects.filter(ticket__in=list(said)).order_by("at", "pk")
        for ticket, text in messages.values_list("ticket_id", "text"):
            said[ticket].append(text)
        TicketWords.objects.bulk_create(TicketWords(ticket_id=pk, words=words(texts)) for pk, texts in said.items())


def about(ticket):
    customer = ticket.customer
    yield from (ticket.subject, customer.person.name, customer.person.email)
    if customer.organisation:
        yield customer.organisation.name


def words(texts):
    plain = (unicodedata.normalize("NFC", text).lower() for text in texts)
    return " ".join(token[:LONGEST_TOKEN] for text in plain for token in TOKEN.findall(text))[-LONGEST:]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0024_words_are_indexed")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop, elidable=True)]
