// <textarea data-picks='{"/": "/desk/tickets/17/canned/"}'> followed by <div class="picks" hidden>: a sign typed at the
// beginning of a word asks the server what fits what follows it. The arrows choose, Enter or Tab puts the choice in
// the place of what was typed, Escape leaves everything as it is. <a data-opens-picks="reply-text" data-sign="/"> types
// the sign; without a script it leads to the page with the same list. The focus never leaves the field: what is chosen
// is said by aria-activedescendant, and how many there are by a status.
const WAIT_MS = 120;
const LONGEST = 40;
let open = null; // { field, box, start, sign }
let timer = null;
let asked = null;
let left = ""; // what stood there when Escape was pressed: only another word opens it again
let putting = false;
let taken = ""; // what was put there last, sign and all: whoever writes on behind it is not asked again

function signs(field) {
  return JSON.parse(field.dataset.picks);
}

function typedIn(field) {
  const before = field.value.slice(0, field.selectionStart);
  for (const [sign, url] of Object.entries(signs(field))) {
    const start = before.lastIndexOf(sign);
    const typed = before.slice(start + sign.length);
    if (start < 0 || typed.length > LONGEST || /^\s|\n/.test(typed)) continue;
    if (start === 0 || /\s/.test(before[start - 1])) return { sign, url, start, typed };
  }
  return null;
}

const options = () => (open ? [...open.box.querySelectorAll("[role=option]")] : []);
const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  option.scrollIntoView({ block: "nearest" });
  open.field.setAttribute("aria-activedescendant", option.id);
  open.box.querySelector(".picks__preview").textContent = option.dataset.shows ?? option.dataset.puts;
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  if (!open) return;
  open.box.hidden = true;
  open.box.querySelector(".picks__found").replaceChildren();
  open.field.removeAttribute("aria-activedescendant");
  open.field.removeAttribute("aria-controls");
  open = null;
}

async function ask(field, { sign, url, start, typed }) {
  asked?.abort();
  asked = new AbortController();
  let answer;
  try {
    const headers = { "HX-Request": "true" };
    const asking = new URL(url, location);
    asking.searchParams.set("q", typed);
    answer = await fetch(asking, { headers, signal: asked.signal, redirect: "error" });
    if (!answer.ok) return close();
    answer = await answer.text();
  } catch {
    return;
  }
  const box = field.parentElement.querySelector(".picks");
  open = { field, box, start, sign };
  box.querySelector(".picks__found").replaceChildren(...new DOMParser().parseFromString(answer, "text/html").body.childNodes);
  const all = options();
  if (!all.length) return close();
  box.hidden = false;
  const list = box.querySelector("[role=listbox]");
  list.id = `picks-of-${field.id}`;
  field.setAttribute("aria-controls", list.id);
  box.querySelector(".picks__said").textContent = box.dataset.words.replace("%s", all.length);
  choose(all[0]);
}

function put(option) {
  const { field, start } = open;
  const text = option.dataset.puts;
  taken = text.trimEnd();
  close();
  field.focus();
  field.setSelectionRange(start, field.selectionStart);
  putting = true; // a sign inside of what is put asks nothing
  // As if it had been typed, so that it can be undone with the keyboard.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  putting = false;
}

function look(field) {
  if (putting) return;
  const found = typedIn(field);
  const said = found ? found.sign + found.typed : "";
  if (!found || (left && said === left) || (taken && said.startsWith(taken))) return close();
  left = "";
  clearTimeout(timer);
  timer = setTimeout(() => ask(field, found), WAIT_MS);
}

document.addEventListener("input", (event) => event.target.matches?.("textarea[data-picks]") && look(event.target));
document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = options();
  const at = all.indexOf(chosen());
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(all.at((at + (event.key === "ArrowDown" ? 1 : -1)) % all.length));
  else if (event.key === "Enter" || event.key === "Tab") put(all[at]);
  else if (event.key === "Escape") {
    const found = typedIn(open.field);
    left = found ? found.sign + found.typed : "";
    close();
  } else return;
  event.preventDefault();
});
// Chosen with the pointer: before the field loses the focus, which it keeps while one scrolls beside it.
document.addEventListener("mousedown", (event) => {
  if (!event.target.closest(".picks")) return;
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) put(option);
});
document.addEventListener("mouseover", (event) => {
  const option = event.target.closest?.(".picks [role=option]");
  if (option && open && option !== chosen()) choose(option);
});
document.addEventListener("focusout", (event) => open && event.target === open.field && close());
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens-picks]");
  const field = opener && document.getElementById(opener.dataset.opensPicks);
  if (!field) return;
  event.preventDefault();
  field.focus();
  const before = field.value.slice(0, field.selectionStart);
  left = taken = "";
  document.execCommand("insertText", false, (before && !/\s$/.test(before) ? " " : "") + opener.dataset.sign);
});
