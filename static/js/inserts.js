// <button type="button" data-inserts="reply-text" value="…"> puts its value where the cursor stands in #reply-text.
import { insert } from "./pasted.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-inserts]");
  const field = button && document.getElementById(button.dataset.inserts);
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const apart = before && !/\s$/.test(before) ? "\n\n" : "";
  insert(field, apart + button.value);
});
