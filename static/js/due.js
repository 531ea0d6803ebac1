// Keeps promise clocks true while a page stands open:
// <span class="clock" data-state="ok"><time datetime="…" data-due="…" data-warn="…">due in 42 min</time></span>.
// Words come translated from <body data-due-in="due in %s" data-overdue="overdue by %s">. Beyond eight hours the
// server's words (a day and a time) stay; a clock without data-due, paused or met, is never touched.
const MINUTE = 60_000;
const NEAR = 8 * 60;

function span(minutes) {
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

function tick() {
  const now = Date.now();
  const words = document.body.dataset;
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(time.dataset.due) - now;
    const minutes = Math.abs(left >= 0 ? Math.ceil(left / MINUTE) : Math.floor(left / MINUTE));
    if (Number.isNaN(left) || minutes > NEAR) continue;
    const pattern = left >= 0 ? words.dueIn : words.overdue;
    const text = pattern?.replace("%s", span(minutes));
    if (text && time.textContent !== text) time.textContent = text;
    const clock = time.closest(".clock");
    if (!clock) continue;
    const warned = time.dataset.warn && Date.parse(time.dataset.warn) <= now;
    const state = left < 0 ? "late" : warned ? "warn" : "ok";
    if (clock.dataset.state !== state) clock.dataset.state = state;
  }
}

tick();
setInterval(tick, 15_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.addEventListener("htmx:afterSettle", tick);
