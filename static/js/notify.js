// Notices beside the window: <span data-notices="/desk/notices/fresh/" data-person="5">. Only where this person said yes in
// this browser, on the page of their wishes; only while a page stands open and nobody looks at one of ours. The live wire
// says that something is new, the server says what may be shown, and when it is quiet.
const KEY = "kulanz.notices";
const APART_MS = 2_000;
const place = document.querySelector("[data-notices]");
const setting = document.querySelector("[data-notice-setting]");
// Whoever looks at another page of ours sees it there: that page says so to the others.
const others = place && "BroadcastChannel" in window ? new BroadcastChannel(KEY) : null;
let after = null;
let waiting = null;
let askedAt = 0;
let seenAt = -Infinity;

function chosen() {
  try {
    return place !== null && localStorage.getItem(KEY) === place.dataset.person;
  } catch {
    return false;
  }
}

function choose(is_on) {
  try {
    if (is_on) localStorage.setItem(KEY, place.dataset.person);
    else localStorage.removeItem(KEY);
  } catch {
    // a browser that keeps nothing shows none
  }
}

export function state() {
  if (!("Notification" in window)) return "missing";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && chosen() ? "on" : "off";
}

async function look() {
  waiting = null;
  if (state() !== "on") return;
  const asked = after === null ? "" : `?after=${after}`;
  const answer = await fetch(place.dataset.notices + asked, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) return;
  const news = await answer.json();
  const is_first = after === null;
  after = news.after;
  if (!is_first && !document.hasFocus() && seenAt < askedAt - APART_MS) news.notices.forEach(tell);
}

function tell({ id, title, text, url }) {
  try {
    // The same tag from another window of ours replaces the first one instead of standing beside it.
    const shown = new Notification(title, { body: text, tag: `kulanz-${id}`, lang: document.documentElement.lang });
    shown.onclick = () => {
      window.focus();
      location.assign(url);
    };
  } catch {
    choose(false); // some phones know the word and cannot do it
  }
}

function show() {
  if (!setting) return;
  const now = state();
  for (const piece of setting.querySelectorAll("[data-notice-state]")) piece.hidden = piece.dataset.noticeState !== now;
}

if (others) {
  others.onmessage = () => {
    seenAt = performance.now();
  };
}

if (place) {
  document.body.addEventListener(`live:person-${place.dataset.person}`, () => {
    askedAt = performance.now();
    if (document.hasFocus()) others?.postMessage("seen");
    waiting ??= setTimeout(look, APART_MS);
  });
  look();
}

setting?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-notice-choice]");
  if (!button) return;
  const wants = button.dataset.noticeChoice === "on";
  const may = wants && "Notification" in window && (await Notification.requestPermission()) === "granted";
  choose(may);
  show();
  setting.querySelector("[data-notice-state]:not([hidden]) [data-notice-choice]")?.focus();
  if (may) look();
});
show();
