// Our chat on somebody's web site: <script src="https://desk.example/static/js/widget.js" data-site="CODE" async>.
// A button that opens a frame of ours. Until it is pressed nothing is fetched; cookies are never set, and what a
// visitor needs to come back with is kept by the frame itself. Only messages of our own frame are listened to.
(() => {
  const script = document.currentScript;
  const site = script?.dataset.site;
  if (!site || window.kulanzChat) return;
  window.kulanzChat = true;
  const home = new URL(script.src).origin;
  const german = (document.documentElement.lang || navigator.language || "en").toLowerCase().startsWith("de");
  const words = german ? { open: "Chat", shut: "Chat schließen", title: "Chat mit uns" } : { open: "Chat", shut: "Close the chat", title: "Chat with us" };
  const kept = `kulanz-chat-${site}`;
  let frame = null;

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.open;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", insetInlineEnd: "16px", insetBlockEnd: "16px", zIndex: "2147483000", minWidth: "72px", minHeight: "48px",
    padding: "0 20px", border: "0", borderRadius: "24px", background: "#8e2a4b", color: "#fff", font: "600 16px/1 system-ui, sans-serif",
    boxShadow: "0 4px 16px rgb(0 0 0 / 25%)", cursor: "pointer",
  });

  function fit() {
    const small = window.innerWidth < 480;
    Object.assign(frame.style, {
      position: "fixed", zIndex: "2147483000", border: "0", background: "Canvas", colorScheme: "light dark",
      insetInlineEnd: small ? "0" : "16px", insetBlockEnd: small ? "72px" : "80px",
      width: small ? "100vw" : "400px", height: small ? "calc(100dvh - 72px)" : "min(640px, calc(100dvh - 112px))",
      borderRadius: small ? "0" : "16px", boxShadow: "0 8px 40px rgb(0 0 0 / 30%)",
    });
  }

  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words.title;
      frame.src = `${home}/widget/${encodeURIComponent(site)}/?lang=${german ? "de" : "en"}`;
      frame.allow = "";
      // The page around says where it is, so that we can check it against the site's list.
      frame.referrerPolicy = "strict-origin";
      document.body.append(frame);
      window.addEventListener("resize", fit);
    }
    fit();
    frame.hidden = false;
    show(true);
  }

  function shut() {
    frame.hidden = true;
    frame.style.display = "none";
    show(false);
    button.focus();
  }

  function show(isOpen) {
    if (isOpen) frame.style.display = "block";
    button.textContent = isOpen ? "×" : words.open;
    button.setAttribute("aria-label", isOpen ? words.shut : words.open);
    button.setAttribute("aria-expanded", String(isOpen));
  }

  button.addEventListener("click", () => (frame && !frame.hidden ? shut() : open()));
  window.addEventListener("message", (event) => {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    if (event.data === "kulanz:started") sessionStorage.setItem(kept, "1");
    if (event.data === "kulanz:over") sessionStorage.removeItem(kept);
  });
  function begin() {
    document.body.append(button);
    // Who was in a chat finds it again after a reload or on the next page.
    if (sessionStorage.getItem(kept)) open();
  }

  // Many put it into the head of their pages, where there is no body yet.
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin, { once: true });
})();
