// The live wire: the server says names ("ticket-17"), never content. Each becomes an event "live:ticket-17" on <body>,
// and whoever shows that thing fetches it again: hx-trigger="live:ticket-17 from:body". When the stream is away
// the page asks for everything it shows every ten seconds; when it is back, once more: nothing is missed.
const GATHER_MS = 50;
const APART_MS = 250;
const POLL_MS = 10_000;
const heard = new Set();
let waiting = null;
let polling = null;
let toldAt = -APART_MS;

function tell() {
  waiting = null;
  toldAt = performance.now();
  const names = heard.has("*") ? shown() : [...heard];
  heard.clear();
  for (const name of names) document.body.dispatchEvent(new CustomEvent(`live:${name}`));
}

// Many changes in one moment are one look, and one look is not followed by the next at once.
function hear(name) {
  heard.add(name);
  waiting ??= setTimeout(tell, Math.max(GATHER_MS, toldAt + APART_MS - performance.now()));
}

function shown() {
  const names = new Set();
  for (const element of document.querySelectorAll("[hx-trigger*='live:']")) {
    for (const [, name] of element.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g)) names.add(name);
  }
  return [...names];
}

export function listen(pass) {
  const stream = new EventSource(`/live/?pass=${encodeURIComponent(pass)}`);
  stream.onmessage = (message) => hear(message.data);
  stream.onopen = () => {
    // Back after a break: what was said meanwhile was said to nobody.
    if (polling !== null) hear("*");
    clearInterval(polling);
    polling = null;
  };
  stream.onerror = () => {
    polling ??= setInterval(() => document.hidden || hear("*"), POLL_MS);
  };
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

if (document.body.dataset.livePass) listen(document.body.dataset.livePass);
