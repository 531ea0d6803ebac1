// One part of the page that looks again when the live wire names it, for a page that has no htmx:
// <div hx-get="/" hx-trigger="live:customer-7 from:body">. It is told in htmx's words, so that the focus is kept
// and the end of a session is said as everywhere.
const place = "[hx-get][hx-trigger^='live:']";
let wanted = false;
let looking = false;

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`htmx:${name}`, { detail }));
}

async function look() {
  const part = document.querySelector(place);
  const answer = await fetch(part.getAttribute("hx-get"), { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  const detail = { target: part, shouldSwap: true, xhr: { responseURL: answer.url } };
  tell("beforeSwap", detail);
  if (!detail.shouldSwap) return;
  if (!fresh.content.querySelector(place)) return location.reload(); // somebody else by now, or somewhere else
  part.replaceWith(fresh.content);
  tell("afterSettle", {});
}

// One look after the other: an older answer never replaces a newer one.
async function lookAgain() {
  wanted = true;
  if (looking) return;
  looking = true;
  while (wanted) {
    wanted = false;
    await look().catch(() => {}); // without a network the live wire asks again by itself
  }
  looking = false;
}

const [, name] = document.querySelector(place)?.getAttribute("hx-trigger").match(/live:([\w-]+)/) ?? [];
if (name) document.body.addEventListener(`live:${name}`, lookAgain);
