// Short words at the edge of the page. The server says HX-Trigger: {"toast": {"message": "Sent.", "seconds": 8}};
// scripts dispatch the same event on document.body. Zero seconds: it stays until it is put away.
const DEFAULT_SECONDS = 8;

export function toast(message, seconds = DEFAULT_SECONDS) {
  const shape = document.getElementById("toast");
  const place = document.getElementById("toasts");
  if (!shape || !place || !message) return;
  const piece = shape.content.firstElementChild.cloneNode(true);
  piece.querySelector("p").textContent = message;
  place.append(piece);
  leave(piece, seconds);
}

function leave(piece, seconds) {
  if (!seconds) return;
  setTimeout(() => {
    // nobody loses what they are just reading or about to press
    if (piece.matches(":hover, :focus-within")) leave(piece, 2);
    else piece.remove();
  }, seconds * 1000);
}

document.addEventListener("toast", (event) => toast(event.detail.message ?? event.detail.value, event.detail.seconds));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast, .banner")?.remove();
});
