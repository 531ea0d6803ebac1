// <span data-goes-at="2026-…" data-words="goes out in %s s">: counts the seconds until a held reply goes, once a second.
// <div data-gone-at="2026-…"> is put away a moment after it went.
const AFTER_MS = 2000;

function tick() {
  const now = Date.now();
  for (const span of document.querySelectorAll("[data-goes-at]")) {
    const left = Math.ceil((Date.parse(span.dataset.goesAt) - now) / 1000);
    if (left > 0) span.textContent = span.dataset.words.replace("%s", left);
  }
  for (const box of document.querySelectorAll("[data-gone-at]")) {
    if (Date.parse(box.dataset.goneAt) + AFTER_MS < now) box.remove();
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
