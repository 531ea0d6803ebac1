// <button type="button" data-inserts="reply-text" value="…"> puts its value where the cursor stands in #reply-text.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-inserts]");
  const field = button && document.getElementById(button.dataset.inserts);
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const apart = before && !/\s$/.test(before) ? "\n\n" : "";
  field.setRangeText(apart + button.value, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
