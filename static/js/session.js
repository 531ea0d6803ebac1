// A piece of the page that comes back as the sign-in page means the session has ended: what is shown and typed stays,
// and the reader hears it once. <section hx-get="…" data-signed-out="You are signed out. …">
let told = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  const words = event.detail.target.closest("[data-signed-out]")?.dataset.signedOut;
  const from = new URL(event.detail.xhr.responseURL || location.href);
  if (!words || !from.pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  if (told) return;
  told = true;
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { message: words, seconds: 0 } }));
});
