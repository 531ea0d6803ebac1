// Theme, density and text size, kept in this browser:
// <button data-appearance="theme" value="dark" aria-pressed="false">. An empty value follows the device.
const root = document.documentElement;

function show() {
  for (const button of document.querySelectorAll("[data-appearance]")) {
    const chosen = root.dataset[button.dataset.appearance] ?? "";
    button.setAttribute("aria-pressed", String(chosen === button.value));
  }
}

function choose(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  try {
    if (value) localStorage.setItem(`kulanz.${name}`, value);
    else localStorage.removeItem(`kulanz.${name}`);
  } catch {
    // the choice still holds for this page
  }
  show();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-appearance]");
  if (button) choose(button.dataset.appearance, button.value);
});
show();
