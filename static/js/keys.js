// Single keys on the desk, while nothing is typed: <body data-keys="{…}"> says which, and the first
// visible [data-does="reply"] is what happens: a field (or what has data-focus) is focused, a radio chosen and its data-then focused, anything
// else clicked. Ctrl/Cmd+K opens the palette; Ctrl/Cmd+Enter sends what is being written, with Shift solves and goes on.
const keys = JSON.parse(document.body.dataset.keys ?? "{}");
const deeds = new Map(Object.entries(keys).filter(([, key]) => key).map(([deed, key]) => [key, deed]));
const palette = document.getElementById("palette");
const typed = document.getElementById("palette-typed");
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

function visible(element) {
  return element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
}

function does(deed) {
  return [...document.querySelectorAll(`[data-does="${deed}"]`)].find(visible);
}

function act(element) {
  if (element.matches("input[type=radio]")) {
    element.click();
    const field = document.getElementById(element.dataset.then);
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  } else if (element.matches(TYPING) || "focus" in element.dataset) {
    element.scrollIntoView({ block: "nearest" });
    element.focus();
    element.select?.();
  } else {
    element.scrollIntoView({ block: "nearest" });
    element.click();
    if (element.matches("summary")) element.parentElement.querySelector("button, a")?.focus();
  }
}

// Along the list: from row to row where the list is the page, from ticket to ticket beside one.
function step(by) {
  const links = [...document.querySelectorAll("[data-hold] .ticket-row__link")].filter(visible);
  if (!links.length) return;
  const row = document.querySelector("[data-hold] [aria-current] .ticket-row__link");
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max((at < 0 ? links.indexOf(row) : at) + by, 0), links.length - 1)];
  if (at < 0 && row) next.click();
  else next.focus();
}

function openPalette() {
  if (palette.open) return;
  palette.showModal();
  typed.value = "";
  typed.focus();
  typed.dispatchEvent(new CustomEvent("opened"));
}

function send(event) {
  const form = event.target.closest?.("form.composer__form");
  if (!form) return;
  event.preventDefault();
  const onward = event.shiftKey && form.querySelector("[data-sends-onward]");
  form.requestSubmit(onward || form.querySelector(".composer__send [type=submit]"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  if (command && event.key.toLowerCase() === "k" && palette) {
    event.preventDefault();
    openPalette();
  } else if (command && event.key === "Enter") {
    send(event);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
  if (document.querySelector("dialog[open]")) return;
  const deed = deeds.get(event.key);
  if (!deed) return;
  if (deed === "next" || deed === "previous") {
    event.preventDefault();
    step(deed === "next" ? 1 : -1);
    return;
  }
  const element = does(deed);
  if (!element && deed !== "help") return;
  event.preventDefault();
  if (deed === "help") document.getElementById("keys")?.showModal();
  else act(element);
});

// In the palette the arrows go from the field through what was found; Enter on the field takes the first.
palette?.addEventListener("keydown", (event) => {
  const choices = [...palette.querySelectorAll("[data-choice]")];
  const at = choices.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) typed.focus();
    else choices[Math.min(next, choices.length - 1)]?.focus();
  } else if (event.key === "Enter" && event.target === typed && choices.length) {
    event.preventDefault();
    choices[0].click();
  }
});
document.addEventListener("click", (event) => event.target.closest("[data-opens-palette]") && openPalette());
