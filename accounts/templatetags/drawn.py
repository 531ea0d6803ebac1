"""A piece of a page that looks the same wherever its shape is the same: drawn once per process, then only filled in.

    {% drawn late=ticket.is_late placing number=ticket.pk name=ticket.customer.name %}…{% enddrawn %}

Most of the time a page took went into drawing again what every page shows. What decides how a piece looks stands before
`placing`, what is merely put in stands behind it. Inside, nothing else is known: not the person, not the request. So
nothing of one reader can come to stand on the page of another; only what a `block` of the page holds is drawn each
time, as everywhere. The words are those of the reader's language; no piece may depend on the moment it is drawn at.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.defaulttags import IfNode
from django.template.loader_tags import BlockNode
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.translation import get_language

register = template.Library()
PLACING = "placing"
KEPT = 500  # shapes of one piece; what is seen less often is drawn again
PLAIN = (str, int, date, datetime, type(None))
# What stands in for a value while a piece is drawn. Nobody can guess it, so no text ever holds one.
_MARK, _NUMBER = f"placed{secrets.token_hex(8)}", 7 * 10**17 + secrets.randbelow(10**12) * 10**5
# Numbers stand so far apart that what is reckoned with one is never the next; all begin with the same digits.
_APART, _DIGITS = 10**3, str(_NUMBER)[:13]
TOKEN = "csrf_token"  # noqa: S105 - its name


class _Stencil(NamedTuple):
    """What was drawn: its texts, and between each two of them the name of the value that goes there."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> str:
        parts = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            parts += (values[name], text)
        return "".join(parts)


class _Given(template.Context):
    """Nothing but what was handed in; asking for anything else is a mistake of the template."""

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            raise template.TemplateSyntaxError(f"“{key}” was not handed to this piece of the page.")
        return super().__getitem__(key)


class _Gap(template.Node):
    """Where a block of the page stands in a piece: drawn as a mark, filled by whatever the page at hand has there."""

    child_nodelists = ("nodelist",)

    def __init__(self, block: BlockNode) -> None:
        self.block, self.nodelist = block, NodeList([block])
        self.mark = f"{_MARK}-{block.name}-"

    def render(self, context: template.Context) -> str:
        return self.mark


class Drawn(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(
        self, nodelist: NodeList, shape: dict[str, FilterExpression], placed: dict[str, FilterExpression]
    ) -> None:
        self.nodelist, self.shape, self.placed = nodelist, shape, placed
        self.gaps = {gap.mark: gap for gap in _leave_gaps(nodelist)}
        self._kept: dict[tuple[object, ...], _Stencil] = {}

    def render(self, context: template.Context) -> str:
        shape = {name: _said(said.resolve(context)) for name, said in self.shape.items()}
        values = {name: _said(said.resolve(context)) for name, said in self.placed.items()}
        kinds = tuple(map(_kind, shape.values())), tuple(isinstance(one, int) for one in values.values())
        key = (get_language(), timezone.get_current_timezone(), *kinds, *shape.values())
        stencil = self._kept.get(key)
        if stencil is None:
            stencil = self._draw(context, shape, values)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = stencil
        words = {name: _escaped(value) for name, value in values.items()}
        for name in stencil.names:
            if name in self.gaps:
                words[name] = self.gaps[name].block.render_annotated(context)
            elif name == TOKEN:
                words[name] = conditional_escape(str(context.get(TOKEN, "")))
        return stencil.filled(words)

    def _draw(
        self, context: template.Context, shape: dict[str, object], values: dict[str, object]
    ) -> _Stencil:
        stand_ins = {name: _stand_in(place, value) for place, (name, value) in enumerate(values.items())}
        token = f"{_MARK}token"
        given = _Given({**shape, **stand_ins, TOKEN: token})
        with given.bind_template(context.template):
            text = self.nodelist.render(given)
        names = {token: TOKEN} | {str(stand_in): name for name, stand_in in stand_ins.items()}
        names |= {mark: mark for mark in self.gaps}
        parts = re.split(f"({'|'.join(names)})", text)
        if any(_MARK in text.lower() or _DIGITS in re.sub(r"\D", "", text) for text in parts[::2]):
            raise template.TemplateSyntaxError("What is placed has to be shown as it came.")
        return _Stencil(tuple(parts[::2]), tuple(names[mark] for mark in parts[1::2]))


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """Draw once what stands inside, for each shape; raises TemplateSyntaxError for what is not a `name=value`."""
    bits = token.split_contents()[1:]
    shape, placed = token_kwargs(bits, parser), {}
    if bits and bits[0] == PLACING:
        del bits[0]
        placed = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"“drawn” takes values with names, not “{' '.join(bits)}”.")
    nodelist = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(nodelist, shape, placed)


def _leave_gaps(nodes: NodeList) -> Iterator[_Gap]:
    """Put a gap in the place of each block."""
    for place, node in enumerate(nodes):
        if isinstance(node, BlockNode):
            nodes[place] = _Gap(node)
            yield nodes[place]
        elif isinstance(node, IfNode):
            for _condition, then in node.conditions_nodelists:
                yield from _leave_gaps(then)
        elif isinstance(node, Drawn) and node.gaps:
            raise template.TemplateSyntaxError("A block stands in one piece of the page only, not in two.")
        else:
            for name in node.child_nodelists:
                yield from _leave_gaps(getattr(node, name, None) or NodeList())


def _said(value: object) -> Any:
    """The value itself, where it can never become another: a piece must not remember what a row once said."""
    if value.__class__ in PLAIN:  # nearly all
        return value
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, (list, tuple)):
        return tuple(map(_said, value))
    if not isinstance(value, PLAIN):
        raise template.TemplateSyntaxError(f"{type(value).__name__} is no plain value to draw a piece of.")
    return value


def _escaped(value: object) -> str:
    return str(value) if value.__class__ is int else conditional_escape(value)


def _kind(value: object) -> object:
    """A text that may hold tags is another shape than the same text that may not, and 1 another than True."""
    return (type(value), *map(_kind, value)) if isinstance(value, tuple) else type(value)


def _stand_in(place: int, value: object) -> str | int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise template.TemplateSyntaxError(f"{value!r} is nothing to be placed; it is part of the shape.")
    return f"{_MARK}{place:02}" if isinstance(value, str) else _NUMBER + place * _APART
