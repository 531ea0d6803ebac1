// <textarea data-draft="/desk/tickets/17/draft/" data-kind="public">: what is typed is kept on the server a second after
// the last key, and when the page is left. <span data-draft-said data-words="Draft kept at %s"> says so.
const WAIT_MS = 1000;
const timers = new Map();
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function keep(field, keepalive = false) {
  clearTimeout(timers.get(field));
  timers.delete(field);
  // With the key of its form: one that arrives after the text was sent brings nothing back.
  const key = field.form.elements.key?.value ?? "";
  const body = new URLSearchParams({ kind: field.dataset.kind, text: field.value, key });
  const said = field.form.querySelector("[data-draft-said]");
  try {
    const answer = await fetch(field.dataset.draft, { method: "POST", body, keepalive, redirect: "error", headers: { "X-CSRFToken": token() } });
    if (!answer.ok || !said) return;
    const moment = await answer.text();
    said.textContent = moment ? said.dataset.words.replace("%s", moment) : "";
  } catch {
    if (said) said.textContent = said.dataset.lost;
  }
}

document.addEventListener("input", (event) => {
  const field = event.target.closest("textarea[data-draft]");
  if (!field) return;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keep(field), WAIT_MS));
});
// What is being sent is no draft any more: its answer drops it.
document.addEventListener("submit", (event) => {
  // A form that brings a text back takes along what stands in the field, or one would overwrite the other.
  const taken = document.getElementById(event.target.dataset?.takesDraft);
  if (taken) {
    clearTimeout(timers.get(taken));
    timers.delete(taken);
    const typed = Object.assign(document.createElement("input"), { type: "hidden", name: "typed", value: taken.value });
    event.target.append(typed);
  }
  for (const field of event.target.querySelectorAll("textarea[data-draft]")) {
    clearTimeout(timers.get(field));
    timers.delete(field);
  }
});
window.addEventListener("pagehide", () => {
  for (const field of timers.keys()) keep(field, true);
});
