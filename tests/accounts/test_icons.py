"""The icons of templates: the same as the package draws them, from an archive that is opened once."""

from __future__ import annotations

import pytest
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide as drawn_by_the_package

from accounts.icons import lucide


@pytest.mark.parametrize("size", [16, None])
@pytest.mark.parametrize("name", ["inbox", "pen-line"])
def test_an_icon_is_drawn_as_the_package_draws_it(name: str, size: int | None) -> None:
    said = {"class": "icon", "aria_hidden": "true"}
    assert lucide(name, size=size, **said) == drawn_by_the_package(name, size=size, **said)


def test_an_icon_nobody_drew_is_an_error_with_its_name() -> None:
    with pytest.raises(IconDoesNotExist, match="'no-such-thing'"):
        lucide("no-such-thing")
