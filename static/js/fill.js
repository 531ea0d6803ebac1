// <button type="button" data-fills="amount" value="25,00"> puts its value into #amount, as if it had been typed. In a text
// of many lines what stood there comes back with one undo.
import { insert } from "./pasted.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fills]");
  const field = button && document.getElementById(button.dataset.fills);
  if (!field) return;
  if (field.matches("textarea")) {
    field.select();
    insert(field, button.value);
    button.closest("details.menu")?.removeAttribute("open");
    return;
  }
  field.value = button.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
