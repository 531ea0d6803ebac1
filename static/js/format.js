// <button data-formats="strong" data-into="reply-text">: the signs of our writing around what is chosen in the field, or
// before its lines; once more takes them away. The same by keys: Ctrl/Cmd+B and I, with Shift 7, 8, 9 and L.
// <button data-previews="reply-text" data-from="/desk/tickets/17/preview/" aria-controls="reply-preview"> shows how it will
// be read, and keeps showing it while one writes on.
import { insert } from "./pasted.js";

const WAIT_MS = 400;
const AROUND = { strong: "**", emphasised: "_" };
const BEFORE = { list: "- ", steps: "1. ", quote: "> " };
const ANY_BEFORE = /^(?:[-*•] |\d{1,3}[.)] |> ?)/;
const KEYS = { b: "strong", i: "emphasised" };
const SHIFTED = { Digit7: "steps", Digit8: "list", Digit9: "quote", KeyL: "link" };
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function replace(field, start, end, text, from = text.length, to = from) {
  field.setSelectionRange(start, end);
  insert(field, text);
  field.setSelectionRange(start + from, start + to);
}

function around(field, sign) {
  let { selectionStart: start, selectionEnd: end, value } = field;
  while (start < end && /\s/.test(value[start])) start += 1;
  while (end > start && /\s/.test(value[end - 1])) end -= 1;
  const said = value.slice(start, end);
  const long = sign.length;
  if (value.slice(start - long, start) === sign && value.slice(end, end + long) === sign && said) {
    return replace(field, start - long, end + long, said, 0, said.length);
  }
  if (said.startsWith(sign) && said.endsWith(sign) && said.length > 2 * long) {
    return replace(field, start, end, said.slice(long, -long), 0, said.length - 2 * long);
  }
  // Each line for itself: a sign does not go on over the end of one.
  const put = said.split("\n").map((line) => (line.trim() ? sign + line + sign : line)).join("\n");
  if (said) replace(field, start, end, put, 0, put.length);
  else replace(field, start, end, sign + sign, long);
}

function before(field, kind) {
  const { value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const next = value.indexOf("\n", field.selectionEnd);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split("\n");
  const sign = BEFORE[kind];
  const has = (line) => (kind === "steps" ? /^\d{1,3}[.)] /.test(line) : line.startsWith(sign));
  const all = lines.every((line) => has(line) || !line.trim()) && lines.some(has);
  let nth = 0;
  const put = lines.map((line) => {
    const bare = line.replace(ANY_BEFORE, "");
    if (all || (!line.trim() && lines.length > 1)) return bare;
    nth += 1;
    return (kind === "steps" ? `${nth}. ` : sign) + bare;
  });
  const text = put.join("\n");
  replace(field, start, end, text, lines.length > 1 ? 0 : text.length, text.length);
}

function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const said = value.slice(start, end).trim();
  const isAddress = /^https?:\/\/\S+$/.test(said);
  const text = isAddress ? `[](${said})` : `[${said}](https://)`;
  if (isAddress || !said) replace(field, start, end, text, 1);
  else replace(field, start, end, text, said.length + 3, text.length - 1);
}

function format(field, kind) {
  if (kind in AROUND) around(field, AROUND[kind]);
  else if (kind in BEFORE) before(field, kind);
  else link(field);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-formats]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  field.focus();
  format(field, button.dataset.formats);
});
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("textarea[data-draft]");
  if (!field || event.defaultPrevented || event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const kind = event.shiftKey ? SHIFTED[event.code] : KEYS[event.key.toLowerCase()];
  if (!kind) return;
  event.preventDefault();
  format(field, kind);
});

const timers = new Map();

async function show(button) {
  const field = document.getElementById(button.dataset.previews);
  const place = document.getElementById(button.getAttribute("aria-controls"));
  const body = new URLSearchParams({ text: field.value, kind: field.dataset.kind });
  try {
    const answer = await fetch(button.dataset.from, { method: "POST", body, redirect: "error", headers: { "X-CSRFToken": token() } });
    if (!answer.ok || button.getAttribute("aria-expanded") !== "true") return;
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    place.hidden = false;
  } catch {
    // what was shown before stays
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-previews]");
  if (!button) return;
  const opens = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", opens);
  if (opens) show(button);
  else document.getElementById(button.getAttribute("aria-controls")).hidden = true;
});
document.addEventListener("input", (event) => {
  const button = document.querySelector(`[data-previews="${CSS.escape(event.target.id ?? "")}"][aria-expanded="true"]`);
  if (!button) return;
  clearTimeout(timers.get(button));
  timers.set(button, setTimeout(() => show(button), WAIT_MS));
});
