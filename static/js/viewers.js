// <div data-views="/desk/tickets/17/viewers/" data-views-name="viewers-17">: while this page is looked at, or holds words
// nobody sent yet, it says so every fifteen seconds – that somebody writes, never what –, and shows who else is there. A
// page that goes says that, too. "live:viewers-17" asks at once.
const BEAT_MS = 15_000;
const TYPED_MS = 8_000;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const place = document.querySelector("[data-views]");
const begun = new Map(); // what stood in each field when the page came
let typedAt = 0;
let saidTyping = 0;
let said = ""; // what the others know: a reply or a note begun, or neither
let there = false;

const fields = () => [...document.querySelectorAll("textarea[data-draft]")];

// What somebody began in this sitting; a draft that waits from yesterday is nothing they write now.
function writes() {
  const field = fields().find((one) => one.value.trim() && one.value !== begun.get(one));
  return field?.dataset.kind ?? "";
}

function send(body, keepalive = false) {
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  return fetch(place.dataset.views, { method: "POST", body: new URLSearchParams(body), headers, keepalive, redirect: "error" });
}

async function beat() {
  const kind = writes();
  if (document.hidden && !kind) return leave();
  there = true;
  said = kind;
  const types = kind && Date.now() - typedAt < TYPED_MS;
  if (types) saidTyping = Date.now();
  try {
    const answer = await send({ writes: kind, types: types ? "1" : "" });
    if (!answer.ok) return;
    const html = await answer.text();
    if (html === place.dataset.shown) return; // what is the same is not read out again
    place.dataset.shown = html;
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  } catch {
    // the next beat tells
  }
}

function leave() {
  if (!there) return;
  there = false;
  send({ leaves: "1" }, true).catch(() => {});
}

if (place) {
  for (const field of fields()) begun.set(field, field.defaultValue);
  beat();
  setInterval(beat, BEAT_MS);
  document.body.addEventListener(`live:${place.dataset.viewsName}`, beat);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", leave);
  document.addEventListener("input", (event) => {
    if (!fields().includes(event.target)) return;
    typedAt = Date.now();
    // Who begins, or takes it all out again, is seen at once.
    if (writes() !== said || typedAt - saidTyping > TYPED_MS) beat();
  });
}
