// An offer outlasts no half minute, so whoever works in another window hears of it there: in the title, by a notice beside
// the window where they said yes to those, and by a short sound unless they switched it off. And while nobody looks at the
// page a worker goes on saying that it stands open: <span data-beat="/desk/line/badge/" data-beat-worker="…">.
import { state } from "./notify.js";

const SILENT = "kulanz.sound";
const TOLD = "kulanz.offered";
const EVERY_MS = 10_000;
const STALE_MS = 1_000;
const place = document.querySelector("[data-beat]");
let worker = null;
let audio = null;
let marked = "";

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing hears it in each window
  }
}

// Of several windows one makes a noise.
async function isFirst(offer) {
  const look = () => {
    if (kept(TOLD) === offer) return false;
    keep(TOLD, offer);
    return true;
  };
  return navigator.locks ? navigator.locks.request(TOLD, look) : look();
}

function mark(words) {
  const plain = marked && document.title.startsWith(marked) ? document.title.slice(marked.length) : document.title;
  marked = words ? `● ${words} – ` : "";
  document.title = marked + plain;
}

async function sound() {
  if (kept(SILENT) === "off" || !("AudioContext" in window)) return;
  const asked = performance.now();
  audio ??= new AudioContext();
  await audio.resume();
  if (performance.now() - asked > STALE_MS) return; // nobody had touched the page: too late is worse than never
  for (const [at, pitch] of [[0, 660], [0.18, 880]]) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loud = new GainNode(audio, { gain: 0.08 });
    tone.connect(loud).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.15);
  }
}

function show({ offer, says, text, line }) {
  if (state() !== "on" || document.hasFocus()) return;
  try {
    const shown = new Notification(says, { body: text, tag: `kulanz-offer-${offer}`, lang: document.documentElement.lang });
    shown.onclick = () => {
      window.focus();
      location.assign(line);
    };
  } catch {
    // some phones know the word and cannot do it
  }
}

async function hear(badge) {
  const found = badge.querySelector("[data-offer]");
  mark(found?.dataset.says ?? "");
  if (!found || !(await isFirst(found.dataset.offer))) return;
  show(found.dataset);
  sound();
}

function beat() {
  if (!document.hidden && !worker) return;
  if (!worker) {
    worker = new Worker(place.dataset.beatWorker);
    worker.onmessage = ({ data }) => hear(new DOMParser().parseFromString(data, "text/html"));
  }
  worker.postMessage(document.hidden ? { address: new URL(place.dataset.beat, location).href, every: EVERY_MS } : {});
}

if (place) {
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.elt?.matches?.("[data-beat]") || detail.target?.matches?.("[data-beat]")) hear(detail.target);
  });
  document.addEventListener("visibilitychange", beat);
  if ("Worker" in window) beat();
}

for (const box of document.querySelectorAll("[data-sound]")) {
  box.checked = kept(SILENT) !== "off";
  box.closest("[data-sound-choice]").hidden = false; // without scripts there is none to switch off
  box.addEventListener("change", () => {
    keep(SILENT, box.checked ? "on" : "off");
    sound();
  });
}
