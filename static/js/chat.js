// Typing in a chat: <form data-typing-to="address"> says at most every three seconds that its writer types, and
// <p data-typing="types-desk-17"><span hidden>…</span></p> shows it for six seconds after the wire said that name.
const SAY_MS = 3_000;
const SHOW_MS = 6_000;
let saidAt = 0;

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-typing-to]");
  if (!form || event.target.tagName !== "TEXTAREA" || Date.now() - saidAt < SAY_MS) return;
  saidAt = Date.now();
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  if (document.body.dataset.chatToken) headers["Kulanz-Chat"] = document.body.dataset.chatToken;
  fetch(form.dataset.typingTo, { method: "POST", headers }).catch(() => {});
});

function show(mark) {
  let hiding = null;
  const words = mark.querySelector("span");
  mark.dataset.listens = "";
  document.body.addEventListener(`live:${mark.dataset.typing}`, () => {
    words.hidden = false;
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      words.hidden = true;
    }, SHOW_MS);
  });
}

function showAll() {
  for (const mark of document.querySelectorAll("[data-typing]:not([data-listens])")) show(mark);
}

showAll();
document.addEventListener("htmx:afterSettle", showAll);

// Return sends, Shift and Return begin a line; not while a word is still being composed.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-typing-to]");
  if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("htmx:afterSwap", (event) => {
  // What was being written is there now, or was not sent: either way the mark has done its work.
  if (event.detail.elt.id === "talk") {
    for (const words of document.querySelectorAll("[data-typing] > span")) words.hidden = true;
  }
  if (event.detail.elt.id === "chat-composer") document.querySelector("#chat-composer textarea")?.focus();
});
