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

const say = ({ detail }) => toast(detail.message ?? detail.value, detail.seconds);
document.addEventListener("toast", say);
// A button whose part came anew while its deed was on the way hears the answer alone: from there nothing gets here.
function sayAlone(event) {
  if (event.target.isConnected) return;
  event.stopPropagation();
  say(event);
}
document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.addEventListener("toast", sayAlone));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast, .banner")?.remove();
});
