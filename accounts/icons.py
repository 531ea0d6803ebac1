"""The icons of templates: the package's own, each drawn once a process instead of once a page."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

from django import template
from django.utils.safestring import mark_safe
from lucide import IconDoesNotExist

register = template.Library()
SPACE = "{http://www.w3.org/2000/svg}"


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """The icon as an `svg` element with these attributes; raises lucide.IconDoesNotExist."""
    return _drawn(name, size, tuple(attributes.items()))


@lru_cache(maxsize=1000)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, str], ...]) -> str:
    if name not in _icons():
        raise IconDoesNotExist(f"The icon {name!r} does not exist.")
    icon = ElementTree.fromstring(_icons()[name])  # noqa: S314 - a file of the package
    for node in icon.iter():
        node.tag = node.tag.removeprefix(SPACE)
    sides = {} if size is None else {"width": str(size), "height": str(size)}
    icon.attrib.update(sides | {key.replace("_", "-"): str(value) for key, value in attributes})
    return mark_safe(ElementTree.tostring(icon, encoding="unicode"))  # noqa: S308 - built, not written


@cache
def _icons() -> dict[str, bytes]:
    """All at once: the package opens its archive anew for each, which is 25 ms of the first page that shows it."""
    with files("lucide").joinpath("lucide.zip").open("rb") as file, ZipFile(file) as archive:
        return {name.removesuffix(".svg"): archive.read(name) for name in archive.namelist()}
