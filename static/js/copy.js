// <button data-copies="#17" data-said="The number is copied."> puts it where pasting takes it from, an address in full, and says so.
import { toast } from "./toast.js";

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // without a safe connection browsers only copy what is marked
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const text = button.dataset.copies;
  await copy(text.startsWith("/") ? new URL(text, location.href).href : text);
  toast(button.dataset.said);
});
