// Rows of the list that are ticked for a bulk action: they stay ticked when the list is fetched again, and the bar below says
// how many there are.
const ticked = new Set();

function boxes() {
  return [...document.querySelectorAll('input[name="ticket"][form="bulk"]')];
}

function show() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  for (const box of boxes()) box.checked = ticked.has(box.value);
  const count = boxes().filter((box) => box.checked).length;
  bar.hidden = count === 0;
  bar.querySelector("[data-count-ticked]").textContent = count;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches('input[name="ticket"][form="bulk"]')) return;
  if (event.target.checked) ticked.add(event.target.value);
  else ticked.delete(event.target.value);
  show();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-all]")) return;
  for (const box of boxes()) ticked.add(box.value);
  show();
});
document.addEventListener("htmx:afterSettle", show);
document.addEventListener("DOMContentLoaded", () => {
  for (const box of boxes()) if (box.checked) ticked.add(box.value);
  show();
});
