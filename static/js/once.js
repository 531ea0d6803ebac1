// A double click sends once. The form is marked on its first submit and let go when the answer is there.
// Buttons are not disabled: a disabled button would drop its own name and value from what is sent.
const sends = (form) => form.method === "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]");

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!sends(form)) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    setTimeout(() => {
      if (!event.defaultPrevented) form.dataset.sent = "";
    });
  },
  true,
);
// A form, or that of a button which sends elsewhere by itself.
const sentIn = (elt) => (elt.matches?.("button[hx-post]") ? elt.form : elt.tagName === "FORM" ? elt : null);
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = sentIn(event.detail.elt);
  if (form && sends(form)) form.dataset.sent = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  delete sentIn(event.detail.elt)?.dataset.sent;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
