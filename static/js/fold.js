// <details data-fold="64rem" open>: open on a wide screen, folded on a narrow one, and the reader may do otherwise.
const known = new WeakSet();

function watch() {
  for (const fold of document.querySelectorAll("details[data-fold]")) {
    if (known.has(fold)) continue;
    known.add(fold);
    const wide = matchMedia(`(min-width: ${fold.dataset.fold})`);
    const apply = () => {
      fold.open = wide.matches;
    };
    wide.addEventListener("change", apply);
    apply();
  }
}

document.addEventListener("htmx:afterSettle", watch);
watch();
