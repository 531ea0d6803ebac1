// Keeps promise clocks true while a page stands open:
// <span class="clock" data-state="ok"><time datetime="…" data-due="…" data-warn="…">due in 42 min</time></span>.
// Words come translated from <body data-due-in="due in %s" data-overdue="overdue by %s" data-days="%s days">. What is due
// in more than eight hours keeps the server's words (a day and a time), what is overdue is always so by a length of
// time; a clock without data-due, paused or met, is never touched.
const MINUTE = 60_000;
const NEAR = 8 * 60;
const DAYS = 48 * 60;

function span(minutes, days) {
  if (minutes < 60) return `${minutes} min`;
  if (minutes >= DAYS && days) return days.replace("%s", Math.floor(minutes / (24 * 60)));
  if (minutes > NEAR) return `${Math.floor(minutes / 60)} h`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

function tick() {
  const now = Date.now();
  const words = document.body.dataset;
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(time.dataset.due) - now;
    const minutes = Math.abs(left >= 0 ? Math.ceil(left / MINUTE) : Math.floor(left / MINUTE));
    if (Number.isNaN(left) || (left >= 0 && minutes > NEAR)) continue;
    const pattern = left >= 0 ? words.dueIn : words.overdue;
    const text = pattern?.replace("%s", span(minutes, words.days));
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
