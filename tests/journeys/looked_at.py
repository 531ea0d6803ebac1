"""A page looked at as it stands, with axe: whoever cannot see it, or not well, gets everything on it."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext
from visitor import DESK, PHONE, Visitor

# Every rule there is, best practice too; another size and other colours can only change how it looks.
RULES = {"rules": {"target-size": {"enabled": True}}}
LOOKS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
}
VIOLATIONS = """async ([options, part]) => {
    const how = {...options, resultTypes: ["violations"], preload: false, iframes: false};
    const said = await axe.run(part || document, how);
    return said.violations.map(({id, nodes}) =>
        `${id}: ${nodes.slice(0, 3).map(node => `${node.target} ${node.html.slice(0, 120)}`).join(" | ")}`);
}"""
# Quiet for a moment: what has come may ask for more.
SETTLED = """async () => {
    const moving = '.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added';
    for (let quiet = 0; quiet < 3; quiet = document.querySelector(moving) ? 0 : quiet + 1)
        await new Promise(done => setTimeout(done, 15));
}"""


def with_axe(context: BrowserContext) -> BrowserContext:
    """Every page of this browser brings it along; a page without gets it when it is looked at."""
    context.add_init_script(AXE_SCRIPT)
    return context


def flaws_here(visitor: Visitor, rules: dict[str, object] = RULES, *, part: str = "") -> Iterator[str]:
    """What is wrong with the page, or this part of it, as it stands: in this size and these colours, open or folded."""
    visitor.page.evaluate(SETTLED)
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(AXE_SCRIPT)
    yield from visitor.page.evaluate(VIOLATIONS, [rules, part])
    if visitor.overflows:
        yield "is wider than the window"


def sound(visitor: Visitor, name: str) -> None:
    """A picture of the page as it stands, where pictures are wanted; and nothing is wrong with it."""
    found = list(flaws_here(visitor))
    visitor.shoot(name)
    assert found == [], "\n".join([name, *found])


def flaws(visitor: Visitor, *, dark: bool = True, part: str = "") -> Iterator[str]:
    """What is wrong with it large and light; and then small, and dark if asked. It stands as before afterwards."""
    page, size = visitor.page, visitor.page.viewport_size
    page.set_viewport_size(DESK)
    yield from (f"light: {found}" for found in flaws_here(visitor, part=part))
    page.set_viewport_size(PHONE)
    if dark:
        page.emulate_media(color_scheme="dark")
        yield from (f"dark: {found}" for found in page.evaluate(VIOLATIONS, [LOOKS, part]))
    if visitor.overflows:
        yield "is wider than a phone"
    page.set_viewport_size(size or DESK)
    page.emulate_media(color_scheme="light")
