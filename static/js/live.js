// The live wire: the server says names ("ticket-17"), never content. Each becomes an event "live:ticket-17" on <body>,
// and whoever shows that thing fetches it again: hx-trigger="live:ticket-17 from:body". When the stream is away
// the page asks for everything it shows every ten seconds; when it is back, once more: nothing is missed.
// What one deed changed is said in one piece; whatever follows it within a quarter of a second is one more look.
const GATHER_MS = 10;
const APART_MS = 250;
const POLL_MS = 10_000;
// After a break all pages look again, but not all in the same moment.
const SPREAD_MS = 1_500;
// In a busy line something moves all the time: whoever looks at all of it looks once a second. What is offered to me comes
// under my own name, and at once.
const LINE_MS = 1_000;
const heard = new Set();
let waiting = null;
let polling = null;
let toldAt = -APART_MS;
let lineToldAt = -LINE_MS;
const lines = new Set();

function tell() {
  waiting = null;
  toldAt = performance.now();
  const names = heard.has("*") ? shown() : [...heard];
  heard.clear();
  for (const name of names) document.body.dispatchEvent(new CustomEvent(`live:${name}`));
}

function hearLine(name) {
  if (!lines.size) setTimeout(tellLines, Math.max(0, lineToldAt + LINE_MS - performance.now()));
  lines.add(name);
}

function tellLines() {
  lineToldAt = performance.now();
  for (const name of lines) hear(name);
  lines.clear();
}

// Many changes in one moment are one look, and one look is not followed by the next at once.
function hear(name) {
  heard.add(name);
  waiting ??= setTimeout(tell, Math.max(GATHER_MS, toldAt + APART_MS - performance.now()));
}

function lookAgain() {
  setTimeout(hear, Math.random() * SPREAD_MS, "*");
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
  stream.onmessage = ({ data: name }) => (name.startsWith("line-") ? hearLine(name) : hear(name));
  stream.onopen = () => {
    // Back after a break: what was said meanwhile was said to nobody.
    if (polling !== null) lookAgain();
    clearInterval(polling);
    polling = null;
  };
  stream.onerror = () => {
    polling ??= setInterval(() => document.hidden || lookAgain(), POLL_MS);
  };
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// A look by itself, with no news behind it, can wait behind whoever wrote or was told something. The parts of a page
// somebody just opened are no such look: they wait for them.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const looksAgain = /\bevery \d/.test(detail.elt.getAttribute("hx-trigger") ?? "");
  if (detail.verb === "get" && looksAgain && !detail.triggeringEvent) detail.headers["Kulanz-Look"] = "again";
});

if (document.body.dataset.livePass) listen(document.body.dataset.livePass);
