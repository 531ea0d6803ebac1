// <button data-opens="id"> opens <dialog id>, <button data-closes> closes the one around it, so does a click beside it.
// A dialog that arrives by htmx with data-open-now shows itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    // a click made by the keyboard has no place; only a real one beside the box closes it
    if (!inside && event.detail > 0) event.target.close();
  }
});
document.addEventListener("htmx:afterSettle", () => {
  for (const dialog of document.querySelectorAll("dialog[data-open-now]")) {
    delete dialog.dataset.openNow;
    if (!dialog.open) dialog.showModal();
  }
});
