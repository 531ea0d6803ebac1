"""Somebody without a mouse: gets everywhere by keys, and asks at each step whether they see where they are."""

from __future__ import annotations

from playwright.sync_api import Page
from visitor import Visitor

# What is wrong with the place the focus stands at, or nothing: it is nowhere, out of sight, covered, or has no ring.
# A part of the page that just comes anew has a few frames to give it back. Past the last stop of a page comes the
# browser itself.
SEEN = """async () => {
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const isEdge = (at) => {
    const all = [...document.querySelectorAll(stops)].filter((one) => one.tabIndex >= 0 && one.checkVisibility());
    return at !== undefined && (at === all[0] || at === all.at(-1));
  };
  const was = window.stoodAt;
  const flaw = () => {
    const at = document.activeElement;
    if (!at || at === document.body) return isEdge(was) ? "" : "nowhere";
    window.stoodAt = at;
    const said = at.outerHTML.slice(0, 160);
    const box = at.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return `out of sight: ${said}`;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const around = [at, at.nextElementSibling];
    for (let one = at.parentElement; one && around.length < 6; one = one.parentElement) around.push(one);
    const own = at.closest("label, .ticket-row") ?? at;
    if (!hit || !(own.contains(hit) || hit.contains(at))) return `covered by ${hit?.outerHTML.slice(0, 80)}: ${said}`;
    const focus = getComputedStyle(document.documentElement).getPropertyValue("--focus");
    const probe = document.createElement("i");
    probe.style.color = focus;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    for (const one of around.filter(Boolean)) {
        const style = getComputedStyle(one);
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1) return "";
        const edge = style.borderTopColor === colour && parseFloat(style.borderTopWidth);
        if (edge && one.matches(":focus-within")) return "";
    }
    return `no ring: ${said}`;
  };
  for (let frames = 0; flaw() && frames < 20; frames++) await new Promise(requestAnimationFrame);
  return flaw();
}"""
MOST = 150


class Keyboard:
    """The keys of one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page
        self.unseen: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def look(self) -> None:
        """Remember where the focus could not be seen."""
        flaw = self.page.evaluate(SEEN)
        if flaw:
            self.unseen.append(f"{self.page.url}: {flaw}")

    def stands_at(self, selector: str) -> None:
        """Wait until the focus is there, and look."""
        self.page.wait_for_selector(f"{selector}:focus")
        self.look()

    def tab_to(self, selector: str, *, by: str = "Tab") -> None:
        """Tab until the focus is there; each stop on the way can be seen."""
        for _stop in range(MOST):
            self.press(by)
            self.look()
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not among the next {MOST} stops on {self.page.url}")

    def leads_on(self, key: str = "Enter") -> None:
        """Press what opens another page, and wait for it."""
        with self.page.expect_navigation():
            self.press(key)
