// A list that renews itself stands still under the hand: <div data-holds hx-trigger="…, again"> with the rows in
// <ol data-hold>. While the pointer or the focus is in the rows and their order would change, only the counts
// (<span data-count="id">) are renewed and <p data-news hidden> shows that there is more; when the hand leaves, or its
// button is pressed, the list is fetched again.
const SETTLE_MS = 700;
const hovers = matchMedia("(hover: hover)");
let timer = null;

function underHand(rows) {
  return rows && ((hovers.matches && rows.matches(":hover")) || rows.contains(document.activeElement));
}

const order = (rows) => [...rows.children].map((row) => row.id).join();

document.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target;
  if (!list?.matches?.("[data-holds]") || !event.detail.shouldSwap) return;
  const rows = list.querySelector("[data-hold]");
  if ("letGo" in list.dataset || !underHand(rows)) return;
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const next = fresh.querySelector("[data-hold]");
  if (next && order(next) === order(rows)) return;
  event.detail.shouldSwap = false;
  list.dataset.waiting = "";
  for (const count of fresh.querySelectorAll("[data-count]")) {
    const shown = list.querySelector(`[data-count="${CSS.escape(count.dataset.count)}"]`);
    if (shown) shown.textContent = count.textContent;
  }
  const news = list.querySelector("[data-news]");
  if (news) news.hidden = false;
});

function letGo() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const list of document.querySelectorAll("[data-holds][data-waiting]")) {
      if (!underHand(list.querySelector("[data-hold]"))) list.dispatchEvent(new CustomEvent("again"));
    }
  }, SETTLE_MS);
}

document.addEventListener("mouseout", (event) => event.target.closest?.("[data-hold]") && letGo());
document.addEventListener("focusout", (event) => event.target.closest?.("[data-hold]") && letGo());
document.addEventListener("click", (event) => {
  const list = event.target.closest("[data-news] button")?.closest("[data-holds]");
  if (!list) return;
  list.dataset.letGo = "";
  list.dispatchEvent(new CustomEvent("again"));
});
