// Inside the frame: keeps the visitor's signed token, sends it with whatever is asked, and listens to the live wire.
// Nothing is stored before the first answer carries a token, which is when somebody has started a chat.
import "./chat.js";
import "./once.js";
import "./talk.js";
import { listen } from "./live.js";

const NAME = "Kulanz-Chat";
const kept = `kulanz-chat-${document.body.dataset.site}`;
let heard = "";

function token() {
  try {
    return localStorage.getItem(kept) || document.body.dataset.chatToken || "";
  } catch {
    return document.body.dataset.chatToken || ""; // a browser that keeps nothing in frames: for this page at least
  }
}

function keep(value) {
  document.body.dataset.chatToken = value;
  try {
    if (value) localStorage.setItem(kept, value);
    else localStorage.removeItem(kept);
  } catch {
    // Nothing can be kept here; the chat lasts as long as the page.
  }
  parent.postMessage(value ? "kulanz:started" : "kulanz:over", "*");
}

document.addEventListener("htmx:configRequest", (event) => {
  const mine = token();
  if (mine) event.detail.headers[NAME] = mine;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const given = event.detail.xhr?.getResponseHeader(NAME);
  if (given && given !== token()) keep(given);
});
document.addEventListener("htmx:afterSettle", () => {
  const pass = document.querySelector("[data-pass]")?.dataset.pass;
  if (pass && !heard) {
    heard = pass;
    listen(pass);
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-chat-new]")) return;
  keep("");
  location.reload();
});

if (token()) document.body.dataset.chatToken = token();
