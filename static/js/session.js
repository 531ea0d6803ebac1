// A piece of the page that comes back as the sign-in page means the session has ended: what is shown and typed stays,
// and the reader hears it once. So it is with an answer that is none. The words stand on
// <body data-signed-out="You are signed out. …" data-trouble="That did not work. …">.
let told = false;

function say(message, seconds) {
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { message, seconds } }));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const from = new URL(event.detail.xhr.responseURL || location.href);
  if (!from.pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  if (!told) say(document.body.dataset.signedOut, 0);
  told = true;
});

// Only what the reader did: a piece that fetches itself tries again by itself.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.requestConfig?.verb !== "get") say(document.body.dataset.trouble, 0);
  });
}
