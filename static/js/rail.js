// The list beside a ticket can be put away; the desk remembers it: <button data-rail-toggle aria-expanded>.
const KEY = "kulanz.rail";

function show(closed) {
  const panes = document.querySelector(".panes--ticket");
  if (!panes) return;
  panes.dataset.rail = closed ? "closed" : "open";
  panes.querySelector("[data-rail-toggle]")?.setAttribute("aria-expanded", String(!closed));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-rail-toggle]")) return;
  const closed = document.querySelector(".panes--ticket")?.dataset.rail !== "closed";
  show(closed);
  try {
    localStorage.setItem(KEY, closed ? "closed" : "open");
  } catch {
    // it holds for this page
  }
});
try {
  if (localStorage.getItem(KEY) === "closed") show(true);
} catch {
  // open, as the page came
}
