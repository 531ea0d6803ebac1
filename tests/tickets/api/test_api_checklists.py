"""Checklists by a program: what is to be done, done, done after all not, and lists ready for a cause."""

from __future__ import annotations

import pytest
from cast import Cast
from program import Program

from tickets.models import ChecklistItem, Event, ReadyList

pytestmark = pytest.mark.django_db


def test_lines_are_added_once_ticked_off_and_taken_off_while_they_are_not_done(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    place = f"tickets/{ticket.pk}/checklist/"
    made = anna.post(place, {"words": "Ring the driver"}, **{"Idempotency-Key": "k"})
    again = anna.post(place, {"words": "Ring the driver"}, **{"Idempotency-Key": "k"})
    line = made.json()
    assert (made.status_code, again.json(), again["Idempotent-Replayed"]) == (201, line, "true")
    assert line == {"id": line["id"], "words": "Ring the driver", "done_by": None, "done_at": None}
    ticked = [anna.put(f"{place}{line['id']}/", {"done": True}).json() for _time in range(2)]
    assert (ticked[0]["done_by"], ticked[1]) == ({"id": cast.anna.pk, "name": "Anna"}, ticked[0])
    assert Event.objects.filter(kind="ticked_off").count() == 1
    assert anna.delete(f"{place}{line['id']}/").status_code == 409
    assert anna.put(f"{place}{line['id']}/", {"done": False}).json() == line
    assert (anna.delete(f"{place}{line['id']}/").status_code, anna.get(place).json()) == (204, [])
    for words in ("", "x" * 201, "\x00", 5):
        assert list(anna.post(place, {"words": words}).json()) == ["words"]


def test_a_ready_list_is_put_on_a_ticket_of_its_cause_whole_or_not_at_all(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    ready = ReadyList.write(name="Van", cause=cast.late, lines=["Ring", "Write"], by=cast.ben, key="van")
    other = ReadyList.write(name="Lamp", cause=cast.broken, lines=["Look"], by=cast.ben, key="lamp")
    place = f"tickets/{ticket.pk}/ready-checklists/"
    assert anna.get(place).json() == [{"id": ready.pk, "name": "Van", "lines": ["Ring", "Write"]}]
    twice = [anna.put(f"{place}{ready.pk}/").json() for _time in range(2)]
    assert [[line["words"] for line in lines] for lines in twice] == [["Ring", "Write"]] * 2
    assert anna.put(f"{place}{other.pk}/").status_code == 404
    for place_of in range(48):
        ChecklistItem.add(ticket, "More", by=cast.anna, key=str(place_of))
    ready.revise(name="Van", cause=cast.late, lines=["One", "Two"])
    assert anna.put(f"{place}{ready.pk}/").status_code == 409
    assert ChecklistItem.objects.filter(ticket=ticket).count() == 50
