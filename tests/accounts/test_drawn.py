"""Pieces of pages that are drawn once: filled with what is each reader's own, and never with what is another's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from accounts.templatetags import drawn


def template(inside: str, given: str = "") -> Template:
    return Template(f"{{% load drawn i18n %}}{{% drawn {given} %}}{inside}{{% enddrawn %}}")


def test_what_is_placed_is_each_readers_own_and_escaped() -> None:
    page = template("<b>{{ name }}</b> {{ name }} #{{ number }}", "placing name=name number=number")
    assert page.render(Context({"name": "<i>", "number": 17})) == "<b>&lt;i&gt;</b> &lt;i&gt; #17"
    assert page.render(Context({"name": mark_safe("<i>"), "number": 18})) == "<b><i></b> <i> #18"


def test_it_is_drawn_once_for_each_shape_language_and_zone() -> None:
    page = template("{% if late %}{% translate 'Ticket' %}{% endif %}{{ at|date:'H' }}", "late=late at=at")
    at = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)

    def said(late: bool, language: str, zone: str) -> str:
        with translation.override(language), timezone.override(zone):
            return page.render(Context({"late": late, "at": at}))

    cases = [(True, "en", "UTC"), (True, "de", "UTC"), (False, "de", "UTC"), (True, "de", "Europe/Berlin")]
    first = [said(*case) for case in cases]
    assert first == [
        f"{translated('Ticket', 'en')}12",
        f"{translated('Ticket', 'de')}12",
        "12",
        first[1][:-2] + "13",
    ]
    assert [said(*case) for case in cases] == first
    assert len(kept_by(page)) == len(cases)


def translated(words: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(words)


def test_a_text_that_holds_tags_is_no_other_text_and_one_is_not_true() -> None:
    page = template("{{ value }}", "value=value")
    given = [mark_safe("<i>"), "<i>", 1, True, None, translation.gettext_lazy("<i>")]
    assert [page.render(Context({"value": value})) for value in given] == [
        "<i>", "&lt;i&gt;", "1", "True", "None", "&lt;i&gt;",
    ]  # fmt: skip
    nested = template("{% for one in value %}{{ one }}{% endfor %}", "value=value")
    assert [nested.render(Context({"value": [value]})) for value in given[:2]] == ["<i>", "&lt;i&gt;"]


def test_the_token_of_a_form_is_the_readers_own() -> None:
    page = template("{% csrf_token %}")
    tokens = set()
    for _visit in range(2):
        text = page.render(RequestContext(RequestFactory().get("/")))
        assert text.startswith('<input type="hidden" name="csrfmiddlewaretoken" value="')
        tokens.add(text)
    assert len(tokens) == 2


def test_a_block_inside_is_drawn_anew_by_each_page() -> None:
    base = template("<nav>{% if lead %}{% block at %}here{% endblock %}{% endif %}</nav>", "lead=lead")
    above = Template("{% extends base %}{% block at %}{{ name }} {{ block.super }}{% endblock %}")
    said = [above.render(Context({"base": base, "lead": True, "name": name})) for name in ("A", "B")]
    assert said == ["<nav>A here</nav>", "<nav>B here</nav>"]
    assert base.render(Context({"lead": True})) == "<nav>here</nav>"
    assert base.render(Context({"lead": False})) == "<nav></nav>"


@pytest.mark.parametrize(
    ("inside", "given", "context"),
    [
        ("{{ user }}", "", {"user": "Anna"}),  # nobody handed it in
        ("{% if user %}x{% endif %}", "", {"user": "Anna"}),
        ("{{ name|upper }}", "placing name=name", {"name": "Anna"}),  # placed otherwise than it came
        ("{{ number|add:1 }}", "placing number=number other=number", {"number": 17}),
        ("{{ value }}", "value=value", {"value": {}}),  # could become another
        ("{{ value }}", "placing value=value", {"value": True}),
    ],
)
def test_what_could_show_something_else_than_meant_is_a_mistake(
    inside: str, given: str, context: dict[str, object]
) -> None:
    with pytest.raises(TemplateSyntaxError):
        template(inside, given).render(Context(context))


@pytest.mark.parametrize("given", ["name", "placing name", "placing placing"])
def test_values_have_names(given: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        template("", given)


def test_shapes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "KEPT", 2)
    page = template("{{ value }}", "value=value")
    assert [page.render(Context({"value": value})) for value in range(5)] == ["0", "1", "2", "3", "4"]
    assert len(kept_by(page)) == 1


def kept_by(page: Template) -> dict[tuple[object, ...], object]:
    (piece,) = page.nodelist.get_nodes_by_type(drawn.Drawn)
    return piece._kept
