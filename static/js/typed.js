// A part of a page that is fetched anew while somebody types in it keeps what they typed, with the cursor where it stood
// and what they had unfolded; what they send is what the answer says. While they send, no look comes in between: it comes
// afterwards, where the answer was for another part. So it is for a part of the form itself: the button sent by would go.
const kept = new Map(); // the part, or its id: what to bring back
const awaited = new Map(); // a form outside of it: the part its answer is for
const gaveWay = new Map(); // what looked while somebody sent: the part it looks at
const toldOf = new Map(); // where: the value the page was asked about, so that it asks once

const TYPED = "input:not([type=hidden], [type=file], [type=submit], [type=button]), textarea, select";
const ticks = (field) => field.type === "checkbox" || field.type === "radio";
// Somebody sends it, or a part of it, or asks for it by a form elsewhere: that is what shall stand there next.
function isSent(part, by) {
  const isAwaited = [...awaited].some(([who, target]) => who !== by && part.contains(target));
  return isAwaited || part.querySelector("form[data-sent]") || part.closest("form[data-sent]");
}
const partOf = (target) => (target.id ? document.getElementById(target.id) : target.isConnected && target);

function isTyped(field) {
  if (ticks(field)) return field.checked !== field.defaultChecked;
  if (field.localName !== "select") return field.value !== field.defaultValue;
  const options = [...field.options];
  if (!field.multiple && !options.some((option) => option.defaultSelected)) return field.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

// The same field of the same form; of several alike – a list of one form each – the one at the same place.
function alike(part, { form, name, value }) {
  const same = (field) => field.name === name && (value === null || field.value === value);
  return [...part.querySelectorAll(TYPED)].filter((field) => same(field) && (field.form?.getAttribute("action") ?? "") === form);
}

function signOf(part, field) {
  const form = field.form?.getAttribute("action") ?? "";
  const sign = { form, name: field.name, value: ticks(field) ? field.value : null };
  return { ...sign, place: alike(part, sign).indexOf(field) };
}

const stateOf = (field) => {
  if (ticks(field)) return field.checked;
  return field.localName === "select" ? [...field.selectedOptions].map((option) => option.value) : field.value;
};

function bring(field, state) {
  if (ticks(field)) field.checked = state;
  else if (field.localName !== "select") field.value = state;
  else if (state.every((value) => [...field.options].some((option) => option.value === value)))
    for (const option of field.options) option.selected = state.includes(option.value);
}

const nameOf = (fold) => fold.querySelector("summary")?.dataset.does ?? fold.querySelector("summary")?.textContent.trim();

// The form whose sending brought the answer: what stands in it now is what the answer says.
function sentBy({ elt, triggeringEvent }) {
  if (elt?.localName === "form" && triggeringEvent?.type === "submit") return elt;
  return elt?.localName === "button" ? elt.form : null;
}

// The forms of which the answer speaks: that one and, of a choice made outside of the part, those whose fields it chose.
function saidBy(part, config) {
  const sent = sentBy(config);
  if (sent?.localName !== "form" || config.verb !== "get" || part.contains(sent)) return sent ? [sent] : [];
  const chosen = new Set(new FormData(sent).keys());
  return [...part.querySelectorAll("form")].filter((form) => [...form.elements].some((field) => chosen.has(field.name)));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target: part, requestConfig } = detail;
  if (!detail.shouldSwap || !part?.querySelectorAll) return;
  if (requestConfig.verb === "get" && isSent(part, requestConfig.elt)) {
    detail.shouldSwap = false;
    gaveWay.set(requestConfig.elt, part);
    return;
  }
  const said = saidBy(part, requestConfig);
  const at = document.activeElement;
  const fields = [...part.querySelectorAll(TYPED)].filter(
    (field) => field.name && !said.includes(field.form) && (isTyped(field) || field === at),
  );
  const typed = fields.map((field) => ({
    sign: signOf(part, field),
    state: isTyped(field) ? stateOf(field) : null,
    caret: field === at ? [field.selectionStart, field.selectionEnd] : null,
  }));
  const folds = [...part.querySelectorAll("details[open]:not([data-fold])")].filter((fold) => !said.some((form) => fold.contains(form)));
  if (typed.length || folds.length) kept.set(part.id || part, { part, typed, folds: folds.map(nameOf) });
});

function restore() {
  for (const was of kept.values()) {
    const part = was.isBack ? null : partOf(was.part);
    if (!part) continue;
    was.isBack = true;
    for (const fold of part.querySelectorAll("details:not([open], [data-fold])")) fold.open = was.folds.includes(nameOf(fold));
    for (const one of was.typed) {
      const field = alike(part, one.sign)[one.sign.place];
      if (!field) continue;
      const said = JSON.stringify(stateOf(field));
      if (one.state !== null) bring(field, one.state);
      one.differs = JSON.stringify(stateOf(field)) !== said;
      if (!one.caret) continue;
      field.focus({ preventScroll: true });
      if (typeof one.caret[0] === "number") field.setSelectionRange(...one.caret);
    }
  }
}

// What the server did not know yet when it answered is asked for once more, as if it had been typed now. Said beside the
// field, not of it: a kind of gesture would put its usual amount over the one just typed.
function tell() {
  const all = [...kept.values()];
  kept.clear();
  for (const was of all) {
    const part = partOf(was.part);
    for (const { sign, state, differs } of part ? was.typed : []) {
      const where = JSON.stringify([was.part.id, sign]);
      const value = JSON.stringify(state);
      if (!differs || toldOf.get(where) === value) continue;
      toldOf.set(where, value);
      alike(part, sign)[sign.place]?.parentElement.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

document.addEventListener("htmx:afterSwap", restore);
document.addEventListener("htmx:afterSettle", tell);
document.addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
  if (elt.localName === "form" && !target.contains(elt)) awaited.set(elt, target);
});
document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
  awaited.delete(elt);
  for (const [who, part] of gaveWay) {
    if (part.isConnected && isSent(part, who)) continue;
    gaveWay.delete(who);
    if (!who.isConnected) continue;
    const names = [...(who.getAttribute("hx-trigger") ?? "").matchAll(/live:[\w-]+/g)];
    for (const [name] of names) document.body.dispatchEvent(new CustomEvent(name));
    if (!names.length) who.dispatchEvent(new Event("change"));
  }
});
