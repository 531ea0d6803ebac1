// What is fetched anew takes the focus with it when it stood there: then it goes back to the same control, or to what took
// its place, or, where nothing did, to the part of the page itself, so that whoever has no mouse goes on from where they were.
const left = new Map(); // id of the part: ways to find the control again, the surest first

const having = (name, value) => `[${name}="${CSS.escape(value)}"]`;

function signsOf(element) {
  const said = ["name", "value", "href"].filter((name) => element.getAttribute(name));
  const sign = element.localName + said.map((name) => having(name, element.getAttribute(name))).join("");
  const action = element.closest("form")?.getAttribute("action"); // a tick of the list belongs to a form elsewhere
  const form = action ? `form${having("action", action)} ` : "";
  const does = element.dataset.does;
  return [does && having("data-does", does), (form || said.length) && form + sign, form && `${form}button`].filter(Boolean);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  const at = document.activeElement;
  if (event.detail.shouldSwap && part?.id && at !== part && part.contains(at)) left.set(part.id, signsOf(at));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, signs] of left) {
    const part = document.getElementById(id);
    left.delete(id);
    if (!part || (document.activeElement && document.activeElement !== document.body)) continue;
    const again = signs.map((sign) => part.querySelector(sign)).find(Boolean);
    again?.focus({ preventScroll: true });
    if (again && document.activeElement === again) continue;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }
});
